"""What stands in the ledger. Recording it: log.py."""

from aiogram.types import CallbackQuery

from content.screens import ledger as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import entry_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import ledger as actions
from storage.model.figure import Adds, Figure, Measure
from storage.model.ledger import Entry, EntryState
from storage.model.moves import Step
from storage.model.period import Days, day_of, year_of
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import ledger as queries
from storage.queries import nodes as node_queries
from storage.queries.figures.counting import figure


@press("entry_undo", entry_id, power=Power.RECORD)
async def undo(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    """Voids what was just recorded, without asking why."""
    words = say.label("ledger.undo_words")
    step = Step(EntryState.VOIDED, tools.now(), person.id, words)
    await tools.database.write(actions.void, *ids, step)
    entry = await tools.database.read(queries.by_id, *ids, tools.zone)
    total, year = await total_of(entry, tools), day_of(tools.now(), tools.zone).year
    await show(press, screens.undone(say, entry, total, tools.programme, year), tools)


async def total_of(entry: Entry, tools: Tools) -> Figure:
    """The figure of an entry's indicator, for its place and the year of its day."""
    measure = tools.programme.measures.get(entry.indicator)
    if measure is None:  # the programme counts it no longer
        measure = Measure.of("ledger", Adds.SUM, indicator=entry.indicator)
    node = await tools.database.read(node_queries.by_id, entry.node_id)
    days = Days(year_of(entry.on), tools.zone, tools.now())
    return await tools.database.read(figure, measure, node, days)
