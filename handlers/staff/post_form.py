"""The form of an event: its steps, and how a text answers one of them. The windows of the short
path stand in post_steps.py, the review in post.py."""

from datetime import time
from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput

from handlers.forms.hub import Hub
from handlers.forms.widgets import Getter, Words, anything_else, ending, text_input, tools_of
from handlers.forms.windows import tell_half
from storage.model.event_draft import EventDraft


class PostForm(StatesGroup):
    """The steps by the names that EventDraft gives them, the review, and what a text means."""

    node_id = State()
    category = State()
    title = State()
    day = State()
    at = State()
    ends = State()
    place = State()
    capacity = State()
    review = State()
    said = State()


hub = Hub(EventDraft, PostForm)


async def answer(manager: DialogManager, step: str, text: str) -> None:
    """Take a text for the answer to a step. Raises Refusal."""
    tools = tools_of(manager)
    before: time | None = hub.draft(manager).at
    draft = hub.draft(manager).answered(step, text, tools.calendar(tools.zone))
    await hub.take(manager, draft)
    if step in ("day", "at") or draft.at != before:
        tell_half(manager, text, draft.at)


def asking(step: str, *buttons: Any, getter: Getter | None = None) -> Window:
    """Asks for one step: a text does, or one of the buttons."""

    async def written(message: Message, _input: MessageInput, manager: DialogManager) -> None:
        await answer(manager, step, message.text or "")

    return Window(
        Words(f"event.ask_{step}"),
        *buttons,
        text_input(written),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=getattr(PostForm, step),
        getter=getter,
    )
