"""How many people an audience has, as forms show it."""

from datetime import datetime, timedelta

from storage.database import Database
from storage.model.audience import Audience
from storage.queries import audience as queries

COUNTED_FOR = timedelta(minutes=1)


class Counts:
    """Remembers for a while what was counted: counting a million takes a second or two, and an
    album shows its form's window ten times."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Audience], tuple[int, datetime]] = {}

    async def of(self, form: str, audience: Audience, database: Database, now: datetime) -> int:
        """How many they are. A form, told by the key of its draft, counts anew for another
        audience or after a minute."""
        known = self._known.get((form, audience))
        if known is not None and now < known[1]:
            return known[0]
        count = await database.read(queries.count, audience)
        current = {key: found for key, found in self._known.items() if now < found[1]}
        self._known = {**current, (form, audience): (count, now + COUNTED_FOR)}
        return count
