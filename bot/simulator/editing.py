"""The methods that change or remove what is there, and the answers to presses."""

from __future__ import annotations

from typing import Any

from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    PinChatMessage,
    SetMessageReaction,
    StopPoll,
    UnpinAllChatMessages,
    UnpinChatMessage,
)

from .acts import Impossible, start_payload
from .calls import Call, method
from .files import media_content
from .markup import checked_markup
from .objects import Json, Message
from .refusals import bad_request
from .sending import caption_content, text_content
from .world import DELETE_WITHIN, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ANSWER_LIMIT = 200
DELETED_AT_ONCE = 100
_TEXT = ("text", "entities", "link_preview_options")
_CAPTION = ("caption", "caption_entities")


def _editable(call: Call[Any]) -> Message:
    """The message to edit, or Telegram's reason why not."""
    if "chat_id" not in call.raw:
        raise bad_request("chat_id is empty")
    if "message_id" not in call.raw:
        raise bad_request("message identifier is not specified")
    chat = call.world.writable(call.raw["chat_id"])
    message = chat.messages.get(int(call.raw["message_id"]))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot or message.had_keyboard or "forward_origin" in message.extras:
        raise bad_request("message can't be edited")
    call.world.limits.take(chat.id)
    return message


def _apply(world: World, message: Message, content: Json, markup: Json | None) -> object:
    if message.content == content and message.markup == markup:
        raise bad_request(NOT_MODIFIED)
    if message.content != content:
        message.edit_date = world.clock.timestamp()
    message.content, message.markup = content, markup
    world.touch(message)
    return message.to_json()


def _markup(call: Call[Any]) -> Json | None:
    return checked_markup(call.raw.get("reply_markup"), inline_only=True)


