"""The processes of a benchmark: the load server, the product, the peer. Each is ended by its id."""

import contextlib
import http.client
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOKEN = "123456:benchmark"
_GRACE = 20.0  # seconds
_START = 60.0


def environment(**more: str) -> dict[str, str]:
    """A small environment: nothing of the developer's own settings, and compiled modules kept, as
    in an installation."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


@contextlib.contextmanager
def process(folder: Path, *arguments: str, **settings: str) -> Iterator["subprocess.Popen[str]"]:
    """`python <arguments>` in `folder`, with its errors in a file there; ended with the block."""
    with (folder / "stderr.txt").open("a") as errors:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(_GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait(_GRACE)
            if child.stdout:
                child.stdout.close()


class Server:
    """The load server, as a benchmark sees it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def round(
        self,
        updates: list[tuple[int, str, int | None]],
        expect: dict[str, int],
        *,
        texts: list[str] | None = None,
        rate: float | None = None,
        deadline: float = 60.0,
    ) -> dict[str, Any]:
        """Make `updates` available and wait for the expected calls; returns what was measured.

        An update is (person, what they say or press, None for a message or else which of `texts`
        the button stands under).
        """
        order = {
            "updates": updates,
            "texts": texts or [],
            "expect": expect,
            "rate": rate,
            "deadline": deadline,
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=deadline + 30)
        with contextlib.closing(connection):
            connection.request("POST", "/control/round", json.dumps(order).encode())
            result: dict[str, Any] = json.loads(connection.getresponse().read())
        return result

    def next_poll(self) -> http.client.HTTPConnection:
        """Asks for the (monotonic) time of the next getUpdates; its answer is {"at": …}."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_GRACE)
        connection.request("POST", "/control/poll", b"")
        return connection


@contextlib.contextmanager
def load_server(folder: Path) -> Iterator[Server]:
    with process(folder, "-m", "tests.benchmarks.botapi") as child:
        assert child.stdout is not None
        yield Server(int(child.stdout.readline()))


class Bot:
    """A bot's process. `polled_at`: the (monotonic) time of its first getUpdates."""

    def __init__(self, child: "subprocess.Popen[str]", polled_at: float) -> None:
        self.polled_at = polled_at
        self._child = child

    def cpu_seconds(self) -> float:
        """What it has used of the processor, in all its threads."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def product(folder: Path, server: Server, database_url: str) -> Iterator[Bot]:
    """The real product, ready: it polls."""
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": server.address,
        "DATABASE_URL": database_url,
    }
    with _bot(folder, server, ["-m", "bot", "run"], settings) as bot:
        yield bot


@contextlib.contextmanager
def peer(folder: Path, server: Server, kind: str) -> Iterator[Bot]:
    """Bare aiogram, ready: it polls. `kind` is what it answers: "press" or "message"."""
    with _bot(folder, server, ["-m", "tests.benchmarks.peer", kind, server.address], {}) as bot:
        yield bot


@contextlib.contextmanager
def _bot(
    folder: Path, server: Server, arguments: list[str], settings: dict[str, str]
) -> Iterator[Bot]:
    with (
        contextlib.closing(server.next_poll()) as asked,
        process(folder, *arguments, **settings) as child,
    ):
        began = time.monotonic()
        while not select.select([asked.sock], [], [], 0.2)[0]:
            if child.poll() is not None or time.monotonic() - began > _START:
                raise RuntimeError((folder / "stderr.txt").read_text()[-2000:] or "never polled")
        yield Bot(child, json.loads(asked.getresponse().read())["at"])


def ceiling(folder: Path, server: Server, requests: int = 40_000) -> float:
    """Requests a second that the load server answers to a trivial client."""
    with process(
        folder, "-m", "tests.benchmarks.ceiling", str(server.port), str(requests)
    ) as child:
        assert child.stdout is not None
        return float(child.stdout.readline())
