"""Whose clock a community goes by: its time zone, asked for as a city."""

from zoneinfo import ZoneInfo

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button

from content import zones
from content.screens import communities as screens
from content.splitting import clip
from content.texts import Say
from handlers.forms.hub import Hub
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    begin,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.forms.windows import zone_at
from handlers.ids import node_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.nodes import set_zone
from storage.model.node import ZoneDraft
from storage.model.refusal import Refusal
from storage.model.rhythm import Calendar
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries.schedules import count_by_the_clock

NAME_SHOWN = 40  # of what was typed, in UTF-16 units
USUAL = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Tokyo",
    "Asia/Bangkok",
    "Europe/London",
    "America/New_York",
)


class ZoneForm(StatesGroup):
    zone = State()
    review = State()


hub = Hub(ZoneDraft, ZoneForm)


@press("zone", node_id, power=Power.ADD_COMMUNITY)
async def zone(
    press: CallbackQuery,
    ids: tuple[int],
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    node = await tools.database.read(node_queries.by_id, *ids)
    draft = ZoneDraft(node.id, node.name, node.path, await zone_at(node.id, tools))
    await begin(press, dialog_manager, hub.next(draft), draft, "communities")


async def _present(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    usual = dict.fromkeys((tools.zone.key, *USUAL))
    return {
        **screens.clock(say, draft.name, draft.present, tools.now()),
        "choices": [(key, zones.city(ZoneInfo(key), say.language)) for key in usual],
    }


async def _choose(manager: DialogManager, key: str) -> None:
    await hub.take(manager, hub.draft(manager).with_zone(ZoneInfo(key)))


async def _write(message: Message, _input: object, manager: DialogManager) -> None:
    name = message.text or ""
    found = zones.find(name)
    if found is None:
        raise Refusal("community.unknown_zone", name=clip(name, NAME_SHOWN))
    await _choose(manager, found.key)


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    schedules = await tools.database.read(count_by_the_clock, draft.path)
    return {
        **screens.clock(say, draft.name, draft.complete(), tools.now()),
        "schedules": schedules,
    }


async def _save(press: CallbackQuery, _button: object, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    new, by = draft.complete(), person_of(manager).id
    district = Calendar(tools.zone, tools.next_slots)
    await tools.database.write(set_zone, by, draft.node_id, new, district, tools.now())
    receipt = screens.zone_set(say_of(manager), draft.name, new, tools.now())
    await finish(press, manager, receipt)


form = Dialog(
    Window(
        Words("community.ask_zone"),
        choices("zone", _present, _choose, 2),
        text_input(_write),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=ZoneForm.zone,
        getter=_present,
    ),
    Window(
        Words("community.confirm_zone"),
        Button(Label("community.save_zone"), "save", on_click=_save),
        text_input(_write),
        anything_else("button.only_text"),
        ending(back_to(ZoneForm.zone)),
        state=ZoneForm.review,
        getter=_review,
    ),
    name="community.form_zone",
)
