"""The papers of an event: its report, its sign-in sheet, its roster as a workbook."""

import asyncio
import tempfile
from functools import partial
from pathlib import Path

from aiogram.types import CallbackQuery

from content.report.photos import had
from content.screens import papers as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import event_id, row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.model.message import MediaKind
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries.event_reports import report_for


@press("papers", event_id, power=Power.POST_EVENT)
async def papers(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    found = await tools.database.read(report_for, *ids, person)
    await show(press, screens.papers(say, found.turnout.event, len(found.pictures)), tools)


@press("event_word", event_id, row_id, power=Power.POST_EVENT)
async def word(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.chat.toast(press.id, say.label("papers.making"))
    found = await tools.database.read(report_for, ids[0], person)
    photos = [each.file_id for each in found.pictures if each.kind is MediaKind.PHOTO]
    pictures = await had(photos, tools.chat.fetch)
    given, named = list(map(pictures.get, photos)), ids[1] == screens.NAMED
    make = partial(screens.report, say, found, tools.programme, given, named=named)
    await tools.chat.send(press.from_user.id, await asyncio.to_thread(make))


@press("sign_in_sheet", event_id, power=Power.POST_EVENT)
async def sign_in(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.chat.toast(press.id, say.label("papers.making"))
    found = await tools.database.read(report_for, *ids, person)
    screen = await asyncio.to_thread(screens.sign_in, say, found)
    await tools.chat.send(press.from_user.id, screen)


@press("roster_sheet", event_id, power=Power.POST_EVENT)
async def roster(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.chat.toast(press.id, say.label("papers.making"))
    found = await tools.database.read(report_for, *ids, person)
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        screen = await screens.roster(say, found, Path(folder), tools.now())
    await tools.chat.send(press.from_user.id, screen)
