"""Suggestions, by the day on which they were submitted, whatever became of them since."""

from sqlalchemy import case, select

from storage.model.subject import SubjectKind
from storage.queries.figures.source import Source, columns
from storage.tables import suggestions

# Whoever asked not to be named is nobody here: no list of records, and no count of persons, tells.
_AUTHOR = case((suggestions.c.anonymous, None), else_=suggestions.c.author_id)

SUGGESTIONS = Source(
    select(
        *columns(
            SubjectKind.SUGGESTION,
            suggestions.c.id,
            node_id=suggestions.c.node_id,
            at=suggestions.c.submitted_at,
            person_id=_AUTHOR,
        )
    ),
    suggestions,
    {"category": suggestions.c.category, "state": suggestions.c.state},
)
