"""The form of an event: its steps, and how a text answers one of them. The windows of the short
path stand in post_steps.py, the review in post.py."""

from datetime import time
from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput

from handlers.forms.drafts import keep
from handlers.forms.hub import Hub
from handlers.forms.widgets import Getter, Words, anything_else, ending, text_input, tools_of
from handlers.forms.windows import tell_half
from storage.model.event_draft import EventDraft
from storage.queries import events as event_queries


class PostForm(StatesGroup):
    """The steps by the names that EventDraft gives them, the review, and what a text means; of an
    event that was posted, a day that was, what is changed, and that more come than there is room
    for; what hangs under it, with its own review `more`; how often it is; and whom it is for."""

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
    was_day = State()
    confirm = State()
    crowded = State()
    more = State()
    words = State()
    media = State()
    pin = State()
    deadline = State()
    companions = State()
    cost = State()
    contact = State()
    questions = State()
    repeats = State()
    audience = State()
    narrow = State()
    titles = State()


hub = Hub(EventDraft, PostForm)


async def answer(manager: DialogManager, step: str, text: str) -> None:
    """Take a text for the answer to a step. Raises Refusal."""
    tools = tools_of(manager)
    before: time | None = hub.draft(manager).at
    draft = hub.draft(manager).answered(step, text, tools.calendar(tools.zone))
    if step == "capacity":
        await take_capacity(manager, draft)
        return
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


async def take_capacity(manager: DialogManager, draft: EventDraft) -> None:
    """Take another number of places, unless more people come already: that is said then, and how
    many would have to go."""
    event_id, capacity = draft.event_id, draft.capacity
    if event_id is not None and capacity:
        event = await tools_of(manager).database.read(event_queries.by_id, event_id)
        if capacity < event.taken:
            keep(manager, hub.draft(manager).with_too_few(capacity))
            await manager.switch_to(PostForm.crowded)
            return
    await hub.take(manager, draft)
