"""Broadcasts with an audience, a state and their progress; groups, files, cards, pauses"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import Instant

revision = "0002"
down_revision = "0001"

STATES = ("queued", "claimed", "sent", "unreachable", "failed", "expired", "cancelled")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    _new_tables()
    _nodes_and_persons()
    _broadcasts()
    _deliveries()
    op.create_table(
        "progress",
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_progress_counted")),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_progress_broadcast_id_broadcasts")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "state", name=op.f("pk_progress")),
    )
    for state in STATES:
        op.execute(
            f"INSERT INTO progress (broadcast_id, state, count) "
            f"SELECT b.id, '{state}', coalesce(d.n, 0) FROM broadcasts b LEFT JOIN "
            f"(SELECT broadcast_id, count(*) AS n FROM deliveries WHERE state = '{state}' "
            f"GROUP BY broadcast_id) d ON d.broadcast_id = b.id"
        )
    op.create_table(
        "cards",
        sa.Column("broadcast_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_cards_broadcast_id_broadcasts")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_cards_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id", name=op.f("pk_cards")),
    )


def _new_tables() -> None:
    op.create_table(
        "groups",
        sa.Column("id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("node_id", ID, nullable=False),
        sa.Column("added_by", ID, nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_groups_node_id_nodes")),
        sa.ForeignKeyConstraint(
            ["added_by"], ["persons.id"], name=op.f("fk_groups_added_by_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("chat_id", name=op.f("uq_groups_chat_id")),
    )
    op.create_index("ix_groups_node_id", "groups", ["node_id"])
    op.create_table(
        "files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.String(length=255), nullable=False),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_files")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until_at", Instant(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_pauses_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )


def _nodes_and_persons() -> None:
    op.add_column("nodes", sa.Column("timezone", sa.String(length=64), nullable=True))
    op.drop_index("ix_persons_node_id", "persons")
    op.create_index("ix_persons_node_id_id", "persons", ["node_id", "id"])


def _broadcasts() -> None:
    with op.batch_alter_table("broadcasts") as batch:
        batch.add_column(
            sa.Column("state", sa.String(length=9), nullable=False, server_default="running")
        )
        batch.add_column(
            sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="1")
        )
        batch.add_column(sa.Column("audience", sa.Text(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("content", sa.Text(), nullable=True))
        batch.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("of_id", ID, nullable=True))
        batch.add_column(
            sa.Column("at_most_once", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("expires_at", Instant(), nullable=True))
        batch.add_column(sa.Column("planned_node", ID, nullable=False, server_default="0"))
        batch.add_column(sa.Column("planned_person", ID, nullable=False, server_default="0"))
        batch.add_column(sa.Column("planned_at", Instant(), nullable=True))
        batch.add_column(sa.Column("finished_at", Instant(), nullable=True))
        batch.add_column(sa.Column("draft_key", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("created_by", ID, nullable=True))
        batch.create_unique_constraint(op.f("uq_broadcasts_draft_key"), ["draft_key"])
        batch.create_foreign_key(
            op.f("fk_broadcasts_of_id_broadcasts"), "broadcasts", ["of_id"], ["id"]
        )
        batch.create_foreign_key(
            op.f("fk_broadcasts_created_by_persons"), "persons", ["created_by"], ["id"]
        )
    # What is known of the broadcasts so far: they are planned, and `done` follows by itself.
    op.execute(
        "UPDATE broadcasts SET planned_at = created_at, finished_at = skipped_at, "
        "audience = '{\"node_id\": ' || node_id || '}', "
        "state = CASE WHEN skipped_at IS NULL THEN 'running' ELSE 'skipped' END, "
        "priority = CASE kind WHEN 'study_item' THEN 2 WHEN 'event_cancelled' THEN 0 ELSE 1 END"
    )
    with op.batch_alter_table("broadcasts") as batch:
        batch.drop_column("skipped_at")
        for name in ("state", "priority", "audience"):
            batch.alter_column(name, server_default=None)
    op.create_index("ix_broadcasts_of_id", "broadcasts", ["of_id"])
    _partial("ix_broadcasts_open", "broadcasts", ["priority", "id"], "finished_at IS NULL")
    _partial("ix_broadcasts_unplanned", "broadcasts", ["id"], "planned_at IS NULL")


def _deliveries() -> None:
    for name in ("due", "claimed", "node_id_sent_at", "person_id"):
        op.drop_index(f"ix_deliveries_{name}", "deliveries")
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("person_id", existing_type=ID, nullable=True)
        batch.add_column(sa.Column("group_id", ID, nullable=True))
        batch.add_column(sa.Column("message_ids", sa.Text(), nullable=True))
        batch.add_column(sa.Column("unsure_at", Instant(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_deliveries_group_id_groups"), "groups", ["group_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_deliveries_addressed"), "person_id IS NOT NULL OR group_id IS NOT NULL"
        )
    op.execute("UPDATE deliveries SET message_ids = CAST(message_id AS VARCHAR(20))")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("message_id")
    table = "deliveries"
    columns = ["broadcast_id", "due_at", "id"]
    _partial("ix_deliveries_due", table, columns, "state = 'queued'")
    _partial("ix_deliveries_claimed", table, ["id"], "state = 'claimed'")
    owed = "state = 'queued' AND broadcast_id IS NULL"
    _partial("ix_deliveries_owed", table, ["person_id"], owed)
    _partial("ix_deliveries_sent", table, ["node_id", "sent_at"], "state = 'sent'")
    columns = ["broadcast_id", "state", "id"]
    _partial("ix_deliveries_troubled", table, columns, "reason IS NOT NULL")
    _partial("ix_deliveries_unsure", table, ["broadcast_id", "id"], "unsure_at IS NOT NULL")
    name, columns = "uq_deliveries_broadcast_id_group_id", ["broadcast_id", "group_id"]
    _partial(name, table, columns, "group_id IS NOT NULL", unique=True)


def downgrade() -> None:
    """What is about groups goes with them; of several messages the first is remembered."""
    op.drop_table("cards")
    op.drop_table("progress")
    _deliveries_before()
    _broadcasts_before()
    op.drop_index("ix_persons_node_id_id", "persons")
    op.create_index("ix_persons_node_id", "persons", ["node_id"])
    op.drop_column("nodes", "timezone")
    for table in ("pauses", "files", "groups"):
        op.drop_table(table)


def _deliveries_before() -> None:
    op.execute("DELETE FROM deliveries WHERE person_id IS NULL")
    for name in ("due", "claimed", "owed", "sent", "troubled", "unsure"):
        op.drop_index(f"ix_deliveries_{name}", "deliveries")
    op.drop_index("uq_deliveries_broadcast_id_group_id", "deliveries")
    op.add_column("deliveries", sa.Column("message_id", sa.BigInteger(), nullable=True))
    on_postgres = op.get_bind().dialect.name == "postgresql"
    first = "substring(message_ids from '^[0-9]+')" if on_postgres else "message_ids"
    # SQLite reads the number with which a text begins.
    op.execute(f"UPDATE deliveries SET message_id = CAST({first} AS BIGINT)")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint(op.f("ck_deliveries_addressed"), type_="check")
        batch.drop_constraint(op.f("fk_deliveries_group_id_groups"), type_="foreignkey")
        for name in ("group_id", "message_ids", "unsure_at"):
            batch.drop_column(name)
        batch.alter_column("person_id", existing_type=ID, nullable=False)
    _partial("ix_deliveries_due", "deliveries", ["due_at", "id"], "state = 'queued'")
    _partial("ix_deliveries_claimed", "deliveries", ["id"], "state = 'claimed'")
    op.create_index("ix_deliveries_node_id_sent_at", "deliveries", ["node_id", "sent_at"])
    op.create_index("ix_deliveries_person_id", "deliveries", ["person_id"])


def _broadcasts_before() -> None:
    for name in ("of_id", "open", "unplanned"):
        op.drop_index(f"ix_broadcasts_{name}", "broadcasts")
    op.add_column("broadcasts", sa.Column("skipped_at", Instant(), nullable=True))
    op.execute(
        "UPDATE broadcasts SET skipped_at = coalesce(finished_at, created_at) "
        "WHERE state = 'skipped'"
    )
    with op.batch_alter_table("broadcasts") as batch:
        batch.drop_constraint(op.f("uq_broadcasts_draft_key"), type_="unique")
        batch.drop_constraint(op.f("fk_broadcasts_of_id_broadcasts"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_broadcasts_created_by_persons"), type_="foreignkey")
        for name in _NEW_OF_BROADCASTS:
            batch.drop_column(name)


_NEW_OF_BROADCASTS = (
    *("state", "priority", "audience", "content", "revision", "of_id", "at_most_once"),
    *("expires_at", "planned_node", "planned_person", "planned_at", "finished_at"),
    *("draft_key", "created_by"),
)
