"""What somebody sends, as a piece of a message that can be sent on."""

from aiogram.types import Message
from aiogram.types import Poll as TelegramPoll

from storage.model.message import Media, MediaKind, Poll
from storage.model.notice import Piece
from storage.model.refusal import Refusal

_BRACES = ("{{", "｛｛")  # of placeholders


def piece_of(message: Message) -> Piece:
    """The text with its formatting, the file, the poll. Raises Refusal for anything else."""
    if message.poll is not None:
        return Piece(poll=_poll(message.poll))
    media = _media(message)
    if media is None and not message.text:
        raise Refusal("compose.possible")
    return Piece(message.html_text, media)


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
    """Whether `piece_of` can make something of a message."""
    return bool(message.text or message.poll or _media(message))


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
    # Telegram calls an animation a document too, but does not take its id for one.
    if message.document and not message.animation:
        return Media(MediaKind.DOCUMENT, message.document.file_id)
    return None
