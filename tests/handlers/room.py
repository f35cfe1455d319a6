"""Talking to the bot without Telegram: the real router, texts and database, and at the edge a
`Chat` that only remembers what it was asked to show. A step takes milliseconds.

    kim = await room.staff("kim")
    await kim.says("/post")
    await kim.presses("公共服务")
    assert "叫什么名字" in kim.screen

What Telegram itself does (limits, broken HTML, blocked people, order) is for the stories.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import TelegramMethod
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
    User,
)
from aiogram.types import Chat as TelegramChat
from aiogram_dialog.api.entities import Context
from aiogram_dialog.context.storage import StorageProxy
from sqlalchemy import Connection

from bot.conversations import Conversations
from bot.parts.intake import InOrderAlready
from content.screen import File, NobodyThere, Screen, Venue
from content.splitting import plain
from handlers import forms
from handlers.tools import Tools
from storage.actions import invitations
from storage.actions.people import choose_community, consent, enrol
from storage.model.node import Node
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.queries.people import by_telegram_id

OWNER = 4_000_000_000
TOKEN = "42:" + "x" * 35


@dataclass
class Shown:
    """A message of the bot: its text as HTML, and its buttons as (label, what a press carries)."""

    text: str
    buttons: list[tuple[str, str]] = field(default_factory=list)
    media: int = 0
    made: tuple[File, ...] = ()
    reply_to: int | None = None
    venue: Venue | None = None
    rows: tuple[str, ...] = ()  # what the first button of each carries; of a screen of no form

    def markup(self) -> InlineKeyboardMarkup:
        rows = [
            [InlineKeyboardButton(text=label, callback_data=data or "-")]
            for label, data in self.buttons
        ]
        return InlineKeyboardMarkup(inline_keyboard=rows)


class Phones:
    """What stands in everybody's chat; the `Chat` of the handlers' tools."""

    def __init__(self) -> None:
        self.chats: dict[int, dict[int, Shown]] = {}
        self.toasts: dict[str, str] = {}
        self.out_of_reach = False  # what is sent does not arrive yet
        self.blocked: set[int] = set()
        self.too_late = False  # presses cannot be answered any more
        self.edits = 0
        self.files: dict[str, bytes] = {}  # what people sent, by its id
        self.menus: dict[int, list[str]] = {}
        self.tells_texts = False  # a press says what stood on its message, as on Telegram
        self._ids = count(1)

    def new_id(self) -> int:
        return next(self._ids)

    def text_of(self, chat_id: int, message_id: int) -> str:
        text = plain(self.chats[chat_id][message_id].text).strip()
        return text if self.tells_texts and text else "?"

    def put(self, chat_id: int, message_id: int, shown: Shown) -> int:
        self.chats.setdefault(chat_id, {})[message_id] = shown
        return message_id

    async def send(
        self,
        chat_id: int,
        screen: Screen,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int | None:
        if self.out_of_reach:
            return None
        if chat_id in self.blocked:
            raise NobodyThere("bot was blocked by the user")
        return self.put(chat_id, self.new_id(), _of_screen(screen, reply_to))

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> int | None:
        self.edits += 1
        if self.out_of_reach:
            return None
        before = self.chats.get(chat_id, {}).get(message_id)
        shown = _of_screen(screen, before.reply_to if before else None)
        return self.put(chat_id, message_id, shown)

    async def strip(self, chat_id: int, message_id: int) -> None:
        self.chats[chat_id][message_id].buttons = []

    async def delete(self, chat_id: int, message_id: int) -> None:
        self.chats[chat_id].pop(message_id, None)

    async def menu(self, chat_id: int, commands: list[tuple[str, str]]) -> None:
        self.menus[chat_id] = [name for name, _ in commands]

    async def fetch(self, file_id: str) -> bytes:
        if file_id not in self.files:
            raise Refusal("sheet.not_fetched")
        return self.files[file_id]

    async def toast(self, query_id: str, text: str = "") -> bool:
        if self.too_late:
            return False
        self.toasts.setdefault(query_id, text)
        return True

    async def alert(self, query_id: str, text: str) -> bool:
        return await self.toast(query_id, text)

    async def lead(self, query_id: str, url: str) -> bool:
        return await self.toast(query_id, url)


def _of_screen(screen: Screen, reply_to: int | None) -> Shown:
    buttons = [(b.label, b.press) for row in screen.rows for b in row]
    made = tuple(each for each in screen.media if isinstance(each, File))
    rows = tuple(row[0].press for row in screen.rows)
    return Shown(screen.text, buttons, len(screen.media), made, reply_to, screen.venue, rows)


class NoSession(BaseSession):
    """No way to Telegram: what aiogram makes by itself reads every certificate of the machine."""

    async def make_request(self, bot: Bot, method: Any, *_: Any, **__: Any) -> Any:
        raise NotImplementedError  # the bot is silent

    async def close(self) -> None:
        """Nothing is open."""

    def stream_content(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError  # no handler loads a file


class SilentBot(Bot):
    """aiogram's bot; nothing is said through it."""

    async def __call__(
        self, method: TelegramMethod[Any], request_timeout: int | None = None
    ) -> Any:
        raise AssertionError(f"handlers were not known to call {type(method).__name__}")


