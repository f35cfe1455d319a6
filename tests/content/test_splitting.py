"""Cutting long messages: whatever the text is, each piece is a message that Telegram takes."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.splitting import CAPTION_LIMIT, MESSAGE_LIMIT, clip, fits, plain, split

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


def formatting(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every visible character with the tags around it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    open_tags: list[str] = []
    for token in re.findall(r"<[^>]*>|&#?\w+;|[^<]", text):
        if token.startswith("</"):
            open_tags.pop()
        elif token.startswith("<"):
            open_tags.append(token)
        else:
            found.append((html.unescape(token), tuple(open_tags)))
    return found


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
def test_what_is_read_is_what_was_written_but_for_blank_space_at_borders(text: str, limit: int):
    rest = visible(text)
    for piece in split(text, limit):
        shown = visible(piece)
        at = rest.find(shown)
        assert at >= 0
        assert not rest[:at].strip()
        rest = rest[at + len(shown) :]
    assert not rest.strip()


@given(telegram_html(), limits)
def test_formatting_stays_on_every_character(text: str, limit: int):
    whole = formatting(text)
    cut = [each for piece in split(text, limit) for each in formatting(piece)]
    assert [each for each in cut if each[0].strip()] == [each for each in whole if each[0].strip()]


@given(telegram_html(), limits)
def test_an_entity_is_never_cut(text: str, limit: int):
    for piece in split(text, limit):
        assert "&" not in ENTITY.sub("", TAG.sub("", piece)), piece


@given(telegram_html(), limits)
def test_a_short_text_is_one_piece(text: str, limit: int):
    if width(visible(text)) <= limit:
        assert split(text, limit) == [text]


@given(telegram_html(), limits)
def test_no_piece_is_blank(text: str, limit: int):
    pieces = split(text, limit)
    assert all(visible(piece).strip() for piece in pieces) or pieces == [text]


@given(telegram_html(), limits)
@example("<b>a &amp; b</b> 😀", 4)
def test_what_fits_is_counted_as_telegram_counts(text: str, limit: int):
    assert plain(text) == visible(text)
    assert fits(text, limit) == (width(visible(text)) <= limit)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("one two\n\nthree\nfour. five", 20, ["one two", "three\nfour. five"]),
        ("one two\n \nthree\nfour. five", 20, ["one two", "three\nfour. five"]),
        ("one two three\nfour. five six", 20, ["one two three", "four. five six"]),
        ("One, two. Three four five", 20, ["One, two.", "Three four five"]),
        ("Version 3.11 of the one", 20, ["Version 3.11 of the", "one"]),
        ("one two three four five six", 20, ["one two three four", "five six"]),
        ("甲乙丙丁。戊己庚辛，壬癸子丑", 10, ["甲乙丙丁。", "戊己庚辛，壬癸子丑"]),
        ("「甲乙丙丁。」戊己庚辛，壬癸子丑", 10, ["「甲乙丙丁。」", "戊己庚辛，壬癸子丑"]),
        ("甲乙丙丁戊己，庚辛壬癸子丑", 10, ["甲乙丙丁戊己，", "庚辛壬癸子丑"]),
        ("甲乙丙丁戊己庚辛壬癸子丑", 10, ["甲乙丙丁戊己庚辛壬癸", "子丑"]),
        ("a\n\n" + "b" * 18, 20, ["a\n\n" + "b" * 17, "b"]),  # one letter is no piece
        (
            "<b>one two</b>\n\n<i>three four five</i>",
            20,
            ["<b>one two</b>", "<i>three four five</i>"],
        ),
        ("<b>one two\n\nthree four five</b>", 20, ["<b>one two</b>", "<b>three four five</b>"]),
    ],
)
def test_a_piece_ends_where_a_reader_would_pause(text: str, limit: int, pieces: list[str]):
    assert split(text, limit) == pieces


def test_the_last_blank_line_that_fits_is_the_border():
    paragraphs = ["一" * 1500, "二" * 1500, "三" * 1096, "四" * 99]
    assert split("\n\n".join(paragraphs)) == ["一" * 1500 + "\n\n" + "二" * 1500,
                                              "三" * 1096 + "\n\n" + "四" * 99]  # fmt: skip
    exact = ["一" * 2000, "二" * 2094, "三"]  # the first two fill a message to the last unit
    assert split("\n\n".join(exact)) == ["一" * 2000 + "\n\n" + "二" * 2094, "三"]


def test_a_long_text_is_cut_at_the_end_of_a_line():
    line = "一" * 99 + "\n"
    pieces = split(line * 100)
    assert len(pieces) == 3
    assert all(piece.endswith("一") for piece in pieces[:-1])
    assert all(width(piece) <= MESSAGE_LIMIT for piece in pieces)


def test_formatting_goes_on_in_the_next_piece():
    pieces = split(f"<b>{'a' * 5}<i>{'b' * 5}</i></b>", 7)
    assert pieces == ["<b>aaaaa<i>bb</i></b>", "<b><i>bbb</i></b>"]


def test_an_attribute_may_hold_what_looks_like_the_end_of_a_tag():
    text = '<a href="https://example.org/?a>b">link</a>'
    assert plain(text) == "link"
    assert split(text * 3, 8) == [text * 2, text]


@pytest.mark.parametrize("text", ["a < b", "1 <2", "</b>stray", "<b>open", "&copy; &lt"])
def test_broken_html_is_cut_all_the_same_for_telegram_to_refuse(text: str):
    assert "".join(split(text + "x" * 40, 20))


@pytest.mark.parametrize("text", ["", "short", "<b>bold</b> &amp; more"])
def test_what_fits_is_left_alone(text: str):
    assert split(text) == [text]


def test_a_caption_is_shorter_than_a_message():
    assert fits("<b>" + "社" * CAPTION_LIMIT + "</b>", CAPTION_LIMIT)
    assert not fits("社" * (CAPTION_LIMIT + 1), CAPTION_LIMIT)
    assert not fits("😀" * (CAPTION_LIMIT // 2 + 1), CAPTION_LIMIT)


def test_a_clipped_text_says_that_there_is_more():
    assert clip("邻里", 2) == "邻里"
    assert clip("邻里😀", 3) == "邻里…"
