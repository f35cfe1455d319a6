"""The metadata that all tables share, and the column types that both databases agree on."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, MetaData, String
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out row ids by itself only to a column declared INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant. SQLite forgets zones, so what comes back is given UTC again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take an aware instant of any zone. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC instant."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def id_column() -> Column[int]:
    return Column("id", Id, primary_key=True)


def reference(
    name: str, target: str, *, nullable: bool = False, index: bool = False
) -> Column[int]:
    """A column that points at the `id` of another table."""
    return Column(name, Id, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def state_column(states: Any) -> Column[str]:
    """The state of a row; its legal values and moves are written in the model."""
    longest = max(len(state.value) for state in states)
    return Column("state", String(longest), nullable=False)
