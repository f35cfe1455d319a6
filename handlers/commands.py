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
    """A command and what it does, which the text `words` says in the menu and in /help. Whoever may
    not use it is answered as if there were none."""

    name: str
    words: str
    access: Access
    handler: CallableObject


def command(
    name: str, words: str, *, power: Power | None, why: str = "", known: bool = True
) -> Callable[[Handler], Handler]:
    """Marks a handler as `handlers.presses.press` does: it answers the command `/name`."""

    def mark(handler: Handler) -> Handler:
        access = Access(power, why, known)
        put_mark(handler, Command(name, words, access, CallableObject(handler)))
        return handler

    return mark


def words_for(person: Person | None, commands: Iterable[Command]) -> dict[str, str]:
    """The commands that `person` may use (None: whoever has no role), each once: its name, and the
    key of what it does."""
    return {each.name: each.words for each in commands if each.access.allows(person)}
