"""What the writers of letters are given."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from content.courses import Courses
from content.programme import Programme
from content.screen import Screen
from content.texts import Texts
from storage.database import Database
from storage.model.delivery import Claimed
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries import people as people_queries

_KEPT = 64  # screens that are the same for everybody, in the languages of a few broadcasts


@dataclass(frozen=True, slots=True)
class Tools:
    """The facts, the words, the clock, and what was put into words already."""

    database: Database
    texts: Texts
    courses: Courses
    programme: Programme
    now: Callable[[], datetime]
    kept: OrderedDict[tuple[object, ...], Screen] = field(default_factory=OrderedDict)

    async def recipient(self, delivery: Claimed) -> Person:
        """Who gets it, with the roles they hold now. Raises Refusal for somebody who left."""
        person = await self.database.read(people_queries.by_telegram_id, delivery.chat_id)
        if person is None:
            raise Refusal("refused.unknown_person")
        return person

    def keep(self, key: tuple[object, ...], screen: Screen) -> Screen:
        """Remember in `kept` what looks the same for everybody: it is put into words once."""
        self.kept[key] = screen
        if len(self.kept) > _KEPT:
            self.kept.popitem(last=False)
        return screen
