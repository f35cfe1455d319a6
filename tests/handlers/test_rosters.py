"""The roster in chat: no-shows, finding by name, numbers without one, lists on paper."""

import io
from datetime import timedelta

import pytest
from openpyxl import Workbook, load_workbook

from storage.actions.sign_ups import sign_up
from storage.model.event import Event
from storage.queries.people import by_telegram_id
from tests.handlers.room import Room, Talker
from tests.handlers.test_doors import an_event
from tests.handlers.test_figures import held
from tests.storage.district import ZONE


async def at_the_door(room: Room, *names: str) -> tuple[Talker, Event]:
    """Staff who look at the roster of an event for which these signed up."""
    event = await an_event(room)
    for name in names:
        person = await room.resident(name)
        await room.database.write(sign_up, person.id, event.id, room.clock.at, ZONE)
    kim = await room.staff("kim")
    await kim.presses_raw(f"roster:{event.id}")
    return kim, event


def lines(kim: Talker) -> list[str]:
    """The names on the buttons."""
    return [each for each in kim.buttons if each[0] in "○✅✗" and "未到场" not in each]


async def test_no_shows_are_noted_on_a_page_of_their_own_and_taken_back(room: Room) -> None:
    kim, _ = await at_the_door(room, "ana", "bo", "li")
    await kim.presses("○ ana", "更多", "标未到场")
    assert "未到场 0 / 报名 3" in kim.screen
    await kim.presses("○ bo")
    assert "未到场 1 / 报名 3" in kim.screen
    await kim.presses("✗ bo")
    assert "未到场 0 / 报名 3" in kim.screen
    assert await kim.presses("其余的都未到场") == "又记下 2 人未到场"
    await kim.presses("返回")
    assert "到场 1 / 报名 3" in kim.screen
    assert "未到场 2" in kim.screen
    await kim.presses("✗ bo")
    assert "到场 2 / 报名 3" in kim.screen
    assert "未到场 1" in kim.screen


async def test_somebody_is_found_by_a_part_of_their_name_and_let_in(room: Room) -> None:
    kim, _ = await at_the_door(room, "ana", "bo")
    await room.resident("liana")
    await room.resident("diana", "西山社区")
    await kim.presses("找人")
    assert "找谁" in kim.form
    await kim.says("ana")
    assert lines(kim) == ["○ ana", "○ liana"]
    await kim.presses("○ liana")
    assert "✅ liana（现场）" in kim.buttons
    await kim.presses("○ ana")
    await kim.presses("✅ ana")
    await kim.says("nobody")
    assert "没有找到“nobody”" in kim.form
    await kim.presses("好了")
    await kim.presses_raw("roster:1")
    assert "到场 1 / 报名 2" in kim.screen
    assert "其中现场参加 1" in kim.screen
    assert lines(kim) == ["○ ana", "○ bo", "✅ liana（现场）"]


async def test_numbers_without_names_are_added_by_pressing_and_typing_and_taken_back(
    room: Room,
) -> None:
    kim, _ = await at_the_door(room)
    await kim.presses("不记名")
    assert await kim.presses("+5") == "又有 5 人到场"
    room.clock.at += timedelta(minutes=1)
    await kim.presses("其他人数")
    await kim.says("很多")
    assert "没看懂" in kim.screen
    await kim.says("再来12个")
    assert "不记名到场 17 人" in kim.screen
    assert await kim.presses("撤销 5 人") == "已撤销"
    assert "不记名到场 12 人" in kim.screen
    await kim.presses("返回")
    assert "另有不记名 12" in kim.screen


async def test_afterwards_the_roster_says_who_came_and_what_to_do(room: Room) -> None:
    kim, event = await at_the_door(room, "ana", "bo", "li")
    await kim.presses("○ ana", "更多", "标未到场", "○ bo", "返回")
    room.clock.at = event.attendance_until
    await kim.presses("刷新")
    assert lines(kim) == ["✅ ana", "✗ bo", "○ li"]  # until it is confirmed
    assert "签到码" not in "".join(kim.buttons)
    await kim.presses("办了", "名单")
    assert "1. ✅ ana" in kim.screen
    assert "2. ✗ bo" in kim.screen
    assert "3. ○ li" in kim.screen
    assert "到场 1" in kim.screen
    assert "签到在" in kim.screen


# Lists on paper


