"""Notices: what staff write is checked before it is sent, and filled in for each person."""

import json
import string
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.screen import Button
from content.screens.notice import PLACEHOLDERS, check, notice, personal
from content.texts import load_texts
from storage.model.message import (
    LABEL_LIMIT,
    OPTION_LIMIT,
    QUESTION_LIMIT,
    Link,
    Media,
    MediaKind,
    Message,
    Poll,
)
from storage.model.refusal import Refusal
from tests.clock import monday_noon

TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), monday_noon)
PHOTO = Media(MediaKind.PHOTO, "photo-id")


def shown(body: str, name: str = "ana", community: str = "东湖社区", language: str = "zh") -> str:
    return notice(TEXTS.in_(language), Message({language: body}), name, community).text


def refusal_of(body: str) -> Refusal:
    with pytest.raises(Refusal) as raised:
        check(body)
    for language in ("zh", "en"):
        told = TEXTS.in_(language).label(raised.value.key, **raised.value.names)
        assert all(f"{{{{ {word} }}}}" in told for word in PLACEHOLDERS), "what could be written"
        assert len(told) <= 200, "it fits over a chat"
    return raised.value


@pytest.mark.parametrize(
    "body",
    [
        "{{ name }}",
        "{{name}}",
        "{{ 姓名 }}",
        "{{姓名}}",
        "{{- name -}}",
        "｛｛ 姓名 ｝｝",
        "{｛name｝}",
    ],
)
def test_a_placeholder_is_filled_in_however_it_is_written(body: str):
    check(body)
    assert shown(body) == "ana"


def test_the_community_is_a_placeholder_too():
    assert shown("<b>{{ 社区 }}</b> {{ community }}") == "<b>东湖社区</b> 东湖社区"


@pytest.mark.parametrize("missing", ["", "  ", "\u3164"])
def test_a_missing_value_is_a_word_that_suits_anybody(missing: str):
    body = "{{ name }} · {{ community }}"
    assert shown(body, missing, missing) == "邻居 · 本社区"
    assert shown(body, missing, missing, "en") == "neighbour · our community"


def test_a_name_is_escaped_and_never_read_as_a_template():
    assert shown("{{ name }}!", name="<b>&{{ community }}") == "&lt;b&gt;&amp;{{ community }}!"


def test_what_staff_formatted_stays_as_it_is():
    body = '<b>第 1 条</b>\n<a href="https://example.org/?a=1&b=2">看 "这里"</a> &amp; &lt;\n'
    assert shown(body) == body


@pytest.mark.parametrize("word", ["nmae", "名字", "true", "self", "range", "Name", "__class__"])
def test_an_unknown_placeholder_is_named(word: str):
    refusal = refusal_of(f"您好 {{{{ {word} }}}}")
    assert refusal.key == "notice.unknown_placeholder"
    assert refusal.names["name"] == word


@pytest.mark.parametrize(
    "body",
    [
        "{{",
        "{{ name",
        "{{ name }",
        "{{}}",
        "{{ name name }}",
        "{{ name.upper() }}",
        "{{ name | upper }}",
        "{{ name['x'] }}",
        "{{ 7 * 7 }}",
        "{{ 'a' }}",
        "{{{ name }}}",
        "{{ name }} {{",
        "{% for x in name %}{{ name }}{% endfor %}",
        "{% raw %}{{ name }}{% endraw %}",
        "{% include 'x' %}",
        "{# gone #}",
        "{{ <b>name</b> }}",
        "{<b>{ name }</b>}",
        '<a href="https://example.org/{{ name }}">x</a>',
        "{{ " + "(" * 5000 + " }}",
    ],
)
def test_anything_but_a_plain_name_is_refused(body: str):
    assert refusal_of(body).key == "notice.broken_placeholder"


def test_a_text_that_was_never_checked_is_not_rendered_either():
    with pytest.raises(Refusal):
        shown("{{ name | upper }}")


@pytest.mark.parametrize("body", ["}} done", "{ name }", "100 %", "｛姓名｝", "a { b } c"])
def test_single_braces_are_ordinary_text(body: str):
    check(body)
    assert shown(body) == body


@given(st.text(st.sampled_from("{}%#｛｝ name姓名|.'<b>/\n")), st.text(string.printable))
@example("{{ name }}" * 50, "{{ name }}")
def test_whatever_is_typed_is_shown_or_refused(body: str, name: str):
    body = f"x{body}"
    try:
        check(body)
    except Refusal:
        return
    said = shown(body, f"x{name}")
    assert personal(Message({"zh": body})) or said == body


def test_only_a_message_with_placeholders_is_personal():
    assert personal(Message({"zh": "您好 {{ 姓名 }}"}))
    assert personal(Message({"zh": "您好", "en": "Hello ｛｛ name ｝｝"}))
    assert not personal(Message({"zh": "您好", "en": "Hello { name }"}))
    assert not personal(Message({}, (PHOTO,)))


def test_a_notice_is_in_the_language_of_the_reader_or_in_the_one_that_there_is():
    both = Message({"zh": "您好", "en": "Hello"})
    assert notice(TEXTS.in_("en"), both, "ana", "").text == "Hello"
    assert notice(TEXTS.in_("zh"), both, "ana", "").text == "您好"
    assert notice(TEXTS.in_("en"), Message({"zh": "您好"}), "ana", "").text == "您好"
    assert notice(TEXTS.in_("zh"), Message({"zh": " ", "en": "Hi"}), "ana", "").text == "Hi"
    assert notice(TEXTS.in_("zh"), Message({}, (PHOTO,)), "ana", "").text == ""


