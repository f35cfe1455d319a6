"""How many an audience is, from sums of who lives where (storage/rollups.py): of a million people
looking at each takes a good part of a second."""

from collections.abc import Callable

from sqlalchemy import Connection, func, select

from storage.model.audience import Audience, Behaviour, Deed
from storage.model.person import Standing
from storage.queries import nodes as node_queries
from storage.queries.rollups import is_complete
from storage.tables import nodes, rollups

# What is narrowed by more than a course or an item, or is no place's, is counted one by one.
_UNSUMMED = ("role", "of_event", "of_broadcast", "joined_from", "joined_to", "lesson", "unanswered")


def from_sums(connection: Connection, audience: Audience) -> int | None:
    """How many people; None if no sum tells."""
    asked = _asked(audience)
    if audience.node_id is None or asked is None:
        return None
    source, beginning, fits = asked
    if not is_complete(connection, source):
        return None
    path = node_queries.by_id(connection, audience.node_id).path
    rows = (
        select(rollups.c.key, func.sum(rollups.c.records))
        .where(
            rollups.c.source == source,
            rollups.c.node_id.in_(select(nodes.c.id).where(node_queries.below(path))),
            rollups.c.month == 0,
            func.substr(rollups.c.key, 1, len(beginning)) == beginning,
        )
        .group_by(rollups.c.key)
    )
    found = connection.execute(rows).all()
    return sum(int(number) for key, number in found if fits(*key[len(beginning) :].split("|")))


def _asked(audience: Audience) -> tuple[str, str, Callable[..., bool]] | None:
    """The roll-up that tells, how the keys begin that are asked for, and which of these fit by
    the rest."""
    if any(getattr(audience, name) is not None for name in _UNSUMMED):
        return None
    if audience.behaviour is not None:
        return _of_an_item(audience, audience.behaviour)

    def fits(standing: str, language: str, paused: str, reachable: str = "r") -> bool:
        return (
            bool(reachable)
            and audience.standing in (None, Standing(standing))
            and audience.language in (None, language)
            and not (audience.studying and paused)
        )

    if audience.course_id is None:
        return "people", "", fits
    return "enrolled", f"{audience.course_id}|", fits


def _of_an_item(
    audience: Audience, behaviour: Behaviour
) -> tuple[str, str, Callable[..., bool]] | None:
    narrowed = audience.course_id or audience.language or audience.studying
    if behaviour.deed is not Deed.ACKNOWLEDGED or narrowed:
        return None
    beginning = f"{behaviour.course_id}|{behaviour.item_id}|"
    return "did", beginning, lambda standing: audience.standing in (None, Standing(standing))
