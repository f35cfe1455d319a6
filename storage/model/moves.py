"""Tables of legal moves: state to the states that may follow it."""

from collections.abc import Mapping
from typing import TypeVar

State = TypeVar("State")


def sources_of(moves: Mapping[State, frozenset[State]], target: State) -> tuple[State, ...]:
    """The states from which `target` may be reached: what a conditional update asks for."""
    return tuple(state for state, targets in moves.items() if target in targets)
