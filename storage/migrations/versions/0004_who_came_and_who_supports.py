"""Who came to an event, and who supports a suggestion"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _marks("attendances", "event_id", "events", "recorded_at", by="recorded_by")
    _marks("supports", "suggestion_id", "suggestions", "supported_at")


def _marks(table: str, of: str, parent: str, at: str, by: str | None = None) -> None:
    """One row a person and row of `parent`, which can be taken back."""
    references = {of: parent, "person_id": "persons"} | ({by: "persons"} if by else {})
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        *(sa.Column(name, ID, nullable=False) for name in references),
        sa.Column(at, Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}_{target}")
            )
            for name, target in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(of, "person_id", name=op.f(f"uq_{table}_{of}_person_id")),
    )
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def downgrade() -> None:
    op.drop_table("supports")
    op.drop_table("attendances")
