"""Migrations go up, down and up again with rows in every table, and lose nothing that the older
shape can hold."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
import sqlalchemy as sa
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from storage.migrate import config_for
from tests.conftest import new_postgres

T = TypeVar("T")
Rows = dict[str, list[dict[str, Any]]]

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
WEEKLY = {"kind": "weekly", "days": ["mon", "thu"], "at": "19:30:00"}
MONTHLY = {"kind": "monthly", "day": 3, "at": "08:00:00"}
# Where any value will not do: for the first row of a table, and for the second.
SPECIAL: dict[str, tuple[Any, Any]] = {
    "nodes.parent_id": (None, 1),
    "broadcasts.of_id": (None, 1),
    "broadcasts.state": ("done", "skipped"),
    "broadcasts.audience": ('{"node_id": 1}', '{"node_id": 2}'),
    "broadcasts.priority": (1, 1),
    "broadcasts.skipped_at": (None, AT),
    "broadcasts.finished_at": (None, AT),
    "deliveries.message_id": (11, None),
    "deliveries.message_ids": ("11;12,13", None),
    "deliveries.state": ("sent", "claimed"),
    "deliveries.person_id": (1, 2),
    "deliveries.group_id": (None, 2),
    "events.capacity": (None, 5),
    "membership_requests.state": ("pending", "accepted"),
    "membership_requests.decided_by": (None, 2),
    "membership_requests.decided_at": (None, AT),
    "invitations.state": ("used", "recalled"),
    "months.since_at": (AT, AT.replace(month=4)),
    "roles.state": ("held", "ended"),
    "pauses.id": (1, None),
    "polls.id": ("1", "2"),
    "schedules.kind": ("study_item", "study_item"),
    "suggestions.state": ("received", "declined"),
    "suggestions.decided_by": (None, 2),
    "suggestions.decided_at": (None, AT),
    "suggestions.reply": (None, "谢谢"),
    "suggestions.media": ('[{"kind": "photo", "file_id": "0 photo"}]', None),
    "schedules.rhythm": (json.dumps(WEEKLY), json.dumps(MONTHLY)),
}
# Before the third revision: its kind was that of the rhythm.
BEFORE_0003 = {
    "schedules.kind": ("weekly", "once"),
    "schedules.days": ("mon,thu", ""),
    "schedules.at": (time(19, 30), None),
    "schedules.once_at": (None, AT),
}
# Rows of a revision that the one before it cannot hold, by table; and what points at them.
CANNOT_HOLD: dict[str, dict[str, set[int]]] = {
    "0003": {"schedules": {2}},
    "0012": {"roles": {2}, "invitations": {2}},
}
POINTED_AT: dict[str, set[str]] = {
    "0003": {"broadcasts.schedule_id"},
    "0026": {"events.taken"},  # by sign-ups: each had one seat, where it had several
}
# What says the same in other words: compared by the rows of the older revision only.
REWORDED: dict[str, set[str]] = {"0003": {"schedules.kind"}}


@cache  # it reads every migration
def script() -> ScriptDirectory:
    return ScriptDirectory.from_config(config_for("sqlite://"))


def chain() -> list[tuple[str, str]]:
    """Each revision with the one before it, in order."""
    found = [(str(r.down_revision or "base"), r.revision) for r in script().walk_revisions()]
    return found[::-1]


class Connected:
    """A PostgreSQL database with a connection that is kept between the transactions of tests."""

    def __init__(self, url: str) -> None:
        # What was found out about a table does not outlive a migration.
        address = sa.make_url(url).set(drivername="postgresql+asyncpg")
        self._engine = create_async_engine(
            address.update_query_dict({"prepared_statement_cache_size": "0"}),
            connect_args={"statement_cache_size": 0},
        )
        self._runner = asyncio.Runner()

    def run(self, action: Callable[[sa.Connection], T]) -> T:
        async def go() -> T:
            async with self._engine.begin() as connection:
                return await connection.run_sync(action)

        return self._runner.run(go())

    def close(self) -> None:
        self._runner.run(self._engine.dispose())
        self._runner.close()


CONNECTED: dict[str, Connected] = {}


@contextmanager
def connected(url: str) -> Iterator[None]:
    CONNECTED[url] = Connected(url)
    try:
        yield
    finally:
        CONNECTED.pop(url).close()


def run(url: str, action: Callable[[sa.Connection], T]) -> T:
    """Do something in a transaction of its own."""
    if url in CONNECTED:
        return CONNECTED[url].run(action)
    if sa.make_url(url).get_backend_name() == "postgresql":
        with connected(url):
            return CONNECTED[url].run(action)
    engine = sa.create_engine(url, poolclass=sa.NullPool)  # no hop to a thread for each statement
    with engine.begin() as connection:
        return action(connection)


def move(url: str, to: str, *, down: bool = False) -> None:
    """Take a database up (or down) to a revision, by the migrations alone: what alembic's command
    does, which reads all of them anew each time."""
    steps = script()._downgrade_revs if down else script()._upgrade_revs

    def go(connection: sa.Connection) -> None:
        config = config_for(url)
        config.attributes["connection"] = connection
        with EnvironmentContext(config, script(), fn=lambda here, _: steps(to, here)):
            script().run_env()

    run(url, go)


class Stages(Protocol):
    """Databases at every revision, without a row."""

    def at(self, revision: str) -> str:
        """The address of a database of one's own at `revision` ("base": without a table)."""

    def left(self, url: str) -> None:
        """A test that went well is done with it."""


