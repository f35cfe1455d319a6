"""Moves: what may follow what, what is to move, and what has moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Step:
    """What something is to become, when and by whom, and what is said to that.

    The state says by its type what it is a state of. `by` None: by itself, because time passed.
    """

    to: StrEnum
    at: datetime
    by: int | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A row of a history: what became of something, when and by whom, with which words.

    `from_state` None: so it began. `by` None: by itself, or nobody is to know. `update_id`: what
    somebody said to the bot that led to it, if it was that.
    """

    from_state: str | None
    to_state: str
    at: datetime
    by: int | None
    by_name: str | None
    words: str | None
    update_id: int | None


def sources_of(moves: Mapping[State, frozenset[State]], target: State) -> tuple[State, ...]:
    """The states from which `target` may be reached: what a conditional update asks for."""
    return tuple(state for state, targets in moves.items() if target in targets)
