"""The things of the simulated world: accounts, chats, messages, polls, button presses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from .signals import Signal

Json = dict[str, Any]


@dataclass
class BotAccount:
    """The bot as Telegram knows it. `reads_groups` switches group privacy off."""

    id: int = 42
    first_name: str = "邻里"
    username: str = "linli_bot"
    reads_groups: bool = False
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)

    def to_json(self) -> Json:
        """The User object that stands in messages."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.first_name,
            "username": self.username,
        }


@dataclass
class Account:
    """A person's account on Telegram."""

    id: int
    first_name: str
    username: str | None
    language_code: str
    label: str
    phone: str
    started: bool = False
    blocked: bool = False
    deleted: bool = False
    mark: int = 0  # the world's revision when this person last did something
    toast: str | None = None
    alert: bool = False

    def to_json(self) -> Json:
        """The User object that stands in messages."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return {**user, "language_code": self.language_code}


@dataclass
class Poll:
    """A poll or quiz with everybody's votes."""

    id: str
    question: str
    options: list[Json]
    type: str
    is_anonymous: bool
    multiple: bool
    correct: list[int]
    extras: Json
    revoting: bool
    close_at: int | None = None
    is_closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)

    def to_json(self) -> Json:
        """The Poll object as the bot that made it sees it."""
        count = [
            sum(n in chosen for chosen in self.votes.values()) for n in range(len(self.options))
        ]
        poll: Json = {
            "id": self.id,
            "question": self.question,
            "options": [
                {"persistent_id": str(n), **option, "voter_count": count[n]}
                for n, option in enumerate(self.options)
            ],
            "total_voter_count": len(self.votes),
            "is_closed": self.is_closed,
            "is_anonymous": self.is_anonymous,
            "type": self.type,
            "allows_multiple_answers": self.multiple,
            "allows_revoting": self.revoting,
            "members_only": False,
            **self.extras,
        }
        if self.type == "quiz":
            poll["correct_option_ids"] = self.correct
        return poll


@dataclass
class Button:
    """An inline button as a person sees it."""

    text: str
    data: str | None
    url: str | None


@dataclass(eq=False)
class Message:
    """A message in a chat; it changes when somebody edits it."""

    message_id: int
    chat: Chat
    sender: BotAccount | Account
    date: int
    content: Json
    extras: Json = field(default_factory=dict)
    markup: Json | None = None  # the inline keyboard
    had_keyboard: bool = False  # was sent with another keyboard: Telegram lets nobody edit it
    poll: Poll | None = None
    reply_to: Message | None = None
    edit_date: int | None = None
    revision: int = 0
    deleted: bool = False
    reactions: list[str] = field(default_factory=list)

    @property
    def by_bot(self) -> bool:
        """True when the bot sent it."""
        return isinstance(self.sender, BotAccount)

    @property
    def text(self) -> str:
        """What is written in it: text, caption or question."""
        if self.poll is not None:
            return self.poll.question
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def entities(self) -> list[Json]:
        """The entities of `text`."""
        found: list[Json] = (
            self.content.get("entities") or self.content.get("caption_entities") or []
        )
        return found

    @property
    def rows(self) -> list[list[Button]]:
        """The inline buttons, row by row."""
        keyboard = (self.markup or {}).get("inline_keyboard", [])
        return [
            [Button(b["text"], b.get("callback_data"), b.get("url")) for b in row]
            for row in keyboard
        ]

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline buttons, in reading order."""
        return [button.text for row in self.rows for button in row]

    @property
    def media_kind(self) -> str | None:
        """photo, document, video, animation, voice, audio, sticker, location, contact or None."""
        kinds = ("photo", "animation", "document", "video", "voice", "audio", "sticker")
        return next((k for k in (*kinds, "location", "contact") if k in self.content), None)

    @property
    def file_id(self) -> str | None:
        """The file_id of the photo, document … in it."""
        kind = self.media_kind
        if kind is None or kind in ("location", "contact"):
            return None
        media = self.content[kind]
        return str((media[-1] if kind == "photo" else media)["file_id"])

    def to_json(self, *, nested: bool = True) -> Json:
        """The complete Message object of the Bot API."""
        message: Json = {
            "message_id": self.message_id,
            "from": self.sender.to_json(),
            "chat": self.chat.to_json(),
            "date": self.date,
        }
        if self.edit_date is not None:
            message["edit_date"] = self.edit_date
        if nested and self.reply_to is not None and not self.reply_to.deleted:
            message["reply_to_message"] = self.reply_to.to_json(nested=False)
        message.update(self.extras)
        message.update(self.content)
        if self.poll is not None:
            message["poll"] = self.poll.to_json()
        if self.markup is not None:
            message["reply_markup"] = self.markup
        return message


@dataclass(frozen=True, slots=True)
class Besides:
    """What goes with a message beside its content."""

    extras: Json = field(default_factory=dict)
    markup: Json | None = None
    poll: Poll | None = None
    reply_to: Message | None = None


NOTHING = Besides()


@dataclass(eq=False)
class Chat:
    """A private chat (its id is the person's) or a group."""

    id: int
    type: str
    title: str | None = None
    person: Account | None = None
    members: dict[int, Account] = field(default_factory=dict)
    administrators: set[int] = field(default_factory=set)
    bot_status: str = "member"
    migrated_to: int | None = None
    pinned: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    keyboards: dict[int, tuple[Message, Json]] = field(default_factory=dict)
    signal: Signal = field(default_factory=Signal)
    actions: list[str] = field(default_factory=list)
    next_message_id: int = 1

    @property
    def is_private(self) -> bool:
        """True for a chat of one person with the bot."""
        return self.type == "private"

    def to_json(self) -> Json:
        """The Chat object that stands in messages."""
        if self.person is None:
            return {"id": self.id, "type": self.type, "title": self.title or ""}
        chat: Json = {"id": self.id, "type": self.type, "first_name": self.person.first_name}
        if self.person.username:
            chat["username"] = self.person.username
        return chat

    def visible(self) -> list[Message]:
        """The messages that are still there, oldest first."""
        return list(self.messages.values())


@dataclass(eq=False)
class Query:
    """A press of an inline button, until the bot answers it."""

    id: str
    account: Account
    message: Message | None
    data: str
    pressed_at: int
    answer: asyncio.Future[Json]
