"""The votes of a poll."""

from sqlalchemy import Connection, select

from storage.model.votes import Votes
from storage.tables import poll_votes


def votes(connection: Connection, broadcast_id: int) -> Votes:
    """Of all copies of a broadcast's poll together."""
    rows = connection.execute(
        select(poll_votes.c.place, poll_votes.c.votes)
        .where(poll_votes.c.broadcast_id == broadcast_id)
        .order_by(poll_votes.c.place)
    )
    voters, *options = [row.votes for row in rows] or [0]
    return Votes(voters, tuple(options))
