"""By which id Telegram knows a file of ours."""

from sqlalchemy import Connection, select

from storage.tables import files


def known(connection: Connection, digest: str) -> str | None:
    """The id of the file with this digest, None before it was uploaded."""
    found: str | None = connection.execute(
        select(files.c.file_id).where(files.c.digest == digest)
    ).scalar_one_or_none()
    return found
