"""A message that was edited, in whatever open form it was heard: on top, or waiting below."""

from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode

from content.screens.kit import note
from handlers.forms.drafts import Outdated
from handlers.forms.form import still_allowed
from handlers.forms.heard import heard_in
from handlers.forms.hearing import hear
from handlers.forms.open import each_open, lift, on_top
from handlers.forms.widgets import say_of, tools_of


async def hear_again(message: Message, manager: DialogManager) -> bool:
    """Bring an edit to the draft that its message went into; False if there is none any more."""
    top = on_top(manager)
    form = await _that_heard(message, manager)
    if form is None or top is None:
        return False
    await lift(manager, form)
    if not await still_allowed(message, manager):
        return True
    if form != top:
        manager.show_mode = ShowMode.NO_UPDATE
    try:
        changed = await hear(message, manager, again=True)
    except Outdated:
        return False
    if form != top and on_top(manager) == form:
        if changed:
            words = note(say_of(manager), "hearing.edited_below")
            await tools_of(manager).chat.send(message.chat.id, words)
        await lift(manager, top)
    return True


async def _that_heard(message: Message, manager: DialogManager) -> str | None:
    """The id of the open form that heard a message."""
    async for context in each_open(manager):
        if heard_in(context, message) is not None:
            return context.id
    return None
