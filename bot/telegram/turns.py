"""Answers to whoever is waiting, each in a turn of the pace."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.telegram.client import TelegramRefused
from scheduler.ports import Answers

T = TypeVar("T")


async def in_turn(
    answers: Answers, chat_id: int, call: Callable[[], Awaitable[T]], messages: int = 1
) -> T:
    """Make a call that sends so many messages to a chat; if it is refused for being too many, the
    pace is told. Raises what `call` raises.
    """
    await answers.answer(chat_id, messages)
    try:
        return await call()
    except TelegramRefused as error:
        if error.retry_after is not None:
            answers.answer_refused(error.retry_after)
        raise
