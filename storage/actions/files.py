"""Remembering by which id Telegram knows a file of ours."""

from datetime import datetime

from sqlalchemy import Connection

from storage.dialects import upsert
from storage.tables import files


def remember(connection: Connection, digest: str, file_id: str, now: datetime) -> None:
    """Keep the id of the file with this digest, in place of an earlier one."""
    values = {"file_id": file_id, "uploaded_at": now}
    connection.execute(
        upsert(connection.dialect.name, files)
        .values(digest=digest, **values)
        .on_conflict_do_update(index_elements=["digest"], set_=values)
    )
