"""A form and the power that it takes, which is asked for at every event of it: a form that was left
open shows and does nothing any more once the role is gone."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram_dialog import Dialog, DialogManager
from aiogram_dialog.api.internal import CONTEXT_KEY

from handlers.access import Access, not_found
from handlers.answering import tell
from handlers.forms.drafts import DraftForm
from handlers.forms.hearing import hear
from handlers.forms.open import end, touched
from handlers.forms.saying import is_one_of
from handlers.forms.toggles import Once
from handlers.forms.widgets import offer_unfinished, person_of, say_of, take_draft, tools_of
from storage.model.refusal import Refusal
from storage.model.roles import Power

_REVIEWS = ("review", "confirm")  # the steps at which all that was answered stands before them
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Form(DraftForm):
    """A dialog of aiogram-dialog, made anew of the windows of another: aiogram gives each to one
    dispatcher for good. For `draft` see DraftForm, for `power` and `why` Access."""

    def __init__(
        self, form: Dialog, draft: type[Any] | None, *, power: Power | None, why: str = ""
    ) -> None:
        super().__init__(*form.windows.values(), on_start=take_draft, name=form.name)
        self.draft = draft
        self.access = Access(power, why)
        self.message.middleware(_Guard())
        self.callback_query.middleware(_Guard())
        self.callback_query.middleware(Once())

    async def _message_handler(self, message: Message, dialog_manager: DialogManager) -> None:
        """In the place of the library's: albums and edits are heard, too."""
        if not _only_agrees(message, dialog_manager):
            await hear(message, dialog_manager)
            return
        say, tools = say_of(dialog_manager), tools_of(dialog_manager)
        await tell(message, say, Refusal("hearing.press_it"), tools)


def _only_agrees(message: Message, manager: DialogManager) -> bool:
    """Whether a text says no more than that a review is right: it is no other text for it, and what
    is submitted is what the screen said when its button was pressed."""
    step = (manager.current_context().state.state or "").rpartition(":")[2]
    return step in _REVIEWS and is_one_of("hearing.agreed", message.text or "", say_of(manager))


class InForm(Filter):
    """Whether somebody has a form open, to which this may belong."""

    async def __call__(self, _event: TelegramObject, **data: Any) -> bool:
        return data.get(CONTEXT_KEY) is not None


class _Guard(BaseMiddleware):
    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        assert isinstance(event, Message | CallbackQuery)
        if not await still_allowed(event, data["dialog_manager"]):
            return None
        touched(data["dialog_manager"])
        return await handler(event, data)


async def still_allowed(event: Message | CallbackQuery, manager: DialogManager) -> bool:
    """Whether the person may fill in the form on top; if not, it is over, and they are told."""
    form, person = manager.dialog(), person_of(manager)  # type: ignore[attr-defined]
    assert isinstance(form, Form)
    if form.access.allows(person):
        return True
    await end(manager, person.telegram_id)
    await tell(event, say_of(manager), not_found(), tools_of(manager))
    await offer_unfinished(person.telegram_id, manager)
    return False
