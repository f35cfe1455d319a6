"""`linli broadcasts`: how far each has come, and whom it did not reach."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bot.outside import utc_now
from bot.product import load_content
from bot.settings import Settings
from content.courses import Courses
from content.screens.broadcasts import name, poll_of
from content.texts import Say
from storage.database import Database
from storage.model.broadcast import Broadcast
from storage.model.card import Card, Trouble
from storage.model.delivery import DeliveryState
from storage.queries import broadcasts as queries
from storage.queries import cards as card_queries
from storage.queries import pauses as pause_queries

NEWEST = 10
BETWEEN_LOOKS = 2.0  # seconds; also what the rate is measured over
TROUBLES = 200  # people in the list; a longer one helps nobody

_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where it is shown, and the time there."""

    console: Console
    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


async def show(
    database: Database,
    settings: Settings,
    broadcast_id: int | None,
    watch: bool,
    terminal: Terminal,
) -> None:
    """Print what is under way and the newest, or one broadcast with whom it did not reach.

    With `watch`, look again and again until nothing is under way. Raises Refusal if there is no
    such broadcast.
    """
    looks = Looks(database, settings, broadcast_id, terminal.now, terminal.clock)
    sleep, console = terminal.sleep, terminal.console
    cards = await looks.take()
    if any(not card.is_over for card in cards):
        await sleep(BETWEEN_LOOKS)  # one look knows no rate
        cards = await looks.take()
    if watch:
        with Live(await looks.table(cards), console=console, auto_refresh=False) as live:
            while any(not card.is_over for card in cards):
                await sleep(BETWEEN_LOOKS)
                cards = await looks.take()
                live.update(await looks.table(cards), refresh=True)
    else:
        console.print(await looks.table(cards))
    if broadcast_id is not None:
        console.print(await looks.details(cards[0]))


