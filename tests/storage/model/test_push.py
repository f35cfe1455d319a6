"""A push in the making: what is asked, what can be changed, and what counts meanwhile."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from storage.model.draft import from_json, to_json
from storage.model.push import Item, NewPush, PushDraft, new_push
from storage.model.refusal import Refusal
from storage.model.rhythm_draft import How
from storage.model.schedule import study_audience

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
    assert full().audience == study_audience(9)
    assert full().when.zone == OTHER
    when = full().when.asking(How.JOINING).with_after(2).with_time(time(8), NOON)
    joining = full().with_when(when)
    assert joining.audience == study_audience(9, "a")
    assert joining.asking_course("b").with_item("b1", 0).audience == study_audience(9, "b")
    for question in (ONE.complete, ONE.chosen):
        with pytest.raises(Refusal, match="home.form_over"):
            question()


def test_a_draft_comes_back_from_json_as_it_was() -> None:
    for draft in (ONE, SEVERAL, full(), full().asking_course("b")):
        assert from_json(PushDraft, to_json(draft)) == draft
