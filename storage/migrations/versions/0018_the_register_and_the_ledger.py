"""Who was on the register from when to when, and the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LASTS = sa.text("until_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("node_id", ID, nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_memberships_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["node_id"], ["nodes.id"], name=op.f("fk_memberships_node_id_nodes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"])
    op.create_index("ix_memberships_node_id_since_at", "memberships", ["node_id", "since_at"])
    op.create_index(
        "uq_memberships_lasting",
        "memberships",
        ["person_id"],
        unique=True,
        sqlite_where=LASTS,
        postgresql_where=LASTS,
    )
    # Nobody wrote down when somebody became a member. Whose request was accepted, since then; of
    # others it is known only that they were not before they joined.
    op.execute(
        "INSERT INTO memberships (person_id, node_id, since_at)"
        " SELECT p.id, p.node_id, COALESCE((SELECT MAX(m.at) FROM moves m"
        " JOIN membership_requests r ON r.id = m.subject_id"
        " WHERE m.subject_kind = 'membership_request' AND m.to_state = 'accepted'"
        " AND r.person_id = p.id AND r.node_id = p.node_id), p.joined_at)"
        " FROM persons p WHERE p.standing = 'member' AND p.left_at IS NULL"
        " AND p.node_id IS NOT NULL"
    )
    op.create_table(
        "entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("node_id", ID, nullable=False),
        sa.Column("indicator", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thousandths", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(200), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("media", sa.Text(), nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("replaces_id", ID, nullable=True),
        sa.Column("draft_key", sa.String(64), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name=op.f("fk_entries_node_id_nodes")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["entries.id"], name=op.f("fk_entries_replaces_id_entries")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["persons.id"], name=op.f("fk_entries_created_by_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("draft_key", name=op.f("uq_entries_draft_key")),
    )
    op.create_index(op.f("ix_entries_replaces_id"), "entries", ["replaces_id"])
    op.create_index("ix_entries_node_id_at", "entries", ["node_id", "at"])
    op.create_index("ix_entries_node_id_indicator_at", "entries", ["node_id", "indicator", "at"])
    op.drop_index("ix_deliveries_sent", "deliveries")


def downgrade() -> None:
    sent = sa.text("state = 'sent'")
    op.create_index(
        "ix_deliveries_sent",
        "deliveries",
        ["node_id", "sent_at"],
        sqlite_where=sent,
        postgresql_where=sent,
    )
    op.drop_table("entries")
    op.drop_table("memberships")