class Files:
    """The stages in SQLite, made once; and copies of them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._copies = folder, count(1)
        before = None
        for revision in ["base", *(name for _, name in chain())]:
            path = self._path(revision)
            if before is None:
                path.touch()
            else:
                shutil.copy(before, path)
                move(f"sqlite:///{path}", revision)
            before = path

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def at(self, revision: str) -> str:
        copied = shutil.copy(self._path(revision), self._path(f"copy-{next(self._copies)}"))
        return f"sqlite:///{copied}"

    def left(self, url: str) -> None:
        """Each has its own copy."""


class Walked:
    """One database on a PostgreSQL server, which goes from stage to stage: to make and drop one for
    each test takes longer than the tests do."""

    def __init__(self, server: str, name: str, kept: ExitStack) -> None:
        self._server, self._name, self._kept = server, name, kept
        self._made = count(1)
        self._url: str | None = None
        self._stages = ["base", *(name for _, name in chain())]

    def at(self, revision: str) -> str:
        if self._url is None:
            new = new_postgres(self._server, f"{self._name}_{next(self._made)}")
            url, here = self._kept.enter_context(new), "base"
            self._kept.enter_context(connected(url))
        else:
            url, here = self._url, run(self._url, _emptied)
        if here != revision:
            down = self._stages.index(here) > self._stages.index(revision)
            move(url, revision, down=down)
        self._url = None  # nobody goes on with one in which a test failed
        return url

    def left(self, url: str) -> None:
        self._url = url


def _emptied(connection: sa.Connection) -> str:
    """Take every row away; gives the revision."""
    names = {*sa.inspect(connection).get_table_names()} - {"alembic_version"}
    connection.execute(sa.text("SET LOCAL session_replication_role = replica"))  # no triggers
    for name in names:
        connection.execute(sa.text(f'DELETE FROM "{name}"'))
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "base")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Stages]:
    if request.param == "sqlite":
        yield Files(tmp_path_factory.mktemp("stages"))
        return
    with ExitStack() as kept:
        server = request.getfixturevalue("postgres_server")
        yield Walked(server, f"stages_{worker_id}", kept)


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def fill(connection: sa.Connection) -> None:
    """Two rows in every table, each column with a value if it may have one."""
    for table in tables_of(connection):
        old = "rhythm" not in table.columns
        special = SPECIAL | BEFORE_0003 if table.name == "schedules" and old else SPECIAL
        for n in (0, 1):
            row = {c.name: value_of(c, n, special) for c in table.columns}
            if row.get("id", 1) is not None:  # there is one pause at most
                connection.execute(sa.insert(table).values(_for(connection, row)))


def value_of(column: sa.Column[Any], n: int, special: dict[str, tuple[Any, Any]]) -> Any:
    name = f"{column.table.name}.{column.name}"
    if name in special:
        return special[name][n]
    if column.foreign_keys or column.name == "id":
        return n + 1
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return AT
    if isinstance(kind, sa.Time):
        return time(22 - n, 0)
    if isinstance(kind, sa.Boolean):
        return bool(n)
    if isinstance(kind, sa.Integer):
        return n + 1
    if isinstance(kind, sa.Float | sa.Numeric):
        return n + 0.5
    length = getattr(kind, "length", None) or 40
    return f"{n} {column.name}"[:length]


def _for(connection: sa.Connection, row: dict[str, Any]) -> dict[str, Any]:
    """SQLite's instants have no zone."""
    if connection.dialect.name == "postgresql":
        return row
    return {k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in row.items()}


