"""The state of a small Telegram: accounts, chats, messages, files, polls, commands, updates.

Nothing here does I/O or waits; whoever needs to know of a change listens to a signal.
All of it belongs to one event loop.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterable
from datetime import datetime, timedelta
from typing import Any

from .clock import Clock
from .entities import clean, with_automatic
from .files import FileStore
from .limits import Limits
from .objects import NOTHING, Account, Besides, BotAccount, Chat, Json, Message, Poll, Query
from .refusals import Refusal, bad_request, forbidden
from .signals import Signal
from .updates import UpdateQueue

FIRST_PERSON = 5_000_000_001  # above 32 bits, as real ids have been for years
FIRST_GROUP = 4_000_001
FIRST_SUPERGROUP = 1_002_000_000_001
CALLBACK_LIFETIME = timedelta(seconds=60)
DELETE_WITHIN = timedelta(hours=48)

# What an administrator may, as this version of the Bot API server puts it.
_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_pin_messages",
)
RIGHTS: Json = {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_RIGHTS, True)}

Event = dict[str, Any]


def _of_the_crowd(person_id: int) -> Chat:
    """The chat of somebody whose telephone nobody looks at."""
    unseen = Account(person_id, str(person_id), None, "zh", "", "", started=True)
    return Chat(person_id, "private", person=unseen, members={person_id: unseen})


class World:
    """Everything that is true on the simulated servers."""

    def __init__(self, *, clock: Clock | None = None, bot: BotAccount | None = None) -> None:
        self.clock = clock or Clock()
        self.bot = bot or BotAccount()
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.polls: dict[str, tuple[Poll, Message]] = {}
        self.queries: dict[str, Query] = {}
        self.files = FileStore()
        self.limits = Limits()
        self.changed = Signal()
        self.updates = UpdateQueue(self.changed)
        self.commands: dict[tuple[str, int | None, int | None], dict[str, list[Json]]] = {}
        self.revision = 0
        self.callback_lifetime = CALLBACK_LIFETIME
        self.crowd: Container[int] = ()  # ids of people who take what they are sent, unseen
        self.rights = RIGHTS  # another version has others
        self._listeners: list[Callable[[Event], None]] = []
        self._message_ids = itertools.count(1)
        self._numbers = itertools.count(1)
        self.clock.on_move(self._clock_moved)

    # -- who and where --------------------------------------------------------------------------

    def add_person(
        self,
        first_name: str,
        *,
        language: str = "zh",
        label: str | None = None,
        person_id: int | None = None,
        username: str | None = None,
    ) -> Account:
        """Registers an account on Telegram; the person has not talked to the bot yet."""
        first_name = clean(first_name).strip()[:64] or "?"
        if person_id is None:
            person_id = max([FIRST_PERSON - 1, *self.accounts]) + 1
        if person_id in self.accounts or person_id == self.bot.id or person_id <= 0:
            raise ValueError(f"the id {person_id} is taken or not a person's")
        account = Account(
            id=person_id,
            first_name=first_name,
            username=self._free_username(username or first_name),
            language_code=language,
            label=label or first_name,
            phone=f"+86138{person_id % 10**8:08d}",
        )
        self.accounts[person_id] = account
        self.chats[person_id] = Chat(
            person_id, "private", person=account, members={person_id: account}
        )
        self.emit({"persons": True})
        return account

    def _free_username(self, wanted: str) -> str | None:
        name = "".join(c for c in wanted.lower() if c.isascii() and (c.isalnum() or c == "_"))
        if not name:
            return None
        taken = {account.username for account in self.accounts.values()}
        tries = itertools.chain([name], (f"{name}{n}" for n in itertools.count(2)))
        return next(candidate for candidate in tries if candidate not in taken)

    def add_group(
        self, title: str, members: Iterable[Account] = (), *, supergroup: bool = False
    ) -> Chat:
        """Creates a group with these persons and the bot in it; the bot is told."""
        used = {-chat_id for chat_id in self.chats if chat_id < 0}
        numbers = itertools.count(FIRST_SUPERGROUP if supergroup else FIRST_GROUP)
        chat_id = -next(number for number in numbers if number not in used)
        chat = Chat(chat_id, "supergroup" if supergroup else "group", title=clean(title)[:128])
        chat.bot_status = "left"
        chat.members = {account.id: account for account in members}
        self.chats[chat_id] = chat
        self.emit({"persons": True})
        return chat

    def person(self, person_id: int) -> Account:
        """The account of that id; KeyError when there is none."""
        return self.accounts[person_id]

    def user_json(self, user_id: int) -> Json | None:
        """The User object of an account or of the bot."""
        if user_id == self.bot.id:
            return self.bot.to_json()
        account = self.accounts.get(user_id)
        return account.to_json() if account else None

    def chat(self, chat_id: int | str) -> Chat:
        """The chat that the bot means; refused with "chat not found"."""
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        unknown = found is not None and found.person is not None and not self._knows(found.person)
        if found is None or unknown:
            raise bad_request("chat not found")
        return found

    def _knows(self, account: Account) -> bool:
        return account.started or any(
            account.id in chat.members for chat in self.chats.values() if not chat.is_private
        )

    def writable(self, chat_id: int | str) -> Chat:
        """The chat to write to, or the refusal that Telegram answers."""
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if found is None and isinstance(chat_id, int) and chat_id in self.crowd:
            found = self.chats[chat_id] = _of_the_crowd(chat_id)
        if found is None:
            raise bad_request("chat not found")
        if refusal := self.refusal(found):
            raise refusal
        return found

    def refusal(self, chat: Chat) -> Refusal | None:
        """Why the bot may not write to this chat now, None if it may."""
        person = chat.person
        if person is not None:
            if person.deleted:
                return forbidden("user is deactivated")
            if person.blocked:
                return forbidden("bot was blocked by the user")
            return (
                None if person.started else forbidden("bot can't initiate conversation with a user")
            )
        if chat.migrated_to is not None:
            return Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        kind = f"{chat.type} chat"
        if chat.bot_status == "kicked":
            return forbidden(f"bot was kicked from the {kind}")
        return (
            forbidden(f"bot is not a member of the {kind}") if chat.bot_status == "left" else None
        )

    # -- messages -------------------------------------------------------------------------------

    def post(
        self,
        chat: Chat,
        sender: BotAccount | Account,
        content: Json,
        besides: Besides = NOTHING,
    ) -> Message:
        """Puts a new message into a chat. Only inline keyboards stay on the message."""
        markup, poll = besides.markup, besides.poll
        inline = markup if markup and "inline_keyboard" in markup else None
        message = Message(
            message_id=self._message_id(chat),
            chat=chat,
            sender=sender,
            date=self.clock.timestamp(),
            content=content,
            extras=dict(besides.extras),
            markup=inline,
            had_keyboard=bool(markup) and inline is None,
            poll=poll,
            reply_to=besides.reply_to,
        )
        chat.messages[message.message_id] = message
        if poll is not None:
            self.polls.setdefault(poll.id, (poll, message))
        if markup and inline is None:
            self._keyboard(chat, message, markup)
        self.touch(message)
        return message

    def _message_id(self, chat: Chat) -> int:
        if chat.type != "supergroup":
            return next(self._message_ids)  # one count for an account, as on Telegram
        chat.next_message_id += 1
        return chat.next_message_id - 1

    def _keyboard(self, chat: Chat, message: Message, markup: Json) -> None:
        for person_id in chat.members:
            if "keyboard" in markup:
                chat.keyboards[person_id] = (message, markup)
            elif markup.get("remove_keyboard"):
                chat.keyboards.pop(person_id, None)

    def touch(self, message: Message) -> None:
        """Marks a message as changed and wakes whoever looks at its chat."""
        self.revision += 1
        message.revision = self.revision
        message.chat.signal.fire()
        self.changed.fire()
        self.emit({"chat_id": message.chat.id})

    def delete(self, message: Message) -> None:
        """Removes a message for everybody."""
        message.deleted = True
        message.chat.messages.pop(message.message_id, None)
        kept = {p: k for p, k in message.chat.keyboards.items() if k[0] is not message}
        message.chat.keyboards = kept
        self.touch(message)

    def number(self) -> int:
        """A number that nothing else in this world has."""
        return next(self._numbers)

    # -- updates --------------------------------------------------------------------------------

    def push_update(self, kind: str, payload: Json) -> int | None:
        """Queues an update for the bot; None when it does not want this kind."""
        return self.updates.push(kind, payload)

    def push_raw_update(self, update: Json) -> int:
        """Queues an update as it is, however broken; returns its update_id."""
        return self.updates.push_raw(update)

    def change_membership(
        self, chat: Chat, actor: BotAccount | Account, old: str, new: str
    ) -> None:
        """Tells the bot that it was blocked, added, promoted, removed … by somebody."""
        self.push_update(
            "my_chat_member",
            {
                "chat": chat.to_json(),
                "from": actor.to_json(),
                "date": self.clock.timestamp(),
                "old_chat_member": self.member_json(self.bot.to_json(), old),
                "new_chat_member": self.member_json(self.bot.to_json(), new),
            },
        )

    def member_json(self, user: Json, status: str) -> Json:
        """A ChatMember object of any status."""
        member: Json = {"user": user, "status": status}
        if status == "kicked":
            return {**member, "until_date": 0}
        if status == "creator":
            return {**member, "is_anonymous": False}
        return {**member, **self.rights} if status == "administrator" else member

    def text_content(self, text: str) -> Json:
        """What a person types, with the entities that Telegram finds in it."""
        text = clean(text).strip(" \n")
        entities = with_automatic(text, [])
        return {"text": text, **({"entities": entities} if entities else {})}

    # -- polls and time -------------------------------------------------------------------------

    def close_poll(self, poll: Poll, message: Message) -> None:
        """Ends a poll and tells the bot."""
        poll.is_closed = True
        self.touch(message)
        self.push_update("poll", poll.to_json())

    def close_due_polls(self) -> None:
        """Ends the polls whose time is over by the clock."""
        now = self.clock.timestamp()
        for poll, message in tuple(self.polls.values()):
            if poll.close_at is not None and poll.close_at <= now and not poll.is_closed:
                self.close_poll(poll, message)

    def _clock_moved(self, _: datetime) -> None:
        self.close_due_polls()
        self.emit({"clock": True})

    # -- listeners ------------------------------------------------------------------------------

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Calls `listener(event)` at every change; returns a function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Tells the listeners of a change."""
        for listener in tuple(self._listeners):
            listener(event)