class Room:
    """A district with two communities, the dispatcher, and the people's phones."""

    def __init__(
        self, dispatcher: Dispatcher, phones: Phones, tools: Tools, clock: "Clock"
    ) -> None:
        self.dispatcher, self.phones, self.clock = dispatcher, phones, clock
        self.database, self.tools = tools.database, tools
        self.bot = SilentBot(TOKEN, session=NoSession())
        conversations = dispatcher.fsm.storage
        assert isinstance(conversations, Conversations)
        self.conversations = conversations
        self.communities: dict[str, Node] = {}
        self.thought = timedelta()  # for how long people looked before they pressed, in all
        self._ids = count(1)

    async def feed(self, **event: Any) -> None:
        update = Update(update_id=next(self._ids), **event)
        bound = Update.model_validate(update.model_dump(), context={"bot": self.bot})
        came_at = self.clock.now() + self.thought
        async with self.conversations.step():
            await self.dispatcher.feed_update(self.bot, bound, came_at=came_at)

    async def resident(
        self, name: str, community: str = "东湖社区", language: str = "zh"
    ) -> "Talker":
        talker, now = Talker(self, name), self.clock.now()
        node_id = self.communities[community].id

        def join(connection: Connection) -> None:
            known = consent(connection, talker.id, name, language, now)
            choose_community(connection, known.id, node_id, now)

        await self.database.write(join)
        return talker

    async def member(self, name: str, community: str = "东湖社区") -> "Talker":
        talker = await self.resident(name, community)
        person = await self.database.read(by_telegram_id, talker.id)
        assert person is not None
        node = self.communities[community]
        await self.database.write(enrol, person.id, node, self.clock.now())
        return talker

    async def staff(
        self,
        name: str,
        role: Role = Role.COMMUNITY,
        place: str = "东湖社区",
        language: str = "zh",
    ) -> "Talker":
        """Somebody with a role at a community, or at the district ("示范区")."""
        talker, now = Talker(self, name), self.clock.now()
        node_id = self.communities[place].id

        def take_up(connection: Connection) -> None:
            known = consent(connection, talker.id, name, language, now)
            owner = by_telegram_id(connection, OWNER)
            assert owner is not None
            invitations.invite(connection, owner.id, role, node_id, name, now)
            invitations.redeem(connection, known.id, name, now)

        await self.database.write(take_up)
        return talker


@cache
def _groups() -> dict[str, type[StatesGroup]]:
    """The states of every form, by the name of their group: a form takes longer to make than a
    step."""
    return {each.states_group_name(): each.states_group() for each in forms()}


