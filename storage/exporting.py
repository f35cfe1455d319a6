"""What a workbook of figures is made of, read piece by piece: neither memory nor anybody else
notices how much it is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from storage.database import Database
from storage.model.figure import Figure, Measure
from storage.model.node import Node
from storage.model.period import Days
from storage.model.person import Person
from storage.model.plan import Target
from storage.model.tally import Tally
from storage.model.trace import Traced
from storage.queries import exports
from storage.queries.overviews import compared_for

_AT_ONCE = 1_000  # records


@dataclass(frozen=True, slots=True)
class Exported:
    """The figures of `node` in a period, as far as `person` may see them; `measures` are a
    programme's."""

    database: Database
    person: Person
    node: Node
    days: Days
    measures: Mapping[str, Measure]

    async def communities(self) -> Sequence[Node]:
        """Those of a district; of a community none."""
        return await self.database.read(exports.communities_of, self.person, self.node)

    async def tally(self, node: Node) -> Tally:
        """The figures of the node, or of one of its communities, and how they were a year
        before."""
        of = self.person, node.id, self.days, self.measures
        return await self.database.read(compared_for, *of)

    async def targets(self, node: Node) -> Mapping[str, Target]:
        """What is planned; nothing for a period that is no whole year."""
        return await self.database.read(exports.targets_in, node, self.days, self.measures)

    async def months(self) -> Mapping[str, Mapping[date, Figure]]:
        """Every figure in each month, by the first of these."""
        return await self.database.read(exports.months_in, self.node, self.days, self.measures)

    async def records(self, indicator: str) -> AsyncIterator[Sequence[Traced]]:
        """What an indicator counted, some at a time."""
        measure = self.measures[indicator]
        for days in exports.windows(self.days, measure):
            number, more = 0, True
            while more:
                page = await self.database.read(
                    exports.traced, self.person, measure, days, (self.node, number, _AT_ONCE)
                )
                yield page.items
                number, more = number + 1, page.more
