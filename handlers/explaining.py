"""Refusals that a screen explains in place: it is shown anew, with a toast that says why."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from content.texts import Say
from storage.model.refusal import Refusal

Done = TypeVar("Done")


async def toast_of(
    change: Awaitable[Done], say: Say, *explained: str, done: Callable[[Done], str] | None = None
) -> str:
    """The toast after a change: what `done` says of its result, or why it was refused with one of
    the keys `explained`; empty if neither. Any other Refusal is raised, for the one error handler.
    """
    try:
        result = await change
    except Refusal as refusal:
        if refusal.key not in explained:
            raise
        return say.label(refusal.key, **refusal.names)
    return done(result) if done else ""
