"""Recording work: five taps to the receipt, a review on which everything can be changed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage.model.figure import THOUSANDTHS
from storage.model.ledger import EntryState
from storage.model.message import media_from_json
from storage.model.roles import Role
from storage.tables import entries
from tests.handlers.content import album, photo
from tests.handlers.room import Room, Talker


async def recorded(room: Room, *states: EntryState) -> list[dict[str, Any]]:
    """The entries in these states (that count), in the order in which they were made."""
    wanted = states or (EntryState.COUNTED,)

    def rows(connection: Connection) -> list[dict[str, Any]]:
        found = connection.execute(select(entries).where(entries.c.state.in_(wanted)))
        return [
            {
                "indicator": row.indicator,
                "on": row.at.astimezone(room.tools.zone).date(),
                "number": Decimal(row.thousandths) / THOUSANDTHS,
                "place": row.place,
                "note": row.note,
                "media": [each.file_id for each in media_from_json(row.media)],
                "node": row.node_id,
            }
            for row in found
        ]

    return await room.database.read(rows)


async def at_the_review(room: Room) -> Talker:
    kim = await room.staff("kim")
    await begun(kim)
    await kim.presses("今天", "3 人次")
    assert "请确认" in kim.screen
    return kim


async def exactly(by: Talker, label: str) -> str:
    """Press the button with this very label."""
    data = dict(zip(by.buttons, by.carried, strict=True))[label]
    return await by.presses_raw(data, by.window)


async def begun(by: Talker) -> None:
    """The form is open and knows what was done."""
    await by.says("/log")
    await by.says("走访慰问")


async def test_work_is_recorded_in_five_taps(room: Room) -> None:
    kim, taps = await at_the_review(room), ["📒 记台账", "走访慰问", "今天", "3 人次", "保存"]
    await kim.presses("📅", "昨天", "保存")
    await kim.says("/staff")
    for label in taps:
        await exactly(kim, label)
    assert "已记：走访慰问 3 人次，本年累计 6 人次" in kim.screen
    _, entry = await recorded(room)
    assert (entry["indicator"], entry["number"]) == ("home_visits", 3)
    assert entry["on"] == date(2026, 11, 23)
    assert entry["node"] == room.communities["东湖社区"].id
    assert [label.strip("↩️➕↻ ") for label in kim.buttons][:3] == ["撤销", "再记一笔", "同样再记"]


@pytest.mark.parametrize(
    ("line", "answer", "shown"),
    [
        ("走访慰问", "presses 走访企业", "走访企业 3 家次"),
        ("走访慰问", "says 调解", "调解矛盾纠纷 3 起"),
        ("📅", "presses 昨天", "周日 11月22日"),
        ("📅", "says 11月3日", "周二 11月3日"),
        ("📅", "says 上周五", "周五 11月20日"),
        ("🔢", "presses 5 人次", "走访慰问 5 人次"),
        ("🔢", "says 12人次", "走访慰问 12 人次"),
        ("🔢", "says 十二", "走访慰问 12 人次"),
        ("📍", "says 3号楼", "3号楼"),
        ("📝", "says 送去月饼", "送去月饼"),
    ],
)
async def test_each_line_of_the_review_changes_one_thing_and_keeps_the_rest(
    room: Room, line: str, answer: str, shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.presses(line)
    verb, text = answer.split(" ", 1)
    await (kim.says(text) if verb == "says" else kim.presses(text))
    assert "请确认" in kim.screen
    assert shown in kim.screen
    kept = {"走访慰问", "周一 11月23日", "3 人次", "东湖社区"}
    assert len([each for each in kept if each in kim.screen]) >= len(kept) - 2
    await kim.presses("保存")
    assert "已记" in kim.screen


@pytest.mark.parametrize(
    ("step", "typed", "told"),
    [
        ("🔢", "0", "数量要大于 0"),
        ("🔢", "-3", "数量要大于 0"),
        ("🔢", "2.5", "只能记整数"),
        ("🔢", "两个半", "没看懂这个数字"),
        ("🔢", "99999999999999999999", "一次最多记 1000000"),
        ("📅", "明天", "还没到"),
        ("📅", "2027年1月3日", "还没到"),
        ("📅", "1950-01-01", "太早了"),
        ("📅", "火星日", "没看懂这个日期"),
        ("📍", "长" * 201, "最多 200 个字"),
        ("📝", "长" * 2001, "最多 2000 个字"),
        ("走访慰问", "火箭", "没找到“火箭”"),
        ("走访慰问", "专题讲座", "不用记台账"),
        ("走访慰问", "意见建议", "不用记台账"),
    ],
)
async def test_what_cannot_be_is_told_and_nothing_is_lost(
    room: Room, step: str, typed: str, told: str
) -> None:
    kim = await at_the_review(room)
    review = kim.screen
    await kim.presses(step)
    await kim.says(typed)
    assert told in kim.screen
    await kim.presses("返回")
    assert kim.form == review


async def test_photos_come_as_an_album_and_by_one(room: Room) -> None:
    kim = await at_the_review(room)
    await album(kim, "a", "p1", "p2", "p3", caption="院里合影")
    assert "📷×3" in kim.screen
    assert "院里合影" in kim.screen
    await kim.sends(**photo("p4"))
    await album(kim, "b", *[f"p{n}" for n in range(5, 12)])
    assert "最多附 10 张" in kim.screen
    assert "📷×10" in kim.form
    await kim.presses("保存")
    [entry] = await recorded(room)
    assert entry["media"] == [f"p{n}" for n in range(1, 11)]
    assert entry["note"] == "院里合影"


async def test_photos_can_be_taken_off_again(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.sends(**photo("p1"))
    await kim.presses("📷", "不要图片")
    assert "照片" in kim.buttons[6]
    await kim.presses("保存")
    assert (await recorded(room))[0]["media"] == []


async def test_an_edit_changes_what_was_sent(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("🔢")
    said = await kim.says("12")
    await kim.edits(said, text="21")
    assert "走访慰问 21 人次" in kim.form
    await kim.presses("保存")
    assert (await recorded(room))[0]["number"] == 21


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("5", "走访慰问 5 人次"), ("昨天", "周日 11月22日"), ("12 人次", "走访慰问 12 人次")],
)
async def test_a_text_on_the_review_changes_what_it_plainly_means(
    room: Room, typed: str, shown: str
) -> None:
    kim = await at_the_review(room)
    await kim.says(typed)
    assert "请确认" in kim.screen
    assert shown in kim.screen


@pytest.mark.parametrize("line", ["地点或对象", "说明"])
async def test_a_text_that_may_mean_two_things_is_asked_about(room: Room, line: str) -> None:
    kim = await at_the_review(room)
    await kim.says("三号楼张大爷家")
    assert "“三号楼张大爷家”" in kim.screen
    await kim.presses(line)
    assert "请确认" in kim.screen
    assert "三号楼张大爷家" in kim.screen


async def test_what_was_recorded_can_be_undone_at_once(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("保存")
    await kim.presses("撤销")
    assert "已撤销：走访慰问 3 人次" in kim.screen
    assert await recorded(room) == []
    [entry] = await recorded(room, EntryState.VOIDED)
    assert entry["number"] == 3
    assert not any("撤销" in label for label in kim.buttons)


async def test_the_same_once_more_is_two_taps(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("📍")
    await kim.says("3号楼")
    await kim.presses("保存")
    room.clock.at = datetime.fromisoformat("2026-11-24T09:00:00+08:00")
    await kim.presses("同样再记", "保存")
    assert "已记：走访慰问 3 人次，本年累计 6 人次" in kim.screen
    assert [(each["on"], each["place"]) for each in await recorded(room)] == [
        (date(2026, 11, 23), "3号楼"),
        (date(2026, 11, 24), "3号楼"),
    ]


async def test_the_last_entry_is_offered_first_and_fills_the_form(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("保存")
    room.clock.at = datetime.fromisoformat("2026-11-25T09:00:00+08:00")
    await kim.says("/log")
    await kim.presses("走访慰问 3 人次")
    assert "请确认" in kim.screen
    assert "周三 11月25日" in kim.screen


async def test_what_is_recorded_most_is_offered_first(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    before = kim.buttons
    await kim.says("走访慰问")
    await kim.presses("今天", "10 人次", "保存", "再记一笔")
    assert kim.buttons[1] == "走访慰问"
    await exactly(kim, "走访慰问")
    await kim.presses("昨天")
    assert kim.buttons[0] == "10 人次"
    assert before[0] != "走访慰问"


async def test_all_that_is_recorded_by_hand_is_in_the_pages_and_nothing_else(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    shown = list(kim.buttons)
    while any("下一页" in label for label in kim.buttons):
        await kim.presses("下一页")
        shown += kim.buttons
    by_hand = [i.name.zh for i in room.tools.programme.indicators if i.is_recorded]
    assert sorted(set(shown) & {i.name.zh for i in room.tools.programme.indicators}) == sorted(
        by_hand
    )


async def test_part_of_a_name_that_several_have_offers_those(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    await kim.says("走访")
    assert {"走访慰问", "走访企业"} <= set(kim.buttons)
    await kim.presses("走访企业")
    assert "哪一天" in kim.screen


async def test_who_records_at_several_places_says_where_and_need_not_say_it_again(
    room: Room,
) -> None:
    yu = await room.staff("yu", Role.DISTRICT, "示范区")
    await yu.says("/log")
    await yu.presses("西山社区")
    await yu.says("走访慰问")
    await yu.presses("今天", "3 人次")
    assert "西山社区" in yu.screen
    await yu.presses("🏘", "东湖社区", "保存")
    await yu.says("/log")
    await yu.presses("调解矛盾纠纷", "今天", "1 起")
    assert "东湖社区" in yu.screen


async def test_saving_twice_is_one_entry(room: Room) -> None:
    kim = await at_the_review(room)
    message, save = kim.window, dict(zip(kim.buttons, kim.carried, strict=True))["保存"]
    await kim.presses_raw(save, message)
    await kim.presses_raw(save, message)
    assert len(await recorded(room)) == 1


async def test_photos_that_come_before_they_are_asked_for_are_kept(room: Room) -> None:
    """On a bus they are sent first. They were refused ("请发文字"), or lost without a word."""
    kim = await room.staff("kim")
    await kim.says("/log")
    await kim.sends(**photo("a"))
    assert "先收下了" in kim.screen
    await kim.says("走访慰问")
    await album(kim, "g", "b", "c", caption="看不懂")
    assert sum("没看懂这个日期" in shown.text for shown in kim.messages) == 1
    assert "先收下了" in kim.screen
    await kim.sends(**photo("d", "昨天"))
    await kim.sends(**photo("e", "3"))
    assert "📷×5" in kim.screen
    await kim.presses("保存")
    [entry] = await recorded(room)
    assert (entry["number"], entry["note"]) == (3, "")
    assert entry["media"] == ["a", "b", "c", "d", "e"]


async def test_a_whole_line_under_an_album_is_taken_with_it(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    await album(kim, "g", "a", "b", caption="走访慰问 3 昨天")
    assert "📷×2" in kim.screen
    assert "走访慰问 3 人次" in kim.screen
