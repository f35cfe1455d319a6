"""Where roll-ups are kept, and the statements that add to them.

On PostgreSQL, whose writers write side by side, all that happens at a place would wait for the same
few sums. So what many add to at once begins as *additions*: rows that have no key, each writer's
its own. Their tables inherit from the sums, which are therefore read with them
(https://www.postgresql.org/docs/current/ddl-inherit.html): only a sum over all rows is a figure.
Every few seconds additions are taken in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from storage.rule import Rule


@dataclass(frozen=True, slots=True)
class _Sums:
    """A table, what tells its rows apart, and the sums. `by_year`: each year stands beside its
    months. `keyed` False: of additions, which nothing tells apart."""

    table: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    by_year: bool = False
    keyed: bool = True

    @property
    def columns(self) -> str:
        return ", ".join((*self.keys, *self.names))

    def insert(self, found: str) -> str:
        """Adds the rows that the statement `found` finds, of which no two have one key."""
        inserted = f"INSERT INTO {self.table} ({self.columns}) {found}"
        if not self.keyed:
            return inserted
        changed = ", ".join(
            f"{each} = {self.table}.{each} + excluded.{each}" for each in self.names
        )
        return f"{inserted} ON CONFLICT ({', '.join(self.keys)}) DO UPDATE SET {changed}"

    def additions(self) -> "_Sums":
        return replace(self, table=f"{self.table}_additions", keyed=False)


_ROLLUPS = _Sums(
    "rollups", ("source", "node_id", "month", "key"), ("records", "weight"), by_year=True
)
_DONE = _Sums("done", ("broadcast_id", "node_id"), ("acknowledged",))
_COVERS = _Sums("covers", ("share", "node_id", "month", "last"), ("members",))
_BY_NAME = {
    "rollups": _ROLLUPS,
    "reach": _Sums("reach", ("broadcast_id", "node_id"), ("arrived",)),
    "done": _DONE,
    "covers": _COVERS,
    "spells": _Sums("spells", ("share", "person_id", "month"), ("records",)),
}
# Not of whom a broadcast reached: the courier alone adds to that. Nor of spells, one person's each.
ADDITIONS = {name: f"{name}, later" for name in ("rollups", "done", "covers")}
_BY_NAME |= {later: _BY_NAME[name].additions() for name, later in ADDITIONS.items()}
# A year is the sum of its months, kept beside them as month 0: else a district's year would be a
# hundred thousand rows. What lasts has no month, and no year.
_SPANS = "(SELECT 1 AS span UNION ALL SELECT 100) AS spans"


def worth_of(rule: Rule, sign: int, froms: str, conditions: Sequence[str]) -> str:
    """The rows that say what one is worth by a rule."""
    sums = _BY_NAME[rule.into]
    values = (*rule.values, *(f"{sign} * {each}" for each in rule.sums))
    columns = (*sums.keys, *sums.names)
    named = ", ".join(f"{value} AS {name}" for value, name in zip(values, columns, strict=True))
    given = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {named}{froms and f' FROM {froms}'}{given}"


def added(into: str, worth: Sequence[str], apart: bool = False) -> str:
    """Adds what rows are worth to a roll-up; `apart`: no two of them are of one key, or it does not
    matter."""
    sums = _BY_NAME[into]
    froms, where, keys = f"({' UNION ALL '.join(worth)}) AS worth", "true", ", ".join(sums.keys)
    if sums.by_year:
        froms, where = f"{froms}, {_SPANS}", "month > 0 OR span = 1"
        keys = keys.replace("month", "month / span * span")
    if apart:
        return sums.insert(f"SELECT {keys}, {', '.join(sums.names)} FROM {froms} WHERE {where}")
    changes = " OR ".join(f"SUM({each}) <> 0" for each in sums.names)
    places = ", ".join(str(n) for n in range(1, len(sums.keys) + 1))
    grouped = f"FROM {froms} WHERE {where} GROUP BY {places} HAVING {changes}"
    return sums.insert(f"SELECT {keys}, {_totals(sums)} {grouped}")


def taken_in() -> Iterator[str]:
    """What takes all additions into the sums: a statement for each table, always in one order, so
    that no two who do it wait for each other."""
    for sums in (_ROLLUPS, _DONE, _COVERS):
        keys = ", ".join(sums.keys)
        totals = f"SELECT {keys}, {_totals(sums)} FROM taken GROUP BY {keys} ORDER BY {keys}"
        taken = f"DELETE FROM {sums.additions().table} RETURNING *"
        yield f"WITH taken AS ({taken}) {sums.insert(totals)}"


def _totals(sums: _Sums) -> str:
    return ", ".join(f"SUM({each})" for each in sums.names)