class Looks:
    """Looks at broadcasts, one after the other; from two of them follows the rate."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        broadcast_id: int | None,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._zone = settings.zone
        self._id = broadcast_id
        self._now = now
        self._clock = clock
        content = load_content(settings, now)
        self._say: Say = content.texts.in_(settings.default_language)
        self._courses: Courses = content.courses
        self._before: dict[int, int] = {}
        self._looked_at = 0.0

    async def take(self) -> list[Card]:
        """The cards as they are now, with their rates since the last look."""
        if self._id is None:
            cards = await self._database.read(card_queries.latest, NEWEST, self._now())
        else:
            cards = [await self._database.read(card_queries.card, self._id, self._now())]
        at = self._clock()
        passed = at - self._looked_at
        done = {card.broadcast.id: _done(card.broadcast) for card in cards}
        cards = [
            replace(card, rate=max(0, done[i] - self._before[i]) / passed)
            if (i := card.broadcast.id) in self._before
            else card
            for card in cards
        ]
        self._before, self._looked_at = done, at
        return cards

    async def table(self, cards: Sequence[Card]) -> RenderableType:
        """One line for each broadcast, and what Telegram said of our speed."""
        table = Table(box=None, pad_edge=False)
        for title in ("id", "what", "where", "state", "done", "deliveries", "rate"):
            table.add_column(title, no_wrap=title in ("id", "state", "done", "rate"))
        for card in cards:
            table.add_row(*(Text(cell) for cell in self._cells(card)))
        if not cards:
            return Text("No broadcast yet.")
        return Group(table, *[Text(line) async for line in self._below(cards)])

    async def _below(self, cards: Sequence[Card]) -> AsyncIterator[str]:
        """What stands below them: that there are more, and what Telegram said of our speed."""
        if self._id is None:
            older = await self._database.read(queries.count) - len(cards)
            if older > 0:
                yield f"… and {older} older: linli broadcasts ID shows one."
        last = await self._database.read(pause_queries.last)
        if last is not None and last[0] > self._now():
            until, rate = self._moment(last[0]), last[1]
            yield f"Telegram asks to wait until {until}, then up to {rate:.1f} a second."

    def _cells(self, card: Card) -> tuple[str, ...]:
        broadcast = card.broadcast
        percent = _done(broadcast) * 100 // broadcast.total if broadcast.total else 0
        return (
            str(broadcast.id),
            name(self._say, broadcast, card.subject, self._courses),
            broadcast.node_name,
            broadcast.state if broadcast.planned else f"{broadcast.state}, planning",
            f"{percent} % {_done(broadcast)}/{broadcast.total}",
            _counts(broadcast),
            self._rate(card),
        )

    def _rate(self, card: Card) -> str:
        if card.is_over or card.rate is None:
            return ""
        left = "" if card.seconds_left is None else f", {card.seconds_left:.0f} s left"
        return f"{card.rate:.1f}/s{left}"

    async def details(self, card: Card) -> RenderableType:
        """The rest of what is known of a broadcast, and whom it did not reach."""
        broadcast = card.broadcast
        facts = [
            ("kind", broadcast.kind + (", at most once" if broadcast.at_most_once else "")),
            ("audience", broadcast.audience.to_json()),
            ("begun", self._moment(broadcast.created_at)),
            ("finished", self._moment(broadcast.finished_at)),
        ]
        if broadcast.of_id is not None:
            facts.append(("changes", str(broadcast.of_id)))
        if card.withdrawal_id is not None:
            facts.append(("taken back by", str(card.withdrawal_id)))
        facts += [("poll", line) for line in poll_lines(card)]
        if card.later is not None:
            at_least = "at least " if card.later.more else ""
            waiting = f"{at_least}{card.later.count} until {self._moment(card.later.at)}"
            facts.append(("quiet hours", waiting))
        acknowledged = await self._database.read(card_queries.acknowledged, broadcast.id)
        if acknowledged is not None:
            facts.append(("acknowledged", str(acknowledged)))
        told = Table(box=None, show_header=False, pad_edge=False)
        for fact in facts:
            told.add_row(*(Text(cell) for cell in fact))
        return Group(Text(), told, await self._troubles(broadcast.id))

    async def _troubles(self, broadcast_id: int) -> RenderableType:
        found: list[Trouble] = []
        more = True
        while more and len(found) < TROUBLES:
            number = len(found) // queries.NAMES
            page = await self._database.read(queries.troubles, broadcast_id, number)
            found += page.items
            more = page.more
        if not found:
            return Text()
        table = Table(box=None, pad_edge=False)
        for title in ("who", "state", "why", "reason"):
            table.add_column(title)
        nameless = self._say.label("broadcast.one_of_them")
        for each in found:
            cells = (each.name or nameless, each.state, each.why.replace("_", " "), each.reason)
            table.add_row(*(Text(cell) for cell in cells))
        if not more:
            return Group(Text(), table)
        every = await self._database.read(queries.count_troubles, broadcast_id)
        return Group(Text(), table, Text(f"… and {every - len(found)} more"))

    def _moment(self, at: datetime | None) -> str:
        return "" if at is None else at.astimezone(self._zone).strftime(_MOMENT)


def poll_lines(card: Card) -> list[str]:
    """What was asked, and how many voted for what."""
    poll = poll_of(card)
    if poll is None:
        return []
    options = [f"{text}: {number}" for text, number in poll.options]
    return [f"{poll.question}: {poll.voters} voted", *options]


def _done(broadcast: Broadcast) -> int:
    return broadcast.total - broadcast.waiting


def _counts(broadcast: Broadcast) -> str:
    """Every state that somebody is in; of the unsure, nobody knows whether it arrived (twice)."""
    numbers = [(state.value, broadcast.count(state)) for state in DeliveryState]
    return ", ".join(
        f"{number} {word}" for word, number in [*numbers, ("unsure", broadcast.unsure)] if number
    )
