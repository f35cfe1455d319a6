"""Files that Telegram keeps: bytes under a file_id, told apart by kind."""

from __future__ import annotations

import hashlib
import mimetypes
import struct
from dataclasses import dataclass
from typing import Any

from .refusals import bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
ORDINARY_SIZE = (1280, 960)

_FOLDERS = {
    "photo": ("photos", ".jpg", "AgAC"),
    "document": ("documents", "", "BQAC"),
    "video": ("videos", ".mp4", "BAAC"),
    "animation": ("animations", ".mp4", "CgAC"),
    "voice": ("voice", ".oga", "AwAC"),
    "audio": ("music", ".mp3", "CQAC"),
    "sticker": ("stickers", ".webp", "CAAC"),
}
_NAMES = {"voice": "VoiceNote"}
_MIME = {
    "photo": "image/jpeg",
    "video": "video/mp4",
    "animation": "video/mp4",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "sticker": "image/webp",
}
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)

# The smallest PNG, for people who send "a photo" without caring which.
TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


@dataclass(frozen=True)
class StoredFile:
    """One file on the simulated servers."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    data: bytes
    name: str
    mime: str
    width: int
    height: int

    def to_json(self) -> dict[str, Any]:
        """The File object of getFile."""
        return {**self.base(), "file_path": self.path}

    def base(self) -> dict[str, Any]:
        """What every kind of media has in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


class FileStore:
    """All files by file_id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(
        self,
        kind: str,
        data: bytes,
        name: str | None = None,
        mime: str | None = None,
        file_id: str | None = None,
    ) -> StoredFile:
        """Stores bytes under a new file_id, or one that is known already."""
        folder, suffix, prefix = _FOLDERS[kind]
        number = len(self._by_id) + 1
        digest = hashlib.sha256(kind.encode() + data).hexdigest()
        if kind == "document":
            suffix = "." + name.rsplit(".", 1)[1] if name and "." in name else ""
        stored = StoredFile(
            file_id=file_id or f"{prefix}Ag{digest[:32]}AAI{number:06d}",
            unique_id=f"AQAD{digest[:12]}",
            kind=kind,
            path=f"{folder}/file_{number}{suffix}",
            data=data,
            name=name or f"file_{number}{suffix}",
            mime=_mime(kind, data, name, mime),
            width=(size := image_size(data) or ORDINARY_SIZE)[0],
            height=size[1],
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """The file of that id, None when there is none."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file at a `file_path`, None when there is none."""
        return self._by_path.get(path)

    def reuse(self, file_id: str, kind: str) -> StoredFile:
        """The file behind a file_id that a bot sends again; refused as Telegram refuses it."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            was, wanted = (_NAMES.get(k, k.capitalize()) for k in (stored.kind, kind))
            raise bad_request(f"can't use file of type {was} as {wanted}")
        return stored


def _mime(kind: str, data: bytes, name: str | None, given: str | None) -> str:
    if found := sniff_image(data):
        return found
    if given and given != "application/octet-stream":
        return given
    guess = mimetypes.guess_type(name or "")[0]
    return guess or _MIME.get(kind) or "application/octet-stream"


def sniff_image(data: bytes) -> str | None:
    """The type of an image by its first bytes, None for anything else."""
    for signature, mime in _SIGNATURES:
        if data.startswith(signature):
            return mime
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG, None for anything else."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith(b"GIF8") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def check_upload(kind: str, data: bytes) -> None:
    """Refuses an uploaded file as Telegram does: empty, too big, or no image where one is due."""
    if not data:
        raise bad_request("file must be non-empty")
    if kind != "photo":
        return
    if len(data) > PHOTO_LIMIT:
        raise bad_request("file is too big")
    if sniff_image(data) is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = image_size(data) or ORDINARY_SIZE
    if width + height > 10000 or max(width, height) > 20 * max(min(width, height), 1):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def media_content(stored: StoredFile) -> dict[str, Any]:
    """The part of a message that shows this file, keyed as Telegram keys it."""
    kind, base = stored.kind, stored.base()
    size = {"width": stored.width, "height": stored.height}
    if kind == "photo":
        return {"photo": [{**base, **size}]}
    if kind in ("video", "animation"):
        shown = {**base, **size, "duration": 1, "file_name": stored.name, "mime_type": stored.mime}
        if kind == "video":
            return {"video": shown}
        document = {**base, "file_name": stored.name, "mime_type": stored.mime}
        return {"animation": shown, "document": document}
    if kind == "voice":
        return {"voice": {**base, "duration": 1, "mime_type": stored.mime}}
    if kind == "audio":
        named = {"file_name": stored.name, "mime_type": stored.mime}
        return {"audio": {**base, "duration": 1, **named}}
    if kind == "sticker":
        form = {"type": "regular", "width": 512, "height": 512, "emoji": "👍"}
        return {"sticker": {**base, **form, "is_animated": False, "is_video": False}}
    return {"document": {**base, "file_name": stored.name, "mime_type": stored.mime}}
