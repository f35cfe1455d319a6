"""Figures as a workbook to take away."""

import tempfile
from functools import partial
from pathlib import Path

from aiogram.types import CallbackQuery

from content.screen import Screen
from content.screens import sheets as screens
from content.screens.traces import Shelf
from content.sheets.figures import Words, write_figures
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


@press("export", node_id, read_period, power=Power.SEE_FIGURES)
async def export(
    press: CallbackQuery, ids: tuple[int, Period], person: Person, say: Say, tools: Tools
) -> None:
    await tools.chat.toast(press.id)
    node = await tools.database.read(node_queries.by_id, ids[0])
    days = Days(ids[1], tools.zone, tools.now())
    source = Exported(tools.database, person, node, days, tools.programme.measures)
    words = Words(say, Shelf(tools.programme, tools.courses))
    sent: list[int | None] = []

    async def put(screen: Screen) -> None:
        if not sent:
            sent.append(await tools.chat.send(press.from_user.id, screen))
        elif sent[0] is not None:
            await tools.chat.edit(press.from_user.id, sent[0], screen)

    far = partial(Card(put).far, partial(screens.exporting, say))
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "figures.xlsx"
        await write_figures(path, source, words, tools.now(), far)
        screen = screens.exported(say, node, days.period, path.read_bytes())
    await tools.chat.send(press.from_user.id, screen)
