"""The line for a full event, as people live it: wait, be asked, say no, and the next is asked."""

from datetime import timedelta

from storage.model.sign_up import SignUpState
from storage.queries import events as queries
from storage.tables import sign_ups
from tests.stories.conftest import Town
from tests.stories.test_events import an_event


async def test_a_freed_place_goes_to_the_first_in_line_and_on_to_the_next(town: Town) -> None:
    ana, bo, kim, li = [await town.resident(name) for name in ("ana", "bo", "kim", "li")]
    event_id = await an_event(town, capacity=1)
    for person in (ana, bo, kim, li):
        await person.sees("家庭消防演练")
    assert await ana.presses("我要报名") == "已报名，第 1 位"
    for place, person in enumerate((bo, kim, li), start=1):
        assert await person.presses("我要报名") == f"名额已满，候补第 {place} 位"
        await person.sees(f"候补第 {place} 位")
    await ana.presses("取消报名")
    await bo.sees("有空位了")
    assert await bo.presses("不要") == "好的，名额给下一位"
    await kim.sees("有空位了")
    await town.stops()
    town.clock.advance(timedelta(hours=2))  # kim does not answer, and the bot is down meanwhile
    await town.starts()
    await li.sees("有空位了")
    assert await li.presses("要") == "名额归您了，已报名"
    assert "给了下一位" in (await kim.presses("要") or "")
    event = await town.database.read(queries.by_id, event_id)
    assert event.taken == 1
    rows = await town.database.read(lambda c: c.execute(sign_ups.select()).all())
    assert sorted(row.state for row in rows) == ["cancelled"] * 3 + [SignUpState.SIGNED_UP]
