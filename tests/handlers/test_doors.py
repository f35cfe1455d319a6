"""At the door, in chat: the picture that staff show, who scans it, and who types its digits."""

import io
import re
from datetime import timedelta
from typing import Any

import zxingcpp
from PIL import Image

from storage.actions.doors import show_code
from storage.actions.events import post
from storage.actions.sign_ups import sign_up
from storage.model.door import Door
from storage.model.event import Event, NewEvent
from storage.model.roles import Role
from storage.model.roster import Way
from storage.queries.people import by_telegram_id
from storage.tables import attendances, persons, shown_codes
from tests.handlers.room import OWNER, Room, Talker
from tests.storage.district import ZONE, rows_of

PLACE = "东湖社区"


async def an_event(room: Room, place: str = PLACE, title: str = "演练") -> Event:
    """One that begins in half an hour."""
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    starts_at = room.clock.at + timedelta(minutes=30)
    form, node = f"{place} {title}", room.communities[place].id
    new = NewEvent(form, node, "service", title, "广场", starts_at, 40)
    return await room.database.write(post, owner.id, new, room.clock.at)


async def shows(room: Room, event: Event) -> Talker:
    """Staff who show the code of an event."""
    kim = await room.staff("kim")
    await kim.presses_raw(f"roster:{event.id}")
    await kim.presses("签到码")
    return kim


def digits_on(kim: Talker) -> str:
    """The four digits in the words under the picture."""
    found = re.search(r"签到码 <b>(\d{4})</b>", kim.messages[-1].text)
    assert found is not None
    return found[1]


def link_on(kim: Talker) -> str:
    """What another program than the one that drew it reads on the picture."""
    [picture] = kim.messages[-1].made
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.made)))
    address, _, payload = str(code.text).partition("?start=")
    assert address == "https://t.me/bot"
    return payload


async def came(room: Room) -> dict[str, str]:
    """Who is recorded, and how that is known."""

    def read(connection: Any) -> dict[str, str]:
        names = {row.id: row.name for row in rows_of(connection, persons)}
        rows = rows_of(connection, attendances, attendances.c.withdrawn_at.is_(None))
        return {names[row.person_id]: row.way for row in rows}

    return await room.database.read(read)


async def test_the_picture_is_read_by_a_telephone_and_changes_every_few_minutes(
    room: Room,
) -> None:
    event = await an_event(room)
    kim, ana = await shows(room, event), await room.resident("ana")
    await room.database.write(sign_up, ana.id, event.id, room.clock.at, ZONE)
    first, digits, shown = link_on(kim), digits_on(kim), len(kim.messages)
    assert "12:03 换新码" in kim.screen
    await ana.says(f"/start {first}")
    assert "签到成功" in ana.screen
    assert "没有报名" not in ana.screen
    await ana.says(f"/start {first}")
    assert "已经签过到了" in ana.screen
    room.clock.at += timedelta(minutes=3)
    assert await kim.presses("换新") == "12:06 换新码"
    assert len(kim.messages) == shown  # the picture that stands there is another one now
    assert link_on(kim) != first
    assert digits_on(kim) != digits
    assert await came(room) == {"ana": Way.CHECKED_IN}


async def test_digits_are_typed_by_who_did_not_sign_up(room: Room) -> None:
    kim, bo = await shows(room, await an_event(room)), await room.resident("bo")
    await bo.says(digits_on(kim))
    assert "没有报名，按现场参加" in bo.screen
    assert await came(room) == {"bo": Way.WALKED_IN}


async def test_the_desk_leads_to_the_roster_of_an_event_of_today(room: Room) -> None:
    li, kim = await room.staff("li", Role.VIEWER), await room.staff("kim")
    for number in (1, 2):
        await an_event(room, title=f"演练{number}")
        await kim.says("/staff")
        assert "".join(kim.buttons).count("名单、签到") == number
        assert len(kim.messages[-1].rows) <= 6
        room.clock.at += timedelta(minutes=1)
    await kim.presses("🎫 12:31 名单、签到")
    assert "📲 签到码" in kim.buttons
    await an_event(room, title="演练3")  # of so many one button leads to all
    await li.says("/staff")
    assert "名单、签到" not in "".join(li.buttons)
    await kim.says("/staff")
    assert len(kim.messages[-1].rows) <= 6
    await kim.presses("今天各场的名单、签到")
    assert [each for each in kim.buttons if "演练" in each] == [
        *("12:30 演练1", "12:31 演练2", "12:32 演练3")
    ]
    await kim.presses("12:32 演练3")
    assert "📲 签到码" in kim.buttons


