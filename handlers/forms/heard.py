"""What a form remembers of what it heard."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiogram.types import Message
from aiogram_dialog.api.entities import Context

from handlers.filters import is_command
from handlers.incoming import after_command, said_in
from storage.model.draft import Json, from_json, to_json
from storage.model.merging import rebased
from storage.model.refusal import Refusal
from storage.model.said import Said

HEARD = "heard"  # in the data of a form


@dataclass(frozen=True, slots=True)
class Hearing:
    """A message, or an album, that a form heard: at the step `at`, from where it went to `led_to`;
    what it held `before` and `after`; and the remarks that were `told`.

    `command`: the words stood behind one.
    """

    parts: Mapping[str, Said]
    at: str
    led_to: str
    before: Json
    after: Json
    album: str = ""
    told: tuple[str, ...] = ()
    command: bool = False

    def has(self, message: Message) -> bool:
        """Whether a message is of it."""
        if is_command(message) and not self.command:
            return False
        album = message.media_group_id
        return str(message.message_id) in self.parts or bool(album and album == self.album)

    def with_message(self, message: Message) -> "Hearing":
        """With one more part, or one that is another now."""
        words = after_command(message) if self.command and is_command(message) else message
        parts = {**self.parts, str(message.message_id): said_in(words)}
        return replace(self, parts=parts, album=self.album or message.media_group_id or "")

    def with_told(self, remarks: Iterable[Refusal]) -> "Hearing":
        """Of which this was said, too."""
        told = dict.fromkeys((*self.told, *(each.key for each in remarks)))
        return replace(self, told=tuple(told))

    def rebased(self, old: Json, new: Json) -> "Hearing":
        """As if the form had held `new` before, where it had held `old`."""
        before, after = (rebased(each, old, new) for each in (self.before, self.after))
        return replace(self, before=before, after=after)


def heard_in(context: Context, message: Message) -> Hearing | None:
    """What a form heard, of which a message is a part."""
    number, album = str(message.message_id), message.media_group_id
    for each in kept_in(context):
        if number in each.get("parts", ()) or (album and each.get("album") == album):
            found = next(read_kept([each]), None)
            return found if found and found.has(message) else None
    return None


def heard_before(context: Context, every: Iterable[Hearing]) -> None:
    """A form that was over goes on, and knows again what it had heard."""
    context.dialog_data[HEARD] = [to_json(each) for each in every]


def all_heard(context: Context) -> tuple[Hearing, ...]:
    """What a form remembers, the newest last."""
    return tuple(read_kept(kept_in(context)))


def albums_heard(context: Context) -> tuple[str, ...]:
    """The albums of which a form heard something."""
    return tuple(dict.fromkeys(each.album for each in all_heard(context) if each.album))


def kept_in(context: Context) -> list[Any]:
    kept = context.dialog_data.get(HEARD)
    return kept if isinstance(kept, list) else []


def read_kept(kept: Iterable[object]) -> Iterator[Hearing]:
    """Not what another version kept: its edits do not count."""
    for each in kept:
        try:
            yield from_json(Hearing, each)
        except ValueError:
            continue
