"""Each fault alone, with the product as a process: what was accepted is what the database says.

The ledger (`delivery_ledger.py`) says what that means. All faults together are in `test_chaos.py`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text

from bot.simulator import (
    BadGateway,
    CutAnswer,
    DropAfterAccept,
    GatewayTimeout,
    Hang,
    Person,
    Reset,
    TooManyRequests,
)
from bot.simulator.faults import Fault
from storage.model.broadcast import BroadcastState

from .delivery_ledger import Sending, accepted, check_sums, compare, watched
from .delivery_scene import Scene, crowd, opened, presses

pytestmark = [pytest.mark.asyncio(loop_scope="module")]

RATE = 100  # messages a second
CALLS = 5  # under way at once at that rate
EACH = 3  # people who meet one fault
# What each fault comes to: how often a message is accepted by default, and at most once. After none
# of them anybody can know whether it was.
FAULTS: list[tuple[Fault, int, int]] = [
    (DropAfterAccept(), 2, 1),
    (CutAnswer(), 2, 1),
    (GatewayTimeout(), 2, 1),
    (Reset(), 1, 0),
    (Hang(0.3), 1, 0),
    (BadGateway(), 1, 0),
]
# Claimed and not recorded: claimed ahead, twice that at a change, and what waits to be recorded.
MOST_IN_HAND = 40


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scene]:
    """One process, for the tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("faults")
    async with opened(migrated_file, folder, PACE_PER_SECOND=str(RATE)) as scene:
        await scene.begins()
        yield scene
        assert await scene.life.stop() == 0


@pytest.mark.parametrize("at_most_once", [False, True])
async def test_what_may_have_come_is_sent_again_or_at_most_once_and_listed(
    scene: Scene, at_most_once: bool
) -> None:
    node, people = await scene.community(EACH * (len(FAULTS) + 1))
    expected = dict.fromkeys((person.id for person in people), 1)
    unsure = EACH * len(FAULTS)
    for number, (fault, again, once) in enumerate(FAULTS):
        for person in people[number * EACH : (number + 1) * EACH]:
            scene.simulator.faults.next(fault, method="sendMessage", chat_id=person.id)
            expected[person.id] = once if at_most_once else again
    sending = await scene.notice(node, people, at_most_once=at_most_once)
    async with watched(scene.peek, [sending]):
        await scene.done()
    found = compare(scene.peek, sending)
    assert {chat: len(ids) for chat, ids in accepted(sending).items()} == expected
    assert found.unsure == unsure
    sent = len(people) - unsure if at_most_once else len(people)
    assert found.states == +Counter(sent=sent, failed=len(people) - sent)


async def test_a_process_that_stood_still_goes_on_without_a_burst(scene: Scene) -> None:
    # What it may have saved up is three hundred; a busy machine moves a few from one second on.
    scene.simulator.world.limits.overall_per_second = RATE + RATE // 2
    sending = await scene.sends(150)
    try:
        async with watched(scene.peek, [sending]):
            await scene.until(lambda: scene.sent(sending) >= 50)
            scene.life.freeze()
            try:
                await asyncio.sleep(3)
            finally:
                scene.life.thaw()
            await scene.done()
    finally:
        scene.simulator.world.limits.overall_per_second = None
    found = compare(scene.peek, sending)
    assert (found.accepted, found.unsure) == (150, 0)
    assert _tries(scene, sending) == 150, "nothing was refused"


async def test_while_the_disk_is_full_nothing_is_sent_unrecorded_and_nothing_said_is_lost(
    scene: Scene,
) -> None:
    sending = await scene.sends(150)
    said = scene.peek.stored()
    writers = sending.people[:40]
    async with watched(scene.peek, [sending]):
        await scene.until(lambda: scene.sent(sending) >= 50)
        _choose_english(writers[:20])
        # Some of these are stored at that moment and not yet handled.
        await scene.until(lambda: scene.peek.stored() > said)
        scene.life.fill_disk()
        try:
            _choose_english(writers[20:])
            late = await scene.sends(10)  # nor can it be planned
            begun = await _at_rest(lambda: sum(map(len, accepted(sending).values())))
            assert scene.life.alive, scene.life.log()
            assert begun < 150
            assert scene.peek.stored() < said + len(writers)
        finally:
            scene.life.free_disk()
        await scene.done()
        await scene.until(lambda: scene.peek.handled() == said + len(writers))
    for each in (sending, late):
        found = compare(scene.peek, each)
        assert (found.accepted, found.unsure) == (len(each.people), 0)
    assert scene.peek.rows("SELECT update_id FROM updates WHERE set_aside IS NOT NULL") == []
    english = scene.peek.rows("SELECT telegram_id FROM persons WHERE language = 'en'")
    assert {(person.id,) for person in writers} == set(english)


