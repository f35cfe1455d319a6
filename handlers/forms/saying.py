"""What the windows of a form are told: all that was said at once, and where remarks on it go."""

from dataclasses import dataclass, field

from aiogram.filters import Filter
from aiogram.types import Message
from aiogram_dialog import DialogManager

from content.texts import Say
from storage.model.refusal import Refusal
from storage.model.said import Said
from storage.model.typed.text import plain

HERE = "here"  # in the data of the middlewares, while a form hears something


@dataclass(slots=True)
class Here:
    """What is being heard: of an album all that came so far. `remarks` are said below the form,
    each only once of one thing."""

    said: Said
    remarks: list[Refusal] = field(default_factory=list)


def said_to(manager: DialogManager) -> Said:
    """What the window shall take."""
    here: Here = manager.middleware_data[HERE]
    return here.said


def has_words(manager: DialogManager) -> bool:
    """Whether the very message that came has some: it is no further picture of an album."""
    message = manager.event
    return isinstance(message, Message) and bool(message.text or message.caption)


def is_heard(manager: DialogManager) -> bool:
    """Whether something is being heard: a press says nothing."""
    return HERE in manager.middleware_data


def is_one_of(key: str, text: str, say: Say) -> bool:
    """Whether a text is one of the words (between bars) of the text `key`."""
    return plain(text).rstrip(" .!~") in map(plain, say.label(key).split("|"))


def remark(manager: DialogManager, key: str, **names: object) -> None:
    """Say the text `key` besides."""
    here: Here = manager.middleware_data[HERE]
    here.remarks.append(Refusal(key, **names))


class HasWords(Filter):
    """Whether something was said in words, perhaps under a picture."""

    async def __call__(self, _message: Message, here: Here) -> bool:
        return bool(here.said.text)


class HasMedia(Filter):
    """Whether there is a file that can be kept."""

    async def __call__(self, _message: Message, here: Here) -> bool:
        return bool(here.said.media)


class HasWordsOrMedia(Filter):
    """Whether there is anything that can be kept."""

    async def __call__(self, _message: Message, here: Here) -> bool:
        return bool(here.said.text or here.said.media)
