"""The same, sent twice into whatever form goes on with what it has, stands there once."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.model.adding import stands_in
from storage.model.event_details import Details
from storage.model.ledger_draft import EntryDraft
from storage.model.message import Media, MediaKind
from storage.model.notice import Piece
from storage.model.notice_draft import NoticeDraft, new_notice
from storage.model.past_event import PastDraft
from storage.model.photos_draft import PhotosDraft
from storage.model.suggestion import SuggestionState
from storage.model.suggestion_draft import ReplyDraft, SuggestionDraft

PHOTOS = tuple(Media(MediaKind.PHOTO, name) for name in "abcdefghij")
A, B = PHOTOS[:2]
NOTICE = new_notice("k", "zh", 7, ZoneInfo("Asia/Shanghai"))


def added(draft: NoticeDraft, piece: Piece) -> NoticeDraft:
    return draft.add().with_piece(piece, cut=False)


# What is said to which draft, twice in a row.
TWICE: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "a suggestion's review": (
        SuggestionDraft("k", 1, text="灯坏了"),
        lambda draft: draft.with_more("三楼的", (A, B)),
    ),
    "its first words again": (
        SuggestionDraft("k", 1, text="灯坏了\n三楼的"),
        lambda draft: draft.with_more("灯坏了 "),
    ),
    "its text": (SuggestionDraft("k", 1), lambda draft: draft.with_other_text("灯坏了", (A,))),
    "as many files as may be": (
        SuggestionDraft("k", 1, media=PHOTOS),
        lambda draft: draft.with_more("", PHOTOS),
    ),
    "a reply": (
        ReplyDraft(1, "2026-0001", SuggestionState.ADOPTED, "本周换", "下周换"),
        lambda draft: draft.with_reply("本周换"),
    ),
    "words under photos of an entry": (
        EntryDraft("k"),
        lambda draft: draft.with_more("走访", (A, B)),
    ),
    "a note, and words under photos": (
        EntryDraft("k", note="走访", media=PHOTOS),
        lambda draft: draft.with_more("走访", PHOTOS),
    ),
    "a past event": (PastDraft("k"), lambda draft: draft.with_more("合影", (A, B))),
    "photos of an event": (PhotosDraft(1), lambda draft: draft.with_more(PHOTOS)),
    "pictures of an event to come": (Details(), lambda draft: draft.with_pictures((A, B))),
    "a question of an event": (Details(), lambda draft: draft.with_question("吃辣吗？吃/不吃")),
    "a notice": (NOTICE, lambda draft: draft.with_piece(Piece("停水", A), cut=False)),
    "a paragraph of a notice": (
        NOTICE.with_piece(Piece("停水"), cut=False),
        lambda draft: added(draft, Piece("周五 8:00")),
    ),
}


@pytest.mark.parametrize("form", TWICE)
def test_what_is_sent_twice_stands_once(form: str) -> None:
    draft, say = TWICE[form]
    once = say(draft)
    assert say(once) == once


def test_the_same_notice_again_keeps_the_one_before_it() -> None:
    draft = NOTICE
    for text in ("停水", "停电", "停电"):
        draft = draft.with_piece(Piece(text), cut=False)
    assert draft.swapped().written().body("zh") == "停水"


@pytest.mark.parametrize(
    ("text", "said", "stands"),
    [
        ("灯坏了", "灯坏了", True),
        ("灯坏了\n三楼", "三楼", True),
        ("一\n二\n三", "二", True),
        ("一\n二\n三", "一\n二", True),
        ("停水了", "停水", False),
        ("三楼灯坏了", "灯坏了", False),
        ("灯坏了", "", False),
        ("", "灯坏了", False),
    ],
)
def test_only_whole_messages_are_the_same(text: str, said: str, stands: bool) -> None:
    assert stands_in(text, said) is stands
