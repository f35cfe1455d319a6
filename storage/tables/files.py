"""Files of ours that Telegram knows already: uploaded once, then sent by their id."""

from sqlalchemy import Column, String, Table

from storage.tables.base import Instant, metadata

files = Table(
    "files",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("file_id", String(255), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
)