async def test_a_storm_of_429_costs_pauses_and_no_tries(
    migrated_file: Path, tmp_path: Path
) -> None:
    """And a pause of hours is kept by the next process."""
    async with opened(migrated_file, tmp_path, PACE_PER_SECOND=str(RATE)) as scene:
        await scene.begins()
        faults, clock = scene.simulator.faults, asyncio.get_running_loop().time
        faults.randomly(TooManyRequests(1), 1, method="sendMessage")
        first = await scene.sends(20)
        async with watched(scene.peek, [first]):
            await scene.until(lambda: _tries(scene, first) > 0)
            began = clock()
            await asyncio.sleep(1.5)
            refused, pauses = _tries(scene, first), 1 + int(clock() - began)
            faults.clear()
            await scene.done()
        assert refused <= pauses * CALLS, "one try of each call under way for each pause"
        found = compare(scene.peek, first)
        assert (found.accepted, found.unsure) == (20, 0)
        assert scene.peek.number("SELECT max(attempts) FROM deliveries") == 0

        faults.next(TooManyRequests(10_000), method="sendMessage", times=CALLS)
        second = await scene.sends(10)
        left = "SELECT count(*) FROM pauses WHERE julianday(until_at) > julianday('now') + 0.115"
        await scene.until(lambda: scene.peek.number(left) == 1)
        await scene.life.kill()
        faults.clear()
        tried = _tries(scene, second)
        async with watched(scene.peek, [first, second]):
            await scene.begins()
            _choose_english(first.people[:1])
            await scene.until(lambda: scene.peek.handled() == 1)  # it is awake
            await asyncio.sleep(1)
        assert (_tries(scene, second), scene.sent(second)) == (tried, 0)
        assert accepted(second) == {person.id: [] for person in second.people}
        assert await scene.life.stop() == 0, "it does not wait for the end of the pause"


async def test_killed_between_sending_and_recording(migrated_file: Path, tmp_path: Path) -> None:
    async with opened(migrated_file, tmp_path, PACE_PER_SECOND=str(RATE)) as scene:
        sendings = [await scene.sends(60), await scene.sends(60, at_most_once=True)]
        in_flight = []
        async with watched(scene.peek, sendings):
            for sending in sendings:
                await scene.begins()
                in_flight.append(await _killed_unrecorded(scene, sending, tmp_path))
            await scene.begins()
            await scene.done()
        again, once = (compare(scene.peek, sending) for sending in sendings)
        # Sent and not recorded: again or, at most once, listed. Claimed and not sent, the same.
        assert (again.states, again.twice) == (Counter(sent=60), in_flight[0])
        assert again.unsure >= in_flight[0]
        assert once.twice == 0
        assert once.states == Counter(sent=60 - once.unsure, failed=once.unsure)
        assert once.lost == +Counter(failed=once.unsure - in_flight[1])
        assert max(again.unsure, once.unsure) <= MOST_IN_HAND
        assert await scene.life.stop() == 0


async def test_killed_in_the_middle_of_a_fan_out(migrated_file: Path, tmp_path: Path) -> None:
    size = 20_000
    async with opened(migrated_file, tmp_path) as scene:
        await scene.begins()
        node, _ = await scene.community(0)
        await scene.database.write(crowd, node.id, size)
        await scene.database.write(_slow_steps)
        sending = await scene.notice(node, [], state=BroadcastState.PAUSED)
        owed = f"SELECT sum(count) FROM progress WHERE broadcast_id = {sending.broadcast_id}"
        await scene.until(lambda: scene.peek.number(owed) > 0)
        await scene.life.kill()
        assert 0 < scene.peek.number(owed) < size, "killed too late: nothing is tested"
        check_sums(scene.peek, {})
        await scene.database.write(_quick_steps)
        await scene.begins()
        await scene.until(lambda: scene.peek.number(owed) == size)
        check_sums(scene.peek, {sending.broadcast_id: size})
        assert scene.peek.number("SELECT count(DISTINCT person_id) FROM deliveries") == size
        assert await scene.life.stop() == 0


def _slow_steps(connection: Connection) -> None:
    """Each step of a fan-out takes a part of a second, so that a kill comes in the middle."""
    counting = (
        "SELECT count(*) FROM (WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT i FROM n)"
    )
    when = "AFTER UPDATE OF planned_person ON broadcasts"
    connection.execute(text(f"CREATE TRIGGER slow_steps {when} BEGIN {counting}; END"))


def _quick_steps(connection: Connection) -> None:
    connection.execute(text("DROP TRIGGER slow_steps"))


async def _killed_unrecorded(scene: Scene, sending: Sending, folder: Path) -> int:
    """kill -9 when something was sent that cannot be recorded; returns how much."""
    await scene.until(lambda: scene.sent(sending) >= 20)
    with _locked(folder):
        await scene.until(lambda: _unrecorded(scene, sending) > 0)
        await scene.life.kill()
        return await _at_rest(lambda: _unrecorded(scene, sending))  # what it had sent arrives


async def _at_rest(measure: Callable[[], int], seconds: float = 0.7) -> int:
    """What `measure()` gives once it does not change any more for so long."""
    found = -1
    while found != (found := measure()):  # noqa: ASYNC110 - rows tell nobody
        await asyncio.sleep(seconds)
    return found


def _choose_english(people: Sequence[Person]) -> None:
    for person in people:
        presses(person, "language:en")


def _tries(scene: Scene, sending: Sending) -> int:
    """How many calls were made for it, refused or not."""
    calls = scene.simulator.calls("sendMessage")
    return sum(sending.words in call.params["text"] for call in calls)


def _unrecorded(scene: Scene, sending: Sending) -> int:
    """How many of its messages were accepted and are not recorded as sent."""
    return sum(map(len, accepted(sending).values())) - scene.sent(sending)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Nobody else can write to the database meanwhile; the process waits for that."""
    other = sqlite3.connect(folder / "linli.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()