@dataclass
class Clock:
    """The time of a room, which a test may move."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class Talker:
    """One person's chat with the bot."""

    _accounts = count(100)

    def __init__(self, room: Room, name: str) -> None:
        self.room, self.name, self.id = room, name, next(self._accounts)
        self.account = User(id=self.id, is_bot=False, first_name=name)
        self.chat = TelegramChat(id=self.id, type="private")
        self._presses = count(1)
        self.said: dict[int, Message] = {}

    @property
    def messages(self) -> list[Shown]:
        chat = self.room.phones.chats.get(self.id, {})
        return [chat[number] for number in sorted(chat)]

    @property
    def screen(self) -> str:
        """The text of the bot's last message."""
        return self.messages[-1].text

    @property
    def form(self) -> str:
        """The text of the last message that has buttons: a refusal may stand below it."""
        return self._with_buttons()[1].text

    @property
    def window(self) -> int:
        """The id of the last message that has buttons."""
        return self._with_buttons()[0]

    @property
    def buttons(self) -> list[str]:
        """The labels on the last message that has buttons."""
        return [label for label, _ in self._with_buttons()[1].buttons]

    @property
    def carried(self) -> list[str]:
        """What these buttons carry."""
        return [data for _, data in self._with_buttons()[1].buttons]

    async def says(self, text: str) -> int:
        return await self.sends(text=text)

    async def sends(self, **content: Any) -> int:
        """A message with this content, as Telegram's JSON has it; gives its id."""
        message = self._message(self.room.phones.new_id(), content)
        await self.room.feed(message=message)
        return message.message_id

    async def sends_file(self, name: str, content: bytes) -> int:
        """A document; gives the message's id."""
        file_id = f"{self.id}/{len(self.room.phones.files)}"
        self.room.phones.files[file_id] = content
        told = {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}
        return await self.sends(document={**told, "file_name": name})

    async def edits(self, message_id: int, **content: Any) -> None:
        """One of the own messages has other content from now on."""
        message = self._message(message_id, content | {"edit_date": 1})
        await self.room.feed(edited_message=message)

    def _message(self, message_id: int, content: dict[str, Any]) -> Message:
        self.said[message_id] = Message(
            message_id=message_id,
            date=self.room.clock.now(),
            chat=self.chat,
            from_user=self.account,
            **content,
        )
        return self.said[message_id]

    async def presses(self, *labels: str) -> str:
        """Press one button after the other, each on the last message that has buttons; what the
        last press was answered with."""
        toast = ""
        for label in labels:
            message_id, shown = self._with_buttons()
            data = next((data for text, data in shown.buttons if label in text), None)
            assert data is not None, f"no button {label!r} among {shown.buttons} of {shown.text!r}"
            toast = await self.presses_raw(data, message_id)
        return toast

    async def presses_raw(self, data: str, message_id: int | None = None) -> str:
        """Press what carries `data`, having looked at it."""
        self.room.thought += timedelta(seconds=1)
        return await self.taps(data, message_id)

    async def taps(self, data: str, message_id: int | None = None) -> str:
        """The same without a look."""
        on = message_id or self.room.phones.put(self.id, self.room.phones.new_id(), Shown("?"))
        query_id = f"{self.id}-{next(self._presses)}"
        message = Message(
            message_id=on,
            date=self.room.clock.now() + self.room.thought,
            chat=self.chat,
            text=self.room.phones.text_of(self.id, on),
            reply_markup=self.room.phones.chats[self.id][on].markup(),
            reply_to_message=self.said.get(self.room.phones.chats[self.id][on].reply_to or 0),
        )
        press = CallbackQuery(
            id=query_id, from_user=self.account, chat_instance="1", message=message, data=data
        )
        await self.room.feed(callback_query=press)
        return self.room.phones.toasts.get(query_id, "")

    async def forms(self) -> list[str]:
        """The ids of the open forms."""
        return list((await self._forms().load_stack()).intents)

    async def holds(self, form: str) -> object:
        """The draft that an open form holds; None if it is over."""
        context = await self.stands(form)
        return context.dialog_data.get("draft") if context else None

    async def stands(self, form: str) -> Context | None:
        """All that is kept of an open form; None if it is over."""
        kept = await self._forms().load_stack()
        return await self._forms().load_context(form) if form in kept.intents else None

    async def has_open(self, state: State, data: dict[str, Any], **widgets: Any) -> str:
        """Somebody who left a form at `state`, with this `dialog_data`; gives the form's id."""
        proxy = self._forms()
        stack = await proxy.load_stack()
        opened = set(stack.intents)
        context = stack.push(state, {})
        while context.id in opened:  # the library has a hundred ids for each second
            stack.intents.pop()
            context = stack.push(state, {})
        context.dialog_data.update(data)
        context.widget_data.update(widgets)
        await proxy.save_context(context)
        await proxy.save_stack(stack)
        return context.id

    def _forms(self) -> StorageProxy:
        where = (self.id, self.id, None, None)
        return StorageProxy(
            self.room.conversations, InOrderAlready(), *where, self.room.bot, _groups()
        )

    def _with_buttons(self) -> tuple[int, Shown]:
        chat = self.room.phones.chats.get(self.id, {})
        for number in sorted(chat, reverse=True):
            if chat[number].buttons:
                return number, chat[number]
        raise AssertionError(f"{self.name} sees no button: {self.messages}")