def rows_of(connection: sa.Connection) -> Rows:
    """All rows as the database gives them, in the order of their keys."""
    keys = sa.inspect(connection).get_multi_pk_constraint()
    return {
        name: _rows(connection, name, key["constrained_columns"])
        for (_, name), key in keys.items()
        if name != "alembic_version"
    }


def all_of(connection: sa.Connection) -> tuple[Rows, dict[str, Any]]:
    """The rows and the shape."""
    return rows_of(connection), schema_of(connection)


def _rows(connection: sa.Connection, name: str, key: list[str]) -> list[dict[str, Any]]:
    # Not those of a table that inherits from it, which may have no key.
    only = "ONLY" if connection.dialect.name == "postgresql" else ""
    ordered = f" ORDER BY {', '.join(key)}" if key else ""
    rows = connection.execute(sa.text(f'SELECT * FROM {only} "{name}"{ordered}'))
    return [dict(row) for row in rows.mappings()]


def schema_of(connection: sa.Connection) -> dict[str, Any]:
    """Tables, columns and constraints by name, and the conditions of partial indexes. Asked for all
    tables at once: for each alone it is hundreds of questions."""
    look = sa.inspect(connection)
    indexes, foreign = look.get_multi_indexes(), look.get_multi_foreign_keys()
    unique, checks = look.get_multi_unique_constraints(), look.get_multi_check_constraints()
    return {
        table[1]: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in columns},
            "indexes": {
                str(i["name"]): (i["column_names"], bool(i.get("dialect_options")))
                for i in indexes[table]
                if not i.get("duplicates_constraint")
            },
            "foreign": {f["name"] for f in foreign[table]},
            "unique": {u["name"] for u in unique[table]},
            "checks": {c["name"] for c in checks[table]},
        }
        for table, columns in look.get_multi_columns().items()
        if table[1] != "alembic_version"
    }


@pytest.mark.parametrize(("before", "revision"), chain(), ids=[r for _, r in chain()])
def test_what_was_there_before_a_migration_survives_its_way_up_and_down(
    stages: Stages, before: str, revision: str
) -> None:
    url = stages.at(before)
    run(url, fill)
    old = run(url, all_of)
    move(url, revision)
    new = run(url, all_of)
    move(url, before, down=True)
    assert run(url, all_of) == old
    move(url, revision)
    assert run(url, all_of) == new
    stages.left(url)


@pytest.mark.parametrize(("before", "revision"), chain()[1:], ids=[r for _, r in chain()[1:]])
def test_what_the_older_shape_can_hold_survives_a_migration_s_way_down_and_up(
    stages: Stages, before: str, revision: str
) -> None:
    url = stages.at(revision)
    run(url, fill)
    new = run(url, rows_of)
    move(url, before, down=True)
    old = run(url, rows_of)
    move(url, revision)
    again = run(url, rows_of)
    gone = CANNOT_HOLD.get(revision, {})
    silent = POINTED_AT.get(revision, set())
    for name, rows in old.items():
        kept = [row for row in new[name] if row.get("id") not in gone.get(name, set())]
        assert len(rows) == len(kept) == len(again[name]), name
        for row, was, now in zip(rows, kept, again[name], strict=True):
            reworded = REWORDED.get(revision, set())
            both = {c for c in row.keys() & was.keys() if f"{name}.{c}" not in silent}
            assert {c: was[c] for c in both} == {c: now[c] for c in both}, name
            plain = {c for c in both if f"{name}.{c}" not in reworded}
            assert {c: row[c] for c in plain} == {c: was[c] for c in plain}, name
    stages.left(url)
