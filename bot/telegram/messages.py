"""From a screen to calls of the Bot API. What a preview shows and what is sent is made here alike.

A call's body is prepared once for everybody who gets the screen; the chat is put in last.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from content.screen import File, Rows, Screen, Venue
from content.splitting import CAPTION_LIMIT, fits, plain, split
from storage.model.message import Media, MediaKind, Poll
from storage.model.visible import is_visible

ALBUM_LIMIT = 10  # Bot API: sendMediaGroup takes 2 to 10
_PREPARED = 64  # screens: those of a few pushes, in every language
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# Photos and videos stand together in an album, documents among themselves, music as well; a voice
# message and an animation stand alone.
_ALBUMS = {
    MediaKind.PHOTO: "seen",
    MediaKind.VIDEO: "seen",
    MediaKind.DOCUMENT: "kept",
    MediaKind.AUDIO: "played",
    MediaKind.VOICE: "heard",
    MediaKind.ANIMATION: "moving",
}
_ALONE = ("heard", "moving")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: a method, and the JSON of its body without the chat, from the first comma on.

    `media` are the files in it, in order; those of ours stand in the JSON as "attach://" digest.
    """

    method: str
    rest: bytes
    media: tuple[Media | File, ...] = ()

    @property
    def files(self) -> list[File]:
        """What has to be uploaded with the call."""
        return [each for each in self.media if isinstance(each, File)]

    def body(self, chat_id: int, extra: bytes = b"") -> bytes:
        """The whole body; `extra` is more JSON, each pair with a comma before it."""
        return b'{"chat_id":%d%b%b' % (chat_id, extra, self.rest)


@dataclass(frozen=True, slots=True)
class _Part:
    """One call in the making: a venue, media with a caption, a piece of text, or a poll."""

    text: str = ""
    media: tuple[Media | File, ...] = ()
    poll: Poll | None = None
    rows: Rows = ()
    preview: bool = False
    venue: Venue | None = None


@lru_cache(maxsize=_PREPARED)
def prepare(screen: Screen) -> tuple[Call, ...]:
    """The calls that send a screen: its venue first, then media, the text in pieces, and the poll.

    A text that fits under the media is their caption. Raises ValueError for buttons that nothing
    can hold.
    """
    return tuple(_sending(part) for part in _parts(screen))


@lru_cache(maxsize=_PREPARED)
def corrections(screen: Screen) -> tuple[Call | None, ...]:
    """For each call of `prepare`, the one that edits what an earlier one sent into it; None where
    nothing can change. Media and poll stay as they are."""
    parts = _parts(screen)
    return tuple(_correction(part, first=part is parts[0]) for part in parts)


def without(screen: Screen, part: int, places: Sequence[int], words: str) -> Call:
    """The call that sends one part with those of its media that stand at `places`, and says `words`
    (HTML) below its own; with no media it is a text."""
    given = _parts(screen)[part]
    text = f"{given.text}\n\n{words}" if given.text else words
    media = tuple(given.media[i] for i in places)
    if media and not fits(text, CAPTION_LIMIT):
        text = given.text
    return _sending(replace(given, text=text, media=media))


def rewording(screen: Screen, words: str) -> Call:
    """The call that edits a text that stands where the screen begins with media."""
    first = _parts(screen)[0]
    text = f"{first.text}\n\n{words}" if first.text else words
    return _call("editMessageText", _text(replace(first, text=text)))


@lru_cache(maxsize=_PREPARED)
def replacement(screen: Screen) -> Call | None:
    """The call that turns any message of the bot into the screen, None if it takes several."""
    part, *more = _parts(screen)
    if more or part.poll or part.venue or len(part.media) > 1:
        return None
    if not part.media:
        return _call("editMessageText", _text(part))
    if part.media[0].kind is MediaKind.VOICE:
        return None  # Bot API: editMessageMedia knows no voice messages
    medium = _medium(part.media[0]) | _caption(part)
    return _call("editMessageMedia", {"media": medium, **_markup(part)}, part.media)


def _parts(screen: Screen) -> list[_Part]:
    if screen.venue is None:
        return _message(screen)
    place = _Part(venue=screen.venue)
    if not (screen.media or screen.poll or is_visible(plain(screen.text))):
        return _with_rows([place], screen)
    return [place, *_message(screen)]


