"""What is owed to those who waited for an answer."""

from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import owed_answers


def all_owed(connection: Connection) -> list[tuple[int, str, datetime]]:
    """(chat, answers as JSON, since when) of every chat, the longest owed first."""
    columns = (owed_answers.c.chat_id, owed_answers.c.answers, owed_answers.c.owed_at)
    found = connection.execute(select(*columns).order_by(owed_answers.c.owed_at))
    return [(row.chat_id, row.answers, row.owed_at) for row in found]
