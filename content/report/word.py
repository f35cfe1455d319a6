"""The summary as a Word file, from a template that staff may replace by their own."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from content.problems import ContentError
from content.report.make import TEMPLATE
from content.report.pictures import fitting

_PHOTO = (74.0, 56.0)  # millimetres: two stand beside each other
_LARGEST = 64 * 2**20  # bytes: a template with pictures is a few million
# What a template can raise that is filled: its own errors, those of what it calculates, and of XML
# (a SyntaxError) that it does not close.
_UNFILLED = (
    *(TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError),
    *(MemoryError, RecursionError, SyntaxError),
)
_BRACES = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_SAID = re.compile(r"\{\{(?!p |r |tr |tc ).*?\}\}")  # letters right behind are docxtpl's own
_NAMED = re.compile(r"'(\w+)'(?! object)")


class _Sandbox(SandboxedEnvironment):
    """A template is a program: it sees the words of the summary, and nothing else. It makes no text
    longer by a number, of which one digit too many takes all memory there is."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        for name in ("center", "format", "indent", "tojson"):
            del self.filters[name]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not isinstance(left, int | float) or isinstance(right, str | list):
            raise SecurityError(f"no {operator} in a template")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        pads = isinstance(obj, str) and attr in _PADDING
        return not pads and super().is_safe_attribute(obj, attr, value)


_PADDING = frozenset(
    ("center", "ljust", "rjust", "zfill", "expandtabs", "format", "format_map", "join")
)


def as_word(words: Mapping[str, Any], template: Path | None = None) -> bytes:
    """A .docx of what `words_of` gave, from `template` or the one that ships.

    Raises ContentError for a template that cannot be read, or names what there is not: with the
    paragraph in which it does.
    """
    path = template or TEMPLATE
    document = _opened(path)
    sandbox = _Sandbox()
    try:
        unknown = document.get_undeclared_template_variables(sandbox) - words.keys()
        if unknown:
            raise ContentError([_unknown(path, document, name) for name in sorted(unknown)])
        document.render(_drawn(words, document), jinja_env=sandbox, autoescape=True)
    except UndefinedError as error:
        named = _NAMED.findall(error.message or "")
        if not named:  # an eleventh line of ten
            raise ContentError([f"{path}: cannot be filled: {error.message}"]) from error
        raise ContentError([_unknown(path, document, named[-1])]) from error
    except _UNFILLED as error:
        told = next(iter(str(error).splitlines()), type(error).__name__)
        raise ContentError([_misspelt(path, sandbox) or f"{path}: cannot be filled: {told}"]) from (
            error
        )
    for empty in [p for p in document.docx.paragraphs if _is_left_over(p)]:
        empty._element.getparent().remove(empty._element)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _opened(path: Path) -> DocxTemplate:
    """Raises ContentError for what is no Word file."""
    if not path.is_file():
        raise ContentError([f"{path}: there is no such file"])
    if path.stat().st_size > _LARGEST or _unpacked(path) > _LARGEST:
        raise ContentError([f"{path}: is too large, also unpacked, to be a template"])
    try:
        document = DocxTemplate(str(path))
        document.init_docx()
        document.get_undeclared_template_variables(_Sandbox())
    except TemplateError:
        return document  # which is told with its place
    except (OSError, BadZipFile, LookupError, ValueError, AttributeError, SyntaxError) as error:
        raise ContentError([f"{path}: no Word file (.docx), or a broken one"]) from error
    except PackageNotFoundError as error:
        raise ContentError([f"{path}: no Word file (.docx)"]) from error
    return document


def _unpacked(path: Path) -> int:
    """How large a file says to be; 0 for what is not packed, which is told soon enough."""
    try:
        with ZipFile(path) as parts:
            return sum(each.file_size for each in parts.infolist())
    except BadZipFile:
        return 0


class _Picture:
    """A photo where a template names it; a template gets at nothing else through it."""

    __slots__ = ("_image",)

    def __init__(self, document: DocxTemplate, picture: bytes) -> None:
        self._image = InlineImage(document, io.BytesIO(picture), *fitting(picture, _PHOTO))

    def __str__(self) -> str:
        return str(self._image)

    __html__ = __str__


def _drawn(words: Mapping[str, Any], document: DocxTemplate) -> dict[str, Any]:
    """The words with the photos that were had in the places of those that there are: one after the
    other, and two in a row."""
    return dict(words) | {
        "places": [place | _photos(place["photos"], document) for place in words["places"]]
    }


def _photos(photos: Sequence[Mapping[str, Any]], document: DocxTemplate) -> dict[str, Any]:
    none = {"picture": "", "caption": ""}
    drawn = [
        {**each, "picture": _Picture(document, each["picture"])}
        for each in photos
        if each["picture"]
    ]
    rights = [*drawn[1::2], none]
    rows = [{"left": a, "right": b} for a, b in zip(drawn[::2], rights, strict=False)]
    return {"photos": drawn, "photo_rows": rows}


def _is_left_over(paragraph: Any) -> bool:
    """Nothing stands in it: no words, no picture, no page break."""
    return not paragraph.text.strip() and not paragraph._element.xpath(".//w:br | .//w:drawing")


def _unknown(path: Path, document: DocxTemplate, name: str) -> str:
    wanted = re.compile(rf"\b{re.escape(name)}\b")
    fresh = DocxTemplate(str(path))
    fresh.init_docx()
    for place, text in _texts(fresh.docx):
        if "{" in text and wanted.search(text):
            return f"{path}: {place}: unknown name {name!r} in {text!r}"
    return f"{path}: unknown name {name!r}"


def _misspelt(path: Path, sandbox: SandboxedEnvironment) -> str | None:
    """Where braces are not closed, or what is in them cannot be read, if that is what is wrong."""
    fresh = DocxTemplate(str(path))
    fresh.init_docx()
    for place, text in _texts(fresh.docx):
        try:
            if any(text.count(a) != text.count(b) for a, b in _BRACES):
                raise TemplateSyntaxError("braces that are not closed", 1)
            for said in _SAID.findall(text):
                sandbox.parse(said)
        except TemplateSyntaxError as error:
            return f"{path}: {place}: cannot be filled: {error.message} in {text!r}"
    return None


def _texts(document: Any) -> Iterator[tuple[str, str]]:
    """The text of each paragraph and cell, with where it stands, as people count."""
    for number, paragraph in enumerate(document.paragraphs, 1):
        yield f"paragraph {number}", paragraph.text
    for number, table in enumerate(document.tables, 1):
        for row_number, row in enumerate(table.rows, 1):
            for cell in row.cells:
                yield f"table {number}, row {row_number}", cell.text
