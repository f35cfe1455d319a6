"""A message that staff write: its text in each language, media, a poll, a link; and its JSON."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal
from storage.model.visible import is_visible

# Bot API: sendPoll, InputPollOption (https://core.telegram.org/bots/api#sendpoll). One option
# would be allowed, but is no question.
QUESTION_LIMIT = 300
OPTION_LIMIT = 100
OPTIONS = range(2, 12 + 1)
# Ours: the Bot API names no limit for a button's label, but a phone shows no more.
LABEL_LIMIT = 64
# Bot API: InlineKeyboardButton.url is "HTTP or tg:// URL"; a host without a dot is refused.
_ADDRESS = re.compile(r"https?://[^\s/?#.]+(?:\.[^\s/?#.]+)+(?:[/?#]\S*)?|tg://\S+")


def utf16_length(text: str) -> int:
    """The length as Telegram counts it: an emoji outside the basic plane is two units."""
    return len(text.encode("utf-16-le")) // 2


class MediaKind(StrEnum):
    PHOTO = "photo"
    DOCUMENT = "document"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    ANIMATION = "animation"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that Telegram has. Its id is good for this bot, and for this kind only."""

    kind: MediaKind
    file_id: str


@dataclass(frozen=True, slots=True)
class Poll:
    """An anonymous poll; `several` options may be chosen, or one. Everybody gets one of their own.

    Raises Refusal when made with a question or options that Telegram does not take.
    """

    question: str
    options: tuple[str, ...]
    several: bool = False

    def __post_init__(self) -> None:
        if not _fits(self.question, QUESTION_LIMIT):
            raise Refusal("notice.poll_question", limit=QUESTION_LIMIT)
        if len(self.options) not in OPTIONS:
            raise Refusal("notice.poll_options", least=OPTIONS[0], most=OPTIONS[-1])
        if not all(_fits(option, OPTION_LIMIT) for option in self.options):
            raise Refusal("notice.poll_option", limit=OPTION_LIMIT)


@dataclass(frozen=True, slots=True)
class Link:
    """A button under a message that opens `url`. Raises Refusal for what is not an address."""

    label: str
    url: str

    def __post_init__(self) -> None:
        if not _fits(self.label, LABEL_LIMIT):
            raise Refusal("notice.link_label", limit=LABEL_LIMIT)
        if not _ADDRESS.fullmatch(self.url):
            raise Refusal("notice.link_address")


@dataclass(frozen=True, slots=True)
class Message:
    """`bodies` are Telegram HTML for each language, perhaps with placeholders; none is needed
    beside media or a poll. `sender` is the place whose staff say it; older ones have none.

    Raises Refusal when made with nothing to show, or with a link and nothing that can hold it.
    """

    bodies: Mapping[str, str] = field(hash=False)
    media: tuple[Media, ...] = ()
    poll: Poll | None = None
    link: Link | None = None
    sender: str = ""

    def __post_init__(self) -> None:
        shows_text = any(is_visible(body) for body in self.bodies.values())
        if not (shows_text or self.media or self.poll):
            raise Refusal("notice.empty")
        if self.link and not (shows_text or self.poll) and len(self.media) > 1:
            raise Refusal("notice.link_needs_text")  # an album holds no button

    def body(self, language: str) -> str:
        """The text in `language`, or in the other one; empty if there is none."""
        bodies = [self.bodies.get(language, ""), *self.bodies.values()]
        return next(filter(is_visible, bodies), "")

    def to_json(self) -> str:
        """The message as rows keep it."""
        found: dict[str, Any] = {"bodies": dict(self.bodies)}
        if self.media:
            found["media"] = _plain(self.media)
        if self.poll:
            poll = self.poll
            found["poll"] = {
                "question": poll.question,
                "options": poll.options,
                "several": poll.several,
            }
        if self.link:
            found["link"] = {"label": self.link.label, "url": self.link.url}
        if self.sender:
            found["sender"] = self.sender
        return json.dumps(found, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Message":
        """What `to_json` gave. Raises ValueError for any other text."""
        try:
            given = json.loads(text)
            bodies = {_language(k): _text(body) for k, body in given["bodies"].items()}
            media = [_media(each) for each in _list(given.get("media", []))]
            poll = _poll(given["poll"]) if "poll" in given else None
            link = given.get("link")
            button = Link(_text(link["label"]), _text(link["url"])) if link is not None else None
            return cls(bodies, tuple(media), poll, button, _text(given.get("sender", "")))
        except (KeyError, TypeError, AttributeError, Refusal) as error:
            raise ValueError(f"not a message: {type(error).__name__}") from error


def media_to_json(media: Sequence[Media]) -> str | None:
    """Files as rows keep them that have nothing else; None for none."""
    return json.dumps(_plain(media)) if media else None


def media_from_json(text: str | None) -> tuple[Media, ...]:
    """What `media_to_json` gave. Raises ValueError for any other text."""
    try:
        return tuple(_media(each) for each in _list(json.loads(text))) if text else ()
    except (KeyError, TypeError) as error:
        raise ValueError(f"not media: {type(error).__name__}") from error


def _plain(media: Iterable[Media]) -> list[dict[str, str]]:
    return [{"kind": each.kind, "file_id": each.file_id} for each in media]


def _fits(text: str, limit: int) -> bool:
    return is_visible(text) and utf16_length(text) <= limit


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise TypeError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _media(value: Any) -> Media:
    return Media(MediaKind(value["kind"]), _text(value["file_id"]))


def _poll(value: Any) -> Poll:
    if not isinstance(value["several"], bool):
        raise TypeError(value)
    options = tuple(_text(option) for option in _list(value["options"]))
    return Poll(_text(value["question"]), options, value["several"])
