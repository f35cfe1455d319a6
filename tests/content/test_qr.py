"""A printed sheet says what it is: the QR code unchanged, and the name in letters below it."""

import io

import pytest
import segno
from PIL import Image

from content.render.letters import missing as missing_of
from content.render.qr import _fitted, qr_sheet

LINK = "https://t.me/linli_bot?start=east_lake_42"
MODULE = 16


def picture_of(name: str, hint: str = "用手机扫码加入") -> Image.Image:
    return Image.open(io.BytesIO(qr_sheet(LINK, name, hint).png)).convert("L")


def code_of(picture: Image.Image) -> list[list[bool]]:
    """The modules of the code, read from the middle of each."""
    size = picture.width // MODULE
    middles = [MODULE * i + MODULE // 2 for i in range(4, size - 4)]
    return [[bool(picture.getpixel((x, y)) == 0) for x in middles] for y in middles]


def lines_of(picture: Image.Image) -> list[tuple[int, int, int, int]]:
    """The boxes of what is written below the code: left, top, right, bottom of each line."""
    top = picture.width - 2 * MODULE  # the code is a square, with a margin of four modules
    below = picture.crop((0, top, picture.width, picture.height)).point(lambda x: 255 - x)
    boxes, begun = [], None
    for y in range(below.height + 1):
        row = below.crop((0, y, below.width, y + 1)) if y < below.height else None
        dark = row is not None and row.getbbox() is not None
        if dark and begun is None:
            begun = y
        if not dark and begun is not None:
            left, up, right, down = below.crop((0, begun, below.width, y)).getbbox() or (0,) * 4
            boxes.append((left, begun + up, right, begun + down))
            begun = None
    return boxes


@pytest.mark.parametrize(
    ("name", "hint", "missing"),
    [
        ("东湖社区", "用手机扫码加入", ""),
        ("East Lake", "Scan with your phone to join", ""),
        ("国" * 64, "用手机扫码加入", ""),
        ("W" * 64, "Scan with your phone to join", ""),
        ("The Association of Residents of the North-Western Lakeside Estate", "Scan", ""),
        ("龘湖🌟社区", "用手机扫码加入", "龘🌟"),
        ("👨‍👩‍👧", "用手机扫码加入", "👨👩👧"),
        ("مرحبا", "Scan", "مرحبا"),
        ("东\u202e湖\u200f\n社\u3164区", "扫码", ""),
        ("Cafe\u0301 Z\u0337\u0321algo", "Scan", ""),
        ("", "扫码", ""),
        (" " * 64, "扫码", ""),
    ],
)
def test_any_name_is_drawn_and_the_code_stays_whole(name: str, hint: str, missing: str):
    sheet = qr_sheet(LINK, name, hint)
    assert set(sheet.missing) == set(missing)

    picture = Image.open(io.BytesIO(sheet.png)).convert("L")
    code = [[bool(module) for module in row] for row in segno.make(LINK, micro=False).matrix]
    assert code_of(picture) == code
    for left, _, right, bottom in lines_of(picture):
        assert left >= MODULE
        assert right <= picture.width - MODULE
        assert bottom < picture.height


@pytest.mark.parametrize("name", ["东湖社区", "East Lake", "国" * 64, "W" * 64, "Ä ö ß é ğ ş Ж Ω"])
def test_the_name_stands_below_the_code_on_three_lines_at_most(name: str):
    without, with_name = lines_of(picture_of("")), lines_of(picture_of(name))
    assert len(without) == 1
    assert len(with_name) >= 2
    assert picture_of(name).height > picture_of("").height
    # The accents of a line may stand apart from it: count lines by the room that they take.
    assert with_name[-1][1] - with_name[0][1] < 3.2 * 72 * 1.35


def test_a_short_name_is_larger_than_the_hint():
    name, hint = lines_of(picture_of("东湖社区"))
    assert name[3] - name[1] > 2 * (hint[3] - hint[1])


def test_each_name_gives_another_picture():
    names = ("东湖社区", "西湖社区", "East Lake", "West Lake", "")
    assert len({qr_sheet(LINK, name, "扫码").png for name in names}) == len(names)


def test_no_line_begins_with_what_closes():
    """（北） stays whole: a line that cannot take the bracket does not end before it."""
    lines = [
        line for line, _ in _fitted("上海市浦东新区陆家嘴东湖（北）小区第三居民委员会" * 2, 464)
    ]
    assert not any(line[0] in "）」，。" for line in lines)


def test_every_character_of_the_national_standard_is_there():
    """GB 2312, whose Python codec lists it; and some of the 8,105 of 2013 that it lacks."""
    cells = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    characters = "".join(each.decode("gb2312", "ignore") for each in cells)
    assert len(characters) == 6763
    assert missing_of(characters + "㑇镕堃昇喆翀") == set()
