"""What a press means: each handler says which buttons it answers, and who may press them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from aiogram.dispatcher.event.handler import CallableObject

from handlers.access import Access
from handlers.ids import Id, Reader
from storage.model.roles import Power

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Press:
    """A button that carries `action` and ids, each read by one of `readers`, and what it does."""

    action: str
    readers: tuple[Reader, ...]
    access: Access
    handler: CallableObject  # gets of what there is what it names, and `ids` if there are any
    in_groups: bool = False  # it stands on a message that a whole group reads

    @property
    def key(self) -> tuple[str, int]:
        """What it is found by: buttons of one action may carry more ids or fewer."""
        return self.action, len(self.readers)

    def read(self, ids: list[str]) -> tuple[Any, ...]:
        """The ids. Raises ValueError for such as no button of ours carries."""
        return tuple(read(text) for read, text in zip(self.readers, ids, strict=True))

    def scoped(self, ids: tuple[Any, ...]) -> Iterator[tuple[Id, int]]:
        """Those of the ids that belong to a place."""
        for reader, value in zip(self.readers, ids, strict=True):
            if isinstance(reader, Id):
                yield reader, value


def press(
    action: str,
    *readers: Reader,
    power: Power | None,
    why: str = "",
    known: bool = True,
    in_groups: bool = False,
) -> Callable[[Handler], Handler]:
    """Marks a handler: it answers buttons that carry `action` and ids read by `readers`; for the
    rest see Access. One handler may have several marks, and nothing else happens to it: the table
    is made of the subjects listed in `handlers/__init__.py`."""

    def mark(handler: Handler) -> Handler:
        access = Access(power, why, known)
        put_mark(handler, Press(action, readers, access, CallableObject(handler), in_groups))
        return handler

    return mark


def put_mark(handler: Callable[..., Any], entry: Any) -> None:
    """Decorators are applied from the last to the first; marks stand as they are written."""
    handler.__dict__.setdefault("marks", []).insert(0, entry)


def marks(subject: ModuleType) -> Iterator[Any]:
    """The marks of a module's own functions, in its order."""
    for value in vars(subject).values():
        if getattr(value, "__module__", None) == subject.__name__:
            yield from getattr(value, "marks", ())
