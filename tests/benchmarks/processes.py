"""The processes of a benchmark: the load server, the product, the peer. Each is ended by its id."""

import contextlib
import http.client
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any, Protocol

ROOT = Path(__file__).parents[2]
TOKEN = "123456:benchmark"
HANG = 300.0  # seconds: only ends what would never end
LATENCY = 0.04  # seconds that the limited server takes for an answer


def environment(**more: str) -> dict[str, str]:
    """A small environment: nothing of the developer's own settings, and compiled modules kept, as
    in an installation."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


class Child(Protocol):
    """What is asked of a process: the same as of a `subprocess.Popen`."""

    pid: int
    stdout: IO[str] | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def _new(folder: Path, arguments: Sequence[str], settings: Mapping[str, str]) -> Child:
    """A new Python, as whoever installs the product starts it."""
    with (folder / "stderr.txt").open("a") as errors:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


Start = Callable[[Path, Sequence[str], Mapping[str, str]], Child]
_start: ContextVar[Start] = ContextVar("start", default=_new)


@contextlib.contextmanager
def started_by(start: Start) -> Iterator[None]:
    """Within this block processes are started so; for what only counts and measures no time."""
    before = _start.set(start)
    try:
        yield
    finally:
        _start.reset(before)


@contextlib.contextmanager
def process(folder: Path, *arguments: str, **settings: str) -> Iterator[Child]:
    """`python <arguments>` in `folder`, with its errors in a file there; ended with the block."""
    child = _start.get()(folder, arguments, environment(**settings))
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(HANG)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(HANG)
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
        apart: float = 0.0,
        deadline: float = HANG,
    ) -> dict[str, Any]:
        """Make `updates` available and wait for the expected calls; returns what was measured.

        An update is (person, what they say or press, None for a message or else which of `texts`
        the button stands under). Messages were written so many seconds `apart`.
        """
        order = {
            "updates": updates,
            "texts": texts or [],
            "expect": expect,
            "rate": rate,
            "apart": apart,
            "deadline": deadline,
        }
        return self.control("round", order, patience=deadline + 30)

    def control(self, call: str, order: dict[str, Any], patience: float = HANG) -> dict[str, Any]:
        """One call for the benchmark; returns its answer, for which it waits `patience` seconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        with contextlib.closing(connection):
            connection.request("POST", f"/control/{call}", json.dumps(order).encode())
            result: dict[str, Any] = json.loads(connection.getresponse().read())
        return result

    def next_poll(self) -> http.client.HTTPConnection:
        """Asks for the (monotonic) time of the next getUpdates; its answer is {"at": …}."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG)
        connection.request("POST", "/control/poll", b"")
        return connection


class LimitedServer(Server):
    """The server that enforces a limit on sending; limited.py tells what it counts."""

    def begin(
        self,
        *limits: float | tuple[float, float | None] | None,
        penalty: float = 0.0,
        latency: float = LATENCY,
        **more: Any,
    ) -> None:
        """Begin a run: one limit in messages a second (None: no limit), or (seconds, limit) one
        after another, the last of which holds on. `more` as limited.py tells."""
        steps = [each if isinstance(each, tuple) else (0, each) for each in limits]
        self.control("begin", {"limits": steps, "penalty": penalty, "latency": latency, **more})

    def wait(
        self, deadline: float, *, accepted: int | None = None, seconds: float | None = None
    ) -> dict[str, Any]:
        """Wait until so many messages were accepted, or so many seconds went by since the first,
        at most for `deadline` seconds; returns what was counted by then."""
        order = {"accepted": accepted, "seconds": seconds, "deadline": deadline}
        self.control("wait", order, patience=deadline + 30)
        return self.result()

    def result(self) -> dict[str, Any]:
        """What was counted since `begin`."""
        return self.control("result", {})

    def ledger(self) -> dict[int, list[tuple[int, int]]]:
        """Each chat's accepted messages: (hash, how often it was accepted)."""
        return {int(chat): each for chat, each in self.control("ledger", {}).items()}


@contextlib.contextmanager
def load_server(folder: Path) -> Iterator[Server]:
    with process(folder, "-m", "tests.benchmarks.botapi") as child:
        assert child.stdout is not None
        yield Server(int(child.stdout.readline()))


@contextlib.contextmanager
def limited_server(folder: Path) -> Iterator[LimitedServer]:
    with process(folder, "-m", "tests.benchmarks.limited") as child:
        assert child.stdout is not None
        yield LimitedServer(int(child.stdout.readline()))


class Bot:
    """A bot's process. `polled_at`: the (monotonic) time of its first getUpdates."""

    def __init__(self, child: Child, polled_at: float) -> None:
        self.polled_at = polled_at
        self._child = child

    def resident_bytes(self) -> int:
        """How much memory it holds."""
        fields = Path(f"/proc/{self._child.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        self._child.kill()
        self._child.wait(HANG)

    def end(self) -> str:
        """Ask it to end (SIGTERM); returns what it printed."""
        self._child.terminate()
        assert self._child.stdout is not None
        said = self._child.stdout.read()
        self._child.wait(HANG)
        return said

    def cpu_seconds(self) -> float:
        """What it has used of the processor, in all its threads."""
        fields = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def product(folder: Path, server: Server, database_url: str, **more: str) -> Iterator[Bot]:
    """The real product, ready: it polls. `more` are settings."""
    settings = _settings(server, database_url) | more
    with _bot(folder, server, ["-m", "bot", "run"], settings) as bot:
        yield bot


@contextlib.contextmanager
def unlimited_product(
    folder: Path, server: Server, database_url: str, *arguments: str, **more: str
) -> Iterator[Bot]:
    """The product without a pace; unlimited.py tells what the arguments mean."""
    settings = _settings(server, database_url) | more
    command = ["-m", "tests.benchmarks.unlimited", *arguments]
    with _bot(folder, server, command, settings) as bot:
        yield bot


def _settings(server: Server, database_url: str) -> dict[str, str]:
    return {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": server.address,
        "DATABASE_URL": database_url,
    }


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
            if child.poll() is not None or time.monotonic() - began > HANG:
                raise RuntimeError((folder / "stderr.txt").read_text()[-2000:] or "never polled")
        yield Bot(child, json.loads(asked.getresponse().read())["at"])


def ceiling(
    folder: Path, server: Server, requests: int = 40_000, method: str = "editMessageText"
) -> float:
    """Requests a second that the load server answers to a trivial client."""
    with process(
        folder, "-m", "tests.benchmarks.ceiling", str(server.port), str(requests), method
    ) as child:
        assert child.stdout is not None
        return float(child.stdout.readline())
