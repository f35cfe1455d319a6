"""Presses that are left unread are answered all the same, a few at a time."""

import asyncio

from bot.simulator import Person, Simulator, acts
from bot.simulator.faults import Held, TooManyRequests
from bot.simulator.objects import Query
from bot.telegram.chat import Chat
from bot.telegram.client import Telegram
from bot.telegram.left import AT_A_TIME, KEPT, LeftPresses
from content.screen import Screen
from tests.waiting import HANG, until

METHOD = "answerCallbackQuery"


def press(ana: Person) -> Query:
    return acts.press(ana.world, ana.account, ana.chat, 1, "me")


async def test_others_are_answered_while_a_flood_of_presses_waits(
    sim: Simulator, telegram: Telegram, chat: Chat, ana: Person
) -> None:
    left, freed = LeftPresses(telegram), asyncio.Event()
    flood = [press(ana) for _ in range(200)]
    sim.faults.randomly(Held(freed), 1, method=METHOD)
    for query in flood:
        left.leave(query.id)
    running = asyncio.ensure_future(left.run())
    [rule] = sim.faults._rules
    await until(lambda: rule.used == AT_A_TIME)
    await chat.send(ana.id, Screen("an answer"))  # it waits for none of them
    assert ana.screen == "an answer"
    assert rule.used == AT_A_TIME  # no more are under way
    freed.set()
    async with asyncio.timeout(HANG):
        await asyncio.gather(*(query.answer for query in flood))
    running.cancel()


async def test_the_newest_is_answered_first_and_of_too_many_the_oldest_is_forgotten(
    sim: Simulator, telegram: Telegram, ana: Person
) -> None:
    left, oldest = LeftPresses(telegram), press(ana)
    left.leave(oldest.id)
    for _ in range(KEPT - 1):
        left.leave("too old")
    newest = press(ana)
    left.leave(newest.id)
    running = asyncio.ensure_future(left.run())
    async with asyncio.timeout(HANG):
        await newest.answer
        another = press(ana)  # after a rest, too
        left.leave(another.id)
        await another.answer
    assert not oldest.answer.done()
    running.cancel()


async def test_what_telegram_does_not_take_ends_nothing(
    sim: Simulator, telegram: Telegram, ana: Person
) -> None:
    left, query = LeftPresses(telegram), press(ana)
    sim.faults.next(TooManyRequests(1), method=METHOD, times=AT_A_TIME)
    left.leave(query.id)
    for _ in range(AT_A_TIME):
        left.leave("nobody pressed this")
    running = asyncio.ensure_future(left.run())
    async with asyncio.timeout(HANG):
        await query.answer
    running.cancel()
