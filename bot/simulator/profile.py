"""The methods about the bot itself, its commands, chats, members and files."""

from __future__ import annotations

import re
from typing import Any

from aiogram.methods import (
    DeleteMyCommands,
    GetChat,
    GetChatAdministrators,
    GetChatMember,
    GetChatMemberCount,
    GetChatMenuButton,
    GetFile,
    GetMe,
    GetMyCommands,
    GetMyDescription,
    GetMyName,
    GetMyShortDescription,
    LeaveChat,
    SetChatMenuButton,
    SetMyCommands,
    SetMyDescription,
    SetMyName,
    SetMyShortDescription,
)

from .calls import Call, method
from .files import DOWNLOAD_LIMIT
from .objects import Chat, Json
from .refusals import bad_request

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@method(GetMe)
def get_me(call: Call[GetMe]) -> object:
    """The bot's own account."""
    return {
        **call.world.bot.to_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": call.world.bot.reads_groups,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
    }


# -- commands ------------------------------------------------------------------------------------


def _scope(call: Call[Any]) -> tuple[str, int | None, int | None]:
    scope: Json = call.raw.get("scope") or {"type": "default"}
    chat_id = scope.get("chat_id")
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        chat_id = int(chat_id)
    if chat_id is not None:
        call.world.chat(chat_id)
    return str(scope["type"]), chat_id, scope.get("user_id")


def _language(call: Call[Any]) -> str:
    code = call.option("language_code") or ""
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return str(code)


@method(SetMyCommands)
def set_my_commands(call: Call[SetMyCommands]) -> object:
    """The menu of commands for a scope and a language."""
    commands: list[Json] = call.raw["commands"]
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command["command"]).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command["description"]).strip()) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [{**c, "command": str(c["command"]).removeprefix("/")} for c in commands]
    call.world.commands.setdefault(_scope(call), {})[_language(call)] = kept
    call.world.emit({"persons": True})
    return True


@method(GetMyCommands)
def get_my_commands(call: Call[GetMyCommands]) -> object:
    """The commands of exactly this scope and language."""
    return call.world.commands.get(_scope(call), {}).get(_language(call), [])


@method(DeleteMyCommands)
def delete_my_commands(call: Call[DeleteMyCommands]) -> object:
    """No commands any more for this scope and language."""
    call.world.commands.get(_scope(call), {}).pop(_language(call), None)
    return True


# -- names ---------------------------------------------------------------------------------------


@method(SetMyName)
def set_my_name(call: Call[SetMyName]) -> object:
    """The bot's name in a language."""
    return _set(call, call.world.bot.names, call.given.name, 64)


@method(GetMyName)
def get_my_name(call: Call[GetMyName]) -> object:
    """The bot's name in a language."""
    names = call.world.bot.names
    found = names.get(_language(call)) or names.get("") or call.world.bot.first_name
    return {"name": found}


@method(SetMyDescription)
def set_my_description(call: Call[SetMyDescription]) -> object:
    """What stands in an empty chat with the bot."""
    return _set(call, call.world.bot.descriptions, call.given.description, 512)


@method(GetMyDescription)
def get_my_description(call: Call[GetMyDescription]) -> object:
    """What stands in an empty chat with the bot."""
    kept = call.world.bot.descriptions
    return {"description": kept.get(_language(call)) or kept.get("", "")}


@method(SetMyShortDescription)
def set_my_short_description(call: Call[SetMyShortDescription]) -> object:
    """What stands on the bot's profile page."""
    return _set(call, call.world.bot.short_descriptions, call.given.short_description, 120)


@method(GetMyShortDescription)
def get_my_short_description(call: Call[GetMyShortDescription]) -> object:
    """What stands on the bot's profile page."""
    kept = call.world.bot.short_descriptions
    return {"short_description": kept.get(_language(call)) or kept.get("", "")}


def _set(call: Call[Any], kept: dict[str, str], value: str | None, limit: int) -> bool:
    if len(value or "") > limit:
        raise bad_request(f"the text is too long: at most {limit} characters")
    kept[_language(call)] = value or ""
    return True


@method(SetChatMenuButton)
def set_chat_menu_button(call: Call[SetChatMenuButton]) -> object:
    """The button beside the input field, in one chat or everywhere."""
    button: Json = call.raw.get("menu_button") or {"type": "default"}
    call.world.bot.menu_buttons[call.given.chat_id] = button
    return True


@method(GetChatMenuButton)
def get_chat_menu_button(call: Call[GetChatMenuButton]) -> object:
    """The button beside the input field."""
    kept = call.world.bot.menu_buttons
    return kept.get(call.given.chat_id) or kept.get(None) or {"type": "default"}


# -- chats and files -----------------------------------------------------------------------------


@method(GetChat)
def get_chat(call: Call[GetChat]) -> object:
    """All that a bot may know of a chat."""
    chat = call.world.chat(call.raw["chat_id"])
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    full: Json = {
        **chat.to_json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
    }
    pinned = [chat.messages[n] for n in chat.pinned if n in chat.messages]
    return {**full, "pinned_message": pinned[-1].to_json()} if pinned else full


def _status(chat: Chat, user_id: int) -> str:
    if user_id in chat.administrators:
        return "administrator"
    return "member" if user_id in chat.members else "left"


@method(GetChatMember)
def get_chat_member(call: Call[GetChatMember]) -> object:
    """Whether somebody is in a chat, and as what."""
    world = call.world
    chat = world.chat(call.raw["chat_id"])
    user = world.user_json(call.given.user_id)
    if user is None:
        raise bad_request("member not found")
    own = call.given.user_id == world.bot.id
    return world.member_json(user, chat.bot_status if own else _status(chat, call.given.user_id))


@method(GetChatAdministrators)
def get_chat_administrators(call: Call[GetChatAdministrators]) -> object:
    """The administrators of a group."""
    chat = call.world.chat(call.raw["chat_id"])
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    persons = [chat.members[n] for n in sorted(chat.administrators) if n in chat.members]
    as_one = call.world.member_json
    return [as_one(person.to_json(), "administrator") for person in persons]


@method(GetChatMemberCount)
def get_chat_member_count(call: Call[GetChatMemberCount]) -> object:
    """How many are in a chat, the bot included."""
    return len(call.world.chat(call.raw["chat_id"]).members) + 1


@method(LeaveChat)
def leave_chat(call: Call[LeaveChat]) -> object:
    """The bot leaves a group."""
    world = call.world
    chat = world.writable(call.raw["chat_id"])
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    old, chat.bot_status = chat.bot_status, "left"
    world.change_membership(chat, world.bot, old, "left")
    world.post(chat, world.bot, {"left_chat_member": world.bot.to_json()})
    return True


@method(GetFile)
def get_file(call: Call[GetFile]) -> object:
    """Where to download a file of up to 20 MB."""
    stored = call.world.files.find(call.given.file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return stored.to_json()
