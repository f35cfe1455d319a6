"""Cutting long messages: whatever the text is, each piece is a message that Telegram takes."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.splitting import MESSAGE_LIMIT, split

TAG = re.compile(r"<(/?)([\w-]+)[^>]*>")
ENTITY = re.compile(r"&#?\w+;")
OPENINGS = ("<b>", "<i>", "<code>", '<a href="https://example.org/?a=1&amp;b=2">', "<tg-spoiler>")


def visible(piece: str) -> str:
    """What a reader sees of Telegram HTML."""
    return html.unescape(TAG.sub("", piece))


def width(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def assert_balanced(piece: str) -> None:
    open_tags: list[str] = []
    for closing, name in TAG.findall(piece):
        if closing:
            assert open_tags, f"</{name}> closes nothing in {piece!r}"
            assert open_tags.pop() == name, piece
        else:
            open_tags.append(name)
    assert not open_tags, f"left open: {open_tags} in {piece!r}"


characters = st.text(
    st.one_of(st.sampled_from("ab \n&<>\"'邻里😀"), st.characters(codec="utf-8")), max_size=12
)


@st.composite
def telegram_html(draw: st.DrawFn, depth: int = 3) -> str:
    """Well-formed HTML as our templates make it: escaped text and nested tags."""
    parts = []
    for _ in range(draw(st.integers(0, 5))):
        if depth and draw(st.booleans()):
            opening = draw(st.sampled_from(OPENINGS))
            name = re.split(r"[ >]", opening[1:])[0]
            parts.append(f"{opening}{draw(telegram_html(depth - 1))}</{name}>")
        else:
            parts.append(html.escape(draw(characters)))
    return "".join(parts)


limits = st.integers(4, 40)


@given(telegram_html(), limits)
@example("<b></b>" * 6 + "\nabc😀x", 4)  # many tags before the line end, a wide character after
def test_no_piece_is_over_the_limit(text: str, limit: int):
    assert max(width(visible(piece)) for piece in split(text, limit)) <= limit


@given(telegram_html(), limits)
def test_tags_are_balanced_in_every_piece(text: str, limit: int):
    for piece in split(text, limit):
        assert_balanced(piece)


@given(telegram_html(), limits)
@example("&#x27;" * 6, 4)  # entities may be hexadecimal
@example("&#39;" * 6, 4)
def test_what_is_read_is_what_was_written(text: str, limit: int):
    # At a border a line end may be left out: the border itself ends the line.
    together = "".join(visible(piece) for piece in split(text, limit))
    assert together.replace("\n", "") == visible(text).replace("\n", "")
    assert visible(text).count("\n") - together.count("\n") <= len(split(text, limit)) - 1


@given(telegram_html(), limits)
def test_an_entity_is_never_cut(text: str, limit: int):
    for piece in split(text, limit):
        assert "&" not in ENTITY.sub("", TAG.sub("", piece)), piece


@given(telegram_html(), limits)
def test_a_short_text_is_one_piece(text: str, limit: int):
    if width(visible(text)) <= limit:
        assert split(text, limit) == [text]


@given(st.text(st.sampled_from("ab\n"), min_size=1, max_size=80).filter(str.strip), limits)
def test_no_piece_is_blank_where_lines_are_short(text: str, limit: int):
    text = re.sub(r"\n{2,}", "\n\n", text.strip())
    assert all(visible(piece).strip() for piece in split(text, limit))


def test_a_long_text_is_cut_at_the_end_of_a_line():
    line = "一" * 99 + "\n"
    pieces = split(line * 100)
    assert len(pieces) == 3
    assert all(piece.endswith("一") for piece in pieces[:-1])
    assert all(width(piece) <= MESSAGE_LIMIT for piece in pieces)


def test_formatting_goes_on_in_the_next_piece():
    pieces = split(f"<b>{'a' * 5}<i>{'b' * 5}</i></b>", 7)
    assert pieces == ["<b>aaaaa<i>bb</i></b>", "<b><i>bbb</i></b>"]


@pytest.mark.parametrize("text", ["", "short", "<b>bold</b> &amp; more"])
def test_what_fits_is_left_alone(text: str):
    assert split(text) == [text]
