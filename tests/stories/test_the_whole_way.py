"""A notice on its whole way: composed, seen, scheduled, sent, paused, killed, taken up, corrected,
reported. The clock moves; what is killed for good, as a process, stands in tests/bot."""

from collections.abc import Sequence
from datetime import timedelta

from bot.simulator import Person
from storage.model.roles import Role
from storage.queries import outbox as outbox_queries
from storage.tables import deliveries
from tests.storage.district import rows_of
from tests.stories.conftest import Town

WRONG, RIGHT = "{{ 姓名 }}，明天上午 9 点停水。", "{{ 姓名 }}，停水改到周五上午 9 点。"


def got(people: Sequence[Person], text: str) -> list[int]:
    """How many messages with `text` each of them holds now."""
    return [sum(text in message.text for message in person.messages) for person in people]


async def test_a_notice_on_its_whole_way(town: Town) -> None:
    people = [await town.resident(f"p{n}") for n in range(12)]
    blocked = people[5]
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    await town.paced(3)

    # Composed: who gets it, and how it looks, before anybody does.
    await kim.says("/notice")
    await kim.says(WRONG)
    await kim.sees("所有人 · 12 人：p0、p1、p2、p3、p4")
    await kim.presses("先发给我")
    await kim.sees("kim，明天上午 9 点停水。")
    assert sum(got(people, "停水")) == 0

    # Scheduled: the coming slots are shown before it is saved.
    await kim.presses("改时间")
    await kim.presses("每周定时")
    await kim.presses("周二")
    await kim.presses("选好了")
    await kim.presses("8:30")
    confirm = await kim.sees("每周二 8:30")
    for day in ("11月24日", "12月1日", "12月8日", "12月15日", "12月22日"):
        assert day in confirm.text
    await kim.presses("发送")
    await kim.sees("已安排")
    gate = town.holds(people[4:])
    town.clock.advance(timedelta(hours=20, minutes=31))

    # Sent, paused, killed, taken up again, and on to the end.
    await people[0].sees("停水")
    await blocked.blocks()
    await kim.says("/broadcasts")
    await kim.presses("明天上午 9 点停水")
    await kim.sees("发送中")
    await kim.presses("暂停")
    await kim.sees("已暂停")
    gate.set()
    await town.rests()
    some = sum(got(people, "停水"))
    assert 0 < some < 11
    await town.dies()
    await town.paced(500)
    await town.rests()
    assert sum(got(people, "停水")) == some
    await kim.presses("继续")
    report = await kim.sees("✅ 完成：送达 11 · 未能送达 1")
    assert got(people, "停水") == [int(person is not blocked) for person in people]
    for n, person in enumerate(people):
        if person is not blocked:
            await person.sees(f"p{n}，明天上午 9 点停水。")

    # Corrected: the very messages change, and nobody gets another.
    await kim.presses("更正")
    await kim.says(RIGHT)
    await kim.sees("kim，停水改到周五上午 9 点。")
    await kim.presses("确认更正")
    await kim.sees("✅ 更正完成：已更正 11")
    assert got(people, "周五") == [int(person is not blocked) for person in people]
    assert sum(got(people, "明天")) == 0

    # Reported: whom it did not reach and why; and the counts are those of the rows.
    await kim.presses("看原消息")
    await kim.presses("未送达名单")
    lost = await kim.sees("p5：停用了机器人")
    assert "p4" not in lost.text
    assert report.text
    rows = await town.database.read(rows_of, deliveries, deliveries.c.broadcast_id == 1)
    kept = await town.database.read(outbox_queries.states, 1)
    assert sum(kept.values()) == len(rows) == 12
