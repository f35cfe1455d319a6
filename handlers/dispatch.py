"""The one table of presses and commands, and the way from an update through it to its handler."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

from aiogram import Bot
from aiogram.filters import CommandObject, Filter
from aiogram.types import CallbackQuery, Message

from content.screen import BELOW
from handlers.access import not_found
from handlers.commands import Command
from handlers.filters import SLASHES
from handlers.names import follow_name_of
from handlers.once import once
from handlers.presses import Press, marks
from handlers.tools import Tools
from storage.model.person import Person
from storage.model.typed.text import plain


@dataclass(frozen=True, slots=True)
class Table:
    """What can be pressed and said, in the order of the subjects."""

    presses: Mapping[tuple[str, int], Press]
    commands: tuple[Command, ...]

    def at(self, *, known: bool) -> "Openings":
        """What waits for those who are `known`, or what comes before that."""
        presses = {key: each for key, each in self.presses.items() if each.access.known is known}
        commands = {each.name: each for each in self.commands if each.access.known is known}
        return Openings(presses, commands)


@dataclass(frozen=True, slots=True)
class Openings:
    """A part of the table, as updates look into it: by one key each."""

    presses: Mapping[tuple[str, int], Press] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)


def read_table(subjects: Iterable[ModuleType]) -> Table:
    """The table of what the functions of `subjects` are marked with.

    Raises ValueError if two of them answer the same.
    """
    presses: dict[tuple[str, int], Press] = {}
    commands: dict[tuple[str, bool], Command] = {}
    for subject in subjects:
        for entry in marks(subject):
            if isinstance(entry, Press):
                _add(presses, entry.key, entry, subject)
            else:
                # A command may open the door to strangers, and skip to its other half at home.
                _add(commands, (entry.name, entry.access.known), entry, subject)
    return Table(presses, tuple(commands.values()))


def _add(into: dict[Any, Any], key: Any, entry: Any, subject: ModuleType) -> None:
    if key in into:
        raise ValueError(f"{subject.__name__}: {key} is answered already")
    into[key] = entry


class Pressed(Filter):
    """Finds the press that is meant, and its ids. Data of another shape (forged, or from another
    version) is none; what is found nowhere is answered at the end as an old button."""

    def __init__(self, presses: Mapping[tuple[str, int], Press]) -> None:
        self._presses = presses

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        action, *ids = (query.data or "").removeprefix(BELOW).split(":")
        entry = self._presses.get((action, len(ids)))
        if entry is None:
            return False
        try:
            read = entry.read(ids)
        except ValueError:
            return False
        return {"entry": entry, "ids": read} if read else {"entry": entry}


class Said(Filter):
    """Finds the command that is meant, among those that the person may use; gives its handler
    `command` as aiogram's own filter does. What names another bot is none."""

    def __init__(self, commands: Mapping[str, Command]) -> None:
        self._commands = commands

    async def __call__(
        self, message: Message, bot: Bot, person: Person | None = None
    ) -> bool | dict[str, Any]:
        said = read_command(message.text or "")
        entry = self._commands.get(said.command) if said else None
        if said is None or entry is None or not entry.access.allows(person):
            return False
        if said.mention and said.mention.lower() != ((await bot.me()).username or "").lower():
            return False
        return {"entry": entry, "command": said}


def read_command(text: str) -> CommandObject | None:
    """The command that a text begins with, and what stands behind it."""
    if not text.startswith(SLASHES):
        return None
    first, *rest = text.split(maxsplit=1)
    name, _, mention = plain(first[1:]).partition("@")
    return CommandObject("/", name, mention or None, rest[0] if rest else None)


async def follow(event: Message | CallbackQuery, entry: Press | Command, **given: Any) -> None:
    """Hand an update to the handler that was found, if the person may.

    Raises the one Refusal for whoever may not, and for ids that are not theirs or of nobody.
    """
    if isinstance(entry, Press) and entry.access.power is not None:
        await _require(entry, given.get("ids", ()), given["person"], given["tools"])
    if isinstance(event, CallbackQuery):
        await once(event, given, partial(entry.handler.call, event))
    else:
        await entry.handler.call(event, **given)
    if not entry.access.known and event.from_user is not None:
        await follow_name_of(event.from_user, given["tools"])


async def _require(entry: Press, ids: tuple[Any, ...], person: Person, tools: Tools) -> None:
    power = entry.access.power
    assert power is not None
    if not person.may(power):
        raise not_found()
    for kind, value in entry.scoped(ids):
        path = await tools.database.read(kind.scope, value)
        if path is None or not person.may_at(power, path):
            raise not_found()
