"""The migrations make the very tables that the code expects."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.database import Database, open_database
from storage.migrate import config_for, migrate
from storage.migrations import HEAD
from storage.queries.revision import is_current
from storage.tables import metadata


def differences(connection: Connection) -> list[Any]:
    options = {
        "compare_type": True,
        "compare_server_default": False,
        # PostgreSQL's alone, of the columns that they inherit (storage/sums.py).
        "include_name": lambda name, kind, _: kind != "table" or not name.endswith("_additions"),
    }
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


def rules(connection: Connection) -> dict[str, set[str]]:
    """Names of what `compare_metadata` does not look at: check constraints and index conditions."""
    look = inspect(connection)
    names = look.get_table_names()
    where = f"{connection.dialect.name}_where"
    return {
        "checks": {str(c["name"]) for n in names for c in look.get_check_constraints(n)},
        "partial": {
            str(i["name"])
            for n in names
            for i in look.get_indexes(n)
            if i.get("dialect_options", {}).get(where) is not None
        },
        "foreign": {str(f["name"]) for n in names for f in look.get_foreign_keys(n)},
    }


async def test_the_migrations_equal_the_tables(database: Database) -> None:
    assert await database.read(differences) == []
    found = await database.read(rules)
    constraints = [c for t in metadata.sorted_tables for c in t.constraints]
    indexes = [i for t in metadata.sorted_tables for i in t.indexes]
    kinds = {"CheckConstraint": "checks", "ForeignKeyConstraint": "foreign"}
    expected: dict[str, set[str]] = {"checks": set(), "foreign": set()}
    for constraint in constraints:
        kind = kinds.get(type(constraint).__name__)
        if kind is not None:
            expected[kind].add(str(constraint.name))
    partial = {str(i.name) for i in indexes if i.dialect_options["sqlite"]["where"] is not None}
    assert found == {**expected, "partial": partial}
    assert found["checks"]


def test_the_revision_that_the_code_expects_is_the_last_script() -> None:
    script = ScriptDirectory.from_config(config_for("sqlite://"))
    assert script.get_heads() == [HEAD]
    assert len(list(script.walk_revisions())) == len(list(Path(script.versions).glob("*.py")))


async def test_a_migrated_database_is_current_and_no_other(
    database: Database, tmp_path: Path
) -> None:
    assert await database.read(is_current)
    empty = open_database(f"sqlite:///{tmp_path}/empty.db")
    try:
        assert not await empty.read(is_current)
        await empty.write(
            lambda c: c.execute(text("CREATE TABLE alembic_version (version_num text)")) and None
        )
        assert not await empty.read(is_current)
        await empty.write(
            lambda c: c.execute(text("INSERT INTO alembic_version VALUES ('0')")) and None
        )
        assert not await empty.read(is_current)
    finally:
        await empty.close()


def test_migrating_again_changes_nothing_and_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "linli.db"
    for _ in range(2):
        migrate(f"sqlite:///{path}")
    assert path.exists()


@pytest.mark.parametrize("name", sorted(t.name for t in metadata.sorted_tables))
def test_every_constraint_has_a_name_by_which_a_migration_can_change_it(name: str) -> None:
    table = metadata.tables[name]
    assert [c for c in table.constraints if c.name is None] == []
