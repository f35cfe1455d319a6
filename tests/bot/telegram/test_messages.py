"""From a screen to calls: every limit of the Bot API kept, nothing lost, nothing twice."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.messages import Call, corrections, prepare, replacement
from content.screen import Button, File, Screen, Venue
from content.splitting import CAPTION_LIMIT, MESSAGE_LIMIT, plain
from storage.model.message import Media, MediaKind, Poll, utf16_length

ROWS = ((Button("OK", "done:1"), Button("Web", url="https://example.org")),)
KEYBOARD = [
    [{"text": "OK", "callback_data": "done:1"}, {"text": "Web", "url": "https://example.org"}]
]
POLL = Poll("几点？", ("八点", "九点"), several=True)
P = Media(MediaKind.PHOTO, "photo-id")
V = Media(MediaKind.VIDEO, "video-id")
D = Media(MediaKind.DOCUMENT, "document-id")
A = Media(MediaKind.VOICE, "voice-id")
LETTERS = {
    MediaKind.PHOTO: "p",
    MediaKind.VIDEO: "v",
    MediaKind.DOCUMENT: "d",
    MediaKind.VOICE: "a",
}


def params(call: Call) -> dict[str, Any]:
    """The call's body for chat 7."""
    found: dict[str, Any] = json.loads(call.body(7))
    assert found.pop("chat_id") == 7
    return found


def shape(screen: Screen) -> list[str]:
    """The calls as words: what is in them, "+" for a text, "*" for buttons."""
    found = []
    for call in prepare(screen):
        body = params(call)
        media = "".join(LETTERS[medium.kind] for medium in call.media)
        text = "t" * ("text" in body) + "q" * ("question" in body)
        captions = [body.get("caption"), *(m.get("caption") for m in body.get("media", []))]
        found.append(media + text + "+" * any(captions) + "*" * ("reply_markup" in body))
    return found


def test_a_text_is_one_call():
    [call] = prepare(Screen("<b>您好</b> 😀", ROWS))
    assert call.method == "sendMessage"
    assert params(call) == {
        "text": "<b>您好</b> 😀",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": KEYBOARD},
    }


def test_a_link_is_shown_in_a_preview_if_the_screen_wants_it():
    [call] = prepare(Screen("https://example.org", preview=True))
    assert params(call) == {"text": "https://example.org", "parse_mode": "HTML"}


def test_more_may_be_put_into_a_body():
    [call] = prepare(Screen("a"))
    body = json.loads(call.body(-100123, b',"allow_paid_broadcast":true'))
    assert (body["chat_id"], body["allow_paid_broadcast"], body["text"]) == (-100123, True, "a")


def test_a_body_is_prepared_once_for_everybody():
    assert prepare(Screen("a", ROWS)) is prepare(Screen("a", ROWS))


@pytest.mark.parametrize(
    ("medium", "method"),
    [(P, "sendPhoto"), (V, "sendVideo"), (D, "sendDocument"), (A, "sendVoice")],
    ids=["photo", "video", "document", "voice"],
)
def test_one_medium_takes_the_text_as_its_caption_and_the_buttons(medium: Media, method: str):
    [call] = prepare(Screen("<b>a</b>", ROWS, (medium,)))
    assert call.method == method
    assert params(call) == {
        medium.kind: medium.file_id,
        "caption": "<b>a</b>",
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": KEYBOARD},
    }


def test_a_poll_is_anonymous_and_comes_last():
    *_, call = prepare(Screen("a", poll=POLL))
    assert call.method == "sendPoll"
    assert params(call) == {
        "question": "几点？",
        "options": [{"text": "八点"}, {"text": "九点"}],
        "is_anonymous": True,
        "allows_multiple_answers": True,
    }


FITS, LONG = "字" * CAPTION_LIMIT, "字" * (CAPTION_LIMIT + 1)
SHAPES: list[tuple[Screen, list[str]]] = [
    (Screen("a"), ["t"]),
    (Screen("a" * 4097, ROWS), ["t", "t*"]),
    (Screen(FITS, ROWS, (P,)), ["p+*"]),
    (Screen(f"<b>{FITS}</b>", ROWS, (P,)), ["p+*"]),
    (Screen(LONG, ROWS, (P,)), ["p", "t*"]),
    (Screen("", ROWS, (P,)), ["p*"]),
    (Screen("", (), (P,)), ["p"]),
    (Screen("", (), (P, P)), ["pp"]),
    (Screen("a", (), (P, V, P)), ["pvp+"]),
    (Screen("a", ROWS, (P, V)), ["pv", "t*"]),
    (Screen(LONG, (), (P, V)), ["pv", "t"]),
    (Screen("a", (), (D, D)), ["dd+"]),
    (Screen("a", (), (P, V, D, D, A, A)), ["pv+", "dd", "a", "a"]),
    (Screen("a", (), (P, D, P)), ["p+", "d", "p"]),
    (Screen("a", ROWS, (P, D)), ["p", "d", "t*"]),
    (Screen("a", (), (P,) * 23), ["p" * 10 + "+", "p" * 10, "ppp"]),
    (Screen("a", (), (P,) * 11), ["p" * 10 + "+", "p"]),
    (Screen("a", ROWS, poll=POLL), ["t*", "q"]),
    (Screen("", ROWS, poll=POLL), ["q*"]),
    (Screen("", ROWS, (P, P), POLL), ["pp", "q*"]),
    (Screen("a", ROWS, (P,), POLL), ["p+*", "q"]),
    (Screen(LONG, ROWS, (P, P), POLL), ["pp", "t*", "q"]),
    (Screen("<b> </b>", ROWS, (P,)), ["p*"]),  # nothing of it would be seen
]


