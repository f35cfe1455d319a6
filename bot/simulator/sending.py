"""The methods that put new messages into chats."""

from __future__ import annotations

from typing import Any

from aiogram.methods import (
    CopyMessage,
    CopyMessages,
    ForwardMessage,
    ForwardMessages,
    SendAnimation,
    SendAudio,
    SendChatAction,
    SendContact,
    SendDocument,
    SendLocation,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendPoll,
    SendSticker,
    SendVenue,
    SendVideo,
    SendVoice,
)

from .acts import copied_content, origin_of
from .calls import Call, method
from .entities import CAPTION_LIMIT, MESSAGE_LIMIT, formatted, utf16_len
from .files import media_content
from .markup import checked_markup
from .objects import Besides, Chat, Json, Message, Poll
from .polls import make_poll
from .refusals import bad_request

_ALBUMS = ({"photo", "video"}, {"document"}, {"audio"})


def text_content(call: Call[Any]) -> Json:
    """text and entities of sendMessage and editMessageText."""
    text = call.option("text")
    if not text:
        raise bad_request("message text is empty")
    plain, entities = formatted(
        text, call.option("parse_mode"), call.raw.get("entities"), call.world.user_json
    )
    if not plain:
        raise bad_request("text must be non-empty")
    if utf16_len(plain) > MESSAGE_LIMIT:
        raise bad_request("message is too long")
    content: Json = {"text": plain, **({"entities": entities} if entities else {})}
    preview = call.raw.get("link_preview_options")
    return {**content, **({"link_preview_options": preview} if preview else {})}


def caption_content(call: Call[Any], source: Json | None = None) -> Json:
    """caption and caption_entities, from the call or from one medium of it."""
    if source is None:
        caption, mode = call.option("caption"), call.option("parse_mode")
        given = call.raw.get("caption_entities")
    else:
        caption, mode = source.get("caption"), source.get("parse_mode")
        given = source.get("caption_entities")
    if not caption:
        return {}
    plain, entities = formatted(caption, mode, given, call.world.user_json)
    if utf16_len(plain) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not plain:
        return {}
    return {"caption": plain, **({"caption_entities": entities} if entities else {})}


def target(call: Call[Any], count: int = 1) -> tuple[Chat, Message | None]:
    """The chat to write to and the message to reply to; counts against the limits."""
    chat = call.world.writable(call.raw["chat_id"])
    call.world.limits.take(chat.id, count)
    given = call.raw.get("reply_parameters") or {}
    reply_id = given.get("message_id") or call.raw.get("reply_to_message_id")
    if reply_id is None:
        return chat, None
    message = chat.messages.get(int(reply_id))
    lenient = given.get("allow_sending_without_reply") or call.option("allow_sending_without_reply")
    if message is None and not lenient:
        raise bad_request("message to be replied not found")
    return chat, message


def post(
    call: Call[Any], content: Json, *, extras: Json | None = None, poll: Poll | None = None
) -> Message:
    """Checks keyboard and target, in Telegram's order, and posts in the bot's name."""
    markup = checked_markup(call.raw.get("reply_markup"))
    chat, reply_to = target(call)
    protected: Json = {"has_protected_content": True} if call.option("protect_content") else {}
    topic = call.option("message_thread_id")
    where: Json = {"message_thread_id": topic, "is_topic_message": True} if topic else {}
    besides = Besides({**where, **protected, **(extras or {})}, markup, poll, reply_to)
    return call.world.post(chat, call.world.bot, content, besides)


@method(SendMessage)
def send_message(call: Call[SendMessage]) -> object:
    """A text."""
    return post(call, text_content(call)).to_json()


def _send_file(call: Call[Any], kind: str) -> object:
    caption = caption_content(call)
    call.world.writable(call.raw["chat_id"])  # nothing is stored for a chat that refuses
    stored = call.file(kind, call.raw.get(kind))
    spoiler: Json = {"has_media_spoiler": True} if call.option("has_spoiler") else {}
    return post(call, {**media_content(stored), **caption, **spoiler}).to_json()


@method(SendPhoto)
def send_photo(call: Call[SendPhoto]) -> object:
    """A photo by upload or file_id."""
    return _send_file(call, "photo")


@method(SendDocument)
def send_document(call: Call[SendDocument]) -> object:
    """Any file by upload or file_id."""
    return _send_file(call, "document")


@method(SendVideo)
def send_video(call: Call[SendVideo]) -> object:
    """A video by upload or file_id."""
    return _send_file(call, "video")


@method(SendVoice)
def send_voice(call: Call[SendVoice]) -> object:
    """A voice message by upload or file_id."""
    return _send_file(call, "voice")


@method(SendAnimation)
def send_animation(call: Call[SendAnimation]) -> object:
    """A GIF or a video without sound."""
    return _send_file(call, "animation")