async def a_list(kim: Talker) -> bytes:
    """The workbook that staff get of an event."""
    await kim.presses("更多", "纸质名单")
    return kim.messages[-1].made[0].made


def filled(template: bytes, *rows: tuple[object, ...]) -> bytes:
    """The same with other lines."""
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


async def number_of(room: Room, talker: Talker) -> int:
    person = await room.database.read(by_telegram_id, talker.id)
    assert person is not None
    return person.id


async def test_a_list_is_got_filled_in_shown_and_recorded_once(room: Room) -> None:
    kim, _ = await at_the_door(room, "ana", "bo")
    await room.resident("li")
    template = await a_list(kim)
    sheet = load_workbook(io.BytesIO(template)).worksheets[0]
    assert next([cell.value for cell in row] for row in sheet.iter_rows(max_row=3)) == [
        *("姓名", "号", "到场", "其他人数"),
    ]
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == ["ana", "bo", None]
    rows = (
        ("ana", None, "到"),
        ("bo", None, "没来"),
        ("li", None, "√"),
        ("nobody", None, "来了", 3),
    )
    sent = filled(template, *rows)
    await kim.sends_file("名单.xlsx", sent)
    assert "到场 2 人（其中未报名的 1 人）" in kim.screen
    assert "未到场 1 人" in kim.screen
    assert "名册里没有的 1 人" in kim.screen
    assert "其他 3 人" in kim.screen
    await kim.presses("记下来")
    assert "又记下到场 2 人、未到场 1 人、不记名 4 人" in kim.screen
    await kim.sends_file("名单.xlsx", sent)
    assert "都已经记过了（7 人）" in kim.screen
    assert kim.buttons == ["名单"]
    await kim.presses("名单")
    assert "到场 2 / 报名 2" in kim.screen
    assert "现场参加 1 · 另有不记名 4 · 未到场 1" in kim.screen


async def test_a_corrected_list_says_what_it_changes_and_changes_that(room: Room) -> None:
    """Also if its numbers stand in other rows by now."""
    kim, _ = await at_the_door(room, "ana")
    template = await a_list(kim)
    await kim.sends_file(
        "名单.xlsx", filled(template, ("nobody", None, "到", 3), (None, None, None, 2))
    )
    assert "其他 5 人，只算人数" in kim.screen
    await kim.presses("记下来")
    rows = (("ana", None, "到"), ("nobody", None, "到"), (None, None, None, 4), ("li", None, "到"))
    await kim.sends_file("名单.xlsx", filled(template, *rows))
    assert "名册里没有的 1 人" in kim.screen
    assert "其他 4 人，只算人数（这份名单原来记了 5 人）" in kim.screen
    assert "已经记过的 1 人" in kim.screen
    await kim.presses("记下来")
    await kim.presses("名单")
    assert "另有不记名 6" in kim.screen
    more = (*rows, (None, None, None, 60_000), (None, None, None, 60_000))
    await kim.sends_file("名单.xlsx", filled(template, *more))
    assert "人数要在" in kim.screen


async def test_one_person_under_several_spellings_is_one_and_told_to_stand_twice(
    room: Room,
) -> None:
    kim, _ = await at_the_door(room, "Ａｎａ  Li")
    template = await a_list(kim)
    spelt = ("ana li", "ANA LI", " Ana　Li ")
    rows = tuple((each, None, "到") for each in spelt)
    await kim.sends_file("名单.xlsx", filled(template, *rows))
    assert "有 2 处要改" in kim.screen
    assert "名单 A3（第 3 行）：“ANA LI”在第 2 行已经有了" in kim.screen
    for each in spelt:
        await kim.sends_file("名单.xlsx", filled(template, (each, None, "到")))
        assert "到场 1 人" in kim.screen
        assert "名册里没有" not in kim.screen


async def test_namesakes_on_a_list_are_asked_for_with_their_numbers(room: Room) -> None:
    kim, _ = await at_the_door(room)
    first = await number_of(room, await room.resident("wang"))
    second = await number_of(room, await room.resident("wang"))
    template = await a_list(kim)
    await kim.sends_file("a.xlsx", filled(template, ("wang", None, "到")))
    assert "A2（第 2 行）" in kim.screen
    assert f"有 2 个“wang”，请在“号”一列写是哪一个：{first}（" in kim.screen
    await kim.sends_file("a.xlsx", filled(template, ("wang", second, "到")))
    assert "到场 1 人" in kim.screen


