"""Shares of the members as roll-ups: how many of the register have any record in a period.

Different persons cannot be summed over months. But at the end of each month, one month is the last
in which somebody had a record, and the members can be counted by that: whoever was reached in a
year are those whose last month, at its end, is one of the year. So a *spell* of a person is the
time from one month with a record to the next; where it meets a stay on a register, one more member
has that month as their last from the later beginning of both, and one less from the earlier end.
These are sums like all others (`covers`), by the month in which they change and the last month
they are about.

Spells are kept by triggers, too: first how many records there are in each month, and from that
how long a month stays the last. Their order does not matter: each sets what the rows then say.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain
from zoneinfo import ZoneInfo

from storage.model.figure import Adds, Count, Measure
from storage.rollups import RULES, triggers_of
from storage.rule import Rule, month_of
from storage.triggers import Locked, Trigger, TriggerOfMany

MEMBERS = Count("members", adds=Adds.PERSONS)
_NEVER = 999912  # after every month
_PERSONS = {rule.name for rule in RULES if rule.person}


def can_keep(measure: Measure) -> bool:
    """Whether there is a roll-up for it: a share of the members, by records with their person."""
    return measure.share_of == MEMBERS and {each.source for each in measure.counts} <= _PERSONS


def name_of(share: Measure) -> str:
    """The name of a share in roll-ups, the same for all that count the same."""
    counts = sorted(
        (each.source, sorted((key, sorted(values)) for key, values in each.where.items()))
        for each in share.counts
    )
    return "share-" + hashlib.sha256(repr(counts).encode()).hexdigest()[:8]


def names_of(share: Measure) -> frozenset[str]:
    """The names under which it is built: one for each source."""
    return frozenset(f"{name_of(share)}/{each.source}" for each in share.counts)


@dataclass(frozen=True)
class Kept:
    """All that is kept for a programme that asks for these `shares`, by the months of the
    district's `zone`."""

    zone: ZoneInfo
    shares: tuple[Measure, ...] = ()

    @cached_property
    def rules(self) -> Sequence[Rule]:
        kept = {name_of(each): each for each in self.shares if can_keep(each)}
        return (*RULES, *_COVERED, *chain.from_iterable(map(_spells, kept.values())))

    @cached_property
    def names(self) -> frozenset[str]:
        """Of what is built from history."""
        return frozenset(rule.name for rule in self.rules if rule.walk)

    @cached_property
    def triggers(self) -> Mapping[str, Sequence[Trigger | TriggerOfMany]]:
        """What keeps all of it while it is built, by the database."""
        return _by_dialect(self.rules)

    @cached_property
    def settled(self) -> Mapping[str, Sequence[Trigger | TriggerOfMany]]:
        """The same when all is built."""
        return _by_dialect([replace(rule, walk="") for rule in self.rules])

    def parts_of(self, name: str) -> Sequence[Rule]:
        """The rules by which a roll-up is built: all those of the table that its records stand in,
        which is that of the first."""
        rules = [rule for rule in self.rules if rule.name == name]
        return [rule for rule in rules if rule.table == rules[0].table]


def _by_dialect(rules: Sequence[Rule]) -> Mapping[str, Sequence[Trigger | TriggerOfMany]]:
    return {
        dialect: (*triggers_of(rules, dialect), *_CHAINED) for dialect in ("sqlite", "postgresql")
    }


def version(zone: ZoneInfo) -> str:
    """Of all that the roll-ups of a zone are made by: with another one they are built anew."""
    return f"{version_of_rules()}{hashlib.sha256(zone.key.encode()).hexdigest()[:32]}"


@cache
def version_of_rules() -> str:
    """What it begins with, in any zone."""
    example = Measure.of("attendances", Adds.PERSONS, category="")
    kept = Kept(ZoneInfo("UTC"), (replace(example, share_of=MEMBERS),))
    made = [
        (kept.rules, list(each.statements(dialect)))
        for dialect, triggers in (*kept.triggers.items(), *kept.settled.items())
        for each in triggers
    ]
    return hashlib.sha256(repr(made).encode()).hexdigest()[:32]


