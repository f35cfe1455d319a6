"""A notice in the making: what staff send, piece by piece, and how it is to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from storage.model.adding import with_words
from storage.model.audience import Audience
from storage.model.message import Media, Message, Poll
from storage.model.refusal import Refusal

# Ours: four messages of Telegram's. More is a document, which can be attached.
BODY_LIMIT = 4 * 4096  # characters, formatting included
MEDIA_LIMIT = 10  # Bot API: sendMediaGroup


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that somebody sent: a text (Telegram HTML), a file with or without one, a poll."""

    text: str = ""
    media: Media | None = None
    poll: Poll | None = None


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What staff filled in. `draft_key` makes sending it twice the same broadcast.

    `at_most_once`: who may have got it after a failure does not get it again.
    """

    draft_key: str
    audience: Audience
    message: Message
    urgent: bool = False
    at_most_once: bool = False


def require_length(body: str) -> None:
    """Raises Refusal for a text that is longer than a notice may be."""
    if len(body) > BODY_LIMIT:
        raise Refusal("compose.too_long", limit=BODY_LIMIT)


def check_size(message: Message) -> None:
    """Raises Refusal for more than a notice may say."""
    for body in message.bodies.values():
        require_length(body)
    if len(message.media) > MEDIA_LIMIT:
        raise Refusal("compose.too_many_media", limit=MEDIA_LIMIT)


def with_piece(
    message: Message | None, piece: Piece, language: str, glue: str | None = None
) -> Message:
    """The message with one more piece; None for a message that is only begun.

    Files add up, each once; a poll takes the place of another, and so does a text, unless `glue`
    stands between the two, behind which the same is not said twice. Raises Refusal for too much.
    """
    bodies: Mapping[str, str] = message.bodies if message else {}
    if piece.text:
        before = "" if glue is None else bodies.get(language, "")
        # What Telegram cut off goes on without anything between, and may begin as it began.
        text = with_words(before, piece.text, glue) if glue else before + piece.text
        bodies = {**bodies, language: text}
    media = message.media if message else ()
    if piece.media and piece.media not in media:
        media = (*media, piece.media)
    poll = piece.poll or (message.poll if message else None)
    if message is None:
        new = Message(bodies, media, poll)
    else:
        new = replace(message, bodies=bodies, media=media, poll=poll)
    check_size(new)
    return new


def without_body(message: Message, language: str) -> Message:
    """The message without its text in `language`. Raises Refusal if nothing is left of it."""
    return replace(message, bodies={k: v for k, v in message.bodies.items() if k != language})
