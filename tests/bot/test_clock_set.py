"""A process whose clock is set while it works: what is owed goes on, what is planned follows."""

import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.simulator import Person
from storage.actions.notices import schedule_notice
from storage.model.audience import Audience
from storage.model.message import Message
from storage.model.node import Node
from storage.model.notice import NewNotice
from storage.model.schedule import Timetable
from tests.storage.district import once

from .delivery_scene import Scene, opened
from .shifted import SHIFT

HOUR = 3600


@pytest.fixture
async def scene(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Scene]:
    pace = {"PACE_PER_SECOND": "20"}
    async with opened(migrated_file, tmp_path, module="tests.bot.shifted", **pace) as scene:
        yield scene


def _set(scene: Scene, folder: Path, seconds: int) -> datetime:
    """Set the clock of the process; returns what it shows now."""
    (folder / SHIFT).write_text(str(seconds))
    scene.life.tell(signal.SIGUSR1)
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def _plan(scene: Scene, node: Node, words: str, slot: datetime, now: datetime) -> None:
    message = Message({"zh": words, "en": words})
    new = NewNotice(words, Audience(node.id), message, urgent=True)
    timetable = Timetable(once(slot), slot)
    await scene.database.write(schedule_notice, scene.owner, new, timetable, now)


def _got(person: Person, words: str) -> int:
    return sum(words in message.text for message in person.messages if message.by_bot)


async def test_a_clock_set_back_two_hours_holds_up_neither_what_is_owed_nor_what_is_planned(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.begins()
    node, people = await scene.community(60)
    sending = await scene.notice(node, people)
    await scene.until(lambda: scene.sent(sending) >= 5)
    now = _set(scene, tmp_path, -2 * HOUR)
    await _plan(scene, node, "planned;", now + timedelta(seconds=4), now)
    await scene.done()
    await scene.until(lambda: all(_got(person, "planned;") for person in people))
    assert [_got(person, sending.words) for person in people] == [1] * 60
    assert [_got(person, "planned;") for person in people] == [1] * 60
    assert scene.life.log().count("the clock was set back by") == 1


async def test_a_clock_set_forward_lets_come_what_is_due_by_it_once(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.begins()
    node, people = await scene.community(3)
    now = datetime.now(UTC)
    await _plan(scene, node, "planned;", now + timedelta(hours=1), now)
    _set(scene, tmp_path, HOUR)
    await scene.until(lambda: all(_got(person, "planned;") for person in people))
    _set(scene, tmp_path, 0)
    last = await scene.notice(node, people)
    await scene.until(lambda: all(_got(person, last.words) for person in people))
    assert [_got(person, "planned;") for person in people] == [1] * 3
