"""What somebody sends, as a piece of a message that can be sent on."""

from datetime import datetime

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Message
from aiogram.types import Poll as TelegramPoll

from handlers.tools import Tools
from storage.model.message import Media, MediaKind, Poll
from storage.model.notice import Piece
from storage.model.refusal import Refusal
from storage.model.said import Said
from storage.model.visible import kept

_BRACES = ("{{", "｛｛")  # of placeholders


def replied_to(press: CallbackQuery) -> Message | None:
    """What the message that was pressed is a reply to, such as the words of an offer; None if that
    is gone."""
    return press.message.reply_to_message if isinstance(press.message, Message) else None


def sent_at(message: Message, tools: Tools) -> datetime:
    """When Telegram got a message: it may have waited for us. By our clock, if that is behind."""
    return min(message.date, tools.now())


def said_in(message: Message) -> Said:
    """Whatever a message says: words, a file of a kind that can be sent on, or only what cannot."""
    media = _media(message)
    nothing = media is None and message.text is None
    text = kept(message.text or message.caption or "")
    return Said(
        text=text,
        html=kept(message.html_text) if text else "",
        media=(media,) if media else (),
        left_out=(ContentType(message.content_type).value,) if nothing else (),
    )


def pieces_of(message: Message, said: Said) -> list[Piece]:
    """What was `said` in a message, or in the album that it belongs to, as pieces of a notice: the
    words with the first file. Raises Refusal if nothing of it can be sent."""
    if message.poll is not None:
        return [Piece(poll=_poll(message.poll))]
    if not said.media and not said.text:
        raise Refusal("compose.possible")
    first, *more = said.media or (None,)
    return [Piece(said.html, first), *(Piece(media=medium) for medium in more)]


def after_command(message: Message) -> Message:
    """The message that a command would be without its first word, with its formatting; its text is
    empty if there is nothing else."""
    said = message.text or ""
    rest = said.partition(said.split()[0])[2].lstrip() if said else ""
    start = len(said) - len(rest)  # commands have no letters that are two to Telegram
    kept = [each for each in message.entities or () if each.offset + each.length > start]
    moved = [
        each.model_copy(
            update={
                "offset": max(each.offset - start, 0),
                "length": each.offset + each.length - max(each.offset, start),
            }
        )
        for each in kept
    ]
    return message.model_copy(update={"text": rest, "entities": moved})


def can_be_sent_on(message: Message) -> bool:
    """Whether `pieces_of` can make something of a message."""
    return bool(message.text or message.caption or message.poll or _media(message))


def _poll(poll: TelegramPoll) -> Poll:
    if poll.type == "quiz":
        raise Refusal("compose.no_quiz")
    options = tuple(option.text for option in poll.options)
    if any(braces in words for words in (poll.question, *options) for braces in _BRACES):
        raise Refusal("compose.plain_poll")  # everybody gets the same poll
    return Poll(poll.question, options, poll.allows_multiple_answers)


def _media(message: Message) -> Media | None:
    if message.photo:
        return Media(MediaKind.PHOTO, message.photo[-1].file_id)
    if message.video:
        return Media(MediaKind.VIDEO, message.video.file_id)
    if message.voice:
        return Media(MediaKind.VOICE, message.voice.file_id)
    if message.audio:
        return Media(MediaKind.AUDIO, message.audio.file_id)
    # Telegram calls an animation a document too, but does not take its id for one.
    if message.animation:
        return Media(MediaKind.ANIMATION, message.animation.file_id)
    if message.document:
        return Media(MediaKind.DOCUMENT, message.document.file_id)
    return None
