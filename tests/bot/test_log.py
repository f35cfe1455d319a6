"""What the log says: never what people wrote, many alike as a number, each line with its update."""

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.logs import log_handler
from bot.simulator import acts
from bot.thinning import Thinning
from bot.unsaid import told, trace
from handlers import table
from storage.actions.study import acknowledge
from storage.model.roles import Role
from storage.receipts import handling
from tests.stories.conftest import Town

from .delivery_scene import opened
from .test_app import Failing

ZONE = ZoneInfo("Asia/Shanghai")
MARK = "zqxjk停水通知"
PARTS = ("zqxjk", "停水", "水通", "通知")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the product's own handler writes of everything, at every level."""
    written = io.StringIO()
    handler = log_handler("text", ZONE, ("a-secret",), written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def _quoting(_: Any, *given: Any) -> None:
    raise ValueError(f"invalid literal: {MARK} {given}") from None


async def test_what_people_write_press_and_send_reaches_no_log(
    town: Town, log: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    ana = await town.resident("ana")
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    for person in (ana, kim):
        for entry in table().commands:
            person_says = f"/{entry.name} {MARK}"
            acts.say(person.world, person.account, person.chat, person_says)
            acts.say(person.world, person.account, person.chat, MARK)
        for press in table().presses.values():
            data = ":".join([press.action, *[MARK] * len(press.readers)])
            data = data.encode()[:64].decode(errors="ignore")
            acts.press(person.world, person.account, person.chat, 1, data)
        acts.press(person.world, person.account, person.chat, 1, f"abc\x1dpage{MARK}")
        acts.press(person.world, person.account, person.chat, 1, MARK)
    raws: list[dict[str, Any]] = [
        {"something_of_2030": {"from": {"id": 1}, "text": MARK}},
        {"message": {"text": MARK}},
        {"message": {"message_id": MARK, "date": None, "chat": 5, MARK: MARK}},
        {"callback_query": {"id": MARK, "from": {"id": ana.id}, "data": MARK}},
        {MARK: {"from": {"id": ana.id}}},
        {"poll": {"id": "1", "question": MARK}},
    ]
    for raw in raws:
        town.simulator.world.push_raw_update(raw)
    await town.rests()
    assert "is set aside" in log.getvalue()
    assert "of a kind that is not known" in log.getvalue()
    for part in PARTS:
        assert part not in log.getvalue() + "".join(capfd.readouterr())


async def test_a_mistake_of_ours_that_quotes_what_was_written_is_told_without_it(
    town: Town, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await town.resident("ana")
    await town.stops()
    good = town.database
    monkeypatch.setattr("tests.bot.test_app._mistake", lambda _: _quoting(_))
    town.database = Failing(good, acknowledge)
    await town.starts()
    acts.press(ana.world, ana.account, ana.chat, 1, "done:resident-basics:safe-account")
    acts.say(ana.world, ana.account, ana.chat, MARK)
    await town.rests()
    await town.stops()
    town.database = good
    await town.starts()
    assert "ValueError" in log.getvalue()
    assert "test_log.py" in log.getvalue(), "where it happened"
    assert [part for part in PARTS if part in log.getvalue()] == []


async def test_a_broadcast_is_two_lines_however_many_blocked_the_bot(
    migrated_file: Path, tmp_path: Path
) -> None:
    pace = {"PACE_PER_SECOND": "200"}
    async with opened(migrated_file, tmp_path, **pace) as scene:
        await scene.begins()
        node, people = await scene.community(120)
        for person in people[:60]:
            person.account.blocked = True
        sending = await scene.notice(node, people)
        await scene.until(lambda: f"broadcast {sending.broadcast_id} is done" in scene.life.log())
        log = scene.life.log()
    # What is built every few seconds has a line for each count, and on a busy machine comes first.
    lines = [line for line in log.splitlines() if " scheduler.building: " not in line]
    assert len(lines) < 15, log
    about = [line for line in lines if f"broadcast {sending.broadcast_id} is " in line]
    assert "is under way: notice by a schedule, 120 people" in about[0]
    assert "60 sent, 60 unreachable" in about[1]
    begun = next(line for line in lines if " serves @" in line)
    assert re.search(r"Linli \d\S* serves @linli_bot: database sqlite:///.*, 200 a second", begun)


def test_an_error_is_told_with_its_message_unless_that_shares_a_word() -> None:
    update = {"update_id": 7, "message": {"text": MARK, "from": {"first_name": "bo", "id": 5}}}
    for message in (MARK, f"literal '{MARK}'", "the ZQXJK of it", "今天停水了"):
        assert told(ValueError(message), update) == "ValueError"
        assert told(RuntimeError(message), update) == "RuntimeError"
    assert told(RuntimeError("our mistake"), update) == "RuntimeError: our mistake"
    for quoting in (ValueError, KeyError, TypeError, UnicodeError, AssertionError):
        assert told(quoting("of another"), update) == quoting.__name__


def test_a_trace_has_the_whole_way_and_no_value() -> None:
    try:
        try:
            int(MARK)
        except ValueError as error:
            raise ExceptionGroup(MARK, [KeyError(MARK), OSError(28, "No space left")]) from error
    except ExceptionGroup as error:
        found = trace(error)
    assert [part for part in PARTS if part in found.replace("int(MARK)", "")] == []
    for kind in ("ValueError", "KeyError", "OSError: [Errno 28] No space left", "ExceptionGroup"):
        assert f"\n{kind}" in found


def test_of_many_lines_of_one_kind_a_few_are_written_and_the_rest_is_a_number() -> None:
    written, clock = io.StringIO(), [0.0]
    thinning = Thinning(logging.StreamHandler(written), lambda: clock[0])
    logger = logging.Logger("linli")
    logger.addHandler(thinning)
    for number in range(1206):
        logger.info("delivery %d was not sent: %s", number, "blocked")
    logger.info("another")
    clock[0] = 61
    thinning.sum_up_what_is_over()
    lines = written.getvalue().splitlines()
    assert len(lines) == 22
    assert lines[-1] == "1186 more like this: delivery %d was not sent: %s"
    logger.info("delivery %d was not sent: %s", 1, "blocked")
    thinning.close()
    assert len(written.getvalue().splitlines()) == 23


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_line_has_its_time_with_the_zone_its_update_and_no_secret(log_format: str) -> None:
    written = io.StringIO()
    handler = log_handler(log_format, ZONE, ("a-secret",), written)
    logger = logging.Logger("linli")
    logger.addHandler(handler)
    with handling(17, datetime.now(UTC)):
        logger.info("something with %s", "a-secret")
        logger.info("update %d says so", 17)
    try:
        raise RuntimeError("a-secret")
    except RuntimeError:
        logger.exception("that failed with a-secret")
    first, second, *third = written.getvalue().splitlines()
    assert "a-secret" not in written.getvalue()
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00", first)
    assert "something with [secret] (update 17)" in first
    assert second.count("17") - second.split("+08:00")[0].count("17") == (
        1 if log_format == "text" else 2
    )
    assert "RuntimeError" in "".join(third)
    if log_format == "json":
        assert json.loads(first)["update_id"] == 17
        assert len(third) == 1
