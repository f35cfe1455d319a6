"""What people send besides text, as Telegram's JSON has it."""

from typing import Any

from sqlalchemy import Connection, select

from storage.model.message import media_from_json
from storage.tables import suggestions
from tests.handlers.room import Room, Talker


def file(kind: str, file_id: str, caption: str = "", **more: Any) -> dict[str, Any]:
    """A file of a kind, perhaps with words under it."""
    usual: dict[str, Any] = {"file_id": file_id, "file_unique_id": file_id}
    if kind in ("photo", "video", "animation", "sticker"):
        usual |= {"width": 1, "height": 1}
    if kind in ("video", "voice", "audio", "animation", "video_note"):
        usual |= {"duration": 1}
    if kind == "video_note":
        usual |= {"length": 1}
    if kind == "sticker":
        usual |= {"type": "regular", "is_animated": False, "is_video": False}
    found: dict[str, Any] = {kind: [usual] if kind == "photo" else usual} | more
    if kind == "animation":  # Telegram calls it a document, too
        found["document"] = usual
    return found | ({"caption": caption} if caption else {})


def photo(file_id: str, caption: str = "", **more: Any) -> dict[str, Any]:
    return file("photo", file_id, caption, **more)


async def album(
    by: Talker, group: str, *names: str, caption: str = "", under: int = 0
) -> list[int]:
    """An album of photos, with a caption `under` one of them; gives the ids of its messages."""
    return [
        await by.sends(**photo(name, caption if n == under else "", media_group_id=group))
        for n, name in enumerate(names)
    ]


async def submitted(room: Room) -> list[tuple[str, list[str]]]:
    """The text of each suggestion, and the ids of what stands with it."""

    def rows(connection: Connection) -> list[tuple[str, list[str]]]:
        found = connection.execute(select(suggestions.c.text, suggestions.c.media))
        return [(r.text, [m.file_id for m in media_from_json(r.media)]) for r in found]

    return await room.database.read(rows)
