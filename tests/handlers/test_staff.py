"""Who works at a place, as staff see it: a role ends and an invitation is recalled on a screen."""

from storage.actions.invitations import LIFETIME
from storage.model.roles import Role
from tests.handlers.room import OWNER, Room, Talker

MAYBE_STAFF = "🪪 工作人员"


async def _owner(room: Room) -> Talker:
    owner = Talker(room, "owner")
    owner.id, owner.account = OWNER, owner.account.model_copy(update={"id": OWNER})
    owner.chat = owner.chat.model_copy(update={"id": OWNER})
    return owner


async def test_district_staff_end_a_role_and_whoever_held_it_is_at_the_door(room: Room) -> None:
    mei = await room.staff("mei", Role.DISTRICT, "示范区")
    kim = await room.staff("kim")
    await kim.says("/start")
    assert "post" in room.phones.menus[kim.id]
    await mei.says("/staff")
    await mei.presses("更多", MAYBE_STAFF, "东湖社区", "kim · 社区工作人员")
    assert "起，由" in mei.screen
    await mei.presses("结束这个身份")
    assert "结束 kim 在东湖社区的身份" in mei.screen
    assert await mei.presses("结束") == "已结束 kim 的身份"
    assert [label for label in mei.buttons if "kim" in label] == []
    assert room.phones.menus[kim.id] == []  # that of the language, without the commands of staff
    await kim.says("/staff")
    assert "哪个社区" in kim.screen


async def test_an_unused_invitation_is_recalled_and_its_link_gives_nothing(room: Room) -> None:
    kim, bo = await room.staff("kim"), await room.resident("bo")
    await kim.says("/invite")
    await kim.presses("成员")
    link = kim.screen.split("start=")[1].split()[0].split('"')[0].split("<")[0]
    await kim.says("/staff")
    await kim.presses("更多", MAYBE_STAFF, "✉️ 成员")
    assert "由kim发出" in kim.screen
    assert await kim.presses("收回邀请") == "已收回，链接不能再用"
    assert not any("✉️" in label for label in kim.buttons)
    await bo.says(f"/start {link}")
    assert any("已经收回" in shown.text for shown in bo.messages)


async def test_the_last_owner_neither_ends_their_role_nor_leaves(room: Room) -> None:
    owner = await _owner(room)
    await owner.says("/staff")
    await owner.presses("更多", MAYBE_STAFF, "示范区", "管理员", "结束这个身份")
    assert "唯一的管理员" in await owner.presses("结束")
    await owner.says("/settings")
    await owner.presses("退出")
    assert "唯一的管理员" in await owner.presses_raw("left")
    await owner.says("/staff")
    assert "今天" in owner.screen


async def test_community_staff_see_colleagues_and_end_nobody(room: Room) -> None:
    kim = await room.staff("kim")
    await room.staff("li")
    await kim.says("/staff")
    await kim.presses("更多", MAYBE_STAFF, "li · 社区工作人员")
    assert kim.buttons == ["‹ 返回"]


async def test_what_was_over_when_it_was_pressed_says_so(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/invite")
    await kim.presses("成员")
    await kim.says("/staff")
    await kim.presses("更多", MAYBE_STAFF)
    room.clock.at += LIFETIME
    assert "用过、收回或过期" in await kim.presses("✉️ 成员")


async def test_of_two_who_answer_a_request_the_second_sees_what_still_waits(room: Room) -> None:
    """They kept buttons that were refused from then on."""
    kim, li, bo = await room.staff("kim"), await room.staff("li"), await room.resident("bo")
    await bo.says("/start")
    await bo.presses("申请成员身份")
    for each in (kim, li):
        await each.says("/inbox")
        await each.presses("bo")
    await kim.presses("不同意")
    assert "已经处理过了" in await li.presses("同意")
    assert "待办" in li.screen
    assert "都办完了" in li.screen
    assert "同意" not in li.buttons
