"""What is owed to somebody who waits is kept, the newest of each chat, and for a day."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.telegram.giving import Answer
from bot.telegram.owed import KEEP, Owed
from content.screen import Button, File, NotShown, Screen, Venue, picture
from storage.actions import owed_answers as actions
from storage.actions import updates as update_actions
from storage.database import Database
from storage.model.message import Media, MediaKind, Poll
from storage.queries.owed_answers import all_owed
from storage.queries.updates import waiting
from storage.receipts import handling

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
EVERYTHING = Screen(
    "<b>您好</b> \ud83d",
    ((Button("OK", "done:1"), Button("Web", url="https://example.org")),),
    (
        Media(MediaKind.VOICE, "id"),
        File(MediaKind.DOCUMENT, Path("/a/图.pdf"), "digest"),
        picture(b"\x89PNG"),
    ),
    Poll("几点？", ("八点", "九点"), several=True),
    preview=True,
    venue=Venue(30.25, 120.15, "广场", "东湖"),
)


class Seconds:
    """A clock that a test may move."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def owed_in(database: Database, clock: Seconds | None = None) -> Owed:
    return Owed(database, lambda: NOW, clock or Seconds())


async def answers_in(database: Database) -> dict[int, list[Answer]]:
    """What is owed after a restart, by chat."""
    owed = owed_in(database)
    await owed.load()
    return {debt.chat_id: debt.answers for debt in owed.due()}


async def test_every_kind_of_answer_outlives_a_restart(sqlite: Database) -> None:
    owed = owed_in(sqlite)
    answers = {
        1: Answer(EVERYTHING, part=2, reply_to=7),
        -1_000_000_000_001: Answer(Screen("a"), message_id=8),
        -1_000_000_000_002: Answer(Screen("a"), topic=77),
    }
    for chat_id, answer in answers.items():
        await owed.owe(chat_id, answer)
    assert await answers_in(sqlite) == {key: [answer] for key, answer in answers.items()}


async def test_the_newest_answer_takes_the_place_of_what_was_owed(sqlite: Database) -> None:
    owed = owed_in(sqlite)
    for text in "一二三":
        await owed.owe(1, Answer(Screen(text)))
    await owed.owe(2, Answer(Screen("四")))
    await owed.given(2)
    await owed.given(3)
    assert await answers_in(sqlite) == {1: [Answer(Screen("三"))]}


async def test_all_that_is_said_to_one_update_is_one_answer(sqlite: Database) -> None:
    owed = owed_in(sqlite)
    with handling(5, NOW):
        assert not owed.goes_on(1)
        await owed.owe(1, Answer(Screen("受理号")))
        assert owed.goes_on(1)
        assert not owed.goes_on(2)
        await owed.owe(1, Answer(Screen("继续填写？")))
    both = [Answer(Screen("受理号")), Answer(Screen("继续填写？"))]
    assert await answers_in(sqlite) == {1: both}
    with handling(6, NOW):
        assert not owed.goes_on(1)
        await owed.owe(1, Answer(Screen("首页")))
    assert await answers_in(sqlite) == {1: [Answer(Screen("首页"))]}


async def test_in_a_group_everybody_is_owed_their_own_answer(sqlite: Database) -> None:
    owed, group = owed_in(sqlite), -1_000_000_000_001
    for update, person, text in ((5, 11, "一"), (6, 12, "二"), (7, 11, "三")):
        with handling(update, NOW, person):
            await owed.owe(group, Answer(Screen(text), topic=person))
    kept = owed_in(sqlite)
    await kept.load()
    assert [(d.by, d.answers) for d in kept.due()] == [
        (11, [Answer(Screen("三"), topic=11)]),
        (12, [Answer(Screen("二"), topic=12)]),
    ]
    with handling(8, NOW, 12):
        await kept.given(group)
    assert await answers_in(sqlite) == {group: [Answer(Screen("三"), topic=11)]}
    with handling(9, NOW, 11):
        await kept.given(group)
    assert await answers_in(sqlite) == {}


async def test_what_is_still_tried_outlives_a_stop_and_is_tried_by_nobody_else(
    sqlite: Database,
) -> None:
    owed, answer = owed_in(sqlite), Answer(Screen("受理号"))
    with handling(5, NOW):
        async with owed.alone(1) as owes:
            assert not owes
            await owed.note(1, answer)
            owed.all_due()
            assert owed.due() == []
            assert await answers_in(sqlite) == {1: [answer]}, "after a kill at this moment"
            await owed.given(1)
        assert await answers_in(sqlite) == {}
        async with owed.alone(1):
            await owed.note(1, answer)
            await owed.owe(1, answer)
        assert await answers_in(sqlite) == {1: [answer]}


