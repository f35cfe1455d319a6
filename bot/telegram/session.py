"""aiogram's client on our lean path: for the few questions that handlers ask through it."""

from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.telegram import lenient
from bot.telegram.client import Telegram, TelegramRefused, TelegramUnavailable


class LeanSession(BaseSession):
    """Sends what has no file as JSON over `telegram`, and raises aiogram's errors. It has no
    connection of its own.

    What is said to people does not come this way: it would have no turn of the pace.
    """

    def __init__(self, telegram: Telegram, api: TelegramAPIServer) -> None:
        super().__init__(api=api)
        self._telegram = telegram

    async def close(self) -> None:
        """Nothing to do: `telegram` is closed by whoever opened it."""

    def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Nothing is downloaded."""
        raise AssertionError("nothing is downloaded")

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        """Carry out `method`; returns its result as aiogram's type."""
        files: dict[str, Any] = {}
        given = method.model_dump(exclude_none=True, warnings=False).items()
        prepared = {k: self.prepare_value(v, bot=bot, files=files) for k, v in given}
        assert not files, "pictures go out as screens"
        params = {key: value for key, value in prepared.items() if value}
        call = partial(self._telegram.call, method.__api_method__, params)
        try:
            result = await self._telegram.insist(call)
        except TelegramRefused as error:
            raise _aiogram_error(method, error) from error
        except TelegramUnavailable as error:
            raise TelegramNetworkError(method, str(error)) from error
        returned: TelegramType = lenient.read(method.__returning__, result, {"bot": bot})
        return returned


def _aiogram_error(method: TelegramMethod[Any], error: TelegramRefused) -> Exception:
    if error.retry_after is not None:
        return TelegramRetryAfter(method, error.description, int(error.retry_after))
    kind = TelegramForbiddenError if error.code == 403 else TelegramBadRequest
    return kind(method, error.description)
