"""Stories: what people do with a little bot, and how a story fails."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot

from bot.simulator import Person, Simulator
from bot.simulator.acts import Impossible

from .conftest import keyboard

pytestmark = pytest.mark.usefixtures("club")


async def test_ana_signs_up_and_sees_the_message_change(sim: Simulator) -> None:
    ana = sim.person("ana")
    await ana.opens()
    card = await ana.sees("您好")
    assert ana.buttons() == ["我要报名"]
    assert await ana.presses("报名") == "第 1 位"
    assert await ana.sees("已报名 第 1 位") is card
    assert card.edit_date is not None
    assert (ana.toast, ana.alerted) == ("第 1 位", False)
    assert ana.buttons(card) == ["取消报名"]


async def test_a_full_list_is_an_alert(sim: Simulator) -> None:
    people = [sim.person(name, start="") for name in ("ana", "bo", "kim")]
    for person in people:
        await person.presses("报名")
    assert [person.toast for person in people] == ["第 1 位", "第 2 位", "已满"]
    assert people[2].alerted


@pytest.mark.parametrize(
    "link",
    [
        "c_7",
        "https://t.me/linli_bot?start=c_7",
        "t.me/Linli_bot?start=c_7",
        "tg://resolve?domain=linli_bot&start=c_7",
    ],
)
async def test_a_deep_link_starts_with_its_payload(sim: Simulator, link: str) -> None:
    ana = sim.person("ana")
    said = await ana.opens(link)
    assert said.text == "/start c_7"
    await ana.sees("欢迎 c_7")


@pytest.mark.parametrize("link", ["社区", "a b", "x" * 65, "https://t.me/another?start=a"])
async def test_an_impossible_link_does_not_open(sim: Simulator, link: str) -> None:
    with pytest.raises(Impossible):
        await sim.person("ana").opens(link)


async def test_the_reply_keyboard_types_and_goes_away(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    await ana.says("/keys")
    await ana.sees("请选择")
    assert ana.keyboard == ["💡 提建议", "📱 手机号"]
    await ana.presses("建议")
    await ana.sees("您说:💡 提建议")
    assert ana.keyboard == []


async def test_a_button_asks_for_the_phone_number(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    await ana.says("/keys")
    await ana.sees("请选择")
    await ana.presses("手机号")
    await ana.sees(f"号码 {ana.account.phone}")


async def test_only_what_is_new_is_seen(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    await ana.says("one")
    await ana.sees("您说:one")
    await ana.says("two")
    await ana.sees("您说:two")
    await ana.sees_not("您说:one", within=0.05)
    with pytest.raises(AssertionError, match="and should not"):
        await ana.sees_not("您说:two")


async def test_a_story_that_fails_shows_the_chat(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    await ana.sees("您好")
    with pytest.raises(AssertionError) as failed:
        await ana.sees("再见", within=0.05)
    words = str(failed.value)
    assert "ana does not see '再见' within 0.05 s" in words
    assert "#1 me: /start" in words
    assert "#2 邻里 *: 您好" in words
    assert "[我要报名]" in words


async def test_a_button_that_is_not_there(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    await ana.sees("您好")
    with pytest.raises(AssertionError, match="finds no button '退出'"):
        await ana.presses("退出", within=0.05)


async def test_a_press_that_is_never_answered(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    card = await ana.sees("您好")
    with pytest.raises(AssertionError, match="got no answer"):
        await ana.presses_raw(card, "silent", within=0.05)


async def test_forged_data_reaches_the_bot(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    card = await ana.sees("您好")
    assert await ana.presses_raw(card, "forged") == "第 1 位"


async def test_a_button_with_a_link_opens_the_bot(sim: Simulator, bot: Bot) -> None:
    ana = sim.person("ana", start="")
    markup = keyboard("a")
    markup.inline_keyboard[0][0] = markup.inline_keyboard[0][0].model_copy(
        update={"callback_data": None, "url": "https://t.me/linli_bot?start=e_5"}
    )
    await bot.send_message(ana.id, "a", reply_markup=markup)
    await ana.presses("a")
    await ana.sees("欢迎 e_5")


async def test_the_newest_message_with_the_button_is_pressed(sim: Simulator, bot: Bot) -> None:
    ana = sim.person("ana", start="")
    await ana.sees("您好")
    await bot.send_message(ana.id, "newer", reply_markup=keyboard("报名须知", "报名"))
    await ana.presses("报名")
    assert (await ana.sees("已报名")) is ana.messages[-1]
    await ana.presses("我要报名", on=ana.messages[1])
    assert ana.messages[1].text == "已报名 第 2 位"


async def test_a_person_who_blocked_the_bot_says_nothing(sim: Simulator) -> None:
    ana = sim.person("ana", start="")
    await ana.blocks()
    with pytest.raises(Impossible, match="has blocked the bot"):
        await ana.says("hello")
    await ana.opens("again")
    await ana.sees("欢迎 again")


async def test_people_in_a_group_see_the_same(sim: Simulator) -> None:
    ana, bo = sim.person("ana", start=""), sim.person("bo")
    group = sim.group("东湖", [ana, bo])
    await ana.in_group(group).says("/start@linli_bot")
    card = await bo.in_group(group).sees("您好")
    assert await bo.in_group(group).presses("报名", on=card) == "第 1 位"
    await ana.in_group(group).sees("已报名")
    await group.loses(bo)
    with pytest.raises(Impossible, match="is not in 东湖"):
        await bo.in_group(group).says("hello")
    await group.adds(bo)
    await bo.in_group(group).says("/hello")
    await ana.in_group(group).sees("您说:/hello")


async def test_accounts_of_one_name_are_told_apart(sim: Simulator) -> None:
    people = [sim.person("li", start="") for _ in range(20)]
    for person in people:
        await person.sees("您好")
    assert len({person.account.username for person in people}) == 20


async def test_fifty_people_press_at_once(sim: Simulator) -> None:
    people = [sim.person("mei", start="") for _ in range(50)]
    for person in people:
        await person.sees("您好")
    await asyncio.gather(*(person.presses("报名") for person in people))
    toasts = [person.toast for person in people]
    assert toasts.count("已满") == 48


async def test_ids_need_more_than_32_bits_and_may_be_given(sim: Simulator) -> None:
    assert sim.person("ana").id > 2**32
    assert sim.person("bo", id=77).id == 77
    with pytest.raises(ValueError, match="taken"):
        sim.person("kim", id=77)
    with pytest.raises(ValueError, match="taken"):
        sim.person("kim", id=42)


async def test_a_long_text_arrives_in_parts(sim: Simulator, ana: Person) -> None:
    last = await ana.says("a" * 4097)
    assert last.text == "a"
