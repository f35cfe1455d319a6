"""An end to what never ends by itself: a loop in somebody's template, say."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AGAIN = 0.5  # seconds


@contextmanager
def within(seconds: float, late: Exception) -> Iterator[None]:
    """Raise `late` in what is done here once so many seconds are over. Of another thread than the
    first, which hears no signals, nothing is ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(*_: object) -> None:
        raise late

    def lost(unraisable: "sys.UnraisableHookArgs") -> None:
        if unraisable.exc_value is not late:
            told(unraisable)

    before, told = signal.signal(signal.SIGALRM, over), sys.unraisablehook
    # Where nobody can catch it (an object is just being freed) it is lost without a word.
    sys.unraisablehook = lost
    # Again and again: a library may take the first for a failure of its own, and go on.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.unraisablehook = told
