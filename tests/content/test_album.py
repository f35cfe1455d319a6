"""The photos of a year in its summary: fetched, set in pairs, and told of where they lack."""

import asyncio
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from PIL import Image

from content.problems import ContentError
from content.report.markdown import as_markdown
from content.report.photos import had
from content.report.pictures import fitting, scaled
from content.report.word import as_word
from content.report.words import words_of
from storage.model.refusal import Refusal
from storage.model.summary import Album, Photo, Summary, photos_each

from .test_report import EAST, PROGRAMME, TEXTS, text_of, year

DAY = date(2026, 3, 2)
THREE = Album(
    (
        Photo(DAY, EAST.name, "a", "消防演练"),
        Photo(DAY, "西山社区", "b", "<b>&读书会"),
        Photo(DAY, EAST.name, "c", indicator="home_visits"),
    ),
    events=5,
    entries=1,
    more=True,
)
PICTURED = replace(year(), album=THREE)


def picture(width: int = 40, height: int = 30) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#336699").save(file, "PNG")
    return file.getvalue()


GIVEN = {each: scaled(picture()) or b"" for each in "abc"}


def word(summary: Summary, given: dict[str, bytes], template: Path | None = None) -> bytes:
    return as_word(words_of(TEXTS.in_("zh"), PROGRAMME, [summary], given), template)


def test_photos_stand_in_pairs_with_what_when_and_elsewhere_also_where() -> None:
    made = word(PICTURED, GIVEN)
    document = Document(io.BytesIO(made))
    assert len(document.inline_shapes) == 3
    pairs = document.tables[-1]
    assert [len(row.cells) for row in pairs.rows] == [2, 2]
    text = text_of(made)
    for said in (
        "消防演练（2026年3月2日）",
        "<b>&读书会（西山社区，2026年3月2日）",
        "走访慰问（2026年3月2日）",
        "有照片的活动 5 场、台账 1 条，这里选了 3 张",
    ):
        assert said in text
    assert "请插入" not in text


def test_a_photo_that_was_not_had_is_named_and_the_others_stand() -> None:
    made = word(PICTURED, {"a": GIVEN["a"]})
    assert len(Document(io.BytesIO(made)).inline_shapes) == 1
    text = text_of(made)
    assert "【请插入：<b>&读书会（西山社区，2026年3月2日）；走访慰问（2026年3月2日）" in text
    none = text_of(word(PICTURED, {}))
    assert none.count("消防演练") == 1, "named where it lacks, and no empty table"


def test_without_any_photos_there_is_a_place_for_them() -> None:
    assert "【请插入：活动照片】" in text_of(word(year(), {}))


def test_markdown_lists_them_and_misses_none() -> None:
    text = as_markdown(words_of(TEXTS.in_("en"), PROGRAMME, [PICTURED]))
    assert "- 消防演练 (2 Mar 2026)" in text
    assert "- Home and condolence visits (2 Mar 2026)" in text
    assert "To be added: 消防演练" not in text
    assert "Events with photos: 5, ledger entries: 1" in text


@pytest.mark.parametrize(
    ("written", "shapes"),
    [
        ("{{ places[0].photos[1].picture }}{{ places[0].photos[1].caption }}", 1),
        ("{{ places[0].title }}", 0),
    ],
)
def test_a_template_of_one_s_own_uses_the_photos_or_leaves_them_out(
    tmp_path: Path, written: str, shapes: int
) -> None:
    made = word(PICTURED, GIVEN, own(tmp_path, written))
    assert len(Document(io.BytesIO(made)).inline_shapes) == shapes


@pytest.mark.parametrize("more", ["_image", "tpl", "_image.tpl", "__html__.__self__"])
def test_through_a_photo_a_template_gets_at_nothing_else(tmp_path: Path, more: str) -> None:
    written = f"{{{{ places[0].photos[0].picture.{more} }}}}"
    with pytest.raises(ContentError):
        word(PICTURED, GIVEN, own(tmp_path, written))


def own(folder: Path, written: str) -> Path:
    path = folder / "own.docx"
    document = Document()
    document.add_paragraph(written)
    document.save(str(path))
    return path


def test_many_places_have_fewer_each_but_one_at_least() -> None:
    assert [photos_each(n) for n in (1, 10, 13, 101)] == [6, 6, 4, 1]


async def test_what_cannot_be_had_or_read_or_comes_late_is_left_out() -> None:
    never = asyncio.Event()

    async def fetch(file_id: str) -> bytes:
        if file_id == "gone":
            raise Refusal("sheet.not_fetched")
        if file_id == "late":
            await never.wait()
        return b"no picture" if file_id == "bad" else picture()

    found = await had(["good", "gone", "bad", "good", "late"], fetch, patience=0.5)
    assert list(found) == ["good"]
    assert found["good"].startswith(b"\xff\xd8"), "a JPEG"


@pytest.mark.parametrize(
    ("size", "fits"), [((400, 300), (74, 55.5)), ((300, 400), (42, 56)), ((5000, 10), (74, 0.2))]
)
def test_a_photo_keeps_its_shape(size: tuple[int, int], fits: tuple[float, float]) -> None:
    small = scaled(picture(*size))
    assert small is not None
    width, height = fitting(small, (74, 56))
    assert (width.mm, height.mm) == pytest.approx(fits, abs=0.2)
