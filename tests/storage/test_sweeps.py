"""What is of no use any more is forgotten when it is old, and nothing else."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from scheduler.sweeping import forget_old
from storage.actions import broadcasts, cards, leases, outbox, polls, updates
from storage.actions.sweeps import SWEEPS
from storage.database import Database
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState, Outcome, ids_from_text
from storage.model.kinds import DeliveryKind
from storage.model.refusal import Refusal
from storage.model.sweep import (
    KEEP_CARDS,
    KEEP_HANDLED,
    KEEP_MESSAGES,
    KEEP_SET_ASIDE,
    MOST,
)
from storage.model.votes import Votes
from storage.queries.audience import count
from storage.queries.updates import waiting
from storage.steps import in_steps
from storage.tables import cards as cards_table
from storage.tables import deliveries, metadata, poll_votes
from storage.tables import polls as polls_table
from storage.tables import sweeps as sweeps_table
from storage.tables import updates as updates_table
from tests.architecture.source import ROOT
from tests.storage.district import COURIER, DAY, NOW, ZONE, District

SECOND = timedelta(seconds=1)
ANOTHER = '{"bodies": {"zh": "停电"}}'


async def sent(district: District, now: datetime) -> int:
    """A notice that everybody in the eastern community got at `now`."""
    new = NewBroadcast(
        kind=DeliveryKind.NOTICE,
        node_id=district.east.id,
        audience=Audience(district.east.id),
        slot_at=now,
        content='{"bodies": {"zh": "停水"}}',
        created_by=district.mei.id,
    )
    write = district.database.write
    made = await write(broadcasts.begin, new, now)
    await district.owes(now)
    await write(leases.renew, COURIER, now)
    claimed = await write(outbox.claim_due, COURIER, now, 100, ZONE)
    ids = [Outcome(one.id, made, DeliveryState.SENT, ((11,), (12, 13))) for one in claimed]
    await write(outbox.record, COURIER, ids, now)
    await write(broadcasts.finish, now)
    return made


async def ids_kept(district: District) -> list[bool]:
    rows = await district.rows(deliveries, deliveries.c.state == DeliveryState.SENT)
    return [ids_from_text(row.message_ids) == ((11,), (12, 13)) for row in rows]


async def test_handled_updates_are_forgotten_when_they_cannot_come_again(
    district: District,
) -> None:
    write = district.database.write
    await write(updates.store, [(n, "words") for n in range(4)], set(), NOW)
    await write(updates.finish, 0, NOW)
    await write(updates.finish, 1, NOW + DAY)
    await write(updates.set_aside, 2, "reason " * 500, NOW)
    assert await district.database.read(waiting) == [(3, "words")]
    rows = await district.rows(updates_table)
    assert [row.body for row in rows] == [None, None, "words", "words"]
    await forget_old(district.database, NOW + KEEP_HANDLED + SECOND)
    assert [row.update_id for row in await district.rows(updates_table)] == [1, 2, 3]
    await forget_old(district.database, NOW + KEEP_SET_ASIDE + SECOND)
    assert [row.update_id for row in await district.rows(updates_table)] == [3]


async def test_a_card_that_could_not_be_edited_any_more_is_given_up(district: District) -> None:
    await district.resident()
    over, other = await sent(district, NOW), await sent(district, NOW + 2 * KEEP_CARDS)
    for n, made in enumerate((over, other)):
        await district.database.write(cards.follow, made, district.mei.id, n, "shown")
    await forget_old(district.database, NOW + KEEP_CARDS + SECOND)
    assert [row.broadcast_id for row in await district.rows(cards_table)] == [other]


async def test_a_copy_of_a_poll_is_forgotten_and_its_votes_stay(district: District) -> None:
    await district.resident()
    made = await sent(district, NOW)
    write, late = district.database.write, NOW + KEEP_MESSAGES + SECOND
    await write(polls.belong, {"old": made}, NOW)
    await write(polls.belong, {"young": made}, NOW + DAY)
    for copy in ("old", "young"):
        await write(polls.count, copy, Votes(1, (1, 0)), NOW)
    await forget_old(district.database, late)
    assert [row.id for row in await district.rows(polls_table)] == ["young"]
    await write(polls.count, "old", Votes(1, (0, 1)), late)  # what is told later changes nothing
    assert [row.votes for row in await district.rows(poll_votes)] == [2, 2, 0]


async def test_message_ids_are_forgotten_when_a_broadcast_cannot_be_changed_any_more(
    district: District,
) -> None:
    for name in ("ana", "bo"):
        await district.resident(name)
    old, young = await sent(district, NOW), await sent(district, NOW + DAY)
    reached = [await district.database.read(count, Audience(of_broadcast=i)) for i in (old, young)]
    for _ in range(2):  # the second walk begins where the first one ended
        await forget_old(district.database, NOW + KEEP_MESSAGES + SECOND)
        assert await ids_kept(district) == [False, False, True, True]
        assert [row.place for row in await district.rows(sweeps_table)] == [2]
    assert reached == [
        await district.database.read(count, Audience(of_broadcast=i)) for i in (old, young)
    ]
    late = NOW + KEEP_MESSAGES + SECOND
    mei, write = district.mei.id, district.database.write
    with pytest.raises(Refusal, match="too_old"):
        await write(broadcasts.correct, mei, old, ANOTHER, "key", late)
    with pytest.raises(Refusal, match="too_old"):
        await write(broadcasts.withdraw, mei, old, "key", late)
    await write(broadcasts.correct, mei, old, ANOTHER, "key", NOW + KEEP_MESSAGES)


async def test_what_is_due_next_year_holds_up_no_walk(district: District) -> None:
    await district.resident()
    await sent(district, NOW)
    later = deliveries.insert().values(
        person_id=district.mei.id, kind="event_reminder", state="queued", due_at=NOW + 300 * DAY
    )
    await district.database.write(lambda connection: connection.execute(later) and None)
    await sent(district, NOW + DAY)
    await forget_old(district.database, NOW + KEEP_MESSAGES + 2 * DAY)
    assert await ids_kept(district) == [False, False]


async def test_whoever_writes_meanwhile_waits_for_one_step_only(database: Database) -> None:
    keys = range(30_000)
    rows = [{"update_id": i, "received_at": NOW, "handled_at": NOW} for i in keys]
    sizes: list[int] = []

    def drop(connection: Connection, some: Sequence[int], now: datetime) -> None:
        sizes.append(len(some))
        SWEEPS[0].drop(connection, some, now)

    def fill(connection: Connection) -> None:
        connection.execute(insert(updates_table), rows[:2000])

    async def sweep() -> None:
        async for _ in in_steps(database, keys, drop, NOW + KEEP_HANDLED + SECOND):
            pass

    await database.write(fill)
    sweeping = asyncio.create_task(sweep())
    for update_id in range(3):
        await database.write(updates.store, [(200_000 + update_id, "{}")], set(), NOW)
        assert not sweeping.done()
    await sweeping
    assert sum(sizes) == len(keys)
    assert max(sizes) <= MOST


def test_of_every_table_the_operations_guide_says_how_long_it_is_kept() -> None:
    """| `table` | grows with | how long, and why |, and whatever is forgotten has its sweep."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    listed = text.split("## What grows", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1:4] for line in listed.splitlines() if line.startswith("| `")]
    kept = {name.strip(" `"): why.strip() for name, _, why in rows}
    assert sorted(kept) == sorted(metadata.tables)
    forgotten = {name for name, why in kept.items() if why.startswith("**forgotten**")}
    by_rows = {sweep.name for sweep in SWEEPS} & set(metadata.tables)
    assert forgotten == by_rows | {"conversations"}
    assert all(len(why) > 20 for why in kept.values())
