"""Programmes and courses: what is wrong is told with file and line, all of it at once."""

import shutil
from pathlib import Path

import pytest

from content import courses as course_files
from content import programme as programme_file
from content.courses import courses_of, load_courses
from content.problems import ContentError
from content.programme import load_programme
from storage.model.figure import SOURCES

COURSE = """\
id: basics
title: {zh: 课, en: Course}
summary: {zh: 课, en: Course}
"""
ITEM = """\
---
id: first
title: {zh: 一, en: One}
minutes: 2
sources:
  - {zh: 法, en: A law}
---
=== zh
正文
=== en
Body
"""


def course(folder: Path, **files: str) -> Path:
    (folder / "basics").mkdir()
    (folder / "basics" / "course.yaml").write_text(files.pop("course", COURSE), encoding="utf-8")
    for name, text in (files or {"first": ITEM}).items():
        (folder / "basics" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as raised:
        load_courses(folder)
    return [problem.removeprefix(f"{folder}/") for problem in raised.value.problems]


def programme(tmp_path: Path, **changes: str) -> list[str]:
    """The problems of the shipped programme after `changes` ("old" to "new")."""
    text = (programme_file.SHIPPED / "programme.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_programme(tmp_path)
    return [problem.removeprefix(f"{tmp_path}/") for problem in raised.value.problems]


def line_of(words: str) -> int:
    lines = (programme_file.SHIPPED / "programme.yaml").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def test_the_shipped_files_are_in_order():
    shipped = load_programme(programme_file.SHIPPED)
    assert {c.source for each in shipped.indicators for c in each.counts} <= SOURCES.keys()
    parts = {i.part_of for i in shipped.indicators if i.part_of}
    assert parts <= {i.id for i in shipped.indicators}
    for each in load_courses():
        assert each.items


def line_in(indicator: str, words: str) -> int:
    """The line of `words` in an indicator of the shipped programme."""
    text = (programme_file.SHIPPED / "programme.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition(f"- id: {indicator}\n")
    assert words in after
    return (before + after.partition(words)[0]).count("\n") + 2


def place_of(indicator: str) -> int:
    shipped = load_programme(programme_file.SHIPPED)
    return [each.id for each in shipped.indicators].index(indicator)


def test_a_programme_names_the_line_of_every_problem(tmp_path: Path):
    problems = programme(
        tmp_path,
        **{
            "id: repairs, name": "id: Repairs!, name",
            "id: lecture, name": "id: lecture, nmae",
            "unit: {zh: 期, en: issues}": "unit: {zh: 期}",
        },
    )
    where = [problem.split(": ")[0] for problem in problems]
    assert f"programme.yaml:{line_of('id: repairs')}" in where
    assert f"programme.yaml:{line_of('id: lecture')}" in where
    assert f"programme.yaml:{line_of('unit: {zh: 期')}" in where


def test_a_programme_names_what_it_does_not_know_and_what_stands_twice(tmp_path: Path):
    problems = programme(
        tmp_path,
        **{
            "source: broadcasts": "source: magic",
            "{id: parking": "{id: repairs",
            "section: publicity": "section: gossip",
        },
    )
    pushes, board = place_of("study_pushes"), place_of("board_updates")
    assert [problem.partition("; known")[0] for problem in problems] == [
        f"programme.yaml:{line_of('source: broadcasts')}: indicators.{pushes}.counts.0.source: "
        "unknown source 'magic'",
        f"programme.yaml:{line_of('section: publicity')}: indicators.{board}.section: "
        "unknown section 'gossip'",
        f"programme.yaml:{line_of('{id: parking')}: suggestion_categories.2.id: "
        "'repairs' stands twice",
    ]
    assert "broadcasts" in problems[0], "and what it could be"


def test_a_where_names_keys_of_its_source_and_values_that_there_are(tmp_path: Path):
    adopted = "{state: [adopted, implemented]}"
    problems = programme(
        tmp_path,
        **{
            f"where: {adopted}": "where: {state: [adopted, done]}",
            "source: acknowledgements}": "source: acknowledgements, where: {category: study}}",
            "source: events}": "source: events, where: {category: [study, picnic], state: open}}",
        },
    )
    assert [problem.partition(": unknown")[0] for problem in problems] == [
        f"programme.yaml:{line_in('study_acknowledgements', 'counts')}: "
        f"indicators.{place_of('study_acknowledgements')}.counts.0.where.category",
        f"programme.yaml:{line_in('suggestions_adopted', 'counts')}: "
        f"indicators.{place_of('suggestions_adopted')}.counts.0.where.state.1",
        f"programme.yaml:{line_in('events', 'counts')}: "
        f"indicators.{place_of('events')}.counts.0.where.category.1",
        f"programme.yaml:{line_in('events', 'counts')}: "
        f"indicators.{place_of('events')}.counts.0.where.state",
    ]
    assert "known: none" in problems[0]
    assert "'picnic'; known: study, lecture" in problems[2], "the categories of this very file"


@pytest.mark.parametrize(
    ("indicator", "old", "new", "where", "why"),
    [
        ("suggestions_implemented", "{state: implemented}", "{state: []}", "counts.0.where.state",
         "at least 1 item"),
        ("exams", "[{source: ledger}]", "[]", "counts", "at least 1 item"),
        ("suggestions_adopted", "part_of: suggestions_received", "part_of: nothing", "part_of",
         "unknown indicator"),
        ("suggestions_adopted", "part_of: suggestions_received", "part_of: events", "part_of",
         "counts what 'events' does not"),
        ("suggestions_adopted", "part_of: suggestions_received", "part_of: suggestions_implemented",
         "part_of", "counts what 'suggestions_implemented' does not"),
        ("study_coverage", "{source: members, adds: persons}", "{source: members}", "share_of",
         "a share is one of persons"),
        ("study_coverage", "acknowledgements, adds: persons", "acknowledgements", "counts",
         "persons are not added to anything else"),
        ("study_attendance", ", adds: sum", "", "counts.0.adds", "of attendances: sum"),
        ("study_coverage", "{source: members, adds", "{source: people, adds", "share_of.source",
         "unknown source 'people'"),
        ("exams", "{actual}次", "若干次", "sentence", "{actual} must stand in it"),
        ("exams", "{actual}次", "{actual}次{target}", "sentence", "{actual} must stand in it"),
        ("exams", "{actual}次", "{actual次", "sentence", "expected '}'"),
        ("exams", "weight: 1", "weight: 1.5", "weight", "integer"),
        ("exams", "weight: 1", "decimals: 9", "decimals", "less than or equal to 3"),
    ],
)  # fmt: skip
def test_what_an_indicator_cannot_be_is_told_with_its_place(
    tmp_path: Path, indicator: str, old: str, new: str, where: str, why: str
):
    text = (programme_file.SHIPPED / "programme.yaml").read_text(encoding="utf-8")
    before, start, after = text.partition(f"- id: {indicator}\n")
    assert old in after
    (tmp_path / "programme.yaml").write_text(
        before + start + after.replace(old, new, 1), encoding="utf-8"
    )
    with pytest.raises(ContentError) as raised:
        load_programme(tmp_path)
    problems = [problem.removeprefix(f"{tmp_path}/") for problem in raised.value.problems]
    line = line_in(indicator, old)
    assert any(
        p.startswith(f"programme.yaml:{line}: indicators.{place_of(indicator)}.{where}")
        and why in p
        for p in problems
    ), problems


def test_every_indicator_of_the_programme_is_there():
    """34 that an annual summary asks for, and four beside them that were there before."""
    assert len(load_programme(programme_file.SHIPPED).indicators) == 38


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "category: reading_group\n",
            "category: dance\n",
            "example.event.category: unknown",
        ),
        ("en: branch,", "en: '<b>',", "terms.community.en: String should match pattern"),
        ("zh: 访客, en: visitor", "en: visitor", "terms.resident.zh: Field required"),
        ("  district: {zh: 馆", "  town: {zh: 馆", "terms.town: Extra inputs"),
    ],
)
def test_what_another_programme_has_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, problem: str
):
    text = (programme_file.SHELF / "library/programme.yaml").read_text(encoding="utf-8")
    line = text[: text.rindex(old)].count("\n") + 1
    head, _, tail = text.rpartition(old)
    (tmp_path / "programme.yaml").write_text(head + new + tail, encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_programme(tmp_path)
    assert any(f"programme.yaml:{line}: {problem}" in each for each in raised.value.problems)


def test_a_programme_without_courses_of_its_own_has_those_that_ship(tmp_path: Path):
    assert [each.id for each in courses_of(tmp_path)] == ["resident-basics"]
    assert [each.id for each in courses_of(programme_file.SHELF / "library")] == ["library-basics"]


def test_broken_yaml_names_its_line(tmp_path: Path):
    [problem] = programme(tmp_path, **{"district: {zh": "district: a: {zh"})
    assert problem.startswith(f"programme.yaml:{line_of('district:')}")


def test_a_missing_programme_is_one_problem(tmp_path: Path):
    with pytest.raises(ContentError, match=r"programme\.yaml: cannot be read"):
        load_programme(tmp_path)


def test_a_course_in_order_is_read(tmp_path: Path):
    [read] = load_courses(course(tmp_path))
    assert [item.id for item in read.items] == ["first"]
    assert read.items[0].body.in_("zh") == "正文"
    assert read.items[0].body.in_("en") == "Body"


def test_an_item_names_file_and_line(tmp_path: Path):
    broken = ITEM.replace("minutes: 2", "minutes: long")
    [problem] = problems_of(course(tmp_path, first=broken))
    assert problem.startswith("basics/first.md:4: minutes:")


def test_every_broken_file_is_named_at_once(tmp_path: Path):
    problems = problems_of(
        course(
            tmp_path,
            a=ITEM.replace("minutes: 2", "minutes: 99"),
            b="no front matter",
            c=ITEM.replace("=== en\nBody\n", ""),
            d=ITEM.replace("title:", "tilte:"),
        )
    )
    text = "\n".join(problems)
    assert "basics/a.md:4: minutes:" in text
    assert "basics/b.md:1: expected front matter" in text
    assert "basics/c.md: expected a section '=== en'" in text
    assert "basics/d.md:3: tilte:" in text
    assert "title: Field required" in text


def test_an_item_id_stands_once(tmp_path: Path):
    [problem] = problems_of(course(tmp_path, a=ITEM, b=ITEM))
    assert "'first' stands twice" in problem


def test_a_course_id_stands_once(tmp_path: Path):
    course(tmp_path)
    shutil.copytree(tmp_path / "basics", tmp_path / "copy")
    assert any("'basics'" in problem for problem in problems_of(tmp_path))


def test_a_course_without_items_is_a_problem(tmp_path: Path):
    course(tmp_path)
    (tmp_path / "basics" / "first.md").unlink()
    [problem] = problems_of(tmp_path)
    assert "at least one item" in problem


def test_a_folder_without_courses_is_a_problem(tmp_path: Path):
    [problem] = problems_of(tmp_path)
    assert "at least one folder with a course.yaml" in problem


def test_a_line_that_looks_like_a_section_is_a_problem_if_no_language_has_it(tmp_path: Path):
    stray = ITEM.replace("=== en", "=== english")
    assert problems_of(course(tmp_path, first=stray))


def with_media(*names: str) -> str:
    return ITEM.replace("minutes: 2", f"minutes: 2\nmedia: [{', '.join(names)}]")


def test_an_item_may_have_files_beside_it(tmp_path: Path):
    item = with_media("图.PNG", "film.mp4", "talk.ogg", "form.docx", "copy.bin", "other.png")
    folder = course(tmp_path, first=item) / "basics"
    for name in ("图.PNG", "film.mp4", "talk.ogg", "form.docx", "copy.bin"):
        (folder / name).write_bytes(b"the same bytes")
    (folder / "other.png").write_bytes(b"others")
    [read] = load_courses(tmp_path)
    media = read.items[0].media
    kinds = ["photo", "video", "voice", "document", "document", "photo"]
    assert [file.kind for file in media] == kinds
    assert media[0].path == folder / "图.PNG"
    assert all(len(file.digest) == 64 for file in media)
    # Telegram's id of a photo is none of a video; the same bytes shown alike are one file.
    assert len({file.digest for file in media}) == 5
    assert media[3].digest == media[4].digest


def test_an_item_without_media_has_none(tmp_path: Path):
    [read] = load_courses(course(tmp_path))
    assert read.items[0].media == ()


def test_every_file_that_cannot_be_sent_is_named(tmp_path: Path):
    names = ["gone.png", "empty.pdf", "big.jpg", "big.pdf", "fits.jpg", "folder"]
    folder = course(tmp_path, first=with_media(*names)) / "basics"
    (folder / "empty.pdf").touch()
    (folder / "folder").mkdir()
    megabyte = 1024 * 1024
    sizes = {"big.jpg": 10 * megabyte + 1, "fits.jpg": 10 * megabyte, "big.pdf": 50 * megabyte + 1}
    for name, size in sizes.items():
        with (folder / name).open("wb") as file:
            file.truncate(size)  # sparse: takes no room
    problems = problems_of(tmp_path)
    assert [problem.split(": ")[2] for problem in problems] == [
        *("gone.png", "empty.pdf", "big.jpg", "big.pdf", "folder")
    ]
    assert all(problem.startswith("basics/first.md: media: ") for problem in problems)
    assert "expected a file of this name beside the item" in problems[0]
    assert "not 0 bytes" in problems[1]
    assert "10 MB of photo" in problems[2]
    assert "50 MB of document" in problems[3]


@pytest.mark.parametrize("name", ["../course.yaml", "/etc/passwd", ".env", "a/b.png"])
def test_a_file_stands_beside_the_item(tmp_path: Path, name: str):
    [problem] = problems_of(course(tmp_path, first=with_media(name)))
    assert problem.startswith("basics/first.md:5: media.0:")


def test_ids_fit_into_buttons():
    from content.screen import press

    for each in load_courses(course_files.SHIPPED):
        for item in each.items:
            press("done", each.id, item.id)
    press("done", "c" * 28, "i" * 28)  # the longest ids that the files may have
