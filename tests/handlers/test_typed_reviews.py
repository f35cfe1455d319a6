"""What is typed on a review or in front of buttons changes what it most plainly means, or is asked;
what it takes the place of can be had back."""

from datetime import timedelta

import pytest

from storage.model.roles import Role
from tests.handlers.room import Room, Talker


async def at_a_notice(room: Room, text: str = "明天停水") -> Talker:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says(f"/notice {text}")
    assert "请确认" in kim.screen
    return kim


async def at_a_push(room: Room) -> Talker:
    kim = await room.staff("kim", Role.DISTRICT, "示范区")
    await kim.says("/push")
    await kim.presses("居民安全与权益", "1.", "东湖社区", "现在发一次")
    assert "请确认" in kim.screen
    return kim


async def test_a_text_that_replaced_another_can_be_taken_back_and_put_again(room: Room) -> None:
    kim = await at_a_notice(room)
    assert "换回上一份" not in "".join(kim.buttons)
    await kim.says("后天停水")
    assert "后天停水" in kim.screen
    await kim.presses("换回上一份")
    assert "明天停水" in kim.screen
    room.clock.at += timedelta(seconds=1)
    await kim.presses("换回上一份")
    assert "后天停水" in kim.screen


async def test_so_can_what_was_rewritten(room: Room) -> None:
    kim = await at_a_notice(room)
    await kim.presses("重写")
    await kim.says("后天停水")
    await kim.presses("换回上一份")
    assert "明天停水" in kim.screen


@pytest.mark.parametrize("agreed", ["发送", "好的", "ＯＫ", "确定。"])
async def test_a_review_is_not_sent_by_typing_nor_is_that_its_new_text(
    room: Room, agreed: str
) -> None:
    kim = await at_a_notice(room)
    review = kim.form
    await kim.says(agreed)
    assert "打字不会提交" in kim.screen
    assert kim.form == review


@pytest.mark.parametrize("typed", ["明天 9:30", "下午3点", "12月5日（周六） 14：00"])
async def test_a_time_typed_on_a_notice_is_asked_about(room: Room, typed: str) -> None:
    kim = await at_a_notice(room)
    await kim.says(typed)
    assert "是什么意思" in kim.screen
    await kim.presses("发送的时间")
    assert "明天停水" in kim.screen
    assert "定时发送" in "".join(kim.buttons)
    await kim.says(typed)
    await kim.presses("通知的内容")
    assert "明天停水" not in kim.screen
    await kim.presses("换回上一份")
    assert "明天停水" in kim.screen


async def test_a_time_that_is_over_says_so_and_keeps_all(room: Room) -> None:
    kim = await at_a_notice(room)
    await kim.says("今天 8:30")
    await kim.presses("返回")
    assert "明天停水" in kim.screen
    await kim.says("今天 8:30")
    assert "过去" in await kim.presses("发送的时间")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("明天 9:30", "11月24日 9:30"),
        ("周六 14点", "11月28日 14:00"),
        ("西山", "西山社区"),
        ("下午3点", "15:00"),
    ],
)
async def test_a_text_on_the_review_of_a_push_changes_what_it_means(
    room: Room, typed: str, shown: str
) -> None:
    kim = await at_a_push(room)
    await kim.says(typed)
    assert "请确认" in kim.screen
    assert shown in kim.screen


async def test_a_day_alone_is_asked_for_its_time(room: Room) -> None:
    kim = await at_a_push(room)
    await kim.says("12月5日")
    assert "几点" in kim.screen
    await kim.says("9:30")
    assert "12月5日 9:30" in kim.screen


async def test_a_clock_time_keeps_the_days_of_a_rhythm(room: Room) -> None:
    kim = await at_a_push(room)
    await kim.presses("改时间", "每周定时")
    await kim.says("周一、周三和周五")
    await kim.says("8:30")
    await kim.says("9点")
    assert "周一、周三、周五 9:00" in kim.screen


async def test_what_means_nothing_there_is_told(room: Room) -> None:
    kim = await at_a_push(room)
    await kim.says("谢谢大家")
    assert "没看懂要改什么" in kim.screen
    assert "请确认" in kim.form


@pytest.mark.parametrize(
    ("steps", "typed", "shown"),
    [
        (("改时间",), "明早8点", "11月24日 8:00"),
        (("改时间",), "每天", "几点"),
        (("改时间", "每月几号"), "15号", "几点"),
        (("改时间", "每月第几个周几"), "第二个", "每月第二个周几"),
        (("改时间", "每月第几个周几", "第二个"), "周三", "几点"),
        (("改时间", "每周定时"), "工作日", "几点"),
    ],
)
async def test_what_is_typed_instead_of_a_button_is_taken(
    room: Room, steps: tuple[str, ...], typed: str, shown: str
) -> None:
    kim = await at_a_notice(room)
    await kim.presses(*steps)
    await kim.says(typed)
    assert shown in kim.screen


@pytest.mark.parametrize(
    ("steps", "typed", "told"),
    [
        (("改时间",), "改天吧", "没看懂什么时候发"),
        (("改时间", "每月几号"), "32", "1 到 31"),
        (("改时间", "每周定时"), "哪天都行", "没看懂是哪几天"),
        (("改时间", "每月第几个周几"), "第六个", "没找到“第六个”"),
        (("改时间", "每天", "8:30", "更多"), "三次", "请点一个按钮"),
    ],
)
async def test_what_is_not_understood_is_told_and_the_question_stands(
    room: Room, steps: tuple[str, ...], typed: str, told: str
) -> None:
    kim = await at_a_notice(room)
    await kim.presses(*steps)
    asked = kim.form
    await kim.says(typed)
    assert told in kim.screen
    assert kim.form == asked


async def test_a_name_behind_the_command_is_that_of_the_event(room: Room) -> None:
    kim = await room.staff("kim")
    await kim.says("/post 家庭消防演练")
    await kim.presses("公共服务")
    assert "哪一天" in kim.screen


async def test_an_answer_that_replaced_another_can_be_taken_back(room: Room) -> None:
    bo, kim = await room.resident("bo"), await room.staff("kim")
    await bo.says("/suggest")
    await bo.presses("设施维修")
    await bo.says("路灯坏了")
    await bo.presses("提交")
    await kim.says("/inbox")
    await kim.presses("路灯坏了", "采纳")
    await kim.says("本周更换")
    await kim.says("下周更换")
    assert "下周更换" in kim.screen
    await kim.presses("换回上一份")
    assert "本周更换" in kim.screen
