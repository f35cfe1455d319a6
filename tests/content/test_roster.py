"""The roster: before its event takes attendance, while staff tick, and called off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.screen import BUTTON_DATA_LIMIT, Screen
from content.screens import events as screens
from content.texts import Say, load_texts
from storage.model.event import ARRIVING, Event, EventState
from storage.model.page import page_of
from storage.model.roster import Roster, Seat
from tests.clock import monday_noon

TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), monday_noon)
ZH, EN = TEXTS.in_("zh"), TEXTS.in_("en")
START = datetime(2026, 11, 28, 1, 30, tzinfo=UTC)
EVENT = Event(7, 2, "东湖社区", "service", "演练", "广场", START, 40, 3, EventState.OPEN)
SEATS = [Seat(1, "ana", True), Seat(2, "<bo>", False), Seat(3, "li", None)]
TICKS = 8


def roster(seats: Sequence[Seat], event: Event = EVENT, page: int = 0) -> Roster:
    ticked = [seat.came for seat in seats]
    counts = (ticked.count(True), ticked.count(False), ticked.count(None))
    return Roster(event, page_of(seats, page, TICKS), *counts)


def labels(screen: Screen) -> list[str]:
    return [button.label for row in screen.rows for button in row]


@pytest.mark.parametrize(
    ("say", "line"),
    [(ZH, "周六 11月28日 8:30 起"), (EN, "From Sat 28 Nov 8:30 on")],
)
def test_before_it_takes_attendance_the_roster_says_from_when_on(say: Say, line: str) -> None:
    screen = screens.roster(say, roster(SEATS), START - ARRIVING - timedelta(seconds=1))
    assert line in screen.text
    assert "2. &lt;bo&gt;" in screen.text
    assert not any("ana" in label for label in labels(screen))


@pytest.mark.parametrize(("say", "line"), [(ZH, "到场 1 / 报名 3"), (EN, "Came 1 / signed up 3")])
def test_each_seat_is_a_wide_button_that_turns_its_tick(say: Say, line: str) -> None:
    screen = screens.roster(say, roster(SEATS), START)
    assert line in screen.text
    assert [[(b.label, b.press) for b in row] for row in screen.rows[:3]] == [
        [("✅ ana", "absent:7:1:0")],
        [("○ <bo>", "came:7:2:0")],
        [("○ li", "came:7:3:0")],
    ]
    assert screen.rows[3][0].press == "all_came:7:0"


def test_all_came_is_offered_while_somebody_was_never_ticked() -> None:
    screen = screens.roster(ZH, roster(SEATS[:2]), START)
    assert "全部到场" not in labels(screen)


@pytest.mark.parametrize(
    ("now", "zh", "en"),
    [
        (START - ARRIVING, "还没有人报名", "Nobody has signed up yet"),
        (START, "没有人报名，不用签到", "nobody to tick"),
    ],
)
def test_a_roster_without_anybody_says_so(now: datetime, zh: str, en: str) -> None:
    for say, words in ((ZH, zh), (EN, en)):
        screen = screens.roster(say, roster([]), now)
        assert words in screen.text
        assert not {"全部到场", "All came"} & set(labels(screen))


def test_an_event_that_was_called_off_has_nothing_to_tick() -> None:
    off = replace(EVENT, state=EventState.CANCELLED)
    screen = screens.roster(EN, roster(SEATS, off), START)
    assert "called off" in screen.text
    assert "1. ana" in screen.text
    assert labels(screen) == ["👤 People", "Refresh", "‹ Back"]


@pytest.mark.parametrize("page", [-1, 0, 2, 10**60])
def test_any_page_is_one_that_exists_and_its_buttons_fit(page: int) -> None:
    last = 2**63 - 1
    seats = [Seat(last - n, f"p{n}", None) for n in range(TICKS * 2 + 1)]
    screen = screens.roster(ZH, roster(seats, replace(EVENT, id=last), page), START)
    presses = [button.press for row in screen.rows for button in row]
    assert all(len(each.encode()) <= BUTTON_DATA_LIMIT for each in presses)
    ticks = [each for each in presses if each.startswith("came:")]
    shown = min(max(page, 0), 2)
    assert len(ticks) == (1 if shown == 2 else TICKS)
    assert {each.rsplit(":", 1)[1] for each in ticks} == {str(shown)}
