"""Figures as a workbook to take away, or as plain tables."""

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiogram.types import CallbackQuery

from content.screen import Screen
from content.screens import sheets as screens
from content.screens.traces import Shelf
from content.sheets.figures import Told, Words, write_figures
from content.sheets.plain import PlainBook
from content.sheets.writing import Workbook
from content.texts import Say
from handlers.ids import node_id
from handlers.presses import press
from handlers.staff.workbooks import Card
from handlers.tools import Tools
from storage.exporting import Exported
from storage.model.period import Days, Period, read_period
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import nodes as node_queries


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is taken away, in whose words, and the card that shows how far it is."""

    source: Exported
    words: Words
    card: Card

    @property
    def far(self) -> Told:
        return partial(self.card.far, partial(screens.exporting, self.words.say))


@press("export", node_id, read_period, power=Power.SEE_FIGURES)
async def export(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> None:
    await tools.chat.toast(press.id)
    wanted = await _wanted(press, ids, person, say, tools)
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "figures.xlsx"
        async with Workbook(path, tools.now()) as book:
            await write_figures(book, wanted.source, wanted.words, wanted.far)
        screen = screens.exported(say, wanted.source.node, ids[1], path.read_bytes())
    await tools.chat.send(press.from_user.id, screen)


@press("export_plain", node_id, read_period, power=Power.SEE_FIGURES)
async def export_plain(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> None:
    await tools.chat.toast(press.id)
    wanted = await _wanted(press, ids, person, say, tools)
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        with PlainBook(Path(folder)) as book:
            await write_figures(book, wanted.source, wanted.words, wanted.far)
        made = [(path.name, path.read_bytes()) for path in book.paths]
    screen = screens.exported_plain(say, wanted.source.node, ids[1], made)
    await tools.chat.send(press.from_user.id, screen)


async def _wanted(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> _Wanted:
    node = await tools.database.read(node_queries.by_id, ids[0])
    days = Days(ids[1], tools.zone, tools.now())
    source = Exported(tools.database, person, node, days, tools.programme.measures)
    sent: list[int | None] = []

    async def put(screen: Screen) -> None:
        if not sent:
            sent.append(await tools.chat.send(press.from_user.id, screen))
        elif sent[0] is not None:
            await tools.chat.edit(press.from_user.id, sent[0], screen)

    return _Wanted(source, Words(say, Shelf(tools.programme, tools.courses)), Card(put))
