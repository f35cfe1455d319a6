"""Telegram fails while somebody is served: what they said is kept, and the screen does not lie."""

import asyncio

import pytest

from bot.simulator import (
    BadGateway,
    DropAfterAccept,
    Person,
    Reset,
    ServerError,
    TooManyRequests,
)
from storage.model.roles import Role
from storage.queries import people as people_queries
from tests.stories.conftest import Town
from tests.waiting import until

FAULTS = [TooManyRequests(1), BadGateway(), ServerError(), Reset(), DropAfterAccept()]
LATER = TooManyRequests(60)  # longer than anybody is kept waiting


async def _writes(bo: Person, text: str) -> None:
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.sees("请用一句话说说")
    await bo.says(text)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
async def test_one_failed_answer_loses_nothing_that_was_written(town: Town, fault: object) -> None:
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.sees("请用一句话说说")
    town.simulator.faults.next(fault, method="sendMessage")  # type: ignore[arg-type]
    await bo.says("灯坏了")
    await bo.sees("请确认")
    await bo.presses("提交")
    await bo.sees("2026-0001")
    await bo.says("/track")
    await bo.sees_button("灯坏了")


async def test_a_window_that_did_not_come_is_owed_and_comes(town: Town) -> None:
    bo = await town.resident("bo")
    await bo.says("/suggest")
    await bo.presses("其他")
    await bo.sees("请用一句话说说")
    town.simulator.faults.next(LATER, method="sendMessage")
    await bo.says("灯坏了")
    await _is_owed(town, bo)
    town.app.answers.owed.all_due()
    await bo.sees("灯坏了")
    await bo.presses("提交")
    await bo.sees("2026-0001")


async def _is_owed(town: Town, person: Person) -> None:
    await until(lambda: town.app.answers.owed.owes(person.id))


async def test_a_receipt_that_did_not_come_outlives_a_restart_and_comes_once(town: Town) -> None:
    bo = await town.resident("bo")
    await _writes(bo, "灯坏了")
    await bo.sees("请确认")
    town.simulator.faults.next(LATER, method="editMessageText")
    await bo.presses("提交")  # the press itself is answered
    await _is_owed(town, bo)
    await town.dies()
    await town.starts()
    await bo.sees("2026-0001")
    await until(lambda: not town.app.answers.owed.owes(bo.id))
    assert bo.transcript().count("2026-0001") == 1


async def test_a_receipt_that_was_still_tried_outlives_a_kill(town: Town) -> None:
    bo = await town.resident("bo")
    await _writes(bo, "灯坏了")
    await bo.sees("请确认")
    town.simulator.faults.next(TooManyRequests(4), method="editMessageText")
    press = asyncio.ensure_future(bo.presses("提交"))
    await _is_owed(town, bo)  # while the second try waits
    await town.dies()
    press.cancel()
    await town.starts()
    await bo.sees("2026-0001")
    assert bo.transcript().count("2026-0001") == 1


async def test_only_the_newest_screen_comes_when_telegram_is_back(town: Town) -> None:
    bo = await town.resident("bo")
    town.simulator.faults.next(LATER, method="sendMessage", times=3)
    for command in ("/help", "/events", "/suggest"):
        await bo.says(command)
    await town.rests()
    before = len(bo.messages)
    town.app.answers.owed.all_due()
    await bo.sees("想反映什么")
    assert len(bo.messages) == before + 1


@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageText"])
async def test_what_the_screen_says_of_the_name_is_what_staff_see(town: Town, method: str) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    li = await town.resident("li-of-house-3")
    await _writes(li, "灯坏了")
    await li.sees("署名：实名")
    town.simulator.faults.next(DropAfterAccept(), method=method, times=3)
    await li.presses("改为匿名", answered=False)
    await li.sees("署名：匿名")
    await li.presses("提交")
    await li.sees("2026-0001")
    await kim.sees("匿名")
    assert "li-of-house-3" not in kim.transcript()


async def test_a_submitted_form_is_over_even_if_its_answer_failed(town: Town) -> None:
    bo = await town.resident("bo")
    await _writes(bo, "灯坏了")
    await bo.sees("请确认")
    town.simulator.faults.next(BadGateway(), method="answerCallbackQuery")
    await bo.presses("提交")
    await bo.sees("2026-0001")
    await bo.says("谢谢")
    await bo.sees("怎么处理")


async def test_two_thousand_emoji_are_taken_and_shown(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo = await town.resident("bo")
    await _writes(bo, "😀" * 2040)
    await bo.sees("请确认")
    await bo.presses("提交")
    await bo.sees("2026-0001")
    await kim.says("/inbox")
    await kim.presses("2026-0001")
    await kim.sees("😀" * 1000)


async def test_a_draft_has_a_bound_and_keeps_what_it_has(town: Town) -> None:
    bo = await town.resident("bo")
    await _writes(bo, "长" * 4000)
    await bo.sees("请确认")
    await bo.says("又" * 4000)
    await bo.sees("8001")
    await bo.says("再" * 4000)
    await bo.sees("太长了")
    await bo.says("/events")
    await bo.presses("继续填写")
    await bo.sees("8001")


async def test_an_old_request_button_never_admits_somebody_else(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    bo, li = await town.resident("bo"), await town.resident("li")
    await bo.says("/start")
    await bo.presses("申请成员身份")
    old = await kim.sees("bo")
    west = town.communities["西山社区"].id
    await bo.presses_raw(bo.last, f"moved:{west}")
    await li.says("/start")
    await li.presses("申请成员身份")
    await kim.sees("li")
    assert "已经处理过" in (await kim.presses("同意", on=old) or "")
    known = await town.database.read(people_queries.by_telegram_id, li.id)
    assert known is not None
    assert not known.is_member


async def test_texts_that_show_nothing_are_not_taken(town: Town) -> None:
    bo = await town.resident("bo")
    await _writes(bo, "\u200b\u3164")
    await bo.sees("请发文字")
