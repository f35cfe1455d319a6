"""Triggers, as both databases spell them.

PostgreSQL writes side by side. A trigger that reads rows of another table must see all that are
there when its transaction ends, so it locks first what both sides name: an event, or a person.
Whoever comes second waits, and then sees what the first one did: each statement of a function sees
what is committed when it begins (https://www.postgresql.org/docs/current/xfunc-volatility.html).
SQLite has one writer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

PREFIX = "rollup_"  # of the names of all of ours
WERE, ARE = "were", "are"  # the rows that a statement changed, before and after
# A connection keeps the plan that it made when the roll-ups had no rows, and reading them whole was
# cheapest, while they grow: until they are analysed next.
_BY_INDEX = ("enable_seqscan",)
# The same of the rows of a statement, which were few when the plan was made, or many.
_BY_INDEX_FOR_EACH = (*_BY_INDEX, "enable_hashjoin", "enable_mergejoin")


@dataclass(frozen=True, slots=True)
class Locked:
    """A row that PostgreSQL locks before: of which table, by which id. `read_as`: the name by which
    the body then asks for its `columns` ("": it does not)."""

    table: str
    row_id: str
    read_as: str = ""
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As an UPDATE of it would; who only points at it does not wait."""
        found = f"FROM {self.table} WHERE id = {self.row_id} FOR NO KEY UPDATE"
        if self.read_as:
            return f"SELECT {', '.join(self.columns)} INTO {self.read_as} {found}"
        return f"PERFORM 1 {found}"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What is done (the statements of `body`) after a row of `table` is inserted, deleted, or one
    of the columns `of` it updated, if `when` holds ("": always), once what is `locked` is.
    `looks_up`: the body looks for rows of tables that grow."""

    name: str
    table: str
    event: str  # INSERT, UPDATE or DELETE
    of: tuple[str, ...]
    when: str
    body: tuple[str, ...]
    locked: tuple[Locked, ...] = ()
    looks_up: bool = True

    def statements(self, dialect: str) -> Iterator[str]:
        """What makes it. On PostgreSQL the first alone makes one of its name do this from now on,
        and nobody who writes waits for that."""
        name = PREFIX + self.name
        of = f" OF {', '.join(self.of)}" if self.of else ""
        when = f" WHEN ({self.when})" if self.when else ""
        head = f"CREATE TRIGGER {name} AFTER {self.event}{of} ON {self.table} FOR EACH ROW{when}"
        if dialect == "sqlite":
            yield f"{head} BEGIN {'; '.join(self.body)}; END"
        else:
            read = [each.read_as for each in self.locked if each.read_as]
            off = _BY_INDEX if self.looks_up else ()  # each is set and set back with every call
            yield _function(name, off, (*map(str, self.locked), *self.body), read)
            yield f"{head} EXECUTE FUNCTION {name}()"


@dataclass(frozen=True, slots=True)
class TriggerOfMany:
    """What is done (the statements of `body`) after a statement updated or deleted rows of `table`,
    once for all of them: they stand in the tables WERE and ARE. PostgreSQL's alone, where a call
    for each costs more than what it does. `locked`: the tables, and what selects the ids of their
    rows that are locked before.
    """

    name: str
    table: str
    event: str  # UPDATE or DELETE
    body: tuple[str, ...]
    locked: tuple[tuple[str, str], ...] = ()

    def statements(self, dialect: str) -> Iterator[str]:
        """As of a trigger."""
        name = PREFIX + self.name
        seen = f"OLD TABLE AS {WERE}"
        if self.event == "UPDATE":
            seen = f"{seen} NEW TABLE AS {ARE}"
        yield _function(name, _BY_INDEX_FOR_EACH, (*self._locks(), *self.body))
        yield (
            f"CREATE TRIGGER {name} AFTER {self.event} ON {self.table} REFERENCING {seen}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )

    def _locks(self) -> Iterator[str]:
        """In one order for all, so that no two wait for each other."""
        for table, ids in self.locked:
            found = f"SELECT 1 FROM {table} WHERE id IN ({ids}) ORDER BY id"
            yield f"PERFORM 1 FROM ({found} FOR NO KEY UPDATE) AS locked"


def _function(name: str, off: Iterable[str], body: Iterable[str], rows: Sequence[str] = ()) -> str:
    """`rows`: the names of those that the body keeps."""
    settings = " ".join(f"SET {each} = off" for each in off)
    declared = " ".join(("DECLARE", *(f"{each} record;" for each in rows))) if rows else ""
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {settings} AS"
        f" $$ {declared} BEGIN {'; '.join(body)}; RETURN NULL; END $$"
    )


_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger",
}
_DROPPED = {
    "sqlite": "DROP TRIGGER {name}",
    "postgresql": "DROP FUNCTION {name}() CASCADE",  # its trigger goes with it
}


def there(connection: Connection) -> frozenset[str]:
    """The names of those of ours that the database has."""
    names = connection.execute(text(_THERE[connection.dialect.name])).scalars()
    return frozenset(name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX))


def drop_all(connection: Connection) -> None:
    """Drop all of ours."""
    for name in there(connection):
        drop = _DROPPED[connection.dialect.name].format(name=PREFIX + name)
        connection.exec_driver_sql(drop)


def make(connection: Connection, triggers: Iterable[Trigger | TriggerOfMany]) -> None:
    """Make these, which are not there."""
    dialect = connection.dialect.name
    for trigger in triggers:
        for statement in trigger.statements(dialect):
            connection.exec_driver_sql(statement)


def make_anew(connection: Connection, triggers: Iterable[Trigger | TriggerOfMany]) -> None:
    """Let those that are there do what these do from now on."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        drop_all(connection)
        make(connection, triggers)
    else:
        for trigger in triggers:
            connection.exec_driver_sql(next(trigger.statements(dialect)))
