"""One of many is found by typing part of its name: case and width do not matter."""

from storage.actions.nodes import add_community
from storage.model.roles import Role
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room, Talker


async def at_the_places(room: Room, *more: str, name: str = "kim") -> Talker:
    """Staff of the district, asked for one of the places: the two there are, and more."""
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    for place in more:
        await room.database.write(add_community, owner.id, place, room.clock.now())
    kim = await room.staff(name, Role.DISTRICT, "示范区")
    await kim.says("/push")
    await kim.presses("居民安全与权益", "1.")
    assert "发给谁" in kim.screen
    return kim


async def test_one_match_is_taken(room: Room) -> None:
    kim = await at_the_places(room)
    await kim.says("西山")
    assert "什么时候发" in kim.screen
    await kim.presses("现在发一次")
    assert "西山社区 · 成员" in kim.screen


async def test_case_and_width_do_not_matter(room: Room) -> None:
    kim = await at_the_places(room, "ＡＢＣ Garden")
    await kim.says("abc  gARDEN")
    assert "什么时候发" in kim.screen


async def test_several_are_shown_and_all_of_them_again(room: Room) -> None:
    kim = await at_the_places(room)
    await kim.says("社区")
    assert "含“社区”的" in kim.screen
    assert "示范区" not in kim.buttons
    assert {"东湖社区", "西山社区"} <= set(kim.buttons)
    await kim.presses("全部")
    assert "示范区" in kim.buttons
    await kim.says("社区")
    await kim.presses("东湖社区")
    assert "什么时候发" in kim.screen


async def test_the_whole_name_is_one_match_even_if_others_begin_with_it(room: Room) -> None:
    kim = await at_the_places(room, "东湖社区二期")
    await kim.says("东湖社区")
    assert "什么时候发" in kim.screen


async def test_no_match_says_so_and_the_choices_stay(room: Room) -> None:
    kim = await at_the_places(room)
    await kim.says("水星")
    assert "没找到“水星”" in kim.screen
    await kim.presses("东湖社区", "现在发一次")
    assert any("东湖社区 · 成员" in message.text for message in kim.messages)


async def test_many_are_told_that_they_can_be_found_by_typing(room: Room) -> None:
    few = await at_the_places(room)
    assert "直接发名称" not in few.screen
    many = await at_the_places(room, *(f"第{n}社区" for n in range(12)), name="mei")
    assert "直接发名称" in many.screen
    await many.says("第11")
    assert "什么时候发" in many.screen
