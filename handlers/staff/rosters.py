"""Beside the ticks of a roster: who did not come, and how many came without a name."""

from aiogram.types import CallbackQuery

from content.screens import rosters as screens
from content.texts import Say
from handlers.answering import show
from handlers.explaining import toast_of
from handlers.ids import event_id, page, row_id
from handlers.presses import press
from handlers.staff.events import NOT_NOW
from handlers.tools import Tools
from storage.actions import attendances, headcounts
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.roster import count_of
from storage.queries import rosters


@press("missing", event_id, power=Power.POST_EVENT)
@press("missing", event_id, page, power=Power.POST_EVENT)
async def missing(
    press: CallbackQuery, ids: tuple[int, ...], person: Person, say: Say, tools: Tools
) -> None:
    event_id, page = (*ids, 0)[:2]
    await _show_missing(press, person, say, tools, (event_id, page))


@press("missed", event_id, row_id, page, power=Power.POST_EVENT)
async def missed(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    noting = tools.database.write(attendances.miss, person.id, *ids[:2], tools.now())
    toast = await toast_of(noting, say, *NOT_NOW)
    await _show_missing(press, person, say, tools, (ids[0], ids[2]), toast)


@press("not_missed", event_id, row_id, page, power=Power.POST_EVENT)
async def not_missed(
    press: CallbackQuery, ids: tuple[int, int, int], person: Person, say: Say, tools: Tools
) -> None:
    taking_back = tools.database.write(attendances.unmiss, person.id, *ids[:2], tools.now())
    toast = await toast_of(taking_back, say, *NOT_NOW)
    await _show_missing(press, person, say, tools, (ids[0], ids[2]), toast)


@press("all_missed", event_id, page, power=Power.POST_EVENT)
async def all_missed(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    noting = tools.database.write(attendances.miss_all, person.id, ids[0], tools.now())
    toast = await toast_of(
        noting, say, *NOT_NOW, done=lambda count: say.label("door.noted", count=count)
    )
    await _show_missing(press, person, say, tools, ids, toast)


async def _show_missing(
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
    await show(press, screens.missing(say, roster, now), tools, toast=toast)


@press("unnamed", event_id, power=Power.POST_EVENT)
@press("unnamed", event_id, page, power=Power.POST_EVENT)
async def unnamed(
    press: CallbackQuery, ids: tuple[int, ...], person: Person, say: Say, tools: Tools
) -> None:
    event_id, page = (*ids, 0)[:2]
    await _show_unnamed(press, person, say, tools, (event_id, page))


@press("unnamed_add", event_id, count_of, power=Power.POST_EVENT)
async def add(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    adding = tools.database.write(headcounts.add, person.id, *ids, tools.now())
    toast = await toast_of(
        adding, say, *NOT_NOW, done=lambda _: say.label("door.added", count=ids[1])
    )
    await _show_unnamed(press, person, say, tools, (ids[0], 0), toast)


@press("unnamed_undo", event_id, row_id, power=Power.POST_EVENT)
async def undo(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    undoing = tools.database.write(headcounts.withdraw, person.id, *ids, tools.now())
    done = say.label("door.undone")
    toast = await toast_of(undoing, say, *NOT_NOW, "door.no_number", done=lambda _: done)
    await _show_unnamed(press, person, say, tools, (ids[0], 0), toast)


async def _show_unnamed(
    press: CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    of: tuple[int, int],
    toast: str = "",
) -> None:
    """A page of the numbers of an event: `of` is the event and the number of the page."""
    found = await tools.database.read(rosters.headcounts_for, of[0], person, of[1])
    await show(press, screens.unnamed(say, found), tools, toast=toast)
