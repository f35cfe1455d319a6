"""A district that has just been founded: there is no community yet, and everybody is told what to
do next by a button that does it."""

import pytest
from sqlalchemy import Connection, delete

from storage.model.node import NodeKind
from storage.model.roles import Role
from storage.tables import nodes
from tests.handlers.room import Room, Talker


@pytest.fixture
async def bare(room: Room) -> Room:
    """The room before anybody added a community."""

    def without(connection: Connection) -> None:
        connection.execute(delete(nodes).where(nodes.c.kind == NodeKind.COMMUNITY))

    await room.database.write(without)
    return room


@pytest.mark.parametrize("role", [Role.OWNER, Role.DISTRICT])
async def test_the_desk_leads_to_the_first_community_and_on_to_its_staff(
    bare: Room, role: Role
) -> None:
    mei = await bare.staff("mei", role, "示范区")
    await mei.says("/staff")
    assert "还没有社区" in mei.screen
    await mei.presses("添加社区")
    await mei.says("北桥社区")
    assert "已添加北桥社区" in mei.screen
    await mei.presses("邀请工作人员")
    assert "社区工作人员" in mei.buttons
    await mei.says("/staff")
    assert "还没有社区" not in mei.screen
    assert "➕ 添加社区" not in mei.buttons


async def test_the_desk_of_who_may_not_add_one_says_nothing_of_it(bare: Room) -> None:
    li = await bare.staff("li", Role.VIEWER, "示范区")
    await li.says("/staff")
    assert "还没有社区" not in li.screen
    assert "➕ 添加社区" not in li.buttons


async def test_who_wants_to_move_may_add_the_first_community_or_goes_back(bare: Room) -> None:
    mei = await bare.staff("mei", Role.OWNER, "示范区")
    await mei.says("/settings")
    await mei.presses("换社区")
    assert "还没有可加入的社区" in mei.screen
    await mei.presses("返回")
    assert "设置" in mei.screen
    await mei.presses("换社区", "添加社区")
    assert "叫什么名字" in mei.screen


async def test_a_resident_looks_again_until_there_is_a_community(bare: Room) -> None:
    mei, bo = await bare.staff("mei", Role.OWNER, "示范区"), Talker(bare, "bo")
    await bo.says("/start")
    await bo.presses("同意")
    assert "还没有可加入的社区" in bo.screen
    assert "还没有" in await bo.presses("再看看")
    assert bo.buttons == ["🔄 再看看"]
    await mei.says("/communities")
    await mei.presses("添加社区")
    await mei.says("北桥社区")
    await bo.presses("再看看", "北桥社区")
    assert "您是<b>北桥社区</b>的居民" in bo.screen


async def test_what_is_said_before_there_is_a_community_waits_and_is_no_name_of_one(
    bare: Room,
) -> None:
    mei, bo = await bare.staff("mei", Role.OWNER, "示范区"), Talker(bare, "bo")
    await bo.says("/start")
    await bo.presses("同意")
    await bo.says("路灯坏了")
    assert any("记下了" in each.text for each in bo.messages)
    assert not any("没找到" in each.text for each in bo.messages)
    await mei.says("/communities")
    await mei.presses("添加社区")
    await mei.says("北桥社区")
    await bo.presses("再看看", "北桥社区")
    assert "💡 作为建议提交" in bo.buttons


async def test_a_place_where_nobody_works_leads_to_an_invitation(room: Room) -> None:
    mei = await room.staff("mei", Role.OWNER, "示范区")
    await mei.says("/staff")
    await mei.presses("更多", "工作人员", "西山社区")
    assert "还没有工作人员" in mei.screen
    await mei.presses("邀请")
    assert "西山社区：邀请成为什么" in mei.screen
