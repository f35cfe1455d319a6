"""Suggestions. The author is kept to bring the answer back; `anonymous` hides them from staff.

What staff answered stands in the moves; `media` are files of Telegram's, see `media_to_json`.
"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.model.suggestion import SuggestionState
from storage.tables.base import Instant, id_column, metadata, reference, state_column

suggestions = Table(
    "suggestions",
    metadata,
    id_column(),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    reference("node_id", "nodes"),
    reference("author_id", "persons", nullable=True, index=True),
    Column("anonymous", Boolean, nullable=False),
    Column("category", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("media", Text),
    state_column(SuggestionState),
    Column("draft_key", String(64), nullable=False, unique=True),
    Column("submitted_at", Instant, nullable=False),
    UniqueConstraint("year", "sequence"),
)
Index("ix_suggestions_node_id_state", suggestions.c.node_id, suggestions.c.state)
# How many wait is asked at every look at the desk, for all places of somebody's at once.
Index("ix_suggestions_state_node_id", suggestions.c.state, suggestions.c.node_id)
Index("ix_suggestions_submitted_at", suggestions.c.submitted_at)
Index("ix_suggestions_node_id_submitted_at", suggestions.c.node_id, suggestions.c.submitted_at)
