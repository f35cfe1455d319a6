"""Turning a refusal, or a mishap, into words: the one place."""

import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, Update, User
from aiogram_dialog.api.exceptions import OutdatedIntent, UnknownIntent

from content.screen import NobodyThere, NotShown
from content.screens.kit import note
from content.texts import Say
from handlers import answering
from handlers.filters import is_private
from handlers.known import user_language
from handlers.taps import TooSoon
from handlers.tools import Tools
from storage.model.haste import PAUSE
from storage.model.refusal import Refusal
from storage.queries.people import by_telegram_id
from storage.trouble import is_trouble

logger = logging.getLogger(__name__)


def listen(router: Router) -> None:
    """Register who hears of a wish that cannot be granted; of a mishap hears `mishaps`, last."""
    router.error.register(refused, ExceptionTypeFilter(Refusal))
    router.error.register(pressed_twice, ExceptionTypeFilter(TooSoon))
    router.error.register(form_over, ExceptionTypeFilter(UnknownIntent, OutdatedIntent))
    router.error.register(not_shown, ExceptionTypeFilter(NotShown, TelegramAPIError))


def mishaps() -> Router:
    """Hears of what nobody else heard of."""
    router = Router(name="mishaps")
    router.error.register(broken)
    return router


async def refused(error: ErrorEvent, tools: Tools) -> None:
    refusal = error.exception
    assert isinstance(refusal, Refusal)
    await _tell(error, refusal.key, refusal.names, tools)


async def pressed_twice(error: ErrorEvent, tools: Tools) -> None:
    """A button that came under the finger by the tap before."""
    await _tell(error, "button.pressed_twice", {}, tools)


async def form_over(error: ErrorEvent, tools: Tools) -> None:
    """A button of a form that was finished, replaced or forgotten."""
    await _tell(error, "home.form_over", {}, tools)


async def not_shown(error: ErrorEvent, tools: Tools) -> None:
    """Telegram will not take the answer, or does not tell us what we must know for it. What was
    done is done, the conversation goes on, and whoever waits hears that something went wrong."""
    unanswered(error.update.update_id, error.exception)
    event = error.update.callback_query or error.update.message
    if event is None or event.from_user is None or isinstance(error.exception, NobodyThere):
        return
    if isinstance(event, CallbackQuery):  # a press that was answered already shows no more
        await tools.chat.toast(event.id)
    say = await voice_for(event.from_user, tools)
    await tools.chat.send(event.from_user.id, note(say, "refused.broken"))


def unanswered(update_id: int, error: Exception) -> None:
    """Log that an answer did not get through; that they blocked the bot is nobody's mistake."""
    level = logging.INFO if isinstance(error, NobodyThere) else logging.WARNING
    logger.log(level, "update %d was not answered: %s", update_id, error)


async def broken(error: ErrorEvent, tools: Tools) -> None:
    """A mistake of ours: say so kindly, and let the intake log it and set the update aside.

    If the database failed, nothing is said: the intake does it again when it works.
    """
    if is_trouble(error.exception):
        raise error.exception
    try:
        await _tell(error, "refused.broken", {}, tools)
    except Exception as second:
        logger.warning("the mishap could not be told (%s)", type(second).__name__)
    raise error.exception


async def _tell(error: ErrorEvent, key: str, names: dict[str, object], tools: Tools) -> None:
    """Say the text `key` to whoever made the update: a toast after a press (the screen stays as it
    is), a message after a message."""
    update = error.update
    event = update.callback_query or update.message or update.edited_message
    if event is None or event.from_user is None:
        return
    say = await voice_for(event.from_user, tools)
    await answering.tell(event, say, Refusal(key, **names), tools)


async def too_fast(update: Update, tools: Tools) -> None:
    """Say to whoever sends too fast that this, and what follows, is not read; below the message
    that is the first of it. In a group nothing is said."""
    event = update.callback_query or update.message or update.edited_message
    if event is None or event.from_user is None:
        return
    say = await voice_for(event.from_user, tools)
    pause = int(PAUSE.total_seconds())
    if isinstance(event, CallbackQuery):
        await tools.chat.toast(event.id, say.label("refused.too_fast", pause=pause))
    elif is_private(event):
        screen = note(say, "refused.too_fast", pause=pause)
        await tools.chat.send(event.chat.id, screen, reply_to=event.message_id)


async def voice_for(user: User, tools: Tools) -> Say:
    """The voice in which somebody is spoken to, who may not have joined."""
    person = await tools.database.read(by_telegram_id, user.id)
    return tools.texts.in_(person.language if person else user_language(user, tools))
