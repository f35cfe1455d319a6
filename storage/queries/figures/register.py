"""The register: who is a member of which community, from when to when."""

from sqlalchemy import select

from storage.model.subject import SubjectKind
from storage.queries.figures.source import Source, columns
from storage.tables import memberships

MEMBERS = Source(
    select(
        *columns(
            SubjectKind.MEMBERSHIP,
            memberships.c.id,
            node_id=memberships.c.node_id,
            at=memberships.c.since_at,
            person_id=memberships.c.person_id,
        )
    ),
    memberships,
    until=memberships.c.until_at,
)
