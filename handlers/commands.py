"""What a command means: each handler says which one it answers, and who may use it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aiogram.dispatcher.event.handler import CallableObject

from handlers.access import Access
from handlers.presses import Handler, put_mark
from storage.model.person import Person
from storage.model.roles import Power


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what it does. Whoever may not use it is answered as if there were none."""

    name: str
    access: Access
    handler: CallableObject


def command(
    name: str, *, power: Power | None, why: str = "", known: bool = True
) -> Callable[[Handler], Handler]:
    """Marks a handler as `handlers.presses.press` does: it answers the command `/name`."""

    def mark(handler: Handler) -> Handler:
        put_mark(handler, Command(name, Access(power, why, known), CallableObject(handler)))
        return handler

    return mark


def names_for(person: Person | None, commands: Iterable[Command]) -> list[str]:
    """The names of the commands that `person` may use (None: whoever has no role), each once."""
    return list(dict.fromkeys(each.name for each in commands if each.access.allows(person)))
