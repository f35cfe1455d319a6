"""Telegram's HTML: what it means, and what is refused in which words."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.entities import formatted, to_html, utf16_len
from bot.simulator.html import HtmlError, parse_html
from bot.simulator.refusals import Refusal

REFUSED = [
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("社区<x>", 'Unsupported start tag "x" at byte offset 6'),
    ("<P>text</P>", 'Unsupported start tag "p" at byte offset 0'),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("<b>bold", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("x<b", "Unclosed start tag at byte offset 1"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
]

READ = [
    ("<b>a</b>", "a", [("bold", 0, 1)]),
    ("<STRONG>a</strong>", "a", [("bold", 0, 1)]),
    ("👍<i>b</i>", "👍b", [("italic", 2, 1)]),
    ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
    ("<b></b>a", "a", []),
    ("<s>a</><u>b</u>", "ab", [("strikethrough", 0, 1), ("underline", 1, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1)]),
    ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
    ("&lt;b&gt; &amp;&quot;&#65;&#x42;&nbsp;&apos;", '<b> &"AB&nbsp;&apos;', []),
    ("&lt", "<", []),
    ("a & b &#0; &#xD800;", "a & b &#0; &#xD800;", []),
]


@pytest.mark.parametrize(("html", "words"), REFUSED)
def test_what_telegram_refuses_is_refused_in_its_words(html: str, words: str) -> None:
    with pytest.raises(HtmlError) as refused:
        parse_html(html)
    assert str(refused.value) == words


@pytest.mark.parametrize(("html", "text", "entities"), READ)
def test_html_becomes_text_and_entities(
    html: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    found, marked = parse_html(html)
    assert found == text
    assert [(e["type"], e["offset"], e["length"]) for e in marked] == entities


def test_links_keep_their_address_and_lose_an_impossible_one() -> None:
    assert parse_html('<a href="https://example.org/?a=1&amp;b=2">x</a>')[1][0]["url"] == (
        "https://example.org/?a=1&b=2"
    )
    assert parse_html("<a>example.org</a>")[1][0]["url"] == "http://example.org"
    assert parse_html('<a href="javascript:alert(1)">x</a>') == ("x", [])


@pytest.mark.parametrize(
    "html",
    [
        '<pre><code class="language-python">x</code></pre>',
        '<code class="language-python"><pre>x</pre></code>',
    ],
)
def test_a_block_of_code_has_its_language(html: str) -> None:
    assert parse_html(html)[1] == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


def test_a_mention_without_user_name_needs_a_known_person() -> None:
    html = '<a href="tg://user?id=7">li</a>'
    assert formatted(html, "HTML", user=lambda n: {"id": n})[1][0]["user"] == {"id": 7}
    assert formatted(html, "HTML", user=lambda _: None) == ("li", [])


def test_numbers_of_any_length_are_survived() -> None:
    long = "9" * 5000
    assert parse_html(f'<a href="tg://user?id={long}">x</a>')[1][0]["type"] == "text_link"
    with pytest.raises(HtmlError, match="custom emoji"):
        parse_html(f'<tg-emoji emoji-id="{long}">x</tg-emoji>')


def test_text_is_cleaned_and_trimmed_and_entities_follow() -> None:
    text, entities = formatted("\n  a\t<b>b \r\n</b>\n ", "HTML")
    assert text == "a b"
    assert entities == [{"type": "bold", "offset": 2, "length": 1}]


def test_telegram_finds_commands_and_addresses_by_itself() -> None:
    _, entities = formatted("/start https://example.org/a. me@example.org @linli_bot #社区", None)
    assert [e["type"] for e in entities] == ["bot_command", "url", "email", "mention", "hashtag"]


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(Refusal, match="unsupported parse_mode"):
        formatted("x", "MarkdownV2")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(escape(text, quote=False)) == (text, [])


_pieces = st.sampled_from([*"<>/\"=& '#x;bi", "社", "👍", "tg-", "<b>", "</b>", "<a href="])


@given(st.lists(_pieces).map("".join))
def test_no_html_breaks_the_parser(html: str) -> None:
    try:
        text, entities = parse_html(html)
    except HtmlError:
        return
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_len(text)


_spans = st.lists(
    st.builds(
        lambda kind, offset, length: {"type": kind, "offset": offset, "length": length},
        st.sampled_from(["bold", "italic", "pre", "text_link", "blockquote", "mention"]),
        st.integers(0, 12),
        st.integers(1, 12),
    ),
    max_size=5,
)


@given(st.text(alphabet="ab<&👍社", min_size=1, max_size=12), _spans)
def test_rendered_entities_are_safe_and_well_nested(
    text: str, spans: list[dict[str, object]]
) -> None:
    rendered = to_html(text, [{**span, "url": "https://example.org"} for span in spans])
    rendered = rendered.replace(' rel="noopener noreferrer"', "")
    try:
        found, _ = parse_html(rendered)
    except HtmlError as error:
        raise AssertionError(rendered) from error
    if "👍" not in text:  # an entity may cut a character of two units in half
        assert found == text


def test_rendered_links_lead_nowhere_dangerous() -> None:
    link = {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}
    assert 'href="https://javascript' in to_html("x", [link])
