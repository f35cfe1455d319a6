"""The database goes away under the running product, and comes back."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.simulator import Person, Simulator
from tests.bot.life import Life

PEOPLE = 20


class Wire:
    """A connection to a server that can be cut and mended; `refused` counts who came meanwhile."""

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._open: set[asyncio.StreamWriter] = set()
        self.whole = True
        self.refused = 0

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.whole:
            self.refused += 1
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(*self._there)
        self._open |= {writer, back}
        async with asyncio.TaskGroup() as group:
            group.create_task(self._carry(reader, back))
            group.create_task(self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
            self._open.discard(writer)

    def cut(self) -> None:
        self.whole = False
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self.whole = True


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the server of `url`, and the address at its other end."""
    parsed = make_url(url)
    wire = Wire(parsed.host or "127.0.0.1", parsed.port or 5432)
    server = await asyncio.start_server(wire.join, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        other = parsed.set(host="127.0.0.1", port=port)
        yield wire, other.render_as_string(hide_password=False)
        wire.cut()


def answers(person: Person) -> int:
    """How many messages somebody has of the bot."""
    return sum(message.sender is not person.account for message in person.messages)


async def test_what_is_said_meanwhile_is_answered_later_and_the_log_stays_short(
    empty_postgres: str, tmp_path: Path
) -> None:
    async with wire_to(empty_postgres) as (wire, url), Simulator() as simulator:
        life = Life(
            tmp_path,
            BOT_TOKEN=simulator.token,
            BOT_API_URL=simulator.url,
            DATABASE_URL=url,
            TICK_SECONDS="0.05",
        )
        people = [simulator.person(f"p{n}", start="") for n in range(PEOPLE)]
        try:
            await life.start()
            await life.until(lambda: all(answers(person) for person in people))
            wire.cut()
            before = {person.id: answers(person) for person in people}
            for person in people:
                await person.says("/help")
            await life.until(lambda: wire.refused > 30)
            wire.mend()
            await life.until(lambda: all(answers(p) > before[p.id] for p in people))
            await life.until(lambda: "well again" in life.log())
        finally:
            await life.kill()
    about = [line for line in life.log().splitlines() if "storage.watched" in line]
    assert len(about) == 2, life.log()
    assert re.search(r"ERROR .*the database cannot be (read|written): DATABASE_URL: ", about[0])
    assert "well again" in about[1]
    assert "Traceback" not in life.log()
