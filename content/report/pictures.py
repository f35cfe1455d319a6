"""Pictures as they are printed: upright, no larger than it takes, and of a size that fits."""

import io

from docx.shared import Length, Mm
from PIL import Image, ImageOps

_PIXELS = 960  # 200 an inch on the widest place that a photo has
_QUALITY = 80
_KINDS = ("JPEG", "PNG", "WEBP")


def scaled(content: bytes) -> bytes | None:
    """A picture as it is printed, upright; None for what is no picture."""
    file = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
            picture.draft("RGB", (_PIXELS, _PIXELS))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((_PIXELS, _PIXELS))
            upright.save(file, "JPEG", quality=_QUALITY)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return file.getvalue()


def fitting(picture: bytes, room: tuple[float, float]) -> tuple[Length, Length]:
    """Width and height of a picture that fills a `room` of so many millimetres as far as its shape
    allows."""
    with Image.open(io.BytesIO(picture)) as opened:
        width, height = opened.size
    scale = min(room[0] / width, room[1] / height)
    return Mm(width * scale), Mm(height * scale)
