"""A backup that is taken while a push runs is one moment of it, and goes on where that was."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bot.delivery_scene import opened
from tests.bot.line import beside

PEOPLE = 300
RATE = 100  # messages a second
_COUNTED = "SELECT state, count(*) FROM deliveries GROUP BY state"
_KEPT = "SELECT state, sum(count) FROM progress GROUP BY state HAVING sum(count) > 0"


async def test_a_backup_under_a_push_is_whole_and_the_push_goes_on(
    migrated_file: Path, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    await asyncio.to_thread(backups.mkdir)
    async with opened(migrated_file, tmp_path, PACE_PER_SECOND=str(RATE)) as scene:
        sending = await scene.sends(PEOPLE)
        await scene.begins()
        await scene.until(lambda: scene.sent(sending) > PEOPLE // 10)
        url = f"sqlite:///{tmp_path}/linli.db"
        code, out, err = await beside("backup", str(backups), cwd=tmp_path, DATABASE_URL=url)
        assert code == 0, err
        assert out.splitlines()[-1].startswith("Backed up, and found whole: ")
        refused, _, err = await beside("restore", out.split()[-1], cwd=tmp_path, DATABASE_URL=url)
        assert refused == 2
        assert err == f"linli: {tmp_path}/linli.db: is in use by another process; stop that first\n"
        await scene.done()
        assert scene.sent(sending) == PEOPLE
    with closing(sqlite3.connect(Path(out.split()[-1]))) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counted = dict(copy.execute(_COUNTED).fetchall())
        assert counted == dict(copy.execute(_KEPT).fetchall()), "one moment, not two"
    assert sum(counted.values()) == PEOPLE
    assert counted["sent"] > 0
