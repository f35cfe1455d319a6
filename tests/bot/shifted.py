"""The command line with another clock: at SIGUSR1 it moves to as many seconds from the real one as
the file `shift` says. Everything in the process sees that, our libraries included."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from bot.cli import main

SHIFT = "shift"
_real_now = datetime.now
_shifts: list[time_machine.travel] = []


def _move(*_: object) -> None:
    while _shifts:
        _shifts.pop().stop()
    seconds = float(Path(SHIFT).read_text())
    _shifts.append(time_machine.travel(_real_now(UTC) + timedelta(seconds=seconds), tick=True))
    _shifts[-1].start()


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _move)
    main()
