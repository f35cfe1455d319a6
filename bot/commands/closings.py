"""`linli closing verify`: whether the figures of closings are those that were signed."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.places import place_or_district
from bot.settings import Settings
from storage.database import Database
from storage.model.closing import Closing
from storage.queries.closed_years import every_closing


@dataclass(frozen=True, slots=True)
class Verified:
    """Closings, each with the name of its place."""

    found: Sequence[tuple[str, Closing]]

    @property
    def is_intact(self) -> bool:
        return all(closing.is_intact for _, closing in self.found)

    def lines(self) -> list[str]:
        """One for each, with its checksum as the annual summary names it, and the sum last."""
        told = [_line(name, closing) for name, closing in self.found]
        broken = sum(not closing.is_intact for _, closing in self.found)
        sum_of_it = f"{broken} of them broken" if broken else "all as they were signed"
        return [*told, f"closings: {len(told)}, {sum_of_it}" if told else "no year was signed yet"]


def _line(name: str, closing: Closing) -> str:
    of = f"{name} {closing.sheet.year} {closing.state} {closing.signed_at:%Y-%m-%d}"
    if closing.is_intact:
        return f"{of} {closing.digest} intact"
    return f"{of} {closing.digest} BROKEN: its figures give {closing.sheet.digest}"


async def verify(database: Database, _settings: Settings, place: str | None) -> Verified:
    """Of a place and all below it (None: the district), year by year; also what was sent back or
    opened again. Raises SettingsError for a place that there is not."""
    node = await place_or_district(database, place)
    return Verified(await database.read(every_closing, node))