def test_media_poll_and_link_stand_beside_the_text():
    poll = Poll("几点？", ("八点", "九点"))
    message = Message({"zh": "您好"}, (PHOTO,), poll, Link("报名", "https://example.org/a?b=c"))
    screen = notice(TEXTS.in_("zh"), message, "ana", "")
    assert screen.media == (PHOTO,)
    assert screen.poll == poll
    assert screen.rows == ((Button("报名", url="https://example.org/a?b=c"),),)
    assert screen.preview


# -- the message and its JSON --------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).map(lambda t: f"x{t}")
media = st.builds(Media, st.sampled_from(MediaKind), texts)
polls = st.builds(
    Poll, texts, st.lists(texts, min_size=2, max_size=12).map(tuple), several=st.booleans()
)
links = st.builds(Link, texts, st.just("https://example.org/"))
messages = st.builds(
    Message,
    st.dictionaries(st.sampled_from(["zh", "en"]), texts, min_size=1),
    st.lists(media, max_size=3).map(tuple),
    st.none() | polls,
    st.none() | links,
)


@given(messages)
def test_a_message_is_read_as_it_was_written(message: Message):
    assert Message.from_json(message.to_json()) == message
    assert hash(message) == hash(Message.from_json(message.to_json()))


GOOD = {
    "bodies": {"zh": "您好"},
    "media": [{"kind": "photo", "file_id": "x"}],
    "poll": {"question": "?", "options": ["a", "b"], "several": False},
    "link": {"label": "a", "url": "https://example.org"},
}
BROKEN = {
    "nothing": "",
    "no JSON": "{",
    "a list": "[]",
    "no bodies": "{}",
    "a number": "7",
    "nothing to show": json.dumps({"bodies": {}}),
    "bodies are a list": json.dumps(GOOD | {"bodies": ["您好"]}),
    "another language": json.dumps(GOOD | {"bodies": {"fr": "Salut"}}),
    "a body that is no text": json.dumps(GOOD | {"bodies": {"zh": 7}}),
    "media that are no list": json.dumps(GOOD | {"media": {}}),
    "an unknown kind": json.dumps(GOOD | {"media": [{"kind": "sticker", "file_id": "x"}]}),
    "a medium without an id": json.dumps(GOOD | {"media": [{"kind": "photo"}]}),
    "options in one text": json.dumps(
        GOOD | {"poll": {"question": "?", "options": "ab", "several": False}}
    ),
    "several or not": json.dumps(
        GOOD | {"poll": {"question": "?", "options": ["a", "b"], "several": 1}}
    ),
    "one option": json.dumps(GOOD | {"poll": {"question": "?", "options": ["a"], "several": True}}),
    "a link without an address": json.dumps(GOOD | {"link": {"label": "a"}}),
    "a link that is a text": json.dumps(GOOD | {"link": "https://example.org"}),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_broken_json_is_a_value_error(text: str):
    assert Message.from_json(json.dumps(GOOD))
    with pytest.raises(ValueError, match="."):
        Message.from_json(text)


def key_of(make: object) -> str:
    assert callable(make)
    with pytest.raises(Refusal) as raised:
        make()
    for language in ("zh", "en"):
        assert TEXTS.in_(language)(raised.value.key, **raised.value.names)
    return raised.value.key


def test_a_message_with_nothing_in_it_cannot_be_made():
    assert key_of(lambda: Message({})) == "notice.empty"
    assert key_of(lambda: Message({"zh": " \n"})) == "notice.empty"
    link = Link("a", "https://example.org")
    assert key_of(lambda: Message({}, link=link)) == "notice.empty"


def test_a_link_needs_something_that_holds_a_button():
    link = Link("a", "https://example.org")
    assert Message({}, (PHOTO,), link=link)
    assert Message({}, (PHOTO, PHOTO), Poll("?", ("a", "b")), link)
    assert key_of(lambda: Message({}, (PHOTO, PHOTO), link=link)) == "notice.link_needs_text"


def test_a_poll_is_within_the_limits_of_telegram():
    two = ("a", "b")
    assert Poll("问" * QUESTION_LIMIT, ("选" * OPTION_LIMIT, "b", *"cdefghijkl"))
    assert key_of(lambda: Poll("问" * (QUESTION_LIMIT + 1), two)) == "notice.poll_question"
    assert key_of(lambda: Poll("😀" * (QUESTION_LIMIT // 2 + 1), two)) == "notice.poll_question"
    assert key_of(lambda: Poll(" ", two)) == "notice.poll_question"
    assert key_of(lambda: Poll("?", ("a",))) == "notice.poll_options"
    assert key_of(lambda: Poll("?", tuple("abcdefghijklm"))) == "notice.poll_options"
    assert key_of(lambda: Poll("?", ("a", ""))) == "notice.poll_option"
    assert key_of(lambda: Poll("?", ("a", "b" * (OPTION_LIMIT + 1)))) == "notice.poll_option"


@pytest.mark.parametrize(
    "url", ["http://a.b", "https://example.org:8080/a?b=c#d", "tg://user?id=1", "https://例子.中国"]
)
def test_a_link_opens_a_web_address(url: str):
    assert Link("a", url)


@pytest.mark.parametrize(
    "url", ["", "example.org", "https://localhost", "javascript:alert(1)", "https://a b.c", "tg://"]
)
def test_what_is_no_web_address_is_refused(url: str):
    assert key_of(lambda: Link("a", url)) == "notice.link_address"


def test_a_label_is_short():
    assert Link("a" * LABEL_LIMIT, "https://example.org")
    assert key_of(lambda: Link("a" * (LABEL_LIMIT + 1), "https://a.b")) == "notice.link_label"
    assert key_of(lambda: Link("", "https://a.b")) == "notice.link_label"
