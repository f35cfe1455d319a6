"""A notice in the making: pieces, second thoughts, to whom, and the way to JSON and back."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from storage.model.audience import Audience, Behaviour, Deed
from storage.model.audience_draft import ANY, NO, YES, Aspect, AudienceDraft, Question
from storage.model.draft import from_json, to_json
from storage.model.message import Link, Media, MediaKind, Message, Poll
from storage.model.notice import BODY_LIMIT, NewNotice, Piece
from storage.model.notice_draft import NoticeDraft, Remark, new_notice
from storage.model.person import Standing
from storage.model.refusal import Refusal
from storage.model.rhythm_draft import How
from storage.model.roles import Role

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
EMPTY = new_notice("k", "zh", 7, ZONE)
PHOTO = Piece(media=Media(MediaKind.PHOTO, "p1"))
OTHER_PHOTO = Piece(media=Media(MediaKind.PHOTO, "p2"))
POLL = Piece(poll=Poll("哪天方便？", ("周六", "周日")))
OTHER_POLL = Piece(poll=Poll("几点方便？", ("上午", "下午")))


def wrote(*texts: str, draft: NoticeDraft = EMPTY) -> NoticeDraft:
    for text in texts:
        draft = draft.with_piece(Piece(text), cut=False)
    return draft


def body(draft: NoticeDraft) -> str:
    return draft.written().body("zh")


def test_it_begins_for_everybody_at_the_place_and_now() -> None:
    assert EMPTY.missing() == ("message",)
    assert EMPTY.when.is_now
    with pytest.raises(Refusal, match="notice.empty"):
        EMPTY.complete()
    assert wrote("停水").complete() == NewNotice("k", Audience(7), Message({"zh": "停水"}))


def test_a_draft_comes_back_from_json_as_it_was() -> None:
    draft = wrote("停水", draft=EMPTY.with_piece(PHOTO, cut=False)).with_piece(POLL, cut=True)
    draft = draft.with_other("No water").with_link(Link("看", "https://example.org"))
    draft = draft.with_whom(AudienceDraft(Audience(7, role=Role.VIEWER)).asking(Aspect.STUDIED))
    draft = draft.with_urgent(True).with_at_most_once(True).rewrite()
    when = draft.when.asking(How.WEEKLY).with_weekdays(frozenset({"mon"}))
    draft = draft.with_when(when.with_time(time(8), NOON).asking(How.NTH).with_nth(-1))
    assert from_json(NoticeDraft, to_json(draft)) == draft
    assert from_json(NoticeDraft, to_json(EMPTY)) == EMPTY


# Pieces


def test_files_add_up_and_a_text_takes_the_place_of_the_one_before() -> None:
    draft = wrote("停水", draft=EMPTY.with_piece(PHOTO, cut=False))
    assert draft.remark is None
    draft = wrote("不停水", draft=draft).with_piece(OTHER_PHOTO, cut=False)
    assert body(draft) == "不停水"
    assert len(draft.written().media) == 2
    assert wrote("停水", "不停水").remark is Remark.REPLACED
    assert (
        draft.with_piece(POLL, cut=False).with_piece(OTHER_POLL, cut=False).remark
        is Remark.NEW_POLL
    )


def test_what_was_cut_goes_on_and_what_is_added_is_a_paragraph() -> None:
    draft = EMPTY.with_piece(Piece("停"), cut=True).with_piece(Piece("水"), cut=False)
    assert (body(draft), draft.remark) == ("停水", Remark.CONTINUED)
    draft = wrote("明天", draft=draft.add())
    assert (body(draft), draft.remark, draft.adding) == ("停水\n\n明天", None, False)
    assert draft.add().with_piece(PHOTO, cut=False).adding  # the text is still to come


def test_a_remark_is_said_until_the_next_change() -> None:
    draft = wrote("停水", "不停水")
    for changed in (draft.with_urgent(True), draft.with_whom(draft.whom), draft.add()):
        assert changed.remark is None
    assert draft.without_rest().remark is Remark.REST_OF_ALBUM


def test_the_old_text_stays_until_something_comes() -> None:
    rewriting = wrote("停水").rewrite()
    assert rewriting.message is None
    assert rewriting.may_keep
    assert body(rewriting.as_before()) == "停水"
    assert body(rewriting.rewrite().as_before()) == "停水"
    anew = wrote("不停水", draft=rewriting)
    assert (body(anew), anew.rewritten, anew.may_keep) == ("不停水", None, False)


def test_a_text_that_is_too_long_is_refused_in_each_language() -> None:
    for write in (lambda text: wrote(text), wrote("停水").with_other):
        with pytest.raises(Refusal, match="compose.too_long"):
            write("水" * (BODY_LIMIT + 1))


def test_the_other_language_and_the_button_come_and_go() -> None:
    draft = wrote("停水").with_other("No water").with_link(Link("看", "https://example.org"))
    assert draft.written().bodies == {"zh": "停水", "en": "No water"}
    assert draft.without_other().with_link(None).written() == Message({"zh": "停水"})


# To whom


def answer(draft: AudienceDraft, aspect: Aspect, *values: str) -> AudienceDraft:
    draft = draft.asking(aspect)
    for value in values:
        draft = draft.answered(value)
    assert draft.question is None
    return draft


ALL = AudienceDraft(Audience(7))


@pytest.mark.parametrize(
    ("aspect", "values", "expected"),
    [
        (Aspect.PLACE, ("9",), Audience(9)),
        (Aspect.WHO, ("member",), Audience(7, standing=Standing.MEMBER)),
        (Aspect.WHO, ("viewer",), Audience(7, role=Role.VIEWER)),
        (Aspect.WHO, (ANY,), Audience(7)),
        (Aspect.LANGUAGE, ("en",), Audience(7, language="en")),
        (Aspect.LANGUAGE, (ANY,), Audience(7)),
        (Aspect.COURSE, ("c",), Audience(7, course_id="c")),
        (
            Aspect.STUDIED,
            ("c", "i", NO),
            Audience(
                7, behaviour=Behaviour(Deed.ACKNOWLEDGED, done=False, course_id="c", item_id="i")
            ),
        ),
        (Aspect.STUDIED, (ANY,), Audience(7)),
        (
            Aspect.EVENT,
            ("3", "did_miss"),
            Audience(7, behaviour=Behaviour(Deed.MISSED, subject_id=3)),
        ),
        (Aspect.EVENT, (ANY,), Audience(7)),
        (
            Aspect.SUGGESTION,
            ("4", YES),
            Audience(7, behaviour=Behaviour(Deed.SUPPORTED, subject_id=4)),
        ),
    ],
)
def test_each_aspect_changes_the_audience(
    aspect: Aspect, values: tuple[str, ...], expected: Audience
) -> None:
    assert answer(ALL, aspect, *values).audience == expected


def test_a_question_left_halfway_changes_nothing() -> None:
    halfway = ALL.asking(Aspect.STUDIED).answered("c").answered("i")
    assert halfway.audience == ALL.audience
    assert halfway.question == Question(Aspect.DEED, "c", "i")
    with pytest.raises(Refusal, match="home.form_over"):
        ALL.answered("c")


def test_who_supports_is_never_narrowed_down() -> None:
    supporters = answer(answer(ALL, Aspect.WHO, "member"), Aspect.SUGGESTION, "4", YES)
    assert supporters.audience.standing is None
    assert answer(supporters, Aspect.WHO, "member").audience.behaviour is None
    assert answer(supporters, Aspect.LANGUAGE, ANY).audience.names_nobody


def test_groups_and_people_of_the_same_place() -> None:
    groups = answer(ALL, Aspect.WHO, "member").of(groups=True)
    assert groups.audience == Audience(7, groups=True)
    assert groups.of(groups=False).audience == Audience(7)


def test_without_its_course_a_notice_has_no_rhythm_after_joining() -> None:
    draft = wrote("欢迎").with_whom(answer(ALL, Aspect.COURSE, "c"))
    when = draft.when.asking(How.JOINING).with_after(1).with_time(time(8), NOON)
    draft = draft.with_when(when)
    assert draft.with_whom(answer(draft.whom, Aspect.WHO, "member")).when.is_after_joining
    assert draft.with_whom(answer(draft.whom, Aspect.COURSE, ANY)).when.is_now
