"""The real router, actions and queries over a SQLite file, with nothing of Telegram but what is
said to it: a press or a message gives back what the bot would have called."""

import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import GetChat, GetChatMember, GetMe
from aiogram.types import Chat, ChatMemberMember, Update, User

from bot.product import Content
from content.screen import BELOW, Screen
from handlers import FORM_MARK, table
from handlers.forms.leaving import ORIGIN
from handlers.taps import Taps
from storage.database import Database
from tests.handlers.room import TOKEN
from tests.handlers.tools import tools_for
from tests.storage.district import NOW

PRESSED = 5  # the message that is pressed
Call = tuple[str, Any]  # what the bot called, and with what


class RecordingChat:
    """The port behind which Telegram stands."""

    def __init__(self, calls: list[Call]) -> None:
        self._calls = calls

    async def send(
        self,
        chat_id: int,
        screen: Screen,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int:
        self._calls.append(("send", (chat_id, screen)))
        return PRESSED + 1

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> int:
        self._calls.append(("edit", (chat_id, message_id, screen)))
        return message_id

    async def strip(self, chat_id: int, message_id: int) -> None:
        self._calls.append(("strip", (chat_id, message_id)))

    async def delete(self, chat_id: int, message_id: int) -> None:
        self._calls.append(("delete", (chat_id, message_id)))

    async def menu(self, chat_id: int, commands: list[tuple[str, str]]) -> None:
        self._calls.append(("menu", (chat_id, tuple(commands))))

    async def fetch(self, file_id: str) -> bytes:
        raise AssertionError("nobody sends a file here")

    async def toast(self, query_id: str, text: str = "") -> bool:
        self._calls.append(("toast", text))
        return True

    async def alert(self, query_id: str, text: str) -> bool:
        self._calls.append(("toast", text))
        return True

    async def lead(self, query_id: str, url: str) -> bool:
        self._calls.append(("toast", url))
        return True


class KnowingSession(BaseSession):
    """What is asked of Telegram about the bot and about groups: everybody is in `chats`, and the
    bot may write there."""

    def __init__(self, chats: set[int]) -> None:
        super().__init__()
        self._chats = chats

    async def make_request(self, bot: Bot, method: Any, *_: Any, **__: Any) -> Any:
        if isinstance(method, GetMe):
            return User(id=bot.id, is_bot=True, first_name="邻里", username="linli_bot")
        assert isinstance(method, GetChatMember | GetChat), "what is said goes through the chat"
        if method.chat_id not in self._chats:
            raise TelegramBadRequest(method, "Bad Request: chat not found")  # type: ignore[misc]
        if isinstance(method, GetChat):
            return Chat(id=method.chat_id, type="group", title=f"群{method.chat_id}")
        return ChatMemberMember(user=User(id=method.user_id, is_bot=False, first_name="…"))

    async def close(self) -> None:
        """Nothing is open."""

    def stream_content(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError  # no handler loads a file


class Scene:
    """The bot as people meet it, and a way to put everything back."""

    def __init__(
        self,
        database: Database,
        content: Content,
        dispatcher: Dispatcher,
        path: str,
        chats: set[int],
    ) -> None:
        self.database = database
        self.table = table()
        self.calls: list[Call] = []
        self._numbers = itertools.count(1)
        self.conversations = MemoryStorage()
        chat = RecordingChat(self.calls)
        self.at = NOW
        self.tools = tools_for(database, content, self.table, chat, lambda: self.at)
        self._bot = Bot(TOKEN, session=KnowingSession(chats))
        self._dispatcher = dispatcher
        dispatcher["tools"], dispatcher.fsm.storage = self.tools, self.conversations
        self._watch = sqlite3.connect(path)
        self._kept = sqlite3.connect(":memory:")
        people = self._watch.execute("SELECT telegram_id, name FROM persons")
        self._names: dict[int, str] = dict(people.fetchall())

    async def presses(self, telegram_id: int, data: str) -> list[Call]:
        """What the bot calls when somebody presses a button that carries `data`, long after
        whatever was tried before."""
        self._dispatcher["tools"] = self.tools = replace(self.tools, taps=Taps())
        return await self.taps(telegram_id, data)

    async def taps(self, telegram_id: int, data: str) -> list[Call]:
        """The same right after the press before, on the same message."""
        press: dict[str, Any] = {"id": "1", "chat_instance": "1", "data": data}
        press |= {"from": self._user(telegram_id), "message": _message(telegram_id, "…")}
        return await self._told({"callback_query": press})

    async def says(self, telegram_id: int, text: str) -> list[Call]:
        """What the bot calls when somebody sends a text."""
        said = _message(telegram_id, text) | {"from": self._user(telegram_id)}
        return await self._told({"message": said})

    def _user(self, telegram_id: int) -> dict[str, Any]:
        """By the name that is kept, so that nothing is written to follow another one."""
        name = self._names.get(telegram_id, "…")
        return {"id": telegram_id, "is_bot": False, "first_name": name, "language_code": "zh"}

    async def _told(self, body: dict[str, Any]) -> list[Call]:
        self.calls.clear()
        body["update_id"] = next(self._numbers)  # aiogram keeps what it found of each
        update = Update.model_validate(body, context={"bot": self._bot})
        await self._dispatcher.feed_update(self._bot, update)
        return list(self.calls)

    def buttons(self, *, of_forms: bool = False) -> Iterator[str]:
        """What the buttons carry that were shown last: our own, or those of forms."""
        return (each for each in self._shown() if (FORM_MARK in each) is of_forms)

    def ways_back(self) -> Iterator[str]:
        """What the button carries that leads out of each open form, once it is cancelled."""
        for each in self.conversations.storage.values():
            if "dialog_data" in each.data:
                yield each.data["dialog_data"][ORIGIN]

    def _shown(self) -> Iterator[str]:
        for _, told in self.calls:
            for part in told if isinstance(told, tuple) else ():
                if isinstance(part, Screen):
                    yield from (each.press for row in part.rows for each in row if each.press)

    def reads(self, data: str) -> bool:
        """Whether the table knows what a button means."""
        action, *ids = data.removeprefix(BELOW).split(":")
        press = self.table.presses.get((action, len(ids)))
        return press is not None and len(press.read(ids)) == len(ids)

    def keep(self) -> None:
        """What is true now is what `again` brings back."""
        self._watch.backup(self._kept)
        self.settle()

    def changed(self) -> bool:
        """Whether anything was written to the database, or a form opened, since it was kept."""
        held = any(each.data or each.state for each in self.conversations.storage.values())
        return held or self.written()

    def written(self) -> bool:
        """Whether anything was written to the database since it was kept, or settled."""
        return self._now_at() != self._version

    def settle(self) -> None:
        """What was written up to now does not count."""
        self._version = self._now_at()

    def again(self) -> None:
        """Everything as it was kept."""
        self._kept.backup(self._watch)
        self.settle()
        self.conversations.storage.clear()

    def close(self) -> None:
        self._watch.close()
        self._kept.close()

    def _now_at(self) -> int:
        """Another number after every commit of another connection that wrote anything."""
        version: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
        return version


def _message(telegram_id: int, text: str) -> dict[str, Any]:
    chat = {"id": telegram_id, "type": "private"}
    return {"message_id": PRESSED, "date": int(NOW.timestamp()), "chat": chat, "text": text}
