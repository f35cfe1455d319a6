"""A push in the making: what is asked, what can be changed, and what counts meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from storage.model.audience import Lesson
from storage.model.draft import from_json, to_json
from storage.model.push import Item, NewPush, PushDraft, new_push
from storage.model.refusal import Refusal
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.rhythm_draft import How
from storage.model.schedule import items_sent, share_an_item, study_audience

ZONE, OTHER = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Urumqi")
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
ONE, SEVERAL = (new_push("k", 7, ZONE, several=several) for several in (False, True))


def full(draft: PushDraft = SEVERAL) -> PushDraft:
    draft = draft.asking_course("a").with_item("a1", 0)
    return draft.with_when(draft.when.asking(How.NOW)).with_place(9, OTHER)


def test_what_is_asked_comes_in_order_and_the_place_only_of_several() -> None:
    assert SEVERAL.missing() == ("course", "item", "place", "how")
    assert ONE.missing() == ("course", "item", "how")
    begun = SEVERAL.asking_course("a")
    assert begun.missing() == ("item", "place", "how")
    assert begun.with_item("a1", 0).missing() == ("place", "how")
    assert full().missing() == ()


def test_the_old_item_counts_until_one_of_the_other_course_is_chosen() -> None:
    another = full().asking_course("b")
    assert another.missing() == ("item",)
    assert (another.course_id, another.chosen()) == ("b", Item("a", "a1", 0))
    assert another.as_before() == full()
    assert another.with_item("b3", 2).chosen() == Item("b", "b3", 2)
    assert full().with_item("a2", 1).chosen() == Item("a", "a2", 1)


def test_complete_gives_what_is_pushed_and_to_whom() -> None:
    assert full().complete() == NewPush("k", 9, "a", "a1", 0)
    assert full().audience == study_audience(9, Lesson("a", "a1"))
    assert full().when.zone == OTHER
    when = full().when.asking(How.JOINING).with_after(2).with_time(time(8), NOON)
    joining = full().with_when(when)
    assert joining.audience == study_audience(9, Lesson("a", "a1"), "a")
    another = joining.asking_course("b").with_item("b1", 0)
    assert another.audience == study_audience(9, Lesson("b", "b1"), "b")
    for question in (ONE.complete, ONE.chosen):
        with pytest.raises(Refusal, match="home.form_over"):
            question()


def test_a_draft_comes_back_from_json_as_it_was() -> None:
    for draft in (ONE, SEVERAL, full(), full().asking_course("b")):
        assert from_json(PushDraft, to_json(draft)) == draft


def test_who_had_the_item_gets_it_again_only_if_that_is_said_of_this_item() -> None:
    again = full().with_again(again=True)
    assert again.complete().lesson == Lesson("a", "a1", again=True)
    assert (again.audience, full().everybody) == (full().everybody, again.audience)
    assert again.asking_course("b").with_item("b1", 0).complete().lesson == Lesson("b", "b1")


WEEKLY = Rhythm(ScheduleKind.WEEKLY, days=("mon",), at=time(8))
THREE_TIMES = replace(WEEKLY, count=3, starts_on=NOON.date())
ONCE = Rhythm(ScheduleKind.ONCE, once_at=NOON)
JOINING = Rhythm(ScheduleKind.AFTER_JOINING, at=time(8), course_id="a", days_after=0)


@pytest.mark.parametrize(
    ("one", "at", "other", "there", "shared"),
    [
        (WEEKLY, 0, WEEKLY, 0, True),
        (WEEKLY, 0, WEEKLY, 5, True),
        (WEEKLY, 5, ONCE, 5, True),
        (WEEKLY, 5, ONCE, 9, True),
        (WEEKLY, 5, ONCE, 4, False),
        (THREE_TIMES, 5, ONCE, 7, True),
        (THREE_TIMES, 5, ONCE, 8, False),
        (THREE_TIMES, 0, THREE_TIMES, 3, False),
        (ONCE, 3, ONCE, 3, True),
        (ONCE, 3, ONCE, 4, False),
        (JOINING, 3, ONCE, 3, True),
        (JOINING, 3, WEEKLY, 4, False),
    ],
)
def test_two_pushes_of_a_course_are_told_to_send_the_same_item(
    one: Rhythm, at: int, other: Rhythm, there: int, shared: bool
) -> None:
    some, others = items_sent(one, at), items_sent(other, there)
    assert (share_an_item(some, others), share_an_item(others, some)) == (shared, shared)


def test_what_a_push_sent_already_it_does_not_send_again() -> None:
    assert items_sent(THREE_TIMES, 7, fired=2) == range(7, 8)
