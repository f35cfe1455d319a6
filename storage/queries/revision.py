"""Which migration the database is at."""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from storage.migrations import HEAD


@dataclass(frozen=True, slots=True)
class Shape:
    """The newest migration that a database has seen: None if it is empty.

    `foreign`: it holds tables that are not ours, or some of ours without saying which.
    """

    revision: str | None
    foreign: bool = False

    @property
    def is_current(self) -> bool:
        """Whether it has the shape that this version expects."""
        return self.revision == HEAD

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of ours made it: migrations are numbered."""
        return self.revision is not None and int(self.revision) > int(HEAD)


def shape_of(connection: Connection) -> Shape:
    """What shape the database has."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        if len(found) == 1 and found[0].isdecimal() and int(found[0]) > 0:
            return Shape(found[0])
    elif not tables:
        return Shape(None)
    return Shape(None, foreign=True)


def is_current(connection: Connection) -> bool:
    """Whether the database has the shape that this version expects."""
    return shape_of(connection).is_current


def touch(connection: Connection) -> None:
    """Write what stands there already: the proof that something can be written."""
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
