"""What persons do on Telegram. Each act changes the world and queues the update that it causes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .files import media_content
from .objects import NOTHING, Account, Besides, Chat, Json, Message, Poll, Query
from .world import World

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
_COPIED = ("text", "entities", "caption", "caption_entities", "location", "venue", "contact")
_MEDIA = ("photo", "document", "video", "animation", "voice", "audio", "sticker")


class Impossible(Exception):
    """Something that Telegram's client would not let a person do."""


def send(
    world: World,
    account: Account,
    chat: Chat,
    content: Json,
    besides: Besides = NOTHING,
) -> Message:
    """A person sends a message of any content. The first one to a bot starts the chat."""
    _may_write(account, chat)
    account.mark = world.revision
    if chat.is_private:
        account.started = True
    message = world.post(chat, account, content, besides)
    account.mark = max(account.mark, message.revision)
    if _bot_sees(world, message):
        world.push_update("message", message.to_json())
    return message


def _may_write(account: Account, chat: Chat) -> None:
    if account.id not in chat.members:
        raise Impossible(f"{account.label} is not in {chat.title or chat.id}")
    if chat.is_private and account.blocked:
        raise Impossible(f"{account.label} has blocked the bot and must unblock it first")
    if chat.migrated_to is not None:
        raise Impossible(f"{chat.title} was upgraded to a supergroup")


def _bot_sees(world: World, message: Message) -> bool:
    """Group privacy: commands, answers to the bot and service messages only, unless it may more."""
    chat = message.chat
    if chat.is_private:
        return True
    if chat.bot_status not in ("member", "administrator"):
        return False
    if world.bot.reads_groups or chat.bot_status == "administrator":
        return True
    if message.reply_to is not None and message.reply_to.by_bot:
        return True
    written = {"text", "caption", *_MEDIA, "location", "contact"} & message.content.keys()
    if not written:
        return True
    command = re.match(r"/\w+(?:@(\w+))?", message.text)
    return command is not None and command[1] in (None, world.bot.username)


def say(
    world: World, account: Account, chat: Chat, text: str, *, reply_to: Message | None = None
) -> list[Message]:
    """A person types a text; the client cuts a long one into several messages."""
    text = text.strip(" \n")
    if not text:
        raise Impossible("an empty message cannot be sent")
    parts = [text[at : at + 4096] for at in range(0, len(text), 4096)]
    besides = Besides(reply_to=reply_to)
    return [send(world, account, chat, world.text_content(part), besides) for part in parts]


def start(world: World, account: Account, link_or_payload: str = "") -> Message:
    """A person opens a deep link (or presses START): the bot gets "/start payload"."""
    payload = start_payload(link_or_payload, world.bot.username)
    if account.blocked:
        block(world, account, False)
    text = f"/start {payload}".strip()
    return say(world, account, world.chats[account.id], text)[0]


def start_payload(link: str, username: str) -> str:
    """The payload of `https://t.me/<bot>?start=…`, `tg://resolve?…` or a bare payload."""
    link = link.strip()
    payload = link
    if "://" in link or link.startswith(("t.me/", "tg:")):
        parts = urlsplit(link if "://" in link or link.startswith("tg:") else f"https://{link}")
        query = parse_qs(parts.query)
        name = parts.path.strip("/") if parts.scheme != "tg" else query.get("domain", [""])[0]
        if name.lower() != username.lower():
            raise Impossible(f"{link} leads to another bot than @{username}")
        payload = query.get("start", [""])[0]
    if not PAYLOAD.fullmatch(payload):
        raise Impossible(f"a start payload is up to 64 of A-Z a-z 0-9 _ -, not {payload!r}")
    return payload


def edit(world: World, account: Account, message: Message, text: str) -> None:
    """A person edits a message of their own."""
    if message.sender is not account or message.deleted:
        raise Impossible("people edit only their own messages")
    account.mark = world.revision
    content = world.text_content(text)
    if "text" in message.content:
        message.content = content
    else:
        message.content.pop("caption_entities", None)
        message.content["caption"] = content["text"]
    message.edit_date = world.clock.timestamp()
    world.touch(message)
    if _bot_sees(world, message):
        world.push_update("edited_message", message.to_json())


