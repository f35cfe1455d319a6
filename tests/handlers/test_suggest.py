"""A suggestion: under a minute, and everything about it can be changed on its review."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from storage.model.message import media_from_json
from storage.model.roles import Role
from storage.tables import suggestions
from tests.handlers.room import Room, Talker


async def at_the_review(room: Room, text: str = "路灯坏了") -> Talker:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says(text)
    assert "请确认" in bo.screen
    return bo


async def submitted(room: Room) -> list[tuple[str, str, str | None, bool]]:
    """Category, text, the ids of the files, and whether it is anonymous."""

    def rows(connection: Connection) -> list[tuple[str, str, str | None, bool]]:
        s = suggestions.c
        found = connection.execute(select(s.category, s.text, s.media, s.anonymous))
        return [
            (
                row.category,
                row.text,
                " ".join(each.file_id for each in media_from_json(row.media)) or None,
                row.anonymous,
            )
            for row in found
        ]

    return await room.database.read(rows)


def photo(file_id: str, caption: str = "") -> dict[str, object]:
    size = {"file_id": file_id, "file_unique_id": file_id, "width": 1, "height": 1}
    return {"photo": [size]} | ({"caption": caption} if caption else {})


async def test_another_category_keeps_the_rest(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.presses("设施维修", "环境卫生")
    assert "环境卫生 · 东湖社区" in bo.screen
    await bo.presses("环境卫生", "返回", "提交")
    assert await submitted(room) == [("environment", "路灯坏了", None, False)]


async def test_the_old_text_stands_until_the_new_one_comes(room: Room) -> None:
    bo = await at_the_review(room)
    review = bo.screen
    await bo.presses("修改")
    assert "路灯坏了" in bo.screen
    await bo.presses("返回")
    assert bo.screen == review
    await bo.presses("修改")
    await bo.says("路灯又坏了，晚上很黑")
    assert "路灯坏了" not in bo.screen
    assert "路灯又坏了，晚上很黑" in bo.screen


async def test_a_photo_sent_for_the_new_text_leaves_the_old_one(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.presses("修改")
    await bo.sends(**photo("a"))
    assert "路灯坏了 📷" in bo.screen
    await bo.presses("修改")
    await bo.sends(**photo("b", "三号楼的路灯坏了"))
    await bo.presses("提交")
    assert await submitted(room) == [("repairs", "三号楼的路灯坏了", "b", False)]


async def test_a_new_text_that_telegram_cut_in_two_is_one(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.presses("修改")
    await bo.says("灯" * 4096)
    await bo.says("坏了")
    await bo.presses("提交")
    assert (await submitted(room))[0][1] == "灯" * 4096 + "坏了"


async def test_what_is_typed_on_the_review_is_added(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.says("晚上很黑")
    assert "路灯坏了\n晚上很黑" in bo.screen


async def test_a_photo_is_added_changed_and_taken_away(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.presses("加照片")
    assert not any("去掉照片" in label for label in bo.buttons)
    await bo.sends(**photo("a"))
    assert "路灯坏了 📷" in bo.screen
    await bo.presses("换照片", "返回", "换照片")
    await bo.sends(**photo("b"))
    await bo.presses("换照片", "去掉照片")
    assert "📷" not in bo.screen
    await bo.presses("提交")
    assert (await submitted(room))[0][2] is None


async def test_without_its_photo_a_suggestion_needs_a_text(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.sends(**photo("a"))
    await bo.presses("换照片", "去掉照片")
    assert "请用一句话说说" in bo.screen
    await bo.says("路灯坏了")
    assert "请确认" in bo.screen


async def test_the_name_can_be_left_out_and_put_back(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.presses("改为匿名")
    assert "署名：匿名" in bo.screen
    await bo.presses("设施维修", "环境卫生")
    assert "署名：匿名" in bo.screen
    room.clock.at += timedelta(seconds=2)  # else it is a second tap
    room.clock.at += timedelta(seconds=1)
    await bo.presses("改为实名")
    room.clock.at += timedelta(seconds=2)
    assert "署名：实名" in bo.screen
    room.clock.at += timedelta(seconds=1)
    await bo.presses("改为匿名", "提交")
    assert (await submitted(room))[0][3]


async def test_too_long_a_text_is_refused_and_the_old_one_kept(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.presses("修改")
    await bo.says("灯" * 10_001)
    assert "太长了" in bo.screen
    await bo.presses("返回")
    assert "路灯坏了" in bo.form


async def test_back_from_the_text_leads_to_the_category(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修", "返回")
    assert "想反映什么" in bo.screen
    await bo.presses("环境卫生")
    await bo.says("路灯坏了")
    assert "环境卫生 · 东湖社区" in bo.screen


@pytest.mark.parametrize("blank", ["\u3164", "\u202e\u200f", "\u2800\n\u200b"])
async def test_what_nobody_can_see_is_no_text_and_changes_none(room: Room, blank: str) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says(blank)
    assert "请发文字" in bo.screen
    await bo.says("路灯坏了")
    review = bo.form
    await bo.says(blank)
    assert "请发文字" in bo.screen
    await bo.presses("修改")
    await bo.says(blank)
    await bo.sends(**photo("a", blank))
    assert "路灯坏了" in bo.screen
    await bo.presses("换照片", "去掉照片")
    assert bo.form == review


async def test_staff_who_live_nowhere_yet_find_their_words_again_once_they_do(room: Room) -> None:
    li = await room.staff("li", Role.DISTRICT, "示范区")
    await li.says("/suggest 一号楼的门禁坏了")
    await li.presses("东湖社区", "作为建议提交")
    await li.presses("设施维修")
    assert "请确认" in li.screen
    await li.presses("提交")
    assert await submitted(room) == [("repairs", "一号楼的门禁坏了", None, False)]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("环境卫生", "环境卫生 · 东湖社区"),
        ("匿名", "署名：匿名"),
        ("改为匿名", "署名：匿名"),
        ("提交", "打字不会提交"),
        ("好的。", "打字不会提交"),
        ("帮助", "邻里能做什么"),
        ("取消", "什么都没有提交"),
    ],
)
async def test_what_stands_on_a_button_is_no_part_of_the_text(
    room: Room, typed: str, shown: str
) -> None:
    bo = await at_the_review(room)
    await bo.says(typed)
    assert any(shown in each.text for each in bo.messages)
    if typed == "帮助":
        await bo.presses("继续填写")
    if typed != "取消":
        assert "\n\n路灯坏了\n\n" in bo.form


async def test_a_category_may_be_typed_where_it_is_asked(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.says("设施维修")
    await bo.says("路灯坏了")
    assert "设施维修 · 东湖社区" in bo.screen


async def test_a_category_is_a_text_where_a_text_is_asked(room: Room) -> None:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("环境卫生")
    assert "设施维修 · 东湖社区\n\n环境卫生" in bo.screen
