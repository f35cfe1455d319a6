"""Courses: ordered series of study items, one file each, with pictures and files beside them."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from content.problems import ContentError, Strict, parse, read_text
from content.programme import Words
from content.screen import File
from storage.model.message import MediaKind
from storage.model.refusal import Refusal

SHIPPED = Path(__file__).parent / "study"
# Ids stand in buttons ("done:course:item"), which Telegram limits to 64 bytes.
ID = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,27}$")]
# A name of a file beside the item: no folder, nothing hidden.
FileName = Annotated[str, Field(pattern=r"^[^./\\][^/\\]*$")]
# What a file is shown as; any other is a document.
_KINDS = {
    **dict.fromkeys((".jpg", ".jpeg", ".png"), MediaKind.PHOTO),
    ".mp4": MediaKind.VIDEO,
    **dict.fromkeys((".ogg", ".oga", ".opus"), MediaKind.VOICE),
}
# Bytes that a bot may upload, https://core.telegram.org/bots/api#sending-files.
_UPLOAD_LIMIT = 50 * 1024 * 1024
_PHOTO_LIMIT = 10 * 1024 * 1024
_FILE = re.compile(r"\A---\n(?P<front>.*?\n)---\n(?P<body>.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^=== (\w+)$", re.MULTILINE)


class _CourseFile(Strict):
    id: ID
    title: Words
    summary: Words


class _FrontMatter(Strict):
    id: ID
    title: Words
    minutes: int = Field(ge=1, le=30)
    sources: list[Words] = Field(min_length=1)
    media: list[FileName] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of study material, readable in a few minutes. `body` is plain text; `media` stand
    before it."""

    id: str
    title: Words
    minutes: int
    sources: list[Words]
    body: Words
    media: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """An ordered series of items."""

    id: str
    title: Words
    summary: Words
    items: tuple[Item, ...]

    def item(self, item_id: str) -> tuple[int, Item] | None:
        """The item with this id and its number in the course (from 1), or None if withdrawn."""
        for number, item in enumerate(self.items, start=1):
            if item.id == item_id:
                return number, item
        return None

    def at(self, position: int) -> Item | None:
        """The item at `position` (from 0), or None past the end."""
        return self.items[position] if 0 <= position < len(self.items) else None


class Courses:
    """Every course that the bot can push, by id."""

    def __init__(self, courses: list[Course]) -> None:
        self._by_id = {course.id: course for course in courses}

    def __iter__(self) -> Iterator[Course]:
        return iter(self._by_id.values())

    def get(self, course_id: str) -> Course | None:
        return self._by_id.get(course_id)

    def require(self, course_id: str) -> Course:
        """The course with this id. Raises Refusal("study.withdrawn") if it is no longer there."""
        course = self._by_id.get(course_id)
        if course is None:
            raise Refusal("study.withdrawn")
        return course

    def find(self, course_id: str, item_id: str) -> tuple[Course, int, Item] | None:
        """A course, the number of one of its items and the item; None if it was withdrawn."""
        course = self._by_id.get(course_id)
        found = course.item(item_id) if course else None
        return (course, *found) if course and found else None


def courses_of(programme: Path) -> Courses:
    """The courses in a programme's own folder `study`; without one those that are shipped. Raises
    ContentError."""
    own = programme / "study"
    return load_courses(own if own.is_dir() else SHIPPED)


def load_courses(folder: Path = SHIPPED) -> Courses:
    """Read every course below `folder`: a folder with `course.yaml` and one file for each item.

    Raises ContentError naming file, line and what was expected, all problems at once.
    """
    problems: list[str] = []
    courses = []
    for path in sorted(folder.glob("*/course.yaml")):
        try:
            courses.append(_load_course(path))
        except ContentError as error:
            problems += error.problems
    ids = [course.id for course in courses]
    problems += [
        f"{folder}: course {i!r} stands twice" for i in sorted(set(ids)) if ids.count(i) > 1
    ]
    if not courses and not problems:
        problems.append(f"{folder}: expected at least one folder with a course.yaml")
    if problems:
        raise ContentError(problems)
    return Courses(courses)


def _load_course(path: Path) -> Course:
    about = parse(path, read_text(path), _CourseFile)
    problems: list[str] = []
    items: list[Item] = []
    for item_path in sorted(path.parent.glob("*.md")):
        try:
            items.append(_load_item(item_path))
        except ContentError as error:
            problems += error.problems
    ids = [item.id for item in items]
    problems += [f"{path}: item {i!r} stands twice" for i in sorted(set(ids)) if ids.count(i) > 1]
    if not items and not problems:
        problems.append(f"{path}: expected at least one item (*.md) beside it")
    if problems:
        raise ContentError(problems)
    return Course(about.id, about.title, about.summary, tuple(items))


def _load_item(path: Path) -> Item:
    found = _FILE.match(read_text(path))
    if found is None:
        raise ContentError([f"{path}:1: expected front matter between two lines of '---'"])
    front = parse(path, found["front"], _FrontMatter, first_line=2)
    # "=== zh", text, "=== en", text: split() gives what is before, then name and text in turn.
    parts = _SECTION.split(found["body"])
    bodies = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    missing = [language for language in Words.model_fields if not bodies.get(language)]
    if missing:
        raise ContentError([f"{path}: expected a section '=== {name}'" for name in missing])
    body = Words(zh=bodies["zh"], en=bodies["en"])
    media = _load_media(path, front.media)
    return Item(front.id, front.title, front.minutes, front.sources, body, media)


def _load_media(item: Path, names: list[str]) -> tuple[File, ...]:
    """The files beside an item. Raises ContentError for those that cannot be sent."""
    files, problems = [], []
    for name in names:
        path = item.parent / name
        kind = _KINDS.get(path.suffix.lower(), MediaKind.DOCUMENT)
        if problem := _unfit(path, kind):
            problems.append(f"{item}: media: {name}: {problem}")
        else:
            files.append(File(kind, path, _digest(path, kind)))
    if problems:
        raise ContentError(problems)
    return tuple(files)


def _unfit(path: Path, kind: MediaKind) -> str | None:
    """Why Telegram would not take the file, None if it would."""
    if not path.is_file():
        return "expected a file of this name beside the item"
    size = path.stat().st_size
    limit = _PHOTO_LIMIT if kind is MediaKind.PHOTO else _UPLOAD_LIMIT
    if 0 < size <= limit:
        return None
    return f"expected 1 byte to {limit // 1024**2} MB of {kind}, not {size} bytes"


def _digest(path: Path, kind: MediaKind) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha256(kind.encode())).hexdigest()
