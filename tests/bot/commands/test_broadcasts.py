"""`linli broadcasts`: the same figures as the card, in a terminal."""

import asyncio
import io
import json
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.commands.broadcasts import TROUBLES, Terminal, show
from bot.settings import Settings, read_settings
from storage.actions import broadcasts as actions
from storage.actions import pauses
from storage.actions.outbox import claim_due, record
from storage.actions.study import acknowledge
from storage.database import Database
from storage.model.audience import Audience, Behaviour, Deed
from storage.model.broadcast import NewBroadcast
from storage.model.delivery import DeliveryState, Outcome
from storage.model.kinds import DeliveryKind
from storage.model.message import Message
from storage.model.refusal import Refusal
from tests.bot.life import environment
from tests.storage.district import COURIER, NOW, ZONE, District, founded
from tests.waiting import HANG


@pytest.fixture
async def district(sqlite: Database) -> District:
    return await founded(sqlite)


@dataclass
class Operator:
    """Somebody at a terminal, while the bot sends `between_looks` messages between two looks."""

    district: District
    between_looks: int = 0
    time: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def runs(self, broadcast_id: int | None = None, *, watch: bool = False) -> str:
        screen = io.StringIO()
        await show(
            self.district.database,
            read_settings(Settings, _env_file=None, default_language="en"),
            broadcast_id,
            watch,
            Terminal(Console(file=screen, width=160), lambda: NOW, lambda: self.time, self._sleep),
        )
        return screen.getvalue()

    async def _sleep(self, seconds: float) -> None:
        assert len(self.slept) < 20, "it should have ended"
        self.slept.append(seconds)
        self.time += seconds
        await self.delivers(self.between_looks)
        await self.district.database.write(actions.finish, NOW)

    async def delivers(self, most: int, state: DeliveryState = DeliveryState.SENT) -> None:
        if not most:
            return
        write = self.district.database.write
        for claimed in await write(claim_due, COURIER, NOW, most, ZONE):
            reason = None if state is DeliveryState.SENT else "403 Forbidden: bot was blocked"
            outcome = Outcome(claimed.id, claimed.broadcast_id, state, reason=reason)
            await write(record, COURIER, [outcome], NOW)

    async def begins(self, **given: Any) -> int:
        """A notice to the eastern community."""
        new: dict[str, Any] = {
            "kind": DeliveryKind.NOTICE,
            "node_id": self.district.east.id,
            "audience": Audience(self.district.east.id),
            "slot_at": NOW,
            "content": Message({"zh": "今晚停水", "en": "No water [tonight]"}).to_json(),
        }
        write = self.district.database.write
        broadcast = await write(actions.begin, NewBroadcast(**(new | given)), NOW)
        await self.district.owes()
        return broadcast


@pytest.fixture
async def operator(district: District) -> Operator:
    for n in range(10):
        await district.resident(f"p{n}")
    return Operator(district)


async def test_nothing_yet_is_said_so(operator: Operator) -> None:
    assert await operator.runs() == "No broadcast yet.\n"


async def test_what_is_under_way_shows_its_rate_and_all_counts(operator: Operator) -> None:
    await operator.begins()
    await operator.delivers(1, DeliveryState.UNREACHABLE)
    operator.between_looks = 4
    seen = await operator.runs()
    assert "No water [tonight]" in seen
    assert "东湖社区" in seen
    assert "running" in seen
    assert "50 % 5/10" in seen
    assert "5 queued, 4 sent, 1 unreachable" in seen
    assert "2.0/s, 2 s left" in seen
    assert operator.slept == [2.0]


async def test_the_newest_ten_and_whatever_is_under_way_are_listed(operator: Operator) -> None:
    first = await operator.begins()
    ended = [await operator.begins(audience=Audience(operator.district.west.id)) for _ in range(12)]
    await operator.district.database.write(actions.finish, NOW)
    *seen, last = (await operator.runs()).splitlines()[1:]
    assert [int(line.split()[0]) for line in seen] == [*ended[:-11:-1], first]
    assert last == "… and 2 older: linli broadcasts ID shows one."


async def test_one_broadcast_shows_whom_it_did_not_reach(operator: Operator) -> None:
    broadcast = await operator.begins(at_most_once=True)
    await operator.delivers(2, DeliveryState.UNREACHABLE)
    await operator.delivers(100)
    await operator.district.database.write(actions.finish, NOW)
    seen = await operator.runs(broadcast)
    assert "done" in seen
    assert "notice, at most once" in seen
    assert '{"node_id": 2}' in seen
    assert "2026-03-02 12:00:00" in seen
    assert "p1" in seen
    assert "blocked" in seen
    assert "403 Forbidden: bot was blocked" in seen
    assert "p2" not in seen
    assert operator.slept == []


