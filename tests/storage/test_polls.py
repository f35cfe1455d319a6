"""The votes of a poll: each person has a copy of their own, and what counts is the sum."""

from collections.abc import Awaitable

from storage.actions import broadcasts, outbox, polls
from storage.model.audience import Audience
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState, Outcome
from storage.model.kinds import DeliveryKind
from storage.model.votes import Votes
from storage.queries.cards import card
from storage.queries.polls import votes
from storage.tables import poll_votes
from tests.storage.district import COURIER, NOW, ZONE, District, outcomes

CONTENT = '{"poll": {"question": "?", "options": ["a", "b"]}}'


async def sent(district: District, **copies: str) -> int:
    """A poll to the eastern community, of which each person (by name) got the copy with this id."""
    new = NewBroadcast(
        kind=DeliveryKind.NOTICE,
        node_id=district.east.id,
        audience=Audience(district.east.id),
        slot_at=NOW,
        content=CONTENT,
        created_by=district.mei.id,
    )
    made = await district.database.write(broadcasts.begin, new, NOW)
    await district.owes()
    claimed = await district.database.write(outbox.claim_due, COURIER, NOW, 100, ZONE)
    done = [
        Outcome(each.id, made, DeliveryState.SENT, ((1,),), poll_id=copies[each.name])
        for each in claimed
    ]
    await district.database.write(outbox.record, COURIER, done, NOW)
    return made


def tells(district: District, copy: str, voters: int, *options: int) -> Awaitable[None]:
    """Telegram tells how a copy stands."""
    return district.database.write(polls.count, copy, Votes(voters, options), NOW)


async def test_the_votes_of_all_copies_are_one_sum(district: District) -> None:
    await district.resident("ana")
    await district.resident("bo")
    made = await sent(district, ana="A", bo="B")
    other = await sent(district, ana="C", bo="D")
    read = district.database.read
    assert await read(votes, made) == Votes()
    await tells(district, "A", 1, 0, 1)
    await tells(district, "B", 1, 0, 1)
    await tells(district, "C", 1, 1, 1)  # several may be chosen
    assert await read(votes, made) == Votes(2, (0, 2))
    assert await read(votes, other) == Votes(1, (1, 1))
    assert (await read(card, made, NOW)).votes == Votes(2, (0, 2))
    await tells(district, "A", 1, 0, 1)  # once more
    assert await read(votes, made) == Votes(2, (0, 2))
    await tells(district, "A", 0, 0, 0)  # taken back
    assert await read(votes, made) == Votes(1, (0, 1))
    await tells(district, "A", 1, 1, 0)  # another one
    assert await read(votes, made) == Votes(2, (1, 1))


async def test_a_vote_that_comes_before_its_copy_was_recorded_counts(district: District) -> None:
    await district.resident("ana")
    await tells(district, "A", 1, 1, 0)
    made = await sent(district, ana="A")
    assert await district.database.read(votes, made) == Votes(1, (1, 0))
    await district.database.write(polls.belong, {"A": made}, NOW)
    assert await district.database.read(votes, made) == Votes(1, (1, 0))


async def test_a_poll_that_is_no_copy_of_ours_counts_nowhere(district: District) -> None:
    await tells(district, "preview", 1, 1, 0)
    assert await district.rows(poll_votes) == []


async def test_votes_that_are_told_at_once_are_all_counted(district: District) -> None:
    names = [f"p{n}" for n in range(8)]
    for name in names:
        await district.resident(name)
    made = await sent(district, **{name: name for name in names})
    assert set(await outcomes(tells(district, name, 1, 1, 0) for name in names)) == {None}
    await outcomes(tells(district, "p0", 1, 1, 0) for _ in range(4))
    assert await district.database.read(votes, made) == Votes(8, (8, 0))
