"""Sending back what a community checked, and opening a closed year again: the district says why."""

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.screen import press as carried
from content.screens import closings as screens
from handlers.forms.hub import Hub
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import node_id, year
from handlers.presses import press
from handlers.staff.closings import reckoning_of
from handlers.tools import Tools
from storage.actions import closings as actions
from storage.model.closing import CLOSING_MOVES, ClosingState
from storage.model.closing_draft import UndoDraft
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries.closed_years import in_force


class UndoForm(StatesGroup):
    reason = State()
    review = State()


hub = Hub(UndoDraft, UndoForm)


@press("close_send_back", node_id, year, power=Power.CLOSE_YEAR)
async def send_back(
    press: CallbackQuery, ids: tuple[int, int], tools: Tools, dialog_manager: DialogManager
) -> None:
    await _begin(press, ids, ClosingState.SENT_BACK, tools, dialog_manager)


@press("close_reopen", node_id, year, power=Power.CLOSE_YEAR)
async def reopen(
    press: CallbackQuery, ids: tuple[int, int], tools: Tools, dialog_manager: DialogManager
) -> None:
    await _begin(press, ids, ClosingState.REOPENED, tools, dialog_manager)


async def _begin(
    press: CallbackQuery,
    ids: tuple[int, int],
    to: ClosingState,
    tools: Tools,
    manager: DialogManager,
) -> None:
    """Raises Refusal if it is not there any more: nobody writes a reason for nothing."""
    node = await tools.database.read(node_queries.by_id, ids[0])
    stands = await tools.database.read(in_force, *ids)
    if stands is None or to not in CLOSING_MOVES[stands.state]:
        raise Refusal("closing.moved_on")
    draft = UndoDraft(node.id, node.name, ids[1], to)
    await begin(press, manager, hub.next(draft), draft, carried("close", *ids))


async def _given(dialog_manager: DialogManager, **_: object) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    named = {"place": draft.node_name, "year": draft.year, "reason": draft.reason}
    return {**named, "to": draft.to.value}


async def _write(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).with_reason(message.text or ""))


async def _undo(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    step = Step(draft.to, tools.now(), person_of(manager).id, draft.reason)
    of = (draft.node_id, draft.year)
    await tools.database.write(actions.undo, *of, step, reckoning_of(tools))
    node = await tools.database.read(node_queries.by_id, draft.node_id)
    await finish(press, manager, screens.undone(say_of(manager), node, draft.year, draft.to))


form = Dialog(
    Window(
        Words("closing.asked"),
        text_input(_write),
        anything_else("closing.no_reason"),
        ending(hub.back()),
        state=UndoForm.reason,
        getter=_given,
    ),
    Window(
        Words("closing.review"),
        Button(Label("closing.undo"), "undo", on_click=_undo),
        hub.line("closing.line_reason", "reason"),
        text_input(_write),
        anything_else("closing.no_reason"),
        ending(),
        state=UndoForm.review,
        getter=_given,
    ),
    name="closing.form",
)