@dataclass(frozen=True, slots=True)
class FromDevice:
    """A file on somebody's device: a photo, document, video, voice or sticker."""

    kind: str
    data: bytes
    name: str | None = None
    mime: str | None = None
    caption: str | None = None


def send_file(
    world: World, account: Account, chat: Chat, file: FromDevice, besides: Besides = NOTHING
) -> Message:
    """A person sends a file."""
    stored = world.files.add(file.kind, file.data, file.name, file.mime)
    content = media_content(stored)
    if file.caption:
        written = world.text_content(file.caption)
        content["caption"] = written["text"]
        if "entities" in written:
            content["caption_entities"] = written["entities"]
    return send(world, account, chat, content, besides)


def send_album(
    world: World,
    account: Account,
    chat: Chat,
    files: Sequence[tuple[str, bytes]],
    caption: str | None = None,
) -> list[Message]:
    """A person sends several (kind, bytes) at once: messages with one media_group_id."""
    group = {"media_group_id": str(13_000_000_000_000_000 + world.number())}
    return [
        send_file(
            world,
            account,
            chat,
            FromDevice(kind, data, caption=None if n else caption),
            Besides(extras=group),
        )
        for n, (kind, data) in enumerate(files)
    ]


def send_location(
    world: World, account: Account, chat: Chat, latitude: float, longitude: float
) -> Message:
    """A person sends a place."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Impossible("latitude is -90 to 90, longitude -180 to 180")
    place = {"latitude": latitude, "longitude": longitude}
    return send(world, account, chat, {"location": place})


def share_contact(world: World, account: Account, chat: Chat) -> Message:
    """A person presses the button that asks for the phone number."""
    card = {"phone_number": account.phone, "first_name": account.first_name, "user_id": account.id}
    return send(world, account, chat, {"contact": card})


def forward(world: World, account: Account, chat: Chat, message: Message) -> Message:
    """A person forwards a message that they can see."""
    content = copied_content(message)
    if not content and message.poll is None:
        raise Impossible("a service message cannot be forwarded")
    besides = Besides({"forward_origin": origin_of(message)}, poll=message.poll)
    return send(world, account, chat, content, besides)


def origin_of(message: Message) -> Json:
    """Where a forwarded message came from: what it says already, or its sender."""
    known: Json | None = message.extras.get("forward_origin")
    return known or {
        "type": "user",
        "sender_user": message.sender.to_json(),
        "date": message.date,
    }


def copied_content(message: Message) -> Json:
    """The content of a message that forwarding and copying carry along."""
    return {key: message.content[key] for key in (*_COPIED, *_MEDIA) if key in message.content}


def press(world: World, account: Account, chat: Chat, message_id: int, data: str) -> Query:
    """A person presses an inline button (or a forged client sends any data).

    The query's `answer` future is done when the bot answers. A message that is gone arrives as
    inaccessible, as on Telegram.
    """
    _may_write(account, chat)
    if not 1 <= len(data.encode()) <= 64:
        raise Impossible("callback data is 1 to 64 bytes")
    message = chat.messages.get(message_id)
    account.mark = world.revision
    query = Query(
        id=str(account.id * 10_000 + world.number()),
        account=account,
        message=message,
        data=data,
        pressed_at=world.clock.timestamp(),
        answer=asyncio.get_running_loop().create_future(),
    )
    world.queries[query.id] = query
    gone = {"chat": chat.to_json(), "message_id": message_id, "date": 0}
    world.push_update(
        "callback_query",
        {
            "id": query.id,
            "from": account.to_json(),
            "message": message.to_json() if message else gone,
            "chat_instance": str(-7_000_000_000 - abs(chat.id)),
            "data": data,
        },
    )
    return query


def press_reply(world: World, account: Account, chat: Chat, label: str) -> Message:
    """A person presses a button of the reply keyboard; a one-time keyboard then goes away."""
    _, markup = chat.keyboards[account.id]
    button = next(b for row in markup["keyboard"] for b in row if button_text(b) == label)
    if markup.get("one_time_keyboard"):
        chat.keyboards.pop(account.id)
    wants: dict[str, Any] = button if isinstance(button, dict) else {}
    if wants.get("request_contact"):
        return share_contact(world, account, chat)
    if wants.get("request_location"):
        return send_location(world, account, chat, 31.2304, 121.4737)
    return say(world, account, chat, label)[0]


def button_text(button: Json | str) -> str:
    """The label of a button of a reply keyboard, which may be a plain string."""
    return button if isinstance(button, str) else str(button["text"])


def vote(
    world: World, account: Account, poll: Poll, message: Message, chosen: Iterable[int]
) -> None:
    """A person votes; an empty choice takes the vote back."""
    options = sorted(set(chosen))
    world.close_due_polls()
    if poll.is_closed:
        raise Impossible("the poll is closed")
    if any(n not in range(len(poll.options)) for n in options):
        raise Impossible(f"the poll has the options 0 to {len(poll.options) - 1}")
    if len(options) > 1 and not poll.multiple:
        raise Impossible("only one option may be chosen")
    if account.id in poll.votes and not poll.revoting:
        raise Impossible("this vote cannot be changed")
    account.mark = world.revision
    if options:
        poll.votes[account.id] = options
    else:
        poll.votes.pop(account.id, None)
    world.touch(message)
    account.mark = world.revision
    world.push_update("poll", poll.to_json())
    if not poll.is_anonymous:
        world.push_update(
            "poll_answer",
            {
                "poll_id": poll.id,
                "user": account.to_json(),
                "option_ids": options,
                "option_persistent_ids": [str(n) for n in options],
            },
        )


def block(world: World, account: Account, blocked: bool) -> None:
    """A person blocks the bot or takes it back; the bot is told by my_chat_member."""
    if account.blocked == blocked:
        return
    account.mark = world.revision
    account.blocked = blocked
    old, new = ("member", "kicked") if blocked else ("kicked", "member")
    world.change_membership(world.chats[account.id], account, old, new)
    world.emit({"persons": True})


def join_bot(world: World, chat: Chat, actor: Account) -> None:
    """A person adds the bot to a group."""
    old, chat.bot_status = chat.bot_status, "member"
    world.change_membership(chat, actor, old, "member")
    content = {"new_chat_members": [world.bot.to_json()]}
    message = world.post(chat, actor, content)
    world.push_update("message", message.to_json())


def set_bot_status(world: World, chat: Chat, actor: Account, status: str) -> None:
    """Somebody promotes the bot (administrator), demotes it (member) or removes it (kicked)."""
    old, chat.bot_status = chat.bot_status, status
    world.change_membership(chat, actor, old, status)
    world.emit({"chat_id": chat.id})


def join(world: World, chat: Chat, account: Account) -> None:
    """A person joins a group."""
    chat.members[account.id] = account
    send(world, account, chat, {"new_chat_members": [account.to_json()]})
    world.emit({"persons": True})


def leave(world: World, chat: Chat, account: Account) -> None:
    """A person leaves a group."""
    send(world, account, chat, {"left_chat_member": account.to_json()})
    chat.members.pop(account.id, None)
    world.emit({"persons": True})


def rename(world: World, chat: Chat, actor: Account, title: str) -> None:
    """Somebody gives a group another title."""
    chat.title = title
    world.push_update("message", world.post(chat, actor, {"new_chat_title": title}).to_json())
    world.emit({"persons": True})


def upgrade(world: World, chat: Chat, actor: Account) -> Chat:
    """A group becomes a supergroup with another id; the old id refuses from now on."""
    new = world.add_group(chat.title or "", chat.members.values(), supergroup=True)
    new.bot_status = chat.bot_status
    new.administrators = set(chat.administrators)
    left = world.post(chat, actor, {"migrate_to_chat_id": new.id})
    came = world.post(new, actor, {"migrate_from_chat_id": chat.id})
    world.push_update("message", left.to_json())
    world.push_update("message", came.to_json())
    chat.migrated_to = new.id
    return new
