"""Everything that can go wrong, mixed by a seed, while two notices go out and people press buttons.

Calls fail in every known way all the time. Meanwhile the process is killed, stands still, has no
room on its disk, is told to wait; staff pause, go on and correct; people leave. The seed chooses
the order and the moments, and real processes make of it what they like. In the end the ledger is
the database, and everything that was said was done.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.simulator import (
    BadGateway,
    CutAnswer,
    DropAfterAccept,
    GatewayTimeout,
    Hang,
    Person,
    Reset,
    TooManyRequests,
    acts,
)
from bot.simulator.faults import Fault
from storage.actions import broadcasts
from storage.model.refusal import Refusal

from .delivery_ledger import Found, Sending, compare, watched
from .delivery_scene import Scene, opened, presses, text

COURSE = "resident-basics"
ITEMS = ("safe-account", "fake-refund", "home-fire", "ebike-battery")
LANGUAGES = ("zh", "en")
# What happens to which share of all calls that say something, at any time.
FAULTS: list[tuple[Fault, float]] = [
    (DropAfterAccept(), 0.01),
    (CutAnswer(), 0.005),
    (GatewayTimeout(), 0.005),
    (Reset(), 0.01),
    (BadGateway(), 0.02),
    (Hang(0.5), 0.005),
]
UNSURE_SHARE = 0.1  # of all deliveries, by these faults: more than they come to
METHODS = ("sendMessage", "editMessageText", "answerCallbackQuery")
IN_HAND = 40  # claimed, or sent and not recorded, when a process is killed: not more
BLOCKING = 5  # people who block the bot
CORRECTED = "corrected"
_OPEN = "SELECT count(*) FROM broadcasts WHERE state <> 'done'"


@dataclass(frozen=True)
class Size:
    """How much of everything. Times are in seconds."""

    rate: int = 80  # messages a second
    people: int = 400  # get the notice that is corrected
    once: int = 150  # get the one that is sent at most once
    kills: int = 2
    frozen: float = 1.5
    full: float = 1.2
    hangs: int = 2  # for as long as the courier's patience
    gap: float = 1.0  # between two mishaps, at most
    within: float = 240.0  # from the last mishap until nothing is owed


@dataclass(frozen=True)
class Survived:
    """What came of both notices, how much people said, and the seconds it took."""

    corrected: Found
    once: Found
    said: int
    seconds: float


@dataclass
class _Model:
    """What must be true of people in the end."""

    said: int = 0
    languages: dict[int, str] = field(default_factory=dict)
    done: set[tuple[int, str]] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)


async def chaos(migrated_file: Path, folder: Path, seed: int, size: Size) -> Survived:
    """One chaos, in an empty folder.

    Raises AssertionError, which names the seed, if a promise is broken.
    """
    async with opened(migrated_file, folder, PACE_PER_SECOND=str(size.rate)) as scene:
        try:
            survived = await _Chaos(scene, seed, size).run()
            assert await scene.life.stop() == 0
        except Exception as error:
            log = scene.life.log()[-4000:]
            raise AssertionError(f"chaos of seed {seed}: {error}\n{log}") from error
        return survived


class _Chaos:
    def __init__(self, scene: Scene, seed: int, size: Size) -> None:
        self._scene = scene
        self._seed = seed
        self._chance = random.Random(seed)
        self._size = size
        self._model = _Model()
        self._sendings: list[Sending] = []

    async def run(self) -> Survived:
        scene, size, clock = self._scene, self._size, asyncio.get_running_loop().time
        began = clock()
        node, people = await scene.community(size.people)
        await scene.begins()
        self._trouble()
        notice = await scene.notice(node, people)
        self._sendings.append(notice)
        async with watched(scene.peek, self._sendings):
            async with self._talking(people):
                for mishap in self._mishaps(notice):
                    await asyncio.sleep(self._chance.uniform(0, size.gap))
                    await mishap()
            scene.simulator.faults.clear()
            await scene.done(size.within)
            await scene.until(lambda: scene.peek.number(_OPEN) == 0)
            await scene.until(lambda: scene.peek.handled() == self._model.said)
        self._check_said()
        self._check_correction(notice)
        corrected, once = map(self._check, self._sendings)
        return Survived(corrected, once, self._model.said, clock() - began)

    # What goes wrong

    def _trouble(self) -> None:
        """From now on some of the calls fail."""
        faults = self._scene.simulator.faults
        for number, (fault, share) in enumerate(FAULTS):
            for method in METHODS:
                faults.randomly(fault, share, method=method, seed=self._seed + number)
        faults.randomly(Reset(), 0.05, method="getUpdates", seed=self._seed)
        faults.randomly(DropAfterAccept(), 0.05, method="getUpdates", seed=self._seed)

    def _mishaps(self, notice: Sending) -> list[Callable[[], Awaitable[None]]]:
        """Each kind of mishap, in the order of the seed; hangs first, because they take long."""
        found: list[Callable[[], Awaitable[None]]] = [
            *[self._kill] * self._size.kills,
            *(self._freeze, self._fill_disk, self._end_with_a_full_disk, self._slow_down),
            *(lambda: self._pause(notice), lambda: self._correct(notice), self._begin_another),
        ]
        self._chance.shuffle(found)
        return [self._hang] * self._size.hangs + found

    async def _kill(self) -> None:
        await self._scene.life.kill()
        await asyncio.sleep(self._chance.uniform(0, 0.5))
        await self._scene.begins()

    async def _freeze(self) -> None:
        self._scene.life.freeze()
        await asyncio.sleep(self._size.frozen)
        self._scene.life.thaw()

    async def _fill_disk(self) -> None:
        self._scene.life.fill_disk()
        await asyncio.sleep(self._size.full)
        self._scene.life.free_disk()

    async def _end_with_a_full_disk(self) -> None:
        """By kill -9 or by the operator; the next process finds room again."""
        self._scene.life.fill_disk()
        await asyncio.sleep(self._chance.uniform(0, self._size.full))
        await self._chance.choice([self._scene.life.kill, self._scene.life.stop])()
        await self._scene.begins()

    async def _slow_down(self) -> None:
        times = self._chance.randint(1, 4)
        self._scene.simulator.faults.next(TooManyRequests(1), method="sendMessage", times=times)

    async def _hang(self) -> None:
        self._scene.simulator.faults.next(Hang(), method="sendMessage")

    # What staff and people do

    async def _begin_another(self) -> None:
        """A shorter one, which goes first; so the seed decides which of them meets what."""
        another = await self._scene.sends(self._size.once, at_most_once=True)
        self._sendings.append(another)

    async def _pause(self, notice: Sending) -> None:
        """Nothing of it goes out meanwhile, and then it goes on; unless all of it is out."""
        write, who = self._scene.database.write, (self._scene.owner, notice.broadcast_id)
        with contextlib.suppress(Refusal):
            await write(broadcasts.pause, *who, datetime.now(UTC))
            await asyncio.sleep(self._chance.uniform(0.5, 1.5))
            await write(broadcasts.resume, *who, datetime.now(UTC))

    async def _correct(self, notice: Sending) -> None:
        words, now = text(f"{notice.words} {CORRECTED}"), datetime.now(UTC)
        who = self._scene.owner, notice.broadcast_id
        await self._scene.database.write(broadcasts.correct, *who, words, "correction", now)

    @contextlib.asynccontextmanager
    async def _talking(self, people: list[Person]) -> AsyncIterator[None]:
        """People press buttons and write while the block runs; a few block the bot."""
        blocking = self._chance.sample(people, BLOCKING)
        others = [person for person in people if person not in blocking]
        chance = random.Random(self._seed)  # apart: how often it is asked depends on the machine

        async def talk() -> None:
            while True:
                await asyncio.sleep(chance.uniform(0, 0.2))
                if blocking and chance.random() < 0.05 and self._planned():
                    self._blocks(blocking.pop())
                else:
                    self._says_something(chance.choice(others), chance)

        talking = asyncio.ensure_future(talk())
        try:
            yield
        finally:
            talking.cancel()
            await asyncio.wait({talking})
        if not talking.cancelled():
            talking.result()

    def _planned(self) -> bool:
        """Whether the audiences stand: who is known to be out of reach before is in none."""
        waiting = "SELECT count(*) FROM broadcasts WHERE planned_at IS NULL AND of_id IS NULL"
        return self._scene.peek.number(waiting) == 0

    def _blocks(self, person: Person) -> None:
        acts.block(person.world, person.account, True)
        self._model.blocked.add(person.id)
        self._model.said += 1

    def _says_something(self, person: Person, chance: random.Random) -> None:
        what = chance.choice(["language", "done", "help"])
        self._model.said += 1
        if what == "help":
            acts.say(person.world, person.account, person.chat, "/help")
            return
        if what == "language":
            self._model.languages[person.id] = value = chance.choice(LANGUAGES)
        else:
            item = chance.choice(ITEMS)
            self._model.done.add((person.id, item))
            value = f"{COURSE}:{item}"
        presses(person, f"{what}:{value}")

    # What must be true in the end

    def _check(self, sending: Sending) -> Found:
        found = compare(self._scene.peek, sending)
        kills = self._size.kills + 1
        assert found.unsure <= kills * IN_HAND + UNSURE_SHARE * len(sending.people), found
        blocked = len(self._model.blocked)
        assert found.states["unreachable"] <= blocked, found
        failed = found.unsure if sending.at_most_once else 0
        assert found.states["failed"] <= failed, found
        assert set(found.states) <= {"sent", "unreachable", "failed"}, found
        return found

    def _check_correction(self, notice: Sending) -> None:
        """Whoever can be reached sees the corrected text; a copy that nobody knows of may not."""
        rows = self._scene.peek.rows(
            "SELECT telegram_id, message_ids FROM deliveries JOIN persons ON persons.id = person_id"
            f" WHERE broadcast_id = {notice.broadcast_id} AND deliveries.state = 'sent'"
        )
        known = {row[0]: int(str(row[1])) for row in rows}
        stale = [
            person.transcript()
            for person in notice.people
            if person.id in known.keys() - self._model.blocked
            and CORRECTED not in person.chat.messages[known[person.id]].text
        ]
        assert not stale, f"not corrected: {len(stale)}\n{stale[0]}"

    def _check_said(self) -> None:
        peek, model = self._scene.peek, self._model
        assert peek.rows("SELECT update_id, set_aside FROM updates WHERE set_aside <> ''") == []
        assert (peek.stored(), peek.handled()) == (model.said, model.said)
        [known] = peek.at_once("SELECT telegram_id, language FROM persons")
        assert model.languages.items() <= dict(known).items()
        done = peek.rows(
            "SELECT telegram_id, item_id FROM acknowledgements"
            " JOIN persons ON persons.id = person_id"
        )
        assert len(done) == len(set(done))
        assert set(done) == model.done
