"""What never ends by itself is ended, wherever it is just then."""

import time

import pytest

from bot.commands.patience import within


class Late(Exception):
    pass


class Freed:
    """An object in whose end nothing can be raised: Python tells that it was ignored."""

    def __del__(self) -> None:
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            continue


def never_ends() -> None:
    del [Freed()][:]
    while True:
        continue


def test_what_is_lost_where_nothing_can_be_raised_comes_again() -> None:
    """Without a word of it: pytest fails whatever Python ignores."""
    with pytest.raises(Late), within(0.05, Late()):
        never_ends()