@method(EditMessageText)
def edit_message_text(call: Call[EditMessageText]) -> object:
    """Another text, with another inline keyboard or none."""
    content, markup = text_content(call), _markup(call)
    message = _editable(call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _apply(call.world, message, content, markup)


@method(EditMessageCaption)
def edit_message_caption(call: Call[EditMessageCaption]) -> object:
    """Another caption under the same medium."""
    caption, markup = caption_content(call), _markup(call)
    message = _editable(call)
    if message.media_kind in (None, "sticker", "location", "contact"):
        raise bad_request("there is no caption in the message to edit")
    kept = {key: value for key, value in message.content.items() if key not in _CAPTION}
    return _apply(call.world, message, {**kept, **caption}, markup)


@method(EditMessageMedia)
def edit_message_media(call: Call[EditMessageMedia]) -> object:
    """Another medium (and caption) in place of a medium or a text."""
    given: Json = call.raw["media"]
    markup = _markup(call)
    message = _editable(call)
    stored = call.file(given["type"], given["media"])
    content = {**media_content(stored), **caption_content(call, given)}
    return _apply(call.world, message, content, markup)


@method(EditMessageReplyMarkup)
def edit_message_reply_markup(call: Call[EditMessageReplyMarkup]) -> object:
    """Another inline keyboard, or none."""
    markup = _markup(call)
    message = _editable(call)
    return _apply(call.world, message, message.content, markup)


def _check_deletable(world: World, message: Message) -> None:
    age = world.clock.timestamp() - message.date
    own = message.by_bot or message.chat.is_private
    if not own and message.chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    if age > DELETE_WITHIN.total_seconds() and message.chat.bot_status != "administrator":
        raise bad_request("message can't be deleted for everyone")


@method(DeleteMessage)
def delete_message(call: Call[DeleteMessage]) -> object:
    """One message less, unless it is older than 48 hours or somebody else's."""
    chat = call.world.chat(call.raw["chat_id"])
    message = chat.messages.get(call.given.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(call.world, message)
    call.world.delete(message)
    return True


@method(DeleteMessages)
def delete_messages(call: Call[DeleteMessages]) -> object:
    """Several messages less; what is gone already is skipped."""
    if len(call.given.message_ids) > DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    chat = call.world.chat(call.raw["chat_id"])
    found = [chat.messages[n] for n in call.given.message_ids if n in chat.messages]
    for message in found:
        _check_deletable(call.world, message)
    for message in found:
        call.world.delete(message)
    return True


def _leads_to_bot(url: str, username: str) -> bool:
    try:
        start_payload(url, username)
    except Impossible:
        return False
    return True


@method(AnswerCallbackQuery)
def answer_callback_query(call: Call[AnswerCallbackQuery]) -> object:
    """The answer to a press: a toast, an alert, or only the end of the spinner."""
    world, given = call.world, call.given
    query = world.queries.get(given.callback_query_id)
    age = world.clock.timestamp() - query.pressed_at if query else 0
    if query is None or age > world.callback_lifetime.total_seconds():
        raise bad_request(TOO_OLD)
    text = given.text or ""
    if len(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if given.url and not _leads_to_bot(given.url, world.bot.username):
        raise bad_request("URL_INVALID")
    if not query.answer.done():  # the person's client takes the first answer
        answer = {"text": text or None, "alert": bool(given.show_alert), "url": given.url}
        query.answer.set_result(answer)
        query.account.toast, query.account.alert = text or None, bool(given.show_alert)
        world.changed.fire()
    return True


@method(StopPoll)
def stop_poll(call: Call[StopPoll]) -> object:
    """Ends a poll that the bot made."""
    markup = _markup(call)
    chat = call.world.writable(call.raw["chat_id"])
    message = chat.messages.get(call.given.message_id)
    if message is None or message.poll is None or not message.by_bot:
        raise bad_request("message with poll to stop not found")
    if message.poll.is_closed:
        raise bad_request("poll has already been closed")
    message.markup = markup
    call.world.close_poll(message.poll, message)
    return message.poll.to_json()


# The reactions that the Bot API documents for ReactionTypeEmoji.
_REACTIONS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 "
    "❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 "
    "👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 "
    "🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
_EMOJI = frozenset(_REACTIONS.split())


@method(SetMessageReaction)
def set_message_reaction(call: Call[SetMessageReaction]) -> object:
    """The bot's reaction to a message, or none."""
    chat = call.world.writable(call.raw["chat_id"])
    message = chat.messages.get(call.given.message_id)
    if message is None:
        raise bad_request("message to react not found")
    emoji = [str(reaction.get("emoji", "")) for reaction in call.raw.get("reaction") or []]
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(e not in _EMOJI for e in emoji):
        raise bad_request("REACTION_INVALID")
    message.reactions = emoji
    call.world.touch(message)
    return True


def _pinned(call: Call[Any]) -> Message:
    chat = call.world.writable(call.raw["chat_id"])
    message = chat.messages.get(int(call.raw.get("message_id", 0)))
    if message is None:
        raise bad_request("message to pin not found")
    if not chat.is_private and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return message


@method(PinChatMessage)
def pin_chat_message(call: Call[PinChatMessage]) -> object:
    """A message at the top of the chat."""
    message = _pinned(call)
    if message.message_id not in message.chat.pinned:
        message.chat.pinned.append(message.message_id)
    call.world.emit({"chat_id": message.chat.id})
    return True


@method(UnpinChatMessage)
def unpin_chat_message(call: Call[UnpinChatMessage]) -> object:
    """One pinned message less: the given or the last one."""
    chat = call.world.writable(call.raw["chat_id"])
    wanted = call.given.message_id or (chat.pinned[-1] if chat.pinned else None)
    if wanted not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(wanted)
    return True


@method(UnpinAllChatMessages)
def unpin_all_chat_messages(call: Call[UnpinAllChatMessages]) -> object:
    """No pinned message any more."""
    call.world.writable(call.raw["chat_id"]).pinned.clear()
    return True
