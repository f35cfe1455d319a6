"""Turning a refusal, or a mishap, into words: the one place."""

import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, Message
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent

from content.screen import NotShown
from content.screens.kit import note
from content.texts import Say
from handlers.known import user_language
from handlers.tools import Tools
from storage.model.refusal import Refusal
from storage.queries.people import by_telegram_id
from storage.trouble import is_trouble

logger = logging.getLogger(__name__)
router = Router(name="refusals")


@router.error(ExceptionTypeFilter(Refusal))
async def refused(error: ErrorEvent, tools: Tools) -> None:
    refusal = error.exception
    assert isinstance(refusal, Refusal)
    await tell(error, refusal.key, refusal.names, tools)


@router.error(ExceptionTypeFilter(UnknownIntent, OutdatedIntent))
async def form_over(error: ErrorEvent, tools: Tools) -> None:
    """A button of a form that was finished, replaced or forgotten."""
    await tell(error, "home.form_over", {}, tools)


@router.error(ExceptionTypeFilter(NotShown, TelegramAPIError))
async def not_shown(error: ErrorEvent) -> None:
    """The answer did not get through. What was done is done, and the conversation goes on."""
    logger.warning("update %d was not answered: %s", error.update.update_id, error.exception)


@router.error()
async def broken(error: ErrorEvent, tools: Tools) -> None:
    """A mistake of ours: say so kindly, and let the intake log it and set the update aside.

    If the database failed, nothing is said: the intake does it again when it works.
    """
    if is_trouble(error.exception):
        raise error.exception
    try:
        await tell(error, "refused.broken", {}, tools)
    except Exception as second:
        logger.warning("the mishap could not be told: %s", second)
    raise error.exception


async def tell(error: ErrorEvent, key: str, names: dict[str, object], tools: Tools) -> None:
    """Say the text `key` to whoever made the update: a toast after a press (the screen stays as it
    is), a message after a message."""
    event = error.update.callback_query or error.update.message
    if event is None or event.from_user is None:
        return
    person = await tools.database.read(by_telegram_id, event.from_user.id)
    language = person.language if person else user_language(event.from_user, tools)
    await _put(event, tools.texts.in_(language), key, names, tools)


async def _put(
    event: Message | CallbackQuery, say: Say, key: str, names: dict[str, object], tools: Tools
) -> None:
    if isinstance(event, CallbackQuery):
        await tools.chat.toast(event.id, say.label(key, **names))
    else:
        await tools.chat.send(event.chat.id, note(say, key, **names))