async def test_an_old_code_a_forged_one_and_one_of_elsewhere_let_nobody_in(room: Room) -> None:
    event = await an_event(room)
    kim, bo = await shows(room, event), await room.resident("bo")
    li = await room.resident("li", "西山社区")
    link = link_on(kim)
    await li.says(f"/start {link}")
    assert "不在您所在的社区" in li.screen
    room.clock.at += timedelta(minutes=4)
    await bo.says(f"/start {link}")
    assert "过期" in bo.screen
    for forged in (
        link[:-1] + "-",
        link.replace("came_1_", "came_2_"),
        f"came_{10**17}_1_{'A' * 16}",
    ):
        await bo.says(f"/start {forged}")
        assert "签到码不对" in bo.screen
    assert await came(room) == {}


async def test_a_stranger_types_digits_joins_and_is_checked_in(room: Room) -> None:
    kim, bo = await shows(room, await an_event(room)), Talker(room, "bo")
    digits = digits_on(kim)
    await bo.says(digits)
    await room.conversations.load()  # as after a restart
    room.clock.at += timedelta(minutes=5)  # joining takes a while; what counts is when they typed
    await bo.presses("同意", PLACE)
    assert "没有报名，按现场参加" in bo.screen
    assert not any("作为建议提交" in label for each in bo.messages for label, _ in each.buttons)
    assert await came(room) == {"bo": Way.WALKED_IN}


async def test_a_stranger_types_digits_and_comes_in_by_an_invitation(room: Room) -> None:
    kim, bo = await shows(room, await an_event(room)), Talker(room, "bo")
    digits = digits_on(kim)
    await kim.says("/invite")
    await kim.presses("成员")
    link = re.search(r"start=([\w-]+)", kim.screen)
    assert link is not None
    await bo.says(digits)
    await bo.says(f"/start {link[1]}")
    await bo.presses("同意")
    assert "没有报名，按现场参加" in bo.screen
    assert await came(room) == {"bo": Way.WALKED_IN}


async def test_a_stranger_whose_digits_two_events_show_is_told_so_at_home(room: Room) -> None:
    kim, other = await shows(room, await an_event(room)), await an_event(room, title="讲座")
    digits, now, bo = digits_on(kim), room.clock.at, Talker(room, "bo")
    owner = await room.database.read(by_telegram_id, OWNER)
    assert owner is not None
    numbers = map(str, range(10**6))
    secret = next(each for each in numbers if Door(other.id, each).digits(now) == digits)
    await room.database.write(show_code, owner.id, other.id, secret, now)
    await bo.says(digits)
    await bo.presses("同意", PLACE)
    assert "有两个活动正好是同一个码" in bo.screen
    assert await came(room) == {}


async def test_who_lives_nowhere_yet_types_digits_and_is_checked_in_at_home(room: Room) -> None:
    kim, bo = await shows(room, await an_event(room)), Talker(room, "bo")
    await bo.says("/start")
    await bo.presses("同意")
    await bo.says("签到 " + digits_on(kim))
    assert any("为您签到" in each.text for each in bo.messages)
    await bo.presses(PLACE)
    assert "没有报名，按现场参加" in bo.screen
    assert await came(room) == {"bo": Way.WALKED_IN}


async def test_who_chose_another_community_is_not_told_that_the_digits_are_old(room: Room) -> None:
    kim, bo = await shows(room, await an_event(room)), Talker(room, "bo")
    await bo.says(digits_on(kim))
    await bo.presses("同意", "西山社区")
    assert "不是您社区现在的签到码" in bo.screen
    assert "别的社区的活动，请找现场的工作人员" in bo.screen
    assert await came(room) == {}


async def test_wrong_digits_of_a_stranger_count_and_a_number_is_a_text_where_none_is_shown(
    room: Room,
) -> None:
    bo = Talker(room, "bo")
    await bo.says("2026")
    await bo.presses("同意", PLACE)
    assert "💡 作为建议提交" in bo.buttons
    kim, li = await shows(room, await an_event(room)), Talker(room, "li")
    await li.says(f"{(int(digits_on(kim)) + 5000) % 10_000:04}")
    await li.presses("同意", PLACE)
    assert "还可以试 4 次" in li.screen
    assert await came(room) == {}


