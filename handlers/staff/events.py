"""The events that staff manage: the list, the roster, calling one off. Posting one: post.py."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiogram.types import CallbackQuery

from content.screens import events as screens
from content.screens import rosters as roster_screens
from content.texts import Say
from handlers.answering import show, way_back
from handlers.explaining import toast_of
from handlers.ids import event_id, page, row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import attendances
from storage.actions import events as actions
from storage.actions.event_series import cancel_series
from storage.model.event import EventState
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import events as event_queries
from storage.queries import rosters
from storage.queries.event_changes import concerned
from storage.queries.event_series import from_here

# Why a tick cannot be, as the roster explains it: it has changed since it was shown.
NOT_NOW = (
    *("event.cancelled", "event.did_not_happen", "event.no_seat"),
    *("event.not_begun", "event.attendance_over"),
)


@press("posted", power=Power.POST_EVENT)
@press("posted", page, power=Power.POST_EVENT)
async def posted(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    events = await tools.database.read(event_queries.managed, person, tools.now(), *ids)
    await show(press, screens.managed(say, events), tools)


@press("roster", event_id, power=Power.POST_EVENT)
@press("roster", event_id, page, power=Power.POST_EVENT)
async def roster(
    press: CallbackQuery, ids: tuple[int, ...], person: Person, say: Say, tools: Tools
) -> None:
    event_id, page = (*ids, 0)[:2]
    await _show_roster(press, person, say, tools, (event_id, page))


@press("roster_more", event_id, power=Power.POST_EVENT)
async def more(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    event = await tools.database.read(event_queries.for_staff, *ids, person)
    await show(press, roster_screens.more(say, event, tools.now()), tools)


@press("came", event_id, row_id, page, power=Power.POST_EVENT)
async def came(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    await _tick(press, attendances.record, ids, person, say, tools)


@press("absent", event_id, row_id, page, power=Power.POST_EVENT)
async def absent(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    await _tick(press, attendances.withdraw, ids, person, say, tools)


async def _tick(
    press: CallbackQuery,
    action: Callable[[Any, int, int, int, datetime], None],
    ids: tuple[int, int, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """Set a tick or take it back; if that cannot be, say why and show the roster as it is now."""
    event_id, person_id, page = ids
    ticking = tools.database.write(action, person.id, event_id, person_id, tools.now())
    toast = await toast_of(ticking, say, *NOT_NOW)
    await _show_roster(press, person, say, tools, (event_id, page), toast)


@press("all_came", event_id, page, power=Power.POST_EVENT)
async def all_came(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    event_id, page = ids
    now = tools.now()
    before = await tools.database.read(rosters.roster_for, event_id, person, now, page)
    ticking = tools.database.write(attendances.record_all, person.id, event_id, now)
    toast = await toast_of(
        ticking,
        say,
        *NOT_NOW,
        done=lambda ticked: say.label("event.ticked", count=ticked, left=before.absent),
    )
    await _show_roster(press, person, say, tools, (event_id, page), toast)


async def _show_roster(
    press: CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    of: tuple[int, int],
    toast: str = "",
) -> None:
    """A page of an event's roster: `of` is the event and the number of the page."""
    now, (event_id, page) = tools.now(), of
    roster = await tools.database.read(rosters.roster_for, event_id, person, now, page)
    screen = screens.roster(say, roster, now, way_back(press, "posted"))
    await show(press, screen, tools, toast=toast)


@press("call_off", event_id, power=Power.POST_EVENT)
async def call_off(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    event = await tools.database.read(event_queries.for_staff, *ids, person)
    cancelled, over = event.state is EventState.CANCELLED, event.is_over(tools.now())
    if cancelled or over:
        toast = say.label("event.cancelled" if cancelled else "event.over")
        await _show_roster(press, person, say, tools, (*ids, 0), toast)
        return
    every = await tools.database.read(from_here, event.id)
    who = await tools.database.read(concerned, every)
    await show(press, screens.confirm_call_off(say, event, len(every) - 1, who), tools)


@press("called_off", event_id, power=Power.POST_EVENT)
async def called_off(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.database.write(actions.cancel, person.id, *ids, tools.now())
    toast = say.label("event.called_off_now")
    await _show_roster(press, person, say, tools, (*ids, 0), toast)


@press("call_off_all", event_id, power=Power.POST_EVENT)
async def called_off_all(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    every = await tools.database.read(from_here, *ids)
    who = await tools.database.read(concerned, every)
    count = await tools.database.write(cancel_series, person.id, *ids, tools.now())
    toast = say.label("posting.called_off_all", count=count, told=who.people)
    await _show_roster(press, person, say, tools, (*ids, 0), toast)
