"""What stands in the ledger: the list, an entry and its history. Recording work: log.py."""

from aiogram.types import CallbackQuery

from content.screen import press as carried
from content.screens import ledger as screens
from content.texts import Say
from handlers.answering import show, way_back
from handlers.ids import entry_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import ledger as actions
from storage.model.figure import Adds, Figure, Measure
from storage.model.ledger import Entry, EntryState, Sought
from storage.model.moves import Step
from storage.model.period import Days, Period, day_of, read_period, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import closed_years
from storage.queries import ledger as queries
from storage.queries import nodes as node_queries
from storage.queries.figures.counting import figure


def some_indicator(text: str) -> str | None:
    """An id of the programme; None for all of them."""
    return None if text == screens.ALL else text


def some_period(text: str) -> Period | None:
    """A period; None for all time. Raises ValueError."""
    return None if text == screens.ALL else read_period(text)


@press("entries", some_indicator, some_period, page, power=Power.SEE_FIGURES)
async def entries(
    press: CallbackQuery,
    ids: tuple[str | None, Period | None, int],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    sought = Sought(*ids[:2])
    found = await tools.database.read(queries.newest, person, sought, ids[2], tools.zone)
    await show(press, screens.entries(say, person, sought, found, tools.programme), tools)


@press("entries_what", some_period, page, power=Power.SEE_FIGURES)
async def of_which(
    press: CallbackQuery, ids: tuple[Period | None, int], say: Say, tools: Tools
) -> None:
    await show(press, screens.of_which(say, *ids, tools.programme), tools)


@press("entries_when", some_indicator, page, power=Power.SEE_FIGURES)
async def of_when(
    press: CallbackQuery, ids: tuple[str | None, int], say: Say, tools: Tools
) -> None:
    today = day_of(tools.now(), tools.zone)
    await show(press, screens.of_when(say, *ids, today), tools)


@press("entry", entry_id, power=Power.SEE_FIGURES)
async def entry(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    found = await entry_of(*ids, tools)
    node = await tools.database.read(node_queries.by_id, found.node_id)
    may_record = person.may_at(Power.RECORD, node.path)
    home = way_back(press, carried("entries", screens.ALL, screens.ALL, 0))
    screen = screens.entry(say, found, tools.programme, home, may_record=may_record)
    await show(press, screen, tools)


@press("entry_undo", entry_id, power=Power.RECORD)
async def undo(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    """Voids what was just recorded, without asking why."""
    words = say.label("ledger.undo_words")
    step = Step(EntryState.VOIDED, tools.now(), person.id, words)
    await tools.database.write(actions.void, *ids, step, tools.zone)
    entry = await entry_of(*ids, tools)
    total, year = await total_of(entry, tools), day_of(tools.now(), tools.zone).year
    await show(press, screens.undone(say, entry, total, tools.programme, year), tools)


async def entry_of(entry_id: int, tools: Tools) -> Entry:
    """An entry with its history. Raises Refusal."""
    return await tools.database.read(queries.by_id, entry_id, tools.zone)


async def counting_entry(entry_id: int, tools: Tools) -> Entry:
    """The same, of one that may be changed; raises Refusal if it counts no more or its year is
    closed, too."""
    found = await entry_of(entry_id, tools)
    if found.state is not EntryState.COUNTED:
        raise Refusal("ledger.counts_no_more")
    await tools.database.read(closed_years.check_open, found.node_id, found.on.year)
    return found


async def total_of(entry: Entry, tools: Tools) -> Figure:
    """The figure of an entry's indicator, for its place and the year of its day."""
    measure = tools.programme.measures.get(entry.indicator)
    if measure is None:  # the programme counts it no longer
        measure = Measure.of("ledger", Adds.SUM, indicator=entry.indicator)
    node = await tools.database.read(node_queries.by_id, entry.node_id)
    days = Days(year_of(entry.on), tools.zone, tools.now())
    return await tools.database.read(figure, measure, node, days)
