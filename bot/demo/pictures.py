"""The photos of the demo year: drawn, of nobody. Telegram has none of them; whoever shows such a
year draws them by their ids."""

import io
from random import Random

from PIL import Image, ImageDraw

_NAMED = "demo-photo-"
IDS = tuple(f"{_NAMED}{n}" for n in range(8))
_SIZE = (1280, 960)  # as Telegram gives a photo of a telephone
_WALLS = ("#dfe9f2", "#f2e9dc", "#e3efe0", "#efe2ea")
_FLOORS = ("#b9a58c", "#8fa08a", "#a39bb0", "#9aa9b5")
_CLOTHES = ("#3b6ea8", "#d98c00", "#c0392b", "#0072b2", "#5b8c5a", "#7a5c99")
_HAIR, _SKIN, _BOARD = "#2b2b2b", "#e8c39e", "#ffffff"
_HORIZON = 560


def drawn(file_id: str) -> bytes | None:
    """The picture with this id; None for what is no picture of the demo year."""
    if file_id not in IDS:
        return None
    number = int(file_id.removeprefix(_NAMED))
    chance = Random(number)
    picture = Image.new("RGB", _SIZE, _WALLS[number % len(_WALLS)])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, _HORIZON, *_SIZE), fill=_FLOORS[number % len(_FLOORS)])
    draw.rectangle((380, 110, 900, 400), fill=_BOARD, outline="#777777", width=6)
    for line in range(4):
        length = chance.randint(180, 420)
        draw.rectangle((430, 160 + line * 55, 430 + length, 180 + line * 55), fill="#9db4c9")
    _somebody(draw, (240, 560), 1.1, _CLOTHES[number % len(_CLOTHES)])
    for row, y in enumerate((700, 830, 980)):
        for seat in range(5 + row % 2):
            at = (150 + seat * 230 - 60 * (row % 2) + chance.randint(-20, 20), y)
            _somebody(draw, at, 1.0 + row * 0.25, chance.choice(_CLOTHES))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()


def _somebody(draw: ImageDraw.ImageDraw, at: tuple[int, int], scale: float, clothes: str) -> None:
    """Somebody seen from behind, or so far away that it does not matter."""
    x, y = at
    head, shoulders = 42 * scale, 88 * scale
    body = (x - shoulders, y - head * 0.4, x + shoulders, y + 4 * shoulders)
    draw.rounded_rectangle(body, radius=shoulders * 0.8, fill=clothes)
    draw.ellipse((x - head, y - 2 * head, x + head, y), fill=_SKIN)
    draw.pieslice((x - head, y - 2 * head, x + head, y), 180, 360, fill=_HAIR)
