"""Who came says how it was, with one press and perhaps a word."""

from datetime import timedelta

from tests.handlers.room import Room
from tests.handlers.test_figures import held


async def test_who_came_rates_it_changes_that_and_adds_a_word_that_staff_read(
    room: Room,
) -> None:
    kim = await room.staff("kim")
    ana, bo, li = await room.member("ana"), await room.resident("bo"), await room.resident("li")
    event = await held(room, "消防演练", room.clock.now() - timedelta(days=1), ana, bo, li)
    await ana.presses_raw(f"rate:{event}:2")
    assert "您给了 <b>2</b> 分" in ana.screen
    await ana.presses("4")
    assert "您给了 <b>4</b> 分" in ana.screen
    assert "✓ 4" in ana.buttons
    await ana.presses("说一句")
    await ana.says("讲得清楚")
    await ana.presses("发送")
    assert "📝 讲得清楚" in ana.screen
    assert "已经评过" in await ana.presses_raw(f"rate:{event}:5")
    await kim.presses_raw(f"confirm:{event}")
    await kim.presses("反馈")
    assert "已有 1 份。满 3 份才显示" in kim.screen
    assert "讲得清楚" not in kim.screen
    for guest in (bo, li):
        await guest.presses_raw(f"rate:{event}:5")
    await kim.presses_raw(f"opinions:{event}")
    assert "平均 <b>4.7</b> 分 · 3 份" in kim.screen
    assert "· 讲得清楚" in kim.screen
    assert "ana" not in kim.screen
