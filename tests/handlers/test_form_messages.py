"""How windows follow each other in a chat."""

from tests.handlers.room import Room, Shown, Talker


async def at_the_review(room: Room) -> Talker:
    bo = await room.resident("bo")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("路灯坏了")
    assert "请确认" in bo.screen
    return bo


def with_buttons(talker: Talker) -> list[Shown]:
    return [shown for shown in talker.messages if shown.buttons]


async def test_after_a_text_the_window_stands_below_and_the_old_one_has_no_buttons(
    room: Room,
) -> None:
    bo = await at_the_review(room)
    before = len(bo.messages)
    await bo.says("三号楼")
    assert len(bo.messages) == before + 1
    assert with_buttons(bo) == [bo.messages[-1]]
    assert "三号楼" in bo.screen


async def test_after_a_press_the_window_changes_where_it_stands(room: Room) -> None:
    bo = await at_the_review(room)
    before = len(bo.messages)
    await bo.presses("改为匿名")
    assert len(bo.messages) == before
    assert "署名：匿名" in bo.screen


async def test_a_window_that_does_not_come_leaves_the_one_before_it_to_be_pressed(
    room: Room,
) -> None:
    bo = await at_the_review(room)
    [before] = with_buttons(bo)
    room.phones.out_of_reach = True
    await bo.says("三号楼")
    room.phones.out_of_reach = False
    assert with_buttons(bo) == [before]
    await bo.presses("改为匿名")
    assert "三号楼" in bo.screen  # nor is the text lost


async def test_a_form_that_is_given_up_by_a_command_leaves_no_button(room: Room) -> None:
    bo = await at_the_review(room)
    await bo.says("/cancel")
    assert not any("请确认" in shown.text for shown in with_buttons(bo))
