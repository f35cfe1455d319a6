"""People in stories: tests say what they do and what they see.

    ana = sim.person("ana", start="")
    await ana.says("/events")
    assert await ana.presses("报名") == "已报名"
    await ana.sees("第 35 位")

Every wait ends as soon as the thing is there; a failure shows the whole chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from . import acts, view
from .files import TINY_PNG
from .objects import Account, Button, Chat, Json, Message
from .world import World

T = TypeVar("T")

# Seconds after which a wait counts as a hang: a busy machine takes long, and is no mistake.
ANSWER_WITHIN = SEE_WITHIN = 180.0
LOOK_AT_NEW = 1.0  # how long a person waits for something new before pressing something old


class Person:
    """One person in one chat: the private one with the bot, or a group by `in_group`."""

    def __init__(self, world: World, account: Account, chat: Chat | None = None) -> None:
        self.world = world
        self.account = account
        self.chat = chat or world.chats[account.id]

    def __repr__(self) -> str:
        return f"<{self.account.label} in {self.chat.title or 'private'}>"

    @property
    def id(self) -> int:
        """The person's id on Telegram."""
        return self.account.id

    @property
    def name(self) -> str:
        """The first name."""
        return self.account.first_name

    def in_group(self, group: Group) -> Person:
        """The same person, acting and looking in a group."""
        return Person(self.world, self.account, group.chat)

    # -- what is on the screen ------------------------------------------------------------------

    @property
    def messages(self) -> list[Message]:
        """What stands in the chat now, oldest first."""
        return self.chat.visible()

    @property
    def last(self) -> Message:
        """The last message of somebody else."""
        others = [m for m in self.messages if m.sender is not self.account]
        if not others:
            raise self._failure("has been told nothing yet")
        return others[-1]

    @property
    def screen(self) -> str:
        """The text of the last message of somebody else."""
        return self.last.text

    @property
    def toast(self) -> str | None:
        """The text of the last answer to a press."""
        return self.account.toast

    @property
    def alerted(self) -> bool:
        """True when that answer was shown as an alert."""
        return self.account.alert

    @property
    def keyboard(self) -> list[str]:
        """The labels of the reply keyboard, in reading order."""
        return [t for row in view.reply_labels(self.account, self.chat) or [] for t in row]

    @property
    def commands(self) -> list[str]:
        """The commands in the menu."""
        return [c["command"] for c in view.commands_for(self.world, self.account, self.chat)]

    def buttons(self, message: Message | None = None) -> list[str]:
        """The labels of a message's inline buttons (default: of the last message)."""
        return (message or self.last).buttons

    def transcript(self) -> str:
        """The whole chat as this person sees it."""
        return view.transcript(self.world, self.account, self.chat)

    # -- seeing ---------------------------------------------------------------------------------

    async def sees(self, text: str, *, within: float = SEE_WITHIN) -> Message:
        """Waits for a message with this text, new or changed since the last thing done."""
        found = await self.chat.signal.until(lambda: self._fresh(text), within)
        if found is None:
            raise self._failure(f"does not see {text!r} within {within} s")
        return found

    async def sees_not(self, text: str, *, within: float = 0.3) -> None:
        """Makes sure that no such message comes for a while."""
        found = await self.chat.signal.until(lambda: self._fresh(text), within)
        if found is not None:
            raise self._failure(f"sees {text!r} in #{found.message_id}, and should not")

    async def sees_button(self, label: str, *, within: float = SEE_WITHIN) -> Message:
        """Waits for a message, new or changed, with a button whose label contains this."""

        def find() -> Message | None:
            fresh = (m for m in reversed(self._fresh_messages()) if _button(m, label))
            return next(fresh, None)

        found = await self.chat.signal.until(find, within)
        if found is None:
            raise self._failure(f"sees no button {label!r} within {within} s")
        return found

    async def _comes(self, found: Callable[[], T | None]) -> T | None:
        """What is found among what is new, or None if that takes longer than somebody looks."""
        return await self.chat.signal.until(found, LOOK_AT_NEW)

    def _fresh_messages(self) -> list[Message]:
        mark, me = self.account.mark, self.account
        return [m for m in self.messages if m.revision > mark and m.sender is not me]

    def _fresh(self, text: str) -> Message | None:
        return next((m for m in reversed(self._fresh_messages()) if text in _readable(m)), None)

    def _failure(self, what: str) -> AssertionError:
        return AssertionError(f"{self.account.label} {what}\n{self.transcript()}")

    # -- saying ---------------------------------------------------------------------------------

    async def says(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Types a text; a long one arrives in parts, the last one is returned."""
        return acts.say(self.world, self.account, self.chat, text, reply_to=reply_to)[-1]

    async def opens(self, link_or_payload: str = "") -> Message:
        """Opens a deep link: the bot gets "/start payload"."""
        return acts.start(self.world, self.account, link_or_payload)

    async def edits(self, message: Message, text: str) -> None:
        """Edits an own message."""
        acts.edit(self.world, self.account, message, text)

    async def sends_photo(self, data: bytes = TINY_PNG, *, caption: str | None = None) -> Message:
        """Sends a photo."""
        return self._file("photo", data, None, caption)

    async def sends_document(
        self, data: bytes = b"text", name: str = "file.txt", *, caption: str | None = None
    ) -> Message:
        """Sends a file."""
        return self._file("document", data, name, caption)

    async def sends_video(self, data: bytes = b"video", *, caption: str | None = None) -> Message:
        """Sends a video."""
        return self._file("video", data, None, caption)

    async def sends_voice(self, data: bytes = b"voice") -> Message:
        """Sends a voice message."""
        return self._file("voice", data, None, None)

    async def sends_sticker(self) -> Message:
        """Sends a sticker."""
        return self._file("sticker", TINY_PNG, None, None)

    def _file(self, kind: str, data: bytes, name: str | None, caption: str | None) -> Message:
        file = acts.FromDevice(kind, data, name, caption=caption)
        return acts.send_file(self.world, self.account, self.chat, file)

    async def sends_album(
        self,
        files: Sequence[tuple[str, bytes]] = (("photo", TINY_PNG), ("photo", TINY_PNG)),
        *,
        caption: str | None = None,
    ) -> list[Message]:
        """Sends several (kind, bytes) as one album."""
        return acts.send_album(self.world, self.account, self.chat, files, caption)

    async def sends_location(self, latitude: float, longitude: float) -> Message:
        """Sends a place."""
        return acts.send_location(self.world, self.account, self.chat, latitude, longitude)

    async def shares_contact(self) -> Message:
        """Sends the own phone number, as the button that asks for it does."""
        return acts.share_contact(self.world, self.account, self.chat)

    async def forwards(self, message: Message) -> Message:
        """Forwards any message to this chat."""
        return acts.forward(self.world, self.account, self.chat, message)

    # -- pressing -------------------------------------------------------------------------------

    async def presses(
        self,
        label: str,
        *,
        on: Message | None = None,
        within: float = ANSWER_WITHIN,
        answered: bool = True,
    ) -> str | None:
        """Presses the button whose label contains `label`, on the newest message that has one.

        Looks at what is new or changed since the last thing done, and a moment later at older
        messages too. Then waits until the bot has answered (unless `answered` is False), and
        returns the text of the answer. A button of the reply keyboard sends its text.
        """
        found = None
        if on is None:
            found = await self._comes(lambda: self._button_in(self._fresh_messages(), label))
        found = found or await self.chat.signal.until(
            lambda: self._button(label, on), min(within, SEE_WITHIN)
        )
        if found is None:
            raise self._failure(f"finds no button {label!r}")
        message, button = found
        if isinstance(button, str):
            acts.press_reply(self.world, self.account, self.chat, button)
            return None
        if button.data is None:
            await self._follow(button)
            return None
        return await self.presses_raw(message, button.data, within=within, answered=answered)

    async def presses_raw(
        self,
        message: Message | int,
        data: str,
        *,
        within: float = ANSWER_WITHIN,
        answered: bool = True,
    ) -> str | None:
        """Sends callback data as a button would, also data that no button carries."""
        message_id = message if isinstance(message, int) else message.message_id
        query = acts.press(self.world, self.account, self.chat, message_id, data)
        if not answered:
            return None
        await asyncio.wait({query.answer}, timeout=within)
        if not query.answer.done():
            raise self._failure(f"pressed {data!r} and got no answer within {within} s")
        answer = query.answer.result()
        if answer.get("url"):
            await self.opens(answer["url"])
        text: str | None = answer["text"]
        return text

    def _button(self, label: str, on: Message | None) -> tuple[Message, Button | str] | None:
        inline = self._button_in([on] if on is not None else self.messages, label)
        if on is not None or self.account.id not in self.chat.keyboards:
            return inline
        holder = self.chat.keyboards[self.account.id][0]
        labels = [text for text in self.keyboard if label in text]
        if labels and (inline is None or inline[0].message_id < holder.message_id):
            return holder, min(labels, key=len)
        return inline

    @staticmethod
    def _button_in(messages: list[Message], label: str) -> tuple[Message, Button | str] | None:
        newest_first = sorted(messages, key=lambda m: m.message_id, reverse=True)
        return next(((m, b) for m in newest_first if (b := _button(m, label))), None)

    async def _follow(self, button: Button) -> None:
        if button.url is None:
            raise self._failure(f"cannot press {button.text!r}: not simulated")
        try:
            await self.opens(button.url)
        except acts.Impossible as impossible:
            raise self._failure(f"follows {button.url} out of Telegram: {impossible}") from None

    async def votes(self, *choices: str | int, on: Message | None = None) -> None:
        """Votes for options by number or by text in the newest poll; no choice takes it back."""
        polls = [m for m in self.messages if m.poll is not None]
        message = on or (polls[-1] if polls else None)
        if message is None or message.poll is None:
            raise self._failure("finds no poll to vote in")
        options = [option["text"] for option in message.poll.options]
        chosen = [c if isinstance(c, int) else _option(options, c) for c in choices]
        acts.vote(self.world, self.account, message.poll, message, chosen)

    # -- leaving --------------------------------------------------------------------------------

    async def blocks(self) -> None:
        """Blocks the bot."""
        acts.block(self.world, self.account, True)

    async def unblocks(self) -> None:
        """Unblocks the bot without saying anything."""
        acts.block(self.world, self.account, False)

    async def deletes_account(self) -> None:
        """Leaves Telegram: the bot gets "user is deactivated" from now on."""
        self.account.deleted = True

    async def waits(self, span: timedelta) -> None:
        """Lets time pass for everybody."""
        self.world.clock.advance(span)


class Group:
    """A group in a story."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat

    @property
    def id(self) -> int:
        """The group's chat id; another one after `upgrades`."""
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """What stands in the group now, oldest first."""
        return self.chat.visible()

    def _anybody(self) -> Account:
        return next(iter(self.chat.members.values()))

    async def adds(self, person: Person) -> None:
        """Somebody joins."""
        acts.join(self.world, self.chat, person.account)

    async def loses(self, person: Person) -> None:
        """Somebody leaves."""
        acts.leave(self.world, self.chat, person.account)

    async def promotes(self, person: Person) -> None:
        """Somebody becomes an administrator."""
        self.chat.administrators.add(person.id)

    async def promotes_bot(self) -> None:
        """The bot becomes an administrator and reads everything."""
        acts.set_bot_status(self.world, self.chat, self._anybody(), "administrator")

    async def adds_bot(self) -> None:
        """The bot is added (again)."""
        acts.join_bot(self.world, self.chat, self._anybody())

    async def kicks_bot(self) -> None:
        """The bot is removed."""
        acts.set_bot_status(self.world, self.chat, self._anybody(), "kicked")

    async def renames(self, title: str) -> None:
        """Somebody gives the group another title."""
        acts.rename(self.world, self.chat, self._anybody(), title)

    async def upgrades(self) -> int:
        """The group becomes a supergroup; returns the old id, which refuses from now on."""
        old = self.chat.id
        self.chat = acts.upgrade(self.world, self.chat, self._anybody())
        return old


def _button(message: Message, label: str) -> Button | None:
    """The button whose label contains the text: the one that is it, else the first."""
    found = [b for row in message.rows for b in row if label in b.text]
    return next((b for b in found if b.text == label), found[0] if found else None)


def _option(options: list[str], wanted: str) -> int:
    return next((n for n, text in enumerate(options) if wanted in text), len(options))


def _readable(message: Message) -> str:
    """Everything in a message that can be read."""
    parts = [message.text, view.service_text(message)]
    if message.poll is not None:
        parts += [option["text"] for option in message.poll.options]
    media: Json = message.content.get("document") or {}
    return "\n".join([*parts, str(media.get("file_name", ""))])