@pytest.mark.parametrize(
    ("ends", "kept"), [(NotShown("never"), False), (asyncio.CancelledError(), True)], ids=repr
)
async def test_what_will_never_be_is_not_owed_but_what_a_stop_ended_is(
    sqlite: Database, ends: BaseException, kept: bool
) -> None:
    owed = owed_in(sqlite)
    with suppress(NotShown, asyncio.CancelledError):
        async with owed.alone(1):
            await owed.note(1, Answer(Screen("a")))
            raise ends
    assert bool(await answers_in(sqlite)) is kept


async def test_owing_is_no_effect_of_an_update(sqlite: Database) -> None:
    """What is done after an answer that could not be given must not be lost in a crash."""
    await sqlite.write(update_actions.store, [(5, "{}")], [], NOW)
    with handling(5, NOW):
        await owed_in(sqlite).owe(1, Answer(Screen("a")))
    assert [i for i, _ in await sqlite.read(waiting)] == [5]


async def test_it_is_tried_later_and_later_and_at_once_when_telegram_is_back(
    sqlite: Database,
) -> None:
    clock = Seconds()
    owed = owed_in(sqlite, clock)
    await owed.owe(1, Answer(Screen("a")))
    await owed.owe(2, Answer(Screen("b")), 40.0)
    assert owed.due() == []
    waits = []
    clock.at += 1.0
    for _ in range(7):
        [debt] = [each for each in owed.due() if each.chat_id == 1]
        owed.put_off(debt)
        waits.append(debt.due - clock.at)
        clock.at = debt.due
    assert waits == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert {debt.chat_id for debt in owed.due()} == {1, 2}
    owed.put_off(debt, 3600)
    assert debt not in owed.due()
    owed.all_due()
    assert debt in owed.due()


async def test_what_is_said_now_and_what_is_owed_are_never_said_at_once(
    sqlite: Database,
) -> None:
    owed = owed_in(sqlite)
    async with owed.alone(1) as owes:
        assert not owes
    await owed.owe(1, Answer(Screen("a")))
    owed.all_due()
    [debt] = owed.due()
    async with owed.alone(1) as owes:
        assert owes
        assert debt.paying.locked()
    async with debt.paying:
        late = asyncio.ensure_future(_owes_then(owed))
        await asyncio.sleep(0)
        assert not late.done()
        await owed.settle(debt)
    assert not await late


async def _owes_then(owed: Owed) -> bool:
    async with owed.alone(1) as owes:
        return owes


async def test_what_was_replaced_meanwhile_is_not_settled(sqlite: Database) -> None:
    moments = iter(NOW + timedelta(seconds=n) for n in range(9))
    owed = Owed(sqlite, lambda: next(moments), Seconds())
    await owed.owe(1, Answer(Screen("旧")))
    owed.all_due()
    [old] = owed.due()
    await owed.owe(1, Answer(Screen("新")))
    assert not owed.is_owed(old)
    await owed.settle(old)
    assert await answers_in(sqlite) == {1: [Answer(Screen("新"))]}


async def test_after_a_day_it_is_of_no_use(sqlite: Database) -> None:
    owed = owed_in(sqlite)
    await sqlite.write(actions.owe, 1, "[]", NOW - KEEP)
    await sqlite.write(actions.owe, 2, "[]", NOW - KEEP - timedelta(seconds=1))
    await owed.load()
    assert {debt.chat_id: owed.is_old(debt) for debt in owed.due()} == {1: False, 2: True}


async def test_what_another_version_owed_is_forgotten_and_stops_nothing(
    sqlite: Database,
) -> None:
    strange = ["{", '{"a": 1}', '[{"screen": 5}]', '[{"screen": {"text": 1}}]', "[[]]", '["a"]']
    for chat_id, answers in enumerate(strange):
        await sqlite.write(actions.owe, chat_id, answers, NOW)
    await sqlite.write(actions.owe, 99, "[]", NOW)
    assert await answers_in(sqlite) == {99: []}
    assert [chat_id for chat_id, *_ in await sqlite.read(all_owed)] == [99]


async def test_what_cannot_be_written_is_owed_all_the_same(sqlite: Database) -> None:
    class Full:
        async def write(self, *_: object) -> None:
            raise RuntimeError("disk full")

    owed = Owed(Full(), lambda: NOW, Seconds())  # type: ignore[arg-type]
    await owed.owe(1, Answer(Screen("a")))
    owed.all_due()
    assert [debt.answers for debt in owed.due()] == [[Answer(Screen("a"))]]