def _message(screen: Screen) -> list[_Part]:
    albums = [_Part(media=album) for album in _albums(screen.media)]
    polls = [_Part(poll=screen.poll)] if screen.poll else []
    if (albums or polls) and not is_visible(plain(screen.text)):
        return _with_rows([*albums, *polls], screen)
    if albums and _may_be_caption(screen):
        return [_Part(screen.text, albums[0].media, rows=screen.rows), *albums[1:], *polls]
    texts = [_Part(piece, preview=screen.preview) for piece in split(screen.text)]
    return [*albums, *_with_rows(texts, screen), *polls]


def _may_be_caption(screen: Screen) -> bool:
    """Whether the text may stand under the first of the media: buttons go with a single one."""
    return (len(screen.media) == 1 or not screen.rows) and fits(screen.text, CAPTION_LIMIT)


def _with_rows(parts: list[_Part], screen: Screen) -> list[_Part]:
    """The buttons under the last of `parts`. Raises ValueError if it cannot hold them."""
    last = parts[-1]
    if screen.rows and len(last.media) > 1:
        raise ValueError("an album holds no buttons: the screen needs a text")
    parts[-1] = replace(last, rows=screen.rows)
    return parts


def _albums(media: Iterable[Media | File]) -> list[tuple[Media | File, ...]]:
    """What goes in one call each, in the order given."""
    albums: list[tuple[Media | File, ...]] = []
    for kind, run in groupby(media, key=lambda each: _ALBUMS[each.kind]):
        found = tuple(run)
        size = 1 if kind in _ALONE else ALBUM_LIMIT
        albums += [found[i : i + size] for i in range(0, len(found), size)]
    return albums


def _sending(part: _Part) -> Call:
    if part.venue:
        return _call("sendVenue", asdict(part.venue) | _markup(part))
    if part.poll:
        return _call("sendPoll", _poll(part.poll) | _markup(part))
    if not part.media:
        return _call("sendMessage", _text(part))
    first, *others = part.media
    if not others:
        medium = {first.kind.value: _reference(first), **_as_it_is(first)}
        params = medium | _caption(part) | _markup(part)
        return _call(f"send{first.kind.value.capitalize()}", params, part.media)
    album = [_medium(first) | _caption(part), *map(_medium, others)]
    return _call("sendMediaGroup", {"media": album}, part.media)


def _correction(part: _Part, *, first: bool) -> Call | None:
    if not (part.media or part.poll or part.venue):
        return _call("editMessageText", _text(part))
    if part.media and first:  # the caption stands there, if there is one
        return _call("editMessageCaption", (_caption(part) or {"caption": ""}) | _markup(part))
    return None


def _text(part: _Part) -> dict[str, Any]:
    shown = {} if part.preview else {"link_preview_options": {"is_disabled": True}}
    return {"text": part.text, "parse_mode": "HTML", **shown, **_markup(part)}


def _caption(part: _Part) -> dict[str, Any]:
    return {"caption": part.text, "parse_mode": "HTML"} if part.text else {}


def _medium(medium: Media | File) -> dict[str, Any]:
    return {"type": medium.kind.value, "media": _reference(medium)}


def _reference(medium: Media | File) -> str:
    return f"attach://{medium.digest}" if isinstance(medium, File) else medium.file_id


def _as_it_is(medium: Media | File) -> dict[str, Any]:
    """A document of ours stays one, whatever Telegram finds in it."""
    document = isinstance(medium, File) and medium.kind is MediaKind.DOCUMENT
    return {"disable_content_type_detection": True} if document else {}


def _poll(poll: Poll) -> dict[str, Any]:
    return {
        "question": poll.question,
        "options": [{"text": option} for option in poll.options],
        "is_anonymous": True,
        "allows_multiple_answers": poll.several,
    }


def _markup(part: _Part) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": keyboard(part.rows)}} if part.rows else {}


def _call(method: str, params: dict[str, Any], media: tuple[Media | File, ...] = ()) -> Call:
    return Call(method, b"," + _JSON.encode(params)[1:].encode(), media)


def keyboard(rows: Rows) -> list[list[dict[str, str]]]:
    """Rows of buttons as Telegram wants them."""
    return [
        [
            {"text": b.label, "url": b.url}
            if b.url
            else {"text": b.label, "callback_data": b.press}
            for b in row
        ]
        for row in rows
    ]
