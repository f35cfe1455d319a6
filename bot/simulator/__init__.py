"""A stand-in for Telegram, so that the product runs without a token and tests without a network.

Importing this package costs nothing: the names below bring aiogram along only when they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .clock import Clock
    from .faults import (
        BadGateway,
        CutAnswer,
        DropAfterAccept,
        Faults,
        GatewayTimeout,
        Hang,
        Held,
        Refused,
        Reset,
        ServerError,
        TooManyRequests,
    )
    from .limits import Limits
    from .objects import Account, Button, Chat, Message
    from .people import Group, Person
    from .server import Simulator
    from .world import World

_HOMES = {
    "Account": "objects",
    "BadGateway": "faults",
    "Button": "objects",
    "Chat": "objects",
    "Clock": "clock",
    "CutAnswer": "faults",
    "DropAfterAccept": "faults",
    "Faults": "faults",
    "GatewayTimeout": "faults",
    "Group": "people",
    "Hang": "faults",
    "Held": "faults",
    "Limits": "limits",
    "Message": "objects",
    "Person": "people",
    "Refused": "faults",
    "Reset": "faults",
    "ServerError": "faults",
    "Simulator": "server",
    "TooManyRequests": "faults",
    "World": "world",
}

__all__ = [
    "Account",
    "BadGateway",
    "Button",
    "Chat",
    "Clock",
    "CutAnswer",
    "DropAfterAccept",
    "Faults",
    "GatewayTimeout",
    "Group",
    "Hang",
    "Held",
    "Limits",
    "Message",
    "Person",
    "Refused",
    "Reset",
    "ServerError",
    "Simulator",
    "TooManyRequests",
    "World",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
