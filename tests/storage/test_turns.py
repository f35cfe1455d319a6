"""Who came first is next, also where several wait; and nobody is held up by who went away."""

import asyncio
from functools import partial

from storage.receipts import handling
from storage.turns import Turns, in_turn, line_of, pass_on

from .district import NOW


@in_turn("what")
def _ask(connection: object, who: int, what: int, how: str = "") -> None:
    """An action in a line."""


def test_an_action_stands_in_the_line_of_what_it_is_about() -> None:
    seven = line_of(_ask, (1, 7), {})
    assert seven is not None
    assert line_of(_ask, (2, 7, "so"), {}) == line_of(_ask, (1,), {"what": 7}) == seven
    assert line_of(partial(_ask, who=1, how="so"), (), {"what": 7}) == seven
    assert line_of(_ask, (1, 8), {}) != seven
    assert line_of(test_an_action_stands_in_the_line_of_what_it_is_about, (1, 7), {}) is None


class Crowd:
    """People who ask for their turn, each by an update (0: without one), and who had it."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.had: list[int] = []
        self.go = asyncio.Event()

    async def asks(self, update: int, line: str = "a") -> None:
        if update:
            with handling(update, NOW):
                await self._ask(update, line)
        else:
            await self._ask(update, line)

    async def _ask(self, update: int, line: str) -> None:
        async with self.turns.of(line):
            await self.go.wait()
            self.had.append(update)

    async def come(self, *updates: int) -> list["asyncio.Task[None]"]:
        """They ask at once, in this order."""
        tasks = [asyncio.create_task(self.asks(update)) for update in updates]
        await asyncio.sleep(0)
        return tasks


async def test_of_those_who_wait_whoever_came_first_is_next() -> None:
    crowd = Crowd()
    tasks = await crowd.come(5, 9, 0, 7, 6, 8)
    crowd.go.set()
    await asyncio.gather(*tasks)
    assert crowd.had == [5, 6, 7, 8, 9, 0]


async def test_lines_do_not_wait_for_each_other_and_are_forgotten() -> None:
    crowd = Crowd()
    tasks = await crowd.come(1, 2)
    async with crowd.turns.of("b"):
        pass
    async with crowd.turns.of(None), crowd.turns.of(None):
        pass
    crowd.go.set()
    await asyncio.gather(*tasks)
    assert not crowd.turns._lines


async def test_who_holds_what_all_want_lets_the_next_one_come_and_no_more() -> None:
    crowd, came = Crowd(), []

    async def comes(update: int) -> None:
        with handling(update, NOW):
            async with crowd.turns.of("a"):
                came.append(update)
                if update == 1:
                    pass_on()
                    pass_on()
                await crowd.go.wait()

    tasks = [asyncio.create_task(comes(update)) for update in (1, 2, 3)]
    for _ in range(5):
        await asyncio.sleep(0)
    assert came == [1, 2]
    crowd.go.set()
    await asyncio.gather(*tasks)
    assert came == [1, 2, 3]
    pass_on()  # of nobody's turn


async def test_who_fails_or_goes_away_holds_nobody_up() -> None:
    crowd = Crowd()
    first, second, third, fourth = await crowd.come(1, 2, 3, 4)
    second.cancel()
    first.cancel()
    await asyncio.sleep(0)  # it is the turn of the third now, who goes away at this moment
    third.cancel()
    crowd.go.set()
    await asyncio.wait([first, second, third, fourth])
    assert crowd.had == [4]
    assert not crowd.turns._lines
