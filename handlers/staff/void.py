"""Voiding an entry of the ledger: it counts no more, and says why."""

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.screen import press as carried
from content.screens import ledger as screens
from content.texts import Say
from handlers.forms.hub import Hub
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import entry_id
from handlers.presses import press
from handlers.staff.ledger import counting_entry, entry_of, total_of
from handlers.staff.work_days import today_of
from handlers.tools import Tools
from storage.actions import ledger as actions
from storage.model.ledger import EntryState
from storage.model.ledger_draft import VoidDraft
from storage.model.moves import Step
from storage.model.roles import Power


class VoidForm(StatesGroup):
    reason = State()
    review = State()


hub = Hub(VoidDraft, VoidForm)


@press("entry_void", entry_id, power=Power.RECORD)
async def void(
    press: CallbackQuery, ids: tuple[int], tools: Tools, dialog_manager: DialogManager
) -> None:
    entry = await counting_entry(*ids, tools)
    draft = VoidDraft(entry.id)
    await begin(press, dialog_manager, hub.next(draft), draft, carried("entry", entry.id))


async def _given(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    entry = await entry_of(draft.entry_id, tools)
    return {
        "entry": entry,
        "work": screens.work(say, tools.programme, entry.indicator, entry.number),
        "reason": draft.reason,
        "choices": screens.reasons(say, "void"),
    }


async def _choose(manager: DialogManager, reason: str) -> None:
    words = dict(screens.reasons(say_of(manager), "void"))[reason]
    await hub.take(manager, hub.draft(manager).with_reason(words))


async def _write(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).with_reason(message.text or ""))


async def _void(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), hub.draft(manager), say_of(manager)
    step = Step(EntryState.VOIDED, tools.now(), person_of(manager).id, draft.reason)
    await tools.database.write(actions.void, draft.entry_id, step, tools.zone)
    entry = await entry_of(draft.entry_id, tools)
    total, year = await total_of(entry, tools), today_of(tools).year
    await finish(press, manager, screens.voided(say, entry, total, tools.programme, year))


form = Dialog(
    Window(
        Words("ledger.ask_void"),
        choices("reason", _given, _choose, 2),
        text_input(_write),
        anything_else("ledger.no_reason"),
        ending(hub.back()),
        state=VoidForm.reason,
        getter=_given,
    ),
    Window(
        Words("ledger.confirm_void"),
        Button(Label("ledger.void_yes"), "void", on_click=_void),
        hub.line("ledger.line_why", "reason"),
        text_input(_write),
        anything_else("ledger.no_reason"),
        ending(),
        state=VoidForm.review,
        getter=_given,
    ),
    name="ledger.form_void",
)