@pytest.mark.parametrize(("screen", "expected"), SHAPES, ids=[str(i) for i in range(len(SHAPES))])
def test_media_come_first_then_the_text_then_the_poll(screen: Screen, expected: list[str]):
    assert shape(screen) == expected


def test_buttons_that_nothing_can_hold_are_a_mistake_of_ours():
    with pytest.raises(ValueError, match="album"):
        prepare(Screen("", ROWS, (P, P)))


def test_a_file_of_ours_stands_for_itself_until_it_has_an_id():
    photo = File(MediaKind.PHOTO, Path("a.png"), "d1")
    form = File(MediaKind.DOCUMENT, Path("a.mp3"), "d2")
    [call] = prepare(Screen("a", ROWS, (photo,)))
    assert params(call)["photo"] == "attach://d1"
    assert call.files == [photo]
    [call] = prepare(Screen("a", (), (form,)))
    assert params(call)["disable_content_type_detection"], "a document stays a document"
    [call] = prepare(Screen("a", (), (photo, P)))
    assert [each["media"] for each in params(call)["media"]] == ["attach://d1", P.file_id]
    assert call.files == [photo]
    assert prepare(Screen("a", (), (P,)))[0].files == []


# -- for any screen ------------------------------------------------------------------------------

bodies = st.one_of(
    st.text(st.sampled_from("甲乙 \n。&<😀"), max_size=30).map(html.escape),
    st.tuples(st.sampled_from("甲😀"), st.integers(500, 3000)).map(
        lambda t: f"<b>{t[0]}</b> " + (t[0] * 40 + "\n") * (t[1] // 20)
    ),
)
media = st.lists(st.sampled_from([P, V, D, A]), max_size=25).map(tuple)
screens = st.builds(
    Screen, bodies, st.sampled_from([(), ROWS]), media, st.sampled_from([None, POLL]), st.booleans()
).filter(
    lambda s: plain(s.text).strip() or ((s.media or s.poll) and not (s.rows and len(s.media) > 1))
)


@given(screens)
def test_every_call_is_within_the_limits_of_telegram(screen: Screen):
    for call in prepare(screen):
        body = params(call)
        assert utf16_length(plain(body.get("text", ""))) <= MESSAGE_LIMIT
        if call.method == "sendMediaGroup":
            kinds = {each["type"] for each in body["media"]}
            assert 2 <= len(body["media"]) <= 10
            assert kinds <= {"photo", "video"} or kinds == {"document"}
            assert "reply_markup" not in body
        for each in [body, *body.get("media", [])]:
            assert utf16_length(plain(each.get("caption", ""))) <= CAPTION_LIMIT


@given(screens)
def test_all_of_a_screen_is_sent_once_and_in_order(screen: Screen):
    calls = [params(call) for call in prepare(screen)]
    texts = [c.get(key, "") for c in calls for key in ("text", "caption")]
    texts += [each.get("caption", "") for c in calls for each in c.get("media", [])]
    together = re.sub(r"\s", "", "".join(plain(text) for text in texts))
    assert together == re.sub(r"\s", "", plain(screen.text))
    assert [m for call in prepare(screen) for m in call.media] == list(screen.media)
    assert sum("question" in call for call in calls) == (screen.poll is not None)
    assert sum("reply_markup" in call for call in calls) == bool(screen.rows)
    ranks = {"sendMessage": 2, "sendPoll": 3}
    order = [ranks.get(call.method, 1) for call in prepare(screen)]
    assert order == sorted(order)


@given(screens)
def test_a_correction_has_a_call_for_each_text(screen: Screen):
    for call, edit in zip(prepare(screen), corrections(screen), strict=True):
        if call.method == "sendMessage":
            assert edit is not None
            assert edit.method == "editMessageText"
            assert edit.rest == call.rest
        elif edit is not None:
            assert call is prepare(screen)[0]
            assert edit.method == "editMessageCaption"


@pytest.mark.parametrize(
    ("screen", "method"),
    [
        (Screen("a", ROWS), "editMessageText"),
        (Screen("a", ROWS, (P,)), "editMessageMedia"),
        (Screen("", ROWS, (D,)), "editMessageMedia"),
        (Screen("a", ROWS, (A,)), None),
        (Screen("a", (), (P, P)), None),
        (Screen(LONG, (), (P,)), None),
        (Screen("a" * 5000), None),
        (Screen("", poll=POLL), None),
    ],
)
def test_a_message_can_become_what_is_one_message(screen: Screen, method: str | None):
    call = replacement(screen)
    assert (call.method if call else None) == method


def test_a_venue_comes_first_and_changes_nothing_about_the_rest():
    place = Venue(30.25, 120.15, "社区广场", "东湖社区")
    for media in ((), (P,), (P, V)):
        screen = Screen("活动", ROWS, media)
        first, *others = prepare(replace(screen, venue=place))
        assert first.method == "sendVenue"
        given = {"latitude": 30.25, "longitude": 120.15}
        assert params(first) == {**given, "title": "社区广场", "address": "东湖社区"}
        assert others == list(prepare(screen))
        assert replacement(replace(screen, venue=place)) is None
        assert corrections(replace(screen, venue=place))[0] is None
    [alone] = prepare(Screen("", venue=place))
    assert alone.method == "sendVenue"
    assert replacement(Screen("", venue=place)) is None
