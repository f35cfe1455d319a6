"""The part that says that it is alive: to systemd, and in a file that any watchdog can read."""

import asyncio
import logging
import os
import socket
from contextlib import suppress
from pathlib import Path

from bot.outside import utc_now
from bot.settings import Supervisor
from storage.outage import Outage

logger = logging.getLogger(__name__)

# What `systemctl status` shows.
_WAITS = "asks Telegram, which has not answered yet"
_SERVES = "takes what people send; linli status tells how it is"
_STOPS = "takes no more, and finishes what was begun"
EVERY = 10.0  # seconds, unless the service manager wants to hear more often


class AlivePart:
    """Says "ready" when it begins, "alive" again and again from the loop that does everything else,
    and "stopping" at the end (sd_notify(3)). The file is renewed as often, and goes at the end.

    That database or Telegram are away is no reason to be killed: that is for `linli status`.
    """

    def __init__(self, supervisor: Supervisor | None, file: Path | None) -> None:
        self._supervisor = supervisor
        self._file = file
        self._unwritten = Outage(logger, f"writing {file}")
        wanted = supervisor.watchdog if supervisor and supervisor.watchdog else EVERY * 3
        self._every = min(EVERY, wanted / 3)

    def begins(self) -> None:
        """It is on the way to being ready, for as long as it takes."""
        self._tell(f"STATUS={_WAITS}")

    async def run(self, stop: asyncio.Event) -> None:
        self._tell("READY=1", f"STATUS={_SERVES}")
        while not stop.is_set():
            self._tell("WATCHDOG=1")
            self._renew()
            try:
                await asyncio.wait_for(stop.wait(), self._every)
            except TimeoutError:
                continue
        self._tell("STOPPING=1", f"STATUS={_STOPS}")
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink()

    def _tell(self, *states: str) -> None:
        """One datagram to the service manager; without one, or if it is gone, nothing."""
        if self._supervisor is None:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as to:
            try:
                to.sendto("\n".join(states).encode(), self._supervisor.socket)
            except OSError as error:
                logger.debug("the service manager was not told %s (%s)", states[0], error.strerror)

    def _renew(self) -> None:
        if self._file is None:
            return
        try:
            self._file.write_text(f"{os.getpid()} {utc_now():%Y-%m-%dT%H:%M:%SZ}\n")
        except OSError as error:
            self._unwritten.failed(error.strerror or "")
        else:
            self._unwritten.worked()
