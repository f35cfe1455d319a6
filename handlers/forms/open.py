"""The forms that somebody has open: the one on top is being filled in, those below it wait.

What a form holds is somebody's work: another form does not end it, it only goes on top.
"""

from collections.abc import AsyncIterator

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.api.entities import Context, Data, Stack
from aiogram_dialog.api.exceptions import UnknownIntent, UnknownState
from aiogram_dialog.api.internal import CONTEXT_KEY, STACK_KEY, STORAGE_KEY
from aiogram_dialog.context.storage import StorageProxy

from handlers.tools import Tools

TOUCHED = "touched"  # in the data of a form: something was said to it
SUBJECT = "subject"  # which thing it is about, where there may be a form for each
OFFERED = "offered"  # it was left, and offered since
LOOKING = frozenset({"door.form", "event.form_find"})
MOST = 50  # open at once; at a hundred the library fails


def only_looks(manager: DialogManager) -> bool:
    """Whether nothing is submitted in the form on top: each press is done at once, so there is
    nothing to go on with, and no work to lose."""
    return manager.has_context() and manager.dialog().name in LOOKING  # type: ignore[attr-defined]


def touched(manager: DialogManager) -> None:
    """Something was said to the form on top: it is somebody's work from here on."""
    if manager.has_context() and not only_looks(manager):
        manager.dialog_data[TOUCHED] = True
        manager.dialog_data.pop(OFFERED, None)


def is_untouched(context: Context | None, *kinds: type[StatesGroup]) -> bool:
    """Whether the form on top is one of these, and nothing was said to it yet."""
    if context is None or context.dialog_data.get(TOUCHED):
        return False
    return context.state.group in kinds


def on_top(manager: DialogManager) -> str | None:
    """The id of the form that is being filled in; None if none is open."""
    return manager.current_context().id if manager.has_context() else None


def is_full(manager: DialogManager) -> bool:
    """Whether so many forms are open that one has to be over before another is opened."""
    return len(manager.current_stack().intents) >= MOST


class _Stack(Stack):
    """The library's, in which no form takes the id of another: it has a hundred for each second."""

    def push(self, state: State, data: Data) -> Context:
        context = super().push(state, data)
        while context.id in self.intents[:-1]:
            self.intents.pop()
            context = super().push(state, data)
        return context


def make_room(manager: DialogManager) -> None:
    """The next form that is opened takes no other's place."""
    stack = _Stack()
    vars(stack).update(vars(manager.current_stack()))
    manager.middleware_data[STACK_KEY] = stack


async def lift(manager: DialogManager, form: str) -> bool:
    """Put an open form on top; False if there is no such form any more."""
    intents, storage = manager.current_stack().intents, _storage(manager)
    if form not in intents:
        return False
    if form != on_top(manager):
        await storage.save_context(manager.current_context())
        intents.remove(form)
        intents.append(form)
        manager.middleware_data[CONTEXT_KEY] = await storage.load_context(form)
    return True


async def end(manager: DialogManager, chat_id: int) -> None:
    """End the form on top; its window stays, without buttons."""
    await strip_window(manager, chat_id)
    await manager.mark_closed()


async def strip_window(
    manager: DialogManager, chat_id: int, pressed: CallbackQuery | None = None
) -> None:
    """Take the buttons off the last window, as its form waits or is over or has its window
    elsewhere. Not if it is the message that was `pressed`: that becomes something else anyway."""
    stack, tools = manager.current_stack(), manager.middleware_data["tools"]
    assert isinstance(tools, Tools)
    here = pressed.message.message_id if pressed and pressed.message else None
    if stack.last_message_id not in (None, here):
        await tools.chat.strip(chat_id, stack.last_message_id)
        stack.last_message_id = None


async def open_already(manager: DialogManager, kind: type[StatesGroup], subject: str) -> str | None:
    """The id of the open form of one kind, about one thing, that is somebody's work already. Those
    of that kind to which nothing was said yet end."""
    storage, found = _storage(manager), None
    for form in (*manager.current_stack().intents,):
        context = await _readable(storage, form)
        if context is None or context.state.group is not kind:
            continue
        if not context.dialog_data.get(TOUCHED):
            await lift(manager, form)
            await manager.mark_closed()
        elif context.dialog_data.get(SUBJECT, "") == subject:
            found = form
    return found


async def each_open(manager: DialogManager) -> AsyncIterator[Context]:
    """The open forms, that on top first."""
    storage, top = _storage(manager), on_top(manager)
    for form in reversed(manager.current_stack().intents):
        context = manager.current_context() if form == top else await _readable(storage, form)
        if context is not None:
            yield context


async def drop_outdated(manager: DialogManager) -> None:
    """End the form on top, of which this version of the bot can make nothing, and any right below
    it of which the same is true."""
    intents, storage, context = manager.current_stack().intents, _storage(manager), None
    while intents and context is None:
        await storage.remove_context(intents.pop())
        context = await _readable(storage, intents[-1]) if intents else None
    manager.middleware_data[CONTEXT_KEY] = context


async def _readable(storage: StorageProxy, form: str) -> Context | None:
    """An open form, unless it stands at a step that there is no more, or is gone itself."""
    try:
        return await storage.load_context(form)
    except (UnknownState, UnknownIntent):
        return None


def _storage(manager: DialogManager) -> StorageProxy:
    storage: StorageProxy = manager.middleware_data[STORAGE_KEY]
    return storage
