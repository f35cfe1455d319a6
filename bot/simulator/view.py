"""A chat as one person sees it: for the page as JSON, for a failed test as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from .acts import button_text
from .entities import to_html
from .objects import Account, Chat, Json, Message
from .world import World

_LOOK_LIKE = {"animation": "video", "audio": "voice"}
_COMMAND_SCOPES = {"private": "all_private_chats"}


def iso(timestamp: int) -> str:
    """A Telegram date as ISO 8601 in UTC."""
    return datetime.fromtimestamp(timestamp, UTC).isoformat()


def chat_json(world: World, account: Account, chat: Chat) -> Json:
    """Messages, commands and reply keyboard of one chat for one person."""
    return {
        "messages": [message_json(world, account, message) for message in chat.visible()],
        "commands": commands_for(world, account, chat),
        "reply_keyboard": reply_labels(account, chat),
        "toast": None,
    }


def message_json(world: World, account: Account, message: Message) -> Json:
    """One message for the page."""
    return {
        "message_id": message.message_id,
        "from_id": message.sender.id,
        "from_name": message.sender.first_name,
        "outgoing": message.sender is account,
        "date": iso(message.date),
        "edited": message.edit_date is not None,
        "html": to_html(message.text, message.entities) or service_text(message),
        "media": media_json(world, message),
        "poll": _poll_json(account, message),
        "buttons": [
            [{"text": b.text, "data": b.data, "url": b.url} for b in row] for row in message.rows
        ]
        or None,
    }


def service_text(message: Message) -> str:
    """What stands for a message without words."""
    if "new_chat_members" in message.content:
        return "+ " + ", ".join(u["first_name"] for u in message.content["new_chat_members"])
    if "left_chat_member" in message.content:
        return "− " + str(message.content["left_chat_member"]["first_name"])
    if "new_chat_title" in message.content:
        return "✎ " + str(message.content["new_chat_title"])
    if "contact" in message.content:
        return "☎ " + str(message.content["contact"]["phone_number"])
    return ""


def media_json(world: World, message: Message) -> Json | None:
    """The photo, document, place … of a message for the page."""
    kind = message.media_kind
    if kind is None or kind == "contact":
        return None
    shown: Json = {
        "kind": _LOOK_LIKE.get(kind, kind),
        "url": None,
        "name": None,
        "latitude": None,
        "longitude": None,
    }
    if kind == "location":
        place, venue = message.content["location"], message.content.get("venue")
        name = f"{venue['title']} · {venue['address']}" if venue else None
        where = {"latitude": place["latitude"], "longitude": place["longitude"]}
        return {**shown, **where, "name": name}
    stored = world.files.find(message.file_id or "")
    if stored is None:
        return shown
    return {**shown, "url": f"/sim/files/{stored.file_id}", "name": stored.name}


def _poll_json(account: Account, message: Message) -> Json | None:
    if message.poll is None:
        return None
    poll = message.poll.to_json()
    return {
        "id": poll["id"],
        "question": poll["question"],
        "options": [{"text": o["text"], "voters": o["voter_count"]} for o in poll["options"]],
        "type": poll["type"],
        "closed": poll["is_closed"],
        "chosen": message.poll.votes.get(account.id, []),
    }


def reply_labels(account: Account, chat: Chat) -> list[list[str]] | None:
    """The labels of the reply keyboard that this person has in front of them."""
    shown = chat.keyboards.get(account.id)
    if shown is None:
        return None
    return [[button_text(button) for button in row] for row in shown[1]["keyboard"]]


def commands_for(world: World, account: Account, chat: Chat) -> list[Json]:
    """The menu of commands: the narrowest scope that has any, in the person's language first."""
    language = account.language_code[:2].lower()
    for scope in _scopes(account, chat):
        stored = world.commands.get(scope, {})
        for found in (stored.get(language), stored.get("")):
            if found:
                return found
    return []


def _scopes(account: Account, chat: Chat) -> list[tuple[str, int | None, int | None]]:
    if chat.is_private:
        return [("chat", chat.id, None), ("all_private_chats", None, None), ("default", None, None)]
    scopes: list[tuple[str, int | None, int | None]] = [("chat_member", chat.id, account.id)]
    if account.id in chat.administrators:
        scopes += [("chat_administrators", chat.id, None)]
    scopes += [("chat", chat.id, None)]
    if account.id in chat.administrators:
        scopes += [("all_chat_administrators", None, None)]
    return [*scopes, ("all_group_chats", None, None), ("default", None, None)]


def transcript(world: World, account: Account, chat: Chat) -> str:
    """The whole chat as text, for the message of a failed assertion."""
    lines = [
        f"--- {account.label}'s chat {chat.title or 'with the bot'}, {world.clock.now():%F %T} ---"
    ]
    for message in chat.visible():
        who = "me" if message.sender is account else message.sender.first_name
        edited = " (edited)" if message.edit_date else ""
        seen = "" if message.revision <= account.mark else " *"
        lines.append(f"#{message.message_id} {who}{edited}{seen}: {_spoken(message)}")
        lines += ["    " + "  ".join(f"[{b.text}]" for b in row) for row in message.rows]
    for row in reply_labels(account, chat) or []:
        lines.append("  keyboard: " + "  ".join(f"[{label}]" for label in row))
    if account.toast:
        lines.append(f"  last answer: {account.toast}")
    lines.append("--- * = new or changed since the last thing done ---")
    return "\n".join(lines)


def _spoken(message: Message) -> str:
    kind: Any = message.media_kind
    head = f"<{kind}> " if kind else "<poll> " if message.poll else ""
    options = [f"\n    ( ) {o['text']}" for o in message.poll.options] if message.poll else []
    return head + (message.text or service_text(message)).replace("\n", "\n    ") + "".join(options)
