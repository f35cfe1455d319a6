"""Rules: what one row of a table is worth to a roll-up (storage/rollups.py)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

_MONTH = "(SELECT month FROM months WHERE since_at <= {at} ORDER BY since_at DESC LIMIT 1)"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one row `{r}` of `table` adds to the roll-up `name`, with rows of others joined to it.

    `values` are those of the roll-up's columns before its sums, `sums` what one row adds to these;
    `walk` is the column by which it is built ("": nothing is, or all was), `watched` those whose
    change matters. `own` are conditions of the row alone, `where` those with what is joined.
    `person` is whose the row is (""; nobody's), `keys` what a `where` of a programme asks of it.
    `from_birth` False: when it is inserted a row is worth nothing yet. `locked`: table and id of
    what the row of the other side, too, locks or is (see storage/triggers.py). `joins_one`: what is
    joined is a single row, told by its id, the one that is locked. `reads`: the name of that, where
    it was read already.
    """

    name: str
    table: str
    watched: tuple[str, ...]
    values: tuple[str, ...]
    own: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    sums: tuple[str, ...] = ("1", "1")
    joined: str = ""
    walk: str = "{r}.id"
    into: str = "rollups"
    person: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    from_birth: bool = True
    locked: tuple[str, str] | None = None
    joins_one: bool = False
    reads: str = ""

    @property
    def adds_once(self) -> bool:
        """Whether one row of its table adds to one row of the roll-up at most."""
        return self.joins_one or not self.joined

    def of_read(self) -> "Rule":
        """The same where the single row that it joins was read when it was locked."""
        if not self.joins_one:
            return self
        return replace(self, joined="", reads=self.joined.split()[1])

    @property
    def columns_read(self) -> Sequence[str]:
        """What its texts name of the row that was read."""
        texts = " ".join((*self.values, *self.where, *self.sums))
        return re.findall(rf"\b{self.reads}\.(\w+)", texts) if self.reads else ()

    @property
    def tables(self) -> tuple[str, ...]:
        """All whose rows it reads, in one order for all that lock them."""
        others = (each.split()[0] for each in self.joined.split(",") if each)
        return tuple(sorted({self.table, *others}))


def month_of(at: str) -> str:
    """The district's month of an instant."""
    return _MONTH.replace("{at}", at)


def by_month(name: str, node: str, at: str, key: str) -> tuple[str, ...]:
    """The first columns of a roll-up by month."""
    return (f"'{name}'", node, month_of(at), key)
