"""What events and the people at them add to roll-ups."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.model.event import STANDING, EventState
from storage.model.sign_up import SignUpState
from storage.rule import Rule, by_month


@dataclass(frozen=True, slots=True)
class _Guests:
    """People at events, as the rows `{p}` of a `table` say: `counts` says which of them, `events`
    at which events `{e}`. `watched` are the columns besides `event_id` whose change matters;
    `person` is who it is, `weight` how many."""

    name: str
    table: str
    watched: tuple[str, ...]
    counts: str
    events: str
    person: str = "{p}.person_id"
    weight: str = "1"


def _at_events(of: _Guests) -> Iterator[Rule]:
    """What people at events add, from either side: a change of theirs, or of the event."""
    values = by_month(of.name, "{e}.node_id", "{e}.starts_at", "{e}.category")

    def seen_from(p: str, e: str, *parts: str) -> tuple[str, ...]:
        return tuple(part.format(p=p, e=e) for part in parts)

    person, event, same = ("{r}", "e"), ("p", "{r}"), "{p}.event_id = {e}.id"
    yield Rule(
        of.name,
        of.table,
        ("event_id", *of.watched),
        seen_from(*person, *values),
        own=seen_from(*person, of.counts),
        where=seen_from(*person, same, of.events),
        sums=seen_from(*person, "1", of.weight),
        joined="events e",
        walk="{r}.event_id",
        person=of.person.format(p="{r}"),
        keys={"category": "e.category"},
        locked=("events", "{r}.event_id"),
        joins_one=True,
    )
    yield Rule(
        of.name,
        "events",
        _OF_EVENTS,
        seen_from(*event, *values),
        own=seen_from(*event, of.events),
        where=seen_from(*event, same, of.counts),
        sums=seen_from(*event, "1", of.weight),
        joined=f"{of.table} p",
        person=of.person.format(p="p"),
        keys={"category": "{r}.category"},
        from_birth=False,
    )


# What of an event says where and when it counts, and whether it does.
_OF_EVENTS = ("node_id", "starts_at", "category", "state")
_PLANNED = f"{{e}}.state IN ({', '.join(repr(each.value) for each in sorted(STANDING))})"
_TOOK_PLACE = f"{{e}}.state = '{EventState.HELD}'"
_SIGNED_UP = f"{{p}}.state = '{SignUpState.SIGNED_UP}'"
_CAME = "{p}.withdrawn_at IS NULL"


def _of_events(name: str, counts: str) -> Rule:
    """The events `{e}` that count, each one."""
    values = by_month(name, "{r}.node_id", "{r}.starts_at", "{r}.category")
    return Rule(name, "events", _OF_EVENTS, values, own=(counts.format(e="{r}"),))


OF_EVENTS: tuple[Rule, ...] = (
    _of_events("events", _PLANNED),
    _of_events("occasions", _TOOK_PLACE),
    *_at_events(_Guests("sign_ups", "sign_ups", ("person_id", "state"), _SIGNED_UP, _PLANNED)),
    *_at_events(
        _Guests("attendances", "attendances", ("person_id", "withdrawn_at"), _CAME, _TOOK_PLACE)
    ),
    *_at_events(
        _Guests(
            "headcounts",
            "headcounts",
            ("count", "withdrawn_at"),
            _CAME,
            _TOOK_PLACE,
            person="",
            weight="{p}.count",
        )
    ),
)
