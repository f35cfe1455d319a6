"""The main stories on the library's programme: another organisation needs no line of code."""

from io import BytesIO

import pytest
from docx import Document
from pydantic import SecretStr
from sqlalchemy import Connection, select

from bot.product import Content, load_content
from bot.settings import BotSettings, read_settings
from storage.model.roles import Role
from storage.tables import entries, events, suggestions
from tests.handlers.conftest import MONDAY_NOON
from tests.handlers.room import TOKEN, Room, Talker
from tests.handlers.test_log import exactly

OTHERS = ("社区", "居民", "成员", "区级", "本区")  # words of the other programme


@pytest.fixture(scope="module")
def content() -> Content:
    settings = read_settings(
        BotSettings, _env_file=None, bot_token=SecretStr(TOKEN), programme="library"
    )
    return load_content(settings, lambda: MONDAY_NOON)


def seen(by: Talker) -> str:
    """All that somebody read so far, without what the room calls its places."""
    texts = [shown.text for shown in by.messages]
    labels = [label for shown in by.messages for label, _ in shown.buttons]
    said = "\n".join([*texts, *labels])
    for name in ("东湖社区", "西山社区", "示范区"):
        said = said.replace(name, "")
    return said


def has_no_others_words(*everybody: Talker) -> None:
    for each in everybody:
        found = [word for word in OTHERS if word in seen(each)]
        assert not found, f"{each.name} read {found}:\n{seen(each)}"


async def test_a_visitor_comes_in_by_the_code_and_becomes_a_reader(room: Room) -> None:
    kim, bo = await room.staff("kim"), Talker(room, "bo")
    await bo.says(f"/start {room.communities['东湖社区'].code}")
    await bo.presses("同意并开始")
    assert "访客" in bo.screen
    await bo.presses("申请读者身份")
    await kim.says("/inbox")
    assert "读者申请 1" in kim.screen
    await kim.presses("bo", "同意")
    await bo.says("/study")
    await bo.presses("会用图书馆三课")
    assert "怎样找到一本书" in "".join(bo.buttons) + bo.screen
    has_no_others_words(kim, bo)


async def test_work_of_the_desk_is_recorded_in_five_taps_and_in_one_line(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/log")
    await kim.says("总台解答咨询")
    await kim.presses("今天")
    await kim.says("12")
    await kim.presses("📅", "昨天", "保存")
    await kim.says("/staff")
    for label in ("📒 记台账", "总台解答咨询", "今天", "12 件", "保存"):
        await exactly(kim, label)
    assert "已记：总台解答咨询 12 件，本年累计 24 件" in kim.screen
    await kim.says("自习室开放 7.5小时 昨天")
    await kim.presses("记台账：自习室开放 7.5 小时 · 昨天", "保存")
    assert "自习室开放 7.5 小时" in kim.screen

    def numbers(connection: Connection) -> list[tuple[str, int]]:
        return [(row.indicator, row.thousandths) for row in connection.execute(select(entries))]

    told = [("desk_questions", 12_000), ("desk_questions", 12_000), ("study_room_hours", 7_500)]
    assert await room.database.read(numbers) == told
    has_no_others_words(kim)


async def test_events_and_suggestions_are_of_its_categories_and_count(room: Room) -> None:
    kim, bo = await room.staff("kim"), await room.resident("bo")
    await kim.says("/post")
    await kim.presses("读书会")
    await kim.says("《城南旧事》共读")
    await kim.presses("11月28日", "9:30")
    await kim.says("二楼活动室")
    await kim.presses("40", "发布")
    assert "已发布" in kim.screen
    await bo.says("/suggest")
    await bo.presses("荐购图书")
    await bo.says("想看汪曾祺的《人间草木》")
    await bo.presses("提交")
    assert "5 个工作日" in bo.screen

    def kinds(connection: Connection) -> tuple[list[str], list[str]]:
        return (
            list(connection.execute(select(events.c.category)).scalars()),
            list(connection.execute(select(suggestions.c.category)).scalars()),
        )

    assert await room.database.read(kinds) == (["reading_group"], ["purchase"])
    await kim.says("读者荐购今年多少")
    assert "读者荐购" in kim.screen
    assert "<b>1 种</b>" in kim.screen
    await kim.says("/stats")
    await kim.presses("全部指标")
    assert "注册读者" in kim.screen
    has_no_others_words(kim, bo)


async def test_a_plan_is_made_and_the_summary_says_what_became_of_it(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    kim = await room.staff("kim")
    await kim.says("/plan")
    await kim.presses("填计划")
    assert "到馆人次 24" in kim.screen
    await kim.says("总台解答咨询 120\n举办读书会 4")
    await kim.presses("保存")
    await kim.says("总台解答咨询 30 今天")
    await kim.presses("记台账", "保存")
    await mei.says("/report")
    assert "本馆在前，各分馆依次在后" in mei.screen
    await kim.says("/report")
    await kim.presses("生成 Word 文件")
    [document] = kim.messages[-1].made
    words = "\n".join(each.text for each in Document(BytesIO(document.made)).paragraphs)
    assert "总台解答咨询30件（计划120，完成25%）" in words
    assert "举办读书会0场次（计划4，完成0%）" in words
    words = words.replace("东湖社区", "")
    assert not [word for word in ("走访慰问", "学习活动", *OTHERS) if word in words]
    has_no_others_words(kim, mei)
