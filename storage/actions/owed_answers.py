"""Answers that could not be given: kept until they can, the newest of each chat."""

from datetime import datetime

from sqlalchemy import Connection, delete

from storage.dialects import upsert
from storage.tables import owed_answers


def owe(connection: Connection, chat_id: int, answers: str, owed_at: datetime) -> None:
    """Keep what is owed to a chat since `owed_at`, as JSON, in place of what was before."""
    values = {"answers": answers, "owed_at": owed_at}
    connection.execute(
        upsert(connection.dialect.name, owed_answers)
        .values(chat_id=chat_id, **values)
        .on_conflict_do_update(index_elements=["chat_id"], set_=values)
    )


def settle(connection: Connection, chat_id: int, owed_at: datetime) -> None:
    """What has been owed to a chat since `owed_at` or before is owed no more."""
    connection.execute(
        delete(owed_answers).where(
            owed_answers.c.chat_id == chat_id, owed_answers.c.owed_at <= owed_at
        )
    )
