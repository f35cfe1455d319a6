"""Audiences: for whom a broadcast is, as conditions that all must hold.

What people did may be asked, never what they think: there is no condition on opinions.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from storage.model.person import Standing
from storage.model.roles import Role


class Deed(StrEnum):
    """Something that people did, of which there is a record."""

    ACKNOWLEDGED = "acknowledged"  # a study item: course and item
    SIGNED_UP = "signed_up"  # for an event
    ATTENDED = "attended"  # an event
    MISSED = "missed"  # an event, for which they hold a seat
    SUPPORTED = "supported"  # a suggestion


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Who did something, or (`done` False) who did not.

    `subject_id` is the event or the suggestion; `course_id` and `item_id` the study item.
    """

    deed: Deed
    done: bool = True
    subject_id: int | None = None
    course_id: str | None = None
    item_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A study item that is pushed; `again`: also to those who did it or got it before."""

    course_id: str
    item_id: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """People of the tree at and below `node_id`, narrowed by what else is given. With a `role`:
    not who lives there, but who holds it there.

    Without a node: `of_event`, who holds a seat there wherever they live (`in_line`: also who waits
    for one, or was offered one); or `of_broadcast`, whom that one reached. `groups` means the
    Telegram groups of the node instead of people. `studying` leaves out who paused study pushes.
    `joined_from` and `joined_to` bound when somebody joined
    the course (from included, to not). A `lesson` leaves out who left its course and, unless it is
    pushed again, who did that item, got it, or is owed it. `unanswered` leaves out who signed up
    for that event, waits there, or cancelled.
    """

    node_id: int | None = None
    of_event: int | None = None
    of_broadcast: int | None = None
    groups: bool = False
    standing: Standing | None = None
    role: Role | None = None
    language: str | None = None
    course_id: str | None = None
    joined_from: datetime | None = None
    joined_to: datetime | None = None
    behaviour: Behaviour | None = None
    studying: bool = False
    lesson: Lesson | None = None
    in_line: bool = False
    unanswered: int | None = None

    @property
    def names_nobody(self) -> bool:
        """Whether staff see how many they are, never who: nobody says "me too" to be named."""
        return self.behaviour is not None and self.behaviour.deed is Deed.SUPPORTED

    def to_json(self) -> str:
        """As a column keeps it: only what is given."""
        given = {key: value for key, value in asdict(self).items() if value not in (None, False)}
        return json.dumps(given, default=datetime.isoformat, ensure_ascii=False)


def audience_from_json(text: str) -> Audience:
    """The other way round. Raises ValueError for what no audience is."""
    try:
        given = json.loads(text)
        for name, kind in (("standing", Standing), ("role", Role)):
            if name in given:
                given[name] = kind(given[name])
        for name in ("joined_from", "joined_to"):
            if name in given:
                given[name] = datetime.fromisoformat(given[name])
        if "behaviour" in given:
            given["behaviour"] = Behaviour(
                **(given["behaviour"] | {"deed": Deed(given["behaviour"]["deed"])})
            )
        if "lesson" in given:
            given["lesson"] = Lesson(**given["lesson"])
        return Audience(**given)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not an audience: {text!r}") from error
