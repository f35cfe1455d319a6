"""The running product when something is wrong: with an update, with us, or at a stop."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.simulator import DropAfterAccept, Hang
from content.texts import Texts
from storage.actions.study import acknowledge
from storage.database import Database
from storage.queries.updates import waiting
from storage.tables import suggestions, updates
from tests.storage.district import rows_of
from tests.stories.conftest import Town

BROKEN: list[dict[str, Any]] = [
    {"message": {"text": "a secret"}},
    {"message": {"message_id": "x", "date": None, "chat": 5}},
    {"callback_query": {"id": 1, "from": {"id": 5_000_000_001}}},
]
UNKNOWN: list[dict[str, Any]] = [{"something_of_2030": {"from": {"id": 1}}}, {"message": None}, {}]


class Failing:
    """A database in which one action fails, as if we had made a mistake."""

    def __init__(self, inner: Database, action: object) -> None:
        self._inner = inner
        self._action = action

    async def write(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if action is self._action:
            return await self._inner.write(_mistake)
        return await self._inner.write(action, *args, **kwargs)

    async def read(self, query: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._inner.read(query, *args, **kwargs)

    async def close(self) -> None:
        await self._inner.close()


def _mistake(_: Connection) -> None:
    raise ZeroDivisionError("our mistake")


async def set_aside(town: Town) -> list[str]:
    rows = await town.database.read(rows_of, updates)
    return [row.set_aside for row in rows if row.set_aside is not None]


@pytest.mark.filterwarnings("ignore:Detected unknown update type")
async def test_updates_that_nobody_understands_are_set_aside_and_the_rest_goes_on(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    ana = await town.resident("ana")
    with caplog.at_level(logging.ERROR):
        for strange in BROKEN + UNKNOWN:
            town.simulator.world.push_raw_update(strange)
        await ana.says("/help")
        await ana.sees("/suggest")
        await town.rests()
    kept = await set_aside(town)
    assert len(kept) == len(BROKEN)
    assert "a secret" not in caplog.text + str(kept)
    assert all(reason.startswith("cannot be parsed: ") for reason in kept)
    assert caplog.text.count("is set aside") == len(kept)
    rows = await town.database.read(rows_of, updates)
    assert all(row.handled_at is not None for row in rows)
    assert [row.body is not None for row in rows] == [row.set_aside is not None for row in rows]


async def test_whoever_meets_a_mistake_of_ours_is_told_and_it_is_set_aside(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    ana = await town.resident("ana")
    await town.stops()
    good = town.database
    town.database = Failing(good, acknowledge)
    try:
        await town.starts()
        texts: Texts = town.app.ground.content.texts
        toast = await ana.presses_raw(1, "done:resident-basics:safe-account")
        assert toast == texts.in_("zh").label("refused.broken")
        await town.rests()
        assert await set_aside(town) == ["ZeroDivisionError: our mistake"]
        assert "our mistake" in caplog.text
        await ana.says("/help")
        await ana.sees("/suggest")
        await town.stops()
    finally:
        town.database = good
    await town.starts()


async def test_a_stop_finishes_what_was_begun(town: Town) -> None:
    ana = await town.resident("ana")
    town.simulator.faults.next(Hang(seconds=0.4), method="sendMessage", chat_id=ana.id)
    await ana.says("/help")
    await town.simulator.world.changed.until(
        lambda: town.simulator.calls("sendMessage")[-1].error == "Hang" or None, 5
    )
    await town.stops()
    await ana.sees("/suggest")
    assert await town.database.read(waiting) == []
    await town.starts()
    await ana.sees_not("nothing comes twice")
    assert sum("/suggest" in message.text for message in ana.messages) == 1


async def test_a_suggestion_whose_receipt_was_lost_is_there_once_and_nothing_after_it_is_lost(
    town: Town,
) -> None:
    ana = await town.resident("ana")
    await ana.says("/suggest")
    await ana.presses("设施维修")
    await ana.says("路灯坏了")
    await town.rests()
    # Telegram took the receipt and never said so, three times over.
    faults = town.simulator.faults
    faults.next(DropAfterAccept(), method="editMessageText", chat_id=ana.id, times=3)
    await ana.presses("提交", answered=False)
    await town.rests()
    faults.clear()
    await ana.says("还有长椅")
    await town.rests()
    rows = await town.database.read(rows_of, suggestions)
    assert [row.text for row in rows] == ["路灯坏了"]
    if any("提交" in label for label in ana.buttons()):
        await ana.presses("提交")
        rows = await town.database.read(rows_of, suggestions)
    everything = "\n".join(row.text for row in rows) + "\n".join(m.text for m in ana.messages)
    assert "还有长椅" in everything


async def test_what_cannot_be_told_to_who_blocked_the_bot_is_no_error_and_not_kept(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    bo = await town.resident("bo")
    await bo.blocks()
    said = {
        "message_id": 77,
        "date": 1,
        "chat": {"id": bo.id, "type": "private"},
        "from": {"id": bo.id, "is_bot": False, "first_name": "bo"},
    }
    pressed = {"id": "1", "from": said["from"], "chat_instance": "1", "data": "event:999"}
    with caplog.at_level(logging.WARNING):
        town.simulator.world.push_raw_update({"message": said | {"text": "/inbox"}})
        town.simulator.world.push_raw_update({"message": said | {"text": "a secret"}})
        town.simulator.world.push_raw_update({"callback_query": pressed | {"message": said}})
        await town.rests()
    assert [each.message for each in caplog.records if each.levelno >= logging.ERROR] == []
    assert "was not answered" not in caplog.text
    rows = await town.database.read(rows_of, updates)
    assert [(row.set_aside, row.body) for row in rows] == [(None, None)] * len(rows)
    assert not town.app.answers.owed.owes(bo.id)


async def test_an_update_with_an_endless_id_holds_up_nobody(town: Town) -> None:
    bo = await town.resident("bo")
    town.simulator.world.push_raw_update({"update_id": 2**70, "message": {"text": "a secret"}})
    await bo.says("/help")
    await bo.sees("/suggest")
