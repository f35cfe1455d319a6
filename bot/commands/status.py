"""`linli status`: is it alive, and does it keep up?"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.outside import utc_now
from bot.settings import Settings
from storage.alone import holder
from storage.database import Database
from storage.queries import status as queries

LATE = timedelta(minutes=5)  # what is due for longer, outside of a pause, is a sign of trouble


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; `serves` names the process, None if there is none."""

    serves: str | None
    status: queries.Status
    problems: tuple[str, ...]

    def as_json(self) -> str:
        """One object; instants as ISO 8601 in UTC."""
        found = {"ok": not self.problems, "serves": self.serves, "problems": self.problems}
        return json.dumps(found | asdict(self.status), default=datetime.isoformat)

    def lines(self, settings: Settings) -> list[str]:
        """The same for people, in the district's time."""
        found: dict[str, Any] = {"database": settings.database, "serves": self.serves}
        found |= asdict(self.status)
        shown = [f"{name.replace('_', ' ')}: {_shown(v, settings)}" for name, v in found.items()]
        return [*shown, *(f"trouble: {each}" for each in self.problems)]


def _shown(value: Any, settings: Settings) -> str:
    if isinstance(value, datetime):
        return value.astimezone(settings.zone).isoformat(timespec="seconds")
    return "-" if value is None else str(value)


async def look(database: Database, settings: Settings) -> Report:
    """Look at the database, and at who serves it. Changes nothing."""
    now = utc_now()
    found = await database.read(queries.status, now)
    serves = await holder(settings.database_url)
    problems = [] if serves else ["no process serves this database"]
    if found.due_since and now - found.due_since > LATE and not found.paused_until:
        problems.append("what is due is not sent")
    return Report(serves, found, tuple(problems))
