"""Figures that somebody gets each month."""

from aiogram.types import CallbackQuery

from content.screens import subscriptions as screens
from content.texts import Say
from handlers.answering import show
from handlers.ids import node_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import subscriptions as actions
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import subscriptions as queries

WHY = "what one gets oneself"


@press("subscribe", node_id, power=Power.SEE_FIGURES)
async def subscribe(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    node = await tools.database.write(actions.subscribe, person.id, ids[0], tools.now())
    await show(press, screens.subscribed(say, node), tools)


@press("unsubscribe", node_id, power=None, why=WHY)
async def unsubscribe(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    node = await tools.database.write(actions.unsubscribe, person.id, ids[0], tools.now())
    await show(press, screens.unsubscribed(say, node), tools)


@press("subscriptions", page, power=None, why=WHY)
async def listed(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    places = await tools.database.read(queries.places_of, person.id, *ids)
    await show(press, screens.listed(say, places), tools)
