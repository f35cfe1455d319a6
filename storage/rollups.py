"""Roll-ups are kept by triggers, in the transaction that changes a fact, whoever changes it.

Each rule says what one row of a table is worth: where, when, under which key, and how much. From it
follow the triggers of both databases, which add what the row is worth now less what it was worth
before, and the statement that builds the roll-up from the rows that were there before it
(storage/actions/rollups.py). A row counts only up to where that has come: so building and changes
never count one twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.ledger import EntryState
from storage.rollups_of_events import OF_EVENTS
from storage.rule import Rule, by_month
from storage.sums import ADDITIONS, added, worth_of
from storage.triggers import ARE, WERE, Locked, Trigger, TriggerOfMany

EVERYTHING = 2**62  # beyond every id: the roll-up is built
_THE_PERSON = ("persons", "{r}.person_id")


def _acknowledged() -> Iterator[Rule]:
    """Who acknowledged the study item that a broadcast brought them, after it began: from the side
    of the acknowledgement, and of a message that arrived later than that."""
    item = "b.course_id = {a}.course_id AND b.item_id = {a}.item_id"
    got = (
        "{d}.broadcast_id = b.id",
        "{d}.person_id = {a}.person_id",
        item,
        "{a}.acknowledged_at >= b.created_at",
    )
    arrived = (f"{{d}}.state = '{DeliveryState.SENT}'", f"{{d}}.kind = '{DeliveryKind.STUDY_ITEM}'")
    values = ("{d}.broadcast_id", "COALESCE({d}.node_id, 0)")

    def seen_from(a: str, d: str, parts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(part.format(a=a, d=d) for part in parts)

    act, message = ("{r}", "d"), ("a", "{r}")
    yield Rule(
        "done",
        "acknowledgements",
        ("person_id", "course_id", "item_id", "acknowledged_at"),
        seen_from(*act, values),
        where=seen_from(*act, (*got, *arrived)),
        sums=("1",),
        joined="broadcasts b, deliveries d",
        into="done",
        locked=_THE_PERSON,
    )
    yield Rule(
        "done",
        "deliveries",
        ("broadcast_id", "node_id", "person_id", "state"),
        seen_from(*message, values),
        own=seen_from(*message, arrived),
        where=seen_from(*message, got),
        sums=("1",),
        joined="broadcasts b, acknowledgements a",
        walk="a.id",
        into="done",
        from_birth=False,
        locked=_THE_PERSON,
    )


# Who lives where, and how they are, lasts: its month is 0.
_OF_PERSONS = (
    *("node_id", "standing", "language", "paused"),
    *("left_at", "telegram_id", "unreachable_at"),
)
_REACHABLE = (
    "CASE WHEN {r}.telegram_id IS NULL OR {r}.unreachable_at IS NOT NULL THEN '' ELSE 'r' END"
)


def _as_they_are(p: str) -> str:
    paused = f"CASE WHEN {p}.paused THEN 'p' ELSE '' END"
    return f"{p}.standing || '|' || {p}.language || '|' || {paused}"


def _of_reachable(
    name: str, table: str, watched: tuple[str, ...], key: str, *where: str, walk: str = "id"
) -> Iterator[Rule]:
    """What rows `{of}` of reachable people `{p}` add where these live, from either side."""
    reachable = (
        *("{p}.node_id IS NOT NULL", "{p}.left_at IS NULL"),
        *("{p}.telegram_id IS NOT NULL", "{p}.unreachable_at IS NULL"),
    )

    def seen_from(of: str, p: str, *parts: str) -> tuple[str, ...]:
        return tuple(part.format(of=of, p=p) for part in parts)

    values = (f"'{name}'", "{p}.node_id", "0", key)
    row, person, same = ("{r}", "p"), ("o", "{r}"), "{of}.person_id = {p}.id"
    yield Rule(
        name,
        table,
        watched,
        seen_from(*row, *values),
        seen_from(*row, *where),
        seen_from(*row, same, *reachable),
        joined="persons p",
        walk=f"{{r}}.{walk}",
        locked=_THE_PERSON,
        joins_one=True,
    )
    yield Rule(
        name,
        "persons",
        _OF_PERSONS,
        seen_from(*person, *values),
        seen_from(*person, *reachable),
        seen_from(*person, same, *where),
        joined=f"{table} o",
        walk=f"o.{walk}",
        from_birth=False,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "acknowledgements",
        "acknowledgements",
        ("node_id", "person_id", "acknowledged_at"),
        by_month("acknowledgements", "{r}.node_id", "{r}.acknowledged_at", "''"),
        # Not as its own: so all that an acknowledgement is worth is one trigger.
        where=("{r}.node_id IS NOT NULL",),
        person="{r}.person_id",
    ),
    *OF_EVENTS,
    Rule(
        "suggestions",
        "suggestions",
        ("node_id", "submitted_at", "category", "state"),
        by_month(
            "suggestions", "{r}.node_id", "{r}.submitted_at", "{r}.category || '|' || {r}.state"
        ),
    ),
    Rule(
        "ledger",
        "entries",
        ("node_id", "at", "indicator", "thousandths", "state"),
        by_month("ledger", "{r}.node_id", "{r}.at", "{r}.indicator"),
        own=(f"{{r}}.state = '{EntryState.COUNTED}'",),
        sums=("1", "{r}.thousandths"),
    ),
    Rule(
        "members",
        "memberships",
        ("node_id", "since_at"),
        by_month("members", "{r}.node_id", "{r}.since_at", "''"),
    ),
    Rule(
        "members",
        "memberships",
        ("node_id", "until_at"),
        by_month("members", "{r}.node_id", "{r}.until_at", "''"),
        own=("{r}.until_at IS NOT NULL",),
        sums=("-1", "-1"),
    ),
    Rule(
        "broadcasts",
        "deliveries",
        ("broadcast_id", "node_id", "state"),
        ("{r}.broadcast_id", "{r}.node_id"),
        own=(
            f"{{r}}.state = '{DeliveryState.SENT}'",
            "{r}.broadcast_id IS NOT NULL",
            "{r}.node_id IS NOT NULL",
        ),
        sums=("1",),
        into="reach",
        from_birth=False,  # a message is born queued (tests/architecture/test_births.py)
    ),
    *_acknowledged(),
    Rule(
        "people",
        "persons",
        _OF_PERSONS,
        ("'people'", "{r}.node_id", "0", f"{_as_they_are('{r}')} || '|' || {_REACHABLE}"),
        own=("{r}.node_id IS NOT NULL", "{r}.left_at IS NULL"),
    ),
    *_of_reachable(
        "enrolled",
        "enrolments",
        ("person_id", "course_id", "left_at"),
        f"{{of}}.course_id || '|' || {_as_they_are('{p}')}",
        "{of}.left_at IS NULL",
        walk="person_id",
    ),
    *_of_reachable(
        "did",
        "acknowledgements",
        ("person_id", "course_id", "item_id"),
        "{of}.course_id || '|' || {of}.item_id || '|' || {p}.standing",
    ),
)
# What a change can mean for a row that counts or does not, by when that holds (`{was}` and `{now}`
# say whether it counted and counts), the rows it is seen by, and whether their worth is added.
_CHANGES = {
    "INSERT": (("added", "{now}", (("NEW", 1),)),),
    "UPDATE": (
        ("came", "({now}) AND ({was}) IS NOT TRUE", (("NEW", 1),)),
        ("changed", "({was}) AND ({now})", (("OLD", -1), ("NEW", 1))),
        ("went", "({was}) AND ({now}) IS NOT TRUE", (("OLD", -1),)),
    ),
    "DELETE": (("gone", "{was}", (("OLD", -1),)),),
}
# The courier's batches change many of these in one statement, and nothing is worth anything when it
# is inserted.
_MANY = "deliveries"
_SEEN_BY = {"UPDATE": ((WERE, -1), (ARE, 1)), "DELETE": ((WERE, -1),)}
_OF_ANY = ("added", "changed", "gone")  # of a row of which nothing is asked


def build_statement(rule: Rule) -> str:
    """Adds what the rows of its table from :after (excluded) to :upto (included) are worth."""
    froms = ", ".join(filter(None, (f"{rule.table} one", rule.joined)))
    walked = (f"{rule.walk} > :after", f"{rule.walk} <= :upto")
    worth = worth_of(rule, 1, froms, (*rule.own, *rule.where, *walked))
    return added(rule.into, [worth.format(r="one")])


def triggers_of(rules: Sequence[Rule], dialect: str) -> Iterator[Trigger | TriggerOfMany]:
    """What keeps the roll-ups by these rules: rules that ask the same of a row of their table share
    one trigger for each kind of change; on PostgreSQL all rules of deliveries share one for all
    rows that a statement changes."""
    if dialect == "postgresql":
        rules = [replace(rule, into=ADDITIONS.get(rule.into, rule.into)) for rule in rules]
        many = [rule for rule in rules if rule.table == _MANY]
        rules = [rule for rule in rules if rule.table != _MANY]
        yield from (_of_many(event, seen_by, many) for event, seen_by in _SEEN_BY.items())
    for n, (table, own) in enumerate(dict.fromkeys((rule.table, rule.own) for rule in rules)):
        alike = [rule for rule in rules if (rule.table, rule.own) == (table, own)]
        for event, changes in _CHANGES.items():
            asked = [rule for rule in alike if rule.from_birth or event != "INSERT"]
            for change, when, seen_by in changes:
                if asked and (own or change in _OF_ANY):
                    at_hand = dialect == "postgresql" and len(seen_by) == 1
                    theirs = [rule.of_read() for rule in asked] if at_hand else asked
                    yield _kept_by(f"{n}_{change}", event, when, seen_by, theirs)


def _kept_by(
    name: str, event: str, when: str, seen_by: Sequence[tuple[str, int]], rules: Sequence[Rule]
) -> Trigger:
    """What a change is worth by `rules`, in one statement for each roll-up."""
    own = " AND ".join(rules[0].own)
    watched = dict.fromkeys(chain.from_iterable(rule.watched for rule in rules))
    return Trigger(
        name,
        rules[0].table,
        event,
        tuple(watched) if event == "UPDATE" else (),
        when.format(was=own.format(r="OLD"), now=own.format(r="NEW")) if own else "",
        tuple(
            _changed(into, seen_by, [rule for rule in rules if rule.into == into])
            for into in dict.fromkeys(rule.into for rule in rules)
        ),
        tuple(_locked(seen_by, rules)),
        looks_up=any(rule.joined for rule in rules),
    )


def _locked(seen_by: Sequence[tuple[str, int]], rules: Sequence[Rule]) -> Iterator[Locked]:
    """Each row once, and of it what any rule reads."""
    found: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        for row, _ in seen_by:
            if rule.locked:
                table, row_id = rule.locked
                found.setdefault((table, row_id.format(r=row)), []).append(rule)
    for one, theirs in found.items():
        read_as = next((rule.reads for rule in theirs if rule.reads), "")
        columns = chain.from_iterable(rule.columns_read for rule in theirs)
        yield Locked(*one, read_as, tuple(dict.fromkeys(columns)))


def _of_many(
    event: str, seen_by: Sequence[tuple[str, int]], rules: Sequence[Rule]
) -> TriggerOfMany:
    """What the rows that a statement changed were and are worth by `rules`."""

    def worth(rule: Rule, rows: str, sign: int) -> str:
        froms = ", ".join(filter(None, (f"{rows} one", rule.joined)))
        conditions = (*rule.own, *rule.where, *_built(rule))
        return worth_of(rule, sign, froms, conditions).format(r="one")

    def ids(rule: Rule, row_id: str) -> str:
        counts = " AND ".join(rule.own)
        chosen = (f"SELECT {row_id} FROM {rows} one WHERE {counts}" for rows, _ in seen_by)
        return " UNION ".join(chosen).format(r="one")

    return TriggerOfMany(
        f"{_MANY}_{event.lower()}",
        _MANY,
        event,
        tuple(
            added(
                into,
                [worth(rule, *seen) for rule in rules if rule.into == into for seen in seen_by],
            )
            for into in dict.fromkeys(rule.into for rule in rules)
        ),
        tuple((rule.locked[0], ids(rule, rule.locked[1])) for rule in rules if rule.locked),
    )


def _changed(into: str, seen_by: Sequence[tuple[str, int]], rules: Sequence[Rule]) -> str:
    """Adds what a change is worth to a roll-up: what was and what is now are added up first, so
    that what stays the same costs nothing."""
    worth = [
        worth_of(rule, sign, rule.joined, (*rule.where, *_built(rule))).format(r=row)
        for rule in rules
        for row, sign in seen_by
    ]
    # What cannot meet needs no adding up, which would take twice the time; nor do additions.
    once = len({rule.name for rule in rules}) == len(rules) and all(
        each.adds_once for each in rules
    )
    later = into in ADDITIONS.values()
    return added(into, worth, apart=len(seen_by) == 1 and (once or later))


def _built(rule: Rule) -> tuple[str, ...]:
    """A row counts up to where the building of the roll-up has come."""
    built = f"{rule.walk} <= (SELECT upto FROM builds WHERE name = '{rule.name}')"
    return (built,) if rule.walk else ()