async def test_who_does_not_support_a_suggestion_is_not_named_either(operator: Operator) -> None:
    nobody_does = Behaviour(Deed.SUPPORTED, done=False, subject_id=1)
    audience = Audience(operator.district.east.id, behaviour=nobody_does)
    broadcast = await operator.begins(audience=audience)
    await operator.delivers(1, DeliveryState.UNREACHABLE)
    seen = await operator.runs(broadcast)
    assert "one of them" in seen
    assert "p0" not in seen


async def test_more_troubles_than_anybody_reads_are_cut_short(operator: Operator) -> None:
    for n in range(TROUBLES):
        await operator.district.resident(f"q{n}")
    broadcast = await operator.begins()
    await operator.delivers(1000, DeliveryState.UNREACHABLE)
    await operator.district.database.write(actions.finish, NOW)
    seen = (await operator.runs(broadcast)).splitlines()
    assert len([line for line in seen if "403 Forbidden" in line]) == TROUBLES
    assert seen[-1] == "… and 10 more"


async def test_watching_ends_when_everything_is_done(operator: Operator) -> None:
    broadcast = await operator.begins()
    operator.between_looks = 3
    seen = await operator.runs(broadcast, watch=True)
    assert "100 % 10/10" in seen
    assert "done" in seen
    assert operator.slept == [2.0] * 4


async def test_a_change_and_what_it_changes_point_at_each_other(operator: Operator) -> None:
    broadcast = await operator.begins()
    await operator.delivers(100)
    kim = await operator.district.kim()
    write = operator.district.database.write
    change = await write(actions.withdraw, kim.id, broadcast, "withdraw", NOW)
    operator.between_looks = 100
    assert "taken back by" in await operator.runs(broadcast)
    seen = await operator.runs(change)
    assert "Taken back: No water [tonight]" in seen
    assert "changes" in seen


async def test_acknowledgements_of_a_study_item_are_told(operator: Operator) -> None:
    ana = await operator.district.member("ana")
    item = {"course_id": "resident-basics", "item_id": "safe-account"}
    broadcast = await operator.begins(kind=DeliveryKind.STUDY_ITEM, content=None, **item)
    await operator.delivers(100)
    write = operator.district.database.write
    await write(acknowledge, ana.telegram_id, item["course_id"], item["item_id"], NOW)
    assert "acknowledged 1" in " ".join((await operator.runs(broadcast)).split())


async def test_a_pause_of_telegram_is_told(operator: Operator) -> None:
    await operator.begins()
    ends = NOW + timedelta(minutes=3)
    await operator.district.database.write(pauses.remember, ends, 18.0)
    seen = await operator.runs()
    assert "Telegram asks to wait until 2026-03-02 12:03:00, then up to 18.0 a second." in seen


async def test_a_broadcast_that_is_not_there_is_refused(operator: Operator) -> None:
    with pytest.raises(Refusal):
        await operator.runs(77)


# As a command


RUN = (
    "import sys; sys.argv = ['linli', *sys.argv[1:]]\n"
    "import bot.cli\n"
    "code = 0\n"
    "try: bot.cli.main()\n"
    "except SystemExit as end: code = end.code or 0\n"
    "import json\n"
    "heavy = ('aiogram', 'aiogram_dialog')\n"
    "print(json.dumps([code, sorted(m for m in sys.modules if m.partition('.')[0] in heavy)]))"
)


async def command(*arguments: str, url: str, cwd: Path) -> tuple[str, list[Any]]:
    """What the command says, then its exit code and the heavy modules that it loaded."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUN, *arguments),
        cwd=cwd,
        env=environment(DATABASE_URL=url, COLUMNS="160", DEFAULT_LANGUAGE="en"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), HANG)
    *said, found = out.decode().splitlines()
    return "\n".join([*said, err.decode()]), json.loads(found)


async def test_the_command_runs_beside_the_bot_without_loading_it(
    operator: Operator, sqlite: Database, sqlite_url: str, tmp_path: Path
) -> None:
    assert operator.district.database is sqlite
    broadcast = await operator.begins()
    await operator.delivers(100)
    await sqlite.write(actions.finish, NOW)
    for arguments in ((), (str(broadcast),), (str(broadcast), "--watch")):
        said, found = await command("broadcasts", *arguments, url=sqlite_url, cwd=tmp_path)
        assert "100 % 10/10" in said
        assert found == [0, []]
    said, found = await command("broadcasts", "77", url=sqlite_url, cwd=tmp_path)
    assert "linli: there is no broadcast 77\n" in said
    assert found == [2, []]