async def test_check_in_as_a_word_says_how(room: Room) -> None:
    bo, ana = await room.resident("bo"), Talker(room, "ana")
    for said in ("签到", "我要签到！", "check in", "打卡"):
        await bo.says(said)
        assert "没有正在签到的活动" in bo.screen
        assert "作为建议提交" not in "".join(bo.buttons)
    kim = await shows(room, await an_event(room))
    await bo.says("签到")
    assert "请扫现场的二维码" in bo.screen
    await kim.says("签到")
    assert "出示签到码" in kim.screen
    await ana.says("签到")
    await ana.presses("同意", PLACE)
    assert "请扫现场的二维码" in ana.screen


async def test_wrong_digits_are_counted_and_then_one_waits(room: Room) -> None:
    kim, bo = await shows(room, await an_event(room)), await room.resident("bo")
    right, link = digits_on(kim), link_on(kim)
    wrong = f"{(int(right) + 5000) % 10_000:04}"
    for left in (4, 3, 2, 1):
        await bo.says(wrong)
        assert f"还可以试 {left} 次" in bo.screen
    for text in (wrong, right):
        await bo.says(text)
        assert "请 5 分钟后再试" in bo.screen
    assert await came(room) == {}
    await bo.says(f"/start {link}")
    assert "签到成功" in bo.screen


async def test_four_digits_are_eaten_only_while_a_code_is_shown(room: Room) -> None:
    event = await an_event(room)
    bo, li = await room.resident("bo"), await room.resident("li", "西山社区")
    await bo.says("4827")
    assert "签到" not in bo.screen
    await shows(room, event)
    await li.says("4827")
    assert "签到" not in li.screen
    await bo.says("路灯坏了 4827")
    assert "签到" not in bo.screen
    room.clock.at += timedelta(days=2)
    await bo.says("4827")
    assert "签到" not in bo.screen


async def test_who_scans_and_is_not_known_yet_joins_and_is_let_in_then(room: Room) -> None:
    kim = await shows(room, await an_event(room))
    mei = Talker(room, "mei")
    await mei.says(f"/start {link_on(kim)}")
    assert await came(room) == {}
    room.clock.at += timedelta(minutes=20)  # reading the privacy note
    await mei.presses("同意并开始")
    assert any("签到成功" in each.text for each in mei.messages)
    assert "东湖社区" in mei.messages[0].text + mei.messages[1].text
    assert await came(room) == {"mei": Way.WALKED_IN}
    await mei.says("/start")
    assert "签到" not in mei.screen


async def test_at_an_event_of_the_district_who_is_new_says_where_they_live_first(
    room: Room,
) -> None:
    event = await an_event(room, "示范区")
    owner = Talker(room, "owner")
    owner.account = owner.account.model_copy(update={"id": OWNER})
    owner.id, owner.chat = OWNER, owner.chat.model_copy(update={"id": OWNER})
    await owner.presses_raw(f"door:{event.id}")
    mei = Talker(room, "mei")
    await mei.says(f"/start {link_on(owner)}")
    await mei.presses("同意并开始")
    assert await came(room) == {}
    await mei.presses("西山社区")
    assert any("签到成功" in each.text for each in mei.messages)
    assert await came(room) == {"mei": Way.WALKED_IN}


async def test_who_is_new_and_has_an_old_code_joins_and_is_told(room: Room) -> None:
    kim = await shows(room, await an_event(room))
    link, mei = link_on(kim), Talker(room, "mei")
    room.clock.at += timedelta(minutes=5)
    await mei.says(f"/start {link}")
    await mei.presses("同意并开始")
    assert any("过期" in each.text for each in mei.messages)
    assert await came(room) == {}


async def test_the_picture_is_renewed_until_it_is_put_away(room: Room) -> None:
    kim = await shows(room, await an_event(room))
    [row] = await room.database.read(rows_of, shown_codes)
    assert row.message_id == kim.window
    first = row.until
    room.clock.at += timedelta(minutes=10)
    await kim.presses("换新")
    [row] = await room.database.read(rows_of, shown_codes)
    assert row.until > first
    assert await kim.presses("收起") == "已收起，不再换新"
    assert await room.database.read(rows_of, shown_codes) == []
    assert "签到码 <b>" not in kim.screen