@method(SendAudio)
def send_audio(call: Call[SendAudio]) -> object:
    """A piece of music."""
    return _send_file(call, "audio")


@method(SendSticker)
def send_sticker(call: Call[SendSticker]) -> object:
    """A sticker by upload or file_id."""
    return _send_file(call, "sticker")


@method(SendLocation)
def send_location(call: Call[SendLocation]) -> object:
    """A place."""
    return post(call, {"location": _place(call)}).to_json()


@method(SendVenue)
def send_venue(call: Call[SendVenue]) -> object:
    """A place with its name and address."""
    title, address = call.given.title, call.given.address
    if not title.strip() or not address.strip():
        raise bad_request("VENUE_TITLE_EMPTY" if not title.strip() else "VENUE_ADDRESS_EMPTY")
    place = _place(call)
    venue = {"location": place, "title": title, "address": address}
    return post(call, {"location": place, "venue": venue}).to_json()


def _place(call: Call[Any]) -> Json:
    given = call.given
    if not -90 <= given.latitude <= 90:
        raise bad_request("wrong latitude specified")
    if not -180 <= given.longitude <= 180:
        raise bad_request("wrong longitude specified")
    return {"latitude": given.latitude, "longitude": given.longitude}


@method(SendContact)
def send_contact(call: Call[SendContact]) -> object:
    """A card with a phone number."""
    keys = ("phone_number", "first_name", "last_name", "vcard")
    card = {key: call.raw[key] for key in keys if call.raw.get(key)}
    return post(call, {"contact": card}).to_json()


@method(SendPoll)
def send_poll(call: Call[SendPoll]) -> object:
    """A poll or a quiz."""
    return post(call, {}, poll=make_poll(call)).to_json()


@method(SendMediaGroup)
def send_media_group(call: Call[SendMediaGroup]) -> object:
    """An album of 2 to 10 photos and videos, or documents, or pieces of music."""
    media: list[Json] = call.raw["media"]
    if not 2 <= len(media) <= 10:
        raise bad_request("there must be from 2 to 10 messages in an album")
    kinds = {item.get("type") for item in media}
    if not any(kinds <= album for album in _ALBUMS):
        raise bad_request("media of these types can't be sent together in an album")
    chat, reply_to = target(call, len(media))
    contents = [
        {**media_content(call.file(item["type"], item["media"])), **caption_content(call, item)}
        for item in media
    ]
    album = {"media_group_id": str(13_500_000_000_000_000 + call.world.number())}
    world = call.world
    besides = Besides(album, reply_to=reply_to)
    return [world.post(chat, world.bot, c, besides).to_json() for c in contents]


def _source(call: Call[Any], message_id: int, verb: str) -> Message:
    chat = call.world.chat(call.raw["from_chat_id"])
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.poll is None and not copied_content(message):
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    if message.extras.get("has_protected_content"):
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def _forward(call: Call[Any], message: Message) -> Message:
    chat, _ = target(call)
    besides = Besides({"forward_origin": origin_of(message)}, poll=message.poll)
    world = call.world
    return world.post(chat, world.bot, copied_content(message), besides)


@method(ForwardMessage)
def forward_message(call: Call[ForwardMessage]) -> object:
    """A message with its origin."""
    return _forward(call, _source(call, call.given.message_id, "forward")).to_json()


@method(ForwardMessages)
def forward_messages(call: Call[ForwardMessages]) -> object:
    """Several messages with their origins; what is gone is left out."""
    found = _existing(call, call.given.message_ids)
    return [{"message_id": _forward(call, message).message_id} for message in found]


def _existing(call: Call[Any], ids: list[int]) -> list[Message]:
    chat = call.world.chat(call.raw["from_chat_id"])
    found = [chat.messages[n] for n in ids if n in chat.messages]
    if not found:
        raise bad_request("there are no messages to forward")
    return found


@method(CopyMessage)
def copy_message(call: Call[CopyMessage]) -> object:
    """A message without its origin, with another caption if one is given."""
    message = _source(call, call.given.message_id, "copy")
    if message.poll is not None or not copied_content(message):
        raise bad_request("message can't be copied")
    content = copied_content(message)
    if call.given.caption is not None and "text" not in content:
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content.update(caption_content(call))
    return {"message_id": post(call, content).message_id}


@method(CopyMessages)
def copy_messages(call: Call[CopyMessages]) -> object:
    """Several messages without their origins."""
    found = [m for m in _existing(call, call.given.message_ids) if copied_content(m)]
    return [{"message_id": post(call, copied_content(m)).message_id} for m in found]


@method(SendChatAction)
def send_chat_action(call: Call[SendChatAction]) -> object:
    """ "typing…" and the like; kept in `chat.actions`."""
    call.world.writable(call.raw["chat_id"]).actions.append(str(call.raw["action"]))
    return True