def _spells(share: Measure) -> Iterator[Rule]:
    """The months in which persons have a record, by the rules by which those are counted."""
    name = name_of(share)
    for count in share.counts:
        for rule in RULES:
            if rule.name == count.source:
                _, _, month, _ = rule.values
                yield replace(
                    rule,
                    name=f"{name}/{rule.name}",
                    values=(f"'{name}'", rule.person, month),
                    where=(*rule.where, *_asked(count, rule)),
                    sums=("1",),
                    into="spells",
                )


def _asked(count: Count, rule: Rule) -> Iterator[str]:
    for key, values in sorted(count.where.items()):
        quoted = ", ".join(f"'{value}'" for value in sorted(values))
        yield f"{rule.keys[key]} IN ({quoted})"


# Of a spell that meets a stay: when it begins one member more, when it ends one less.
_EDGES = "(SELECT 1 AS sign UNION ALL SELECT -1) AS edges"


def _met(spell: str, stay: str, table: str, watched: tuple[str, ...], joined: str) -> Rule:
    """Where a spell meets a stay, from either side: its beginning, and its end if it has one."""
    since = month_of(f"{stay}.since_at")
    until = f"COALESCE({month_of(f'{stay}.until_at')}, {_NEVER})"
    begins = f"(CASE WHEN {spell}.month > {since} THEN {spell}.month ELSE {since} END)"
    ends = f"(CASE WHEN {spell}.until_month < {until} THEN {spell}.until_month ELSE {until} END)"
    is_one = f"{spell}.until_month IS NOT NULL"
    same = f"{stay}.person_id = {spell}.person_id"
    month = f"(CASE WHEN sign = 1 THEN {begins} ELSE {ends} END)"
    met = (f"{begins} < {ends}", f"(sign = 1 OR {ends} < {_NEVER})")
    of_spell = spell == "{r}"
    return Rule(
        "shares",
        table,
        watched,
        (f"{spell}.share", f"{stay}.node_id", month, f"{spell}.month"),
        (is_one,) if of_spell else (),
        (same, *met) if of_spell else (same, is_one, *met),
        ("sign",),
        f"{joined}, {_EDGES}",
        walk="",
        into="covers",
        # Whatever changes a spell has locked its person already.
        locked=None if of_spell else ("persons", "{r}.person_id"),
    )


_COVERED = (
    _met("{r}", "s", "spells", ("until_month",), "memberships s"),
    _met("s", "{r}", "memberships", ("node_id", "person_id", "since_at", "until_at"), "spells s"),
)


def _chained() -> Iterator[Trigger]:
    """A month that comes to have records, or has none any more, changes how long it stays the last,
    and how long the one before it does."""

    def theirs(row: str) -> str:
        return f"{row}.share = NEW.share AND {row}.person_id = NEW.person_id AND {row}.records > 0"

    after = f"SELECT MIN(a.month) FROM spells a WHERE {theirs('a')} AND a.month > spells.month"
    before = f"SELECT MAX(b.month) FROM spells b WHERE {theirs('b')} AND b.month < NEW.month"
    body = (
        f"UPDATE spells SET until_month = CASE WHEN records > 0 THEN COALESCE(({after}), {_NEVER})"
        " END WHERE share = NEW.share AND person_id = NEW.person_id"
        f" AND (month = NEW.month OR month = ({before}))"
    )
    then = (body,), (Locked("persons", "NEW.person_id"),)
    yield Trigger("spells_began", "spells", "INSERT", (), "NEW.records > 0", *then)
    changed = "(OLD.records > 0) <> (NEW.records > 0)"
    yield Trigger("spells_changed", "spells", "UPDATE", ("records",), changed, *then)


_CHAINED = tuple(_chained())