WRONG = {
    "a formula": ((("=1+1", None, "到"),), "A2（第 2 行）"),
    "thrice": ((("ana", None, "到"),) * 3, "A4（第 4 行）：“ana”在第 2 行已经有了"),
    "a stranger twice": ((("zhao", None, "到"),) * 2, "A3（第 3 行）：“zhao”在第 2 行已经有了"),
    "a mark": ((("ana", None, "也许"),), "C2（第 2 行）：看不懂“也许”"),
    "no mark": ((("li", None, None),), "C2（第 2 行）：“li”没有报名"),
    "no name": (((None, None, "到"),), "A2（第 2 行）：这一行没有姓名"),
    "a wrong number": ((("ana", 999, "到"),), "B2（第 2 行）：没有号是 999 的“ana”"),
    "no number": ((("ana", "甲", "到"),), "B2（第 2 行）"),
    "half a person": ((("ana", None, "到", 2.5),), "D2（第 2 行）"),
    "nobody besides": ((("ana", None, "到", 0),), "D2（第 2 行）"),
}


@pytest.mark.parametrize("kind", WRONG)
async def test_what_is_wrong_is_said_with_row_and_column_and_nothing_is_recorded(
    room: Room, kind: str
) -> None:
    rows, words = WRONG[kind]
    kim, event = await at_the_door(room, "ana", "bo")
    good = ("bo", None, "到")
    await kim.sends_file("a.xlsx", filled(await a_list(kim), *rows, good))
    assert words in kim.screen
    assert "记下来" not in kim.buttons
    await kim.presses_raw(f"list_import:{event.id}", kim.window)
    assert words in kim.screen
    await kim.presses_raw(f"roster:{event.id}")
    assert "到场 0 / 报名 2" in kim.screen


async def test_merged_cells_other_heads_and_too_many_lines_are_refused(room: Room) -> None:
    kim, _ = await at_the_door(room, "ana")
    template = await a_list(kim)
    book = load_workbook(io.BytesIO(template))
    book.worksheets[0].merge_cells("A2:A4")
    await kim.sends_file("a.xlsx", saved(book))
    assert "A2（第 2 行）" in kim.screen
    assert "A2:A4" in kim.screen
    book = load_workbook(io.BytesIO(template))
    for column in range(1, 5):
        book.worksheets[0].cell(1, column).value = f"列{column}"
    await kim.sends_file("a.xlsx", saved(book))
    assert "没有找到表头" in kim.screen
    many = filled(template, *((f"zhao{n}", None, "到") for n in range(5_001)))
    await kim.sends_file("a.xlsx", many)
    assert "名单最多 5000 行" in kim.screen
    whole = filled(template, *((f"zhao{n}", None, "到") for n in range(5_000)))
    await kim.sends_file("a.xlsx", whole)
    assert "名册里没有的 5000 人" in kim.screen
    await kim.presses("记下来")
    assert "不记名 5000 人" in kim.screen


async def test_a_list_of_elsewhere_or_of_another_time_is_refused(room: Room) -> None:
    kim, event = await at_the_door(room, "ana")
    sent = filled(await a_list(kim), ("ana", None, "到"))
    li = await room.staff("li", place="西山社区")
    await li.sends_file("a.xlsx", sent)
    assert "ana" not in li.screen
    assert "没有找到" in li.screen
    room.clock.at = event.attendance_until
    await kim.presses_raw(f"held:{event.id}")
    await kim.sends_file("a.xlsx", sent)
    assert "签到在" in kim.screen
    assert "结束" in kim.screen


async def test_whoever_confirms_late_says_who_came_and_how_many_had_no_name(room: Room) -> None:
    kim, event = await at_the_door(room, "ana")
    room.clock.at = event.attendance_until + timedelta(days=2)
    await kim.presses_raw(f"confirm:{event.id}")
    await kim.presses("不记名", "+5", "返回")
    assert lines(kim) == ["○ ana"]
    await kim.presses("○ ana", "办了")
    assert "到场 <b>6</b> 人" in kim.screen


async def test_what_calls_an_event_off_is_not_where_the_thumb_falls_first(room: Room) -> None:
    kim = await room.staff("kim")
    event = await held(room, "下周的课", room.clock.now() + timedelta(days=7))
    await kim.presses_raw(f"roster:{event}")
    assert "改" in kim.buttons[0]
    assert kim.buttons.index("取消活动") > kim.buttons.index("刷新")
