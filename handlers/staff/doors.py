"""The code that staff show at an event, with which people check themselves in."""

import asyncio

from aiogram.types import CallbackQuery

from content.screens import doors as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import event_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import doors as actions
from storage.actions import shown_codes as codes
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import events as event_queries


@press("door", event_id, power=Power.POST_EVENT)
async def door(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    now = tools.now()
    door = await tools.database.write(actions.show_code, person.id, *ids, tools.new_secret(), now)
    event = await tools.database.read(event_queries.by_id, *ids)
    payload = door.payload(now)
    link = tools.start_link(payload)
    # Drawing takes a tenth of a second, for which nobody else waits.
    screen = await asyncio.to_thread(screens.code, say, event, door, link, now)
    toast = say.label("door.renewed", until=door.changes_at(now))
    shown = await show(press, screen, tools, toast=toast)
    if shown is not None:
        at = (shown, link.removesuffix(payload))
        await tools.database.write(codes.keep, (event, door), person.id, at, now)


@press("door_close", event_id, power=Power.POST_EVENT)
async def close(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.database.write(codes.close, *ids, person.id)
    await tools.chat.toast(press.id, say.label("door.closed"))
    if press.message is not None:
        await tools.chat.delete(press.message.chat.id, press.message.message_id)
