"""Whose turn it is: nobody behind somebody who sent much, whether it waits or is to be fetched."""

import asyncio

import pytest

from bot.lanes import ENOUGH_WAITING, MUCH, OF_ONE, Lanes
from tests.waiting import HANG

FOR_LONG = 10 * HANG  # nothing but what a test does ends it


def sent_by(lanes: Lanes, person: int, count: int) -> None:
    for n in range(count):
        lanes.add(person, {"update_id": person * 100_000 + n})


async def all_turns(lanes: Lanes) -> list[int]:
    """Who has their turn, one after another, until nobody has."""
    turns = list[int]()
    while True:
        asking = asyncio.ensure_future(lanes.next())
        await asyncio.sleep(0)
        if not asking.done():
            lanes.end(1)
            assert await asking is None
            return turns
        turn = asking.result()
        assert turn is not None
        lanes.done(turn[0])
        turns.append(turn[0])


async def test_while_others_are_fetched_whoever_has_much_waiting_gives_way() -> None:
    lanes = Lanes(put_off=FOR_LONG)
    lanes.more_comes()
    sent_by(lanes, 1, 10 * MUCH)
    for person in (2, 3):
        sent_by(lanes, person, MUCH)
    turns = await all_turns(lanes)
    assert {2: turns.count(2), 3: turns.count(3)} == {2: MUCH, 3: MUCH}
    assert 1 not in turns
    assert lanes.waiting == 10 * MUCH


async def test_it_is_put_off_for_a_moment_after_the_last_full_batch() -> None:
    lanes = Lanes(put_off=0.02)
    lanes.more_comes()
    sent_by(lanes, 1, 3 * MUCH)
    assert await all_turns(lanes) == []
    turn = await asyncio.wait_for(lanes.next(), HANG)
    assert turn == (1, {"update_id": 100_000})


async def test_nothing_is_put_off_when_no_more_may_be_fetched() -> None:
    """Else many who sent much, and nobody else, would stand still for a moment at each batch."""
    lanes = Lanes(put_off=FOR_LONG)
    lanes.more_comes()
    sent_by(lanes, 1, OF_ONE)
    assert await all_turns(lanes) == []
    for person in range(2, 2 + ENOUGH_WAITING // OF_ONE):
        sent_by(lanes, person, OF_ONE)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lanes.room(), 0.01)
    turns = await all_turns(lanes)
    assert turns.count(1) == OF_ONE
    await asyncio.wait_for(lanes.idle(), HANG)
