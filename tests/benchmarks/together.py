"""Measuring several things side by side, or one after another."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

T = TypeVar("T")


class Together(Protocol):
    """Makes calls; returns what they return, in their order."""

    def __call__(self, *calls: Callable[[], T]) -> list[T]: ...


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Make calls side by side, where each leaves the processors idle for most of the time."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(lambda call: call(), calls))


def in_turn(*calls: Callable[[], T]) -> list[T]:
    """Make calls one after another."""
    return [call() for call in calls]
