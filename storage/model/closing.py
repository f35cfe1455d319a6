"""Closing a year: the figures of a place are checked, accepted and then stay as they are.

(draft) ──▶ checked ──▶ accepted ──▶ closed ──▶ reopened
             │  ↺         │  ↺
             └────────────┴──▶ sent back

A draft is what has no row yet. What was sent back or reopened is a draft again: the next check is
a row of its own, so that what was closed once stays to be read. A district, which has nobody above
it, is closed at once, after all its communities.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from storage.model.figure import Figure, Measure
from storage.model.moves import Move
from storage.model.node import Node
from storage.model.page import Page
from storage.model.period import Days, day_of, year_of
from storage.model.refusal import Refusal
from storage.model.score import Assessed, Score, score
from storage.model.visible import is_visible

REASON_LIMIT = 500
YEARS_BACK = 10  # as far back as the ledger goes
FIRST_CHECK = (12, 1)  # the month and day from which a year that still runs may be checked
SIGN = 8  # characters of a digest by which a button says which figures it signs


class ClosingState(StrEnum):
    CHECKED = "checked"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"


CLOSING_MOVES: dict[ClosingState, frozenset[ClosingState]] = {
    ClosingState.CHECKED: frozenset(
        {ClosingState.CHECKED, ClosingState.ACCEPTED, ClosingState.SENT_BACK}
    ),
    ClosingState.ACCEPTED: frozenset(
        {ClosingState.ACCEPTED, ClosingState.CLOSED, ClosingState.SENT_BACK}
    ),
    ClosingState.CLOSED: frozenset({ClosingState.REOPENED}),
    ClosingState.SENT_BACK: frozenset(),
    ClosingState.REOPENED: frozenset(),
}
# A place and year has one row in one of these at most; without one it is a draft.
IN_FORCE = (ClosingState.CHECKED, ClosingState.ACCEPTED, ClosingState.CLOSED)


@dataclass(frozen=True, slots=True)
class Closable:
    """An indicator as a closing sees it: what it counts, how many decimals are shown, its weight in
    the assessment."""

    measure: Measure
    decimals: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """By what is counted: the indicators of a programme, by their ids, and a fingerprint of how it
    defines them, which changes when it does."""

    fingerprint: str
    indicators: Mapping[str, Closable]

    @property
    def measures(self) -> dict[str, Measure]:
        return {key: each.measure for key, each in self.indicators.items()}


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Figures are reckoned by this, as they are `now`; `zone` is the district's."""

    basis: Basis
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return day_of(self.now, self.zone)

    def days(self, year: int) -> Days:
        return Days(year_of(date(year, 1, 1)), self.zone, self.now)


@dataclass(frozen=True, slots=True)
class Signing:
    """By whom figures are signed, and which: `seen` is the beginning of their digest."""

    by: int
    seen: str

    @classmethod
    def of(cls, by: int, sheet: "Sheet") -> "Signing":
        """The signing of exactly these."""
        return cls(by, sheet.digest[:SIGN])

    def is_of(self, sheet: "Sheet") -> bool:
        """Whether it is of these figures."""
        return sheet.digest[:SIGN] == self.seen

    def check(self, sheet: "Sheet") -> None:
        """Raise Refusal unless the figures are those: nobody signs what they were not shown."""
        if not self.is_of(sheet):
            raise Refusal("closing.changed_meanwhile")


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure as it was signed, with what was planned and how it was assessed."""

    figure: Figure
    target: Decimal | None
    decimals: int
    weight: int

    @property
    def assessed(self) -> Assessed:
        return Assessed(self.weight, self.target, self.figure)

    def is_as(self, other: "Kept") -> bool:
        """Whether both say the same: number, whole and target."""
        return (self.figure, self.target) == (other.figure, other.target)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The figures of a node and year, by indicator, and the fingerprint of what they were counted
    by."""

    node_id: int
    year: int
    basis: str
    figures: Mapping[str, Kept]

    @property
    def canonical(self) -> str:
        """The one text of these figures: JSON without spaces, its keys sorted, numbers as decimals
        without trailing zeros."""
        told = {
            "node": self.node_id,
            "year": self.year,
            "programme": self.basis,
            "figures": figures_to_json(self.figures),
        }
        return json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of that, in hex."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def score(self) -> Score:
        return score({key: each.assessed for key, each in self.figures.items()})


def figures_to_json(figures: Mapping[str, Kept]) -> dict[str, Any]:
    """Figures as they are kept."""
    return {
        key: {
            "number": _plain(each.figure.number),
            "whole": _plain(each.figure.whole),
            "target": _plain(each.target),
            "decimals": each.decimals,
            "weight": each.weight,
        }
        for key, each in figures.items()
    }


def figures_from_json(kept: Mapping[str, Any]) -> dict[str, Kept]:
    """What `figures_to_json` made."""
    return {
        key: Kept(
            Figure(Decimal(each["number"]), _number(each["whole"])),
            _number(each["target"]),
            each["decimals"],
            each["weight"],
        )
        for key, each in kept.items()
    }


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a figure is another one now: `count` of its records that were changed after the closing,
    and who did so last, when. `by_name` None: by itself, or nobody is to know."""

    count: int
    at: datetime
    by_name: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not as it was signed. `before` or `after` None: the programme did not have
    that indicator, or has it no more. `cause` None: what changed, no row tells."""

    indicator: str
    before: Kept | None
    after: Kept | None
    cause: Cause | None = None

    @property
    def is_of_figure(self) -> bool:
        """Whether it is the figure, and not only its target, that differs."""
        if self.before is None or self.after is None:
            return True
        return self.before.figure != self.after.figure


def differences(signed: Sheet, now: Sheet) -> list[Difference]:
    """How the figures of a place and year are not what was signed, in the programme's order."""
    keys = dict.fromkeys([*now.figures, *signed.figures])
    pairs = [(key, signed.figures.get(key), now.figures.get(key)) for key in keys]
    return [
        Difference(key, before, after)
        for key, before, after in pairs
        if before is None or after is None or not before.is_as(after)
    ]


@dataclass(frozen=True, slots=True)
class Closing:
    """A row: what was signed last, of whom and when by the moves."""

    id: int
    state: ClosingState
    sheet: Sheet
    digest: str
    signed_at: datetime

    @property
    def is_intact(self) -> bool:
        """Whether the figures are those of the digest that was told when they were signed."""
        return self.sheet.digest == self.digest


@dataclass(frozen=True, slots=True)
class ClosedYear:
    """A closed year: what was closed, on which day of the district's, and what is otherwise by
    now."""

    closing: Closing
    on: date
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class ClosingView:
    """Where the closing of a node and year is. `state` None: a draft.

    `now`: the figures as they are; `signed`: those of the last signature, which a draft has not,
    and `differences` between both. `history`: all moves, of earlier rounds, too. `below`: of a
    district, how its communities stand. `others`: whoever asked may see other places.
    """

    node: Node
    year: int
    now: Sheet
    signed: Closing | None
    differences: Sequence[Difference]
    history: Sequence[Move]
    below: Sequence["PlaceClosing"] = ()
    others: bool = False

    @property
    def may_close(self) -> bool:
        """Whether nothing below stands in the way of closing it."""
        return all(each.state is ClosingState.CLOSED for each in self.below)

    @property
    def state(self) -> ClosingState | None:
        return None if self.signed is None else self.signed.state

    @property
    def is_closed(self) -> bool:
        return self.state is ClosingState.CLOSED

    @property
    def shown(self) -> Sheet:
        """The figures that hold: of a closed year those that were closed."""
        return self.signed.sheet if self.signed and self.is_closed else self.now


@dataclass(frozen=True, slots=True)
class PlaceClosing:
    """A line of all places side by side; `state` None: nothing was sent. `score`: in percent, of
    what was closed or, until then, of what is there; None where nothing can be assessed, or it was
    not asked."""

    node: Node
    state: ClosingState | None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """All communities below a node side by side: how many stand where, and a page of them."""

    node: Node
    year: int
    counts: Mapping[ClosingState | None, int]
    page: Page[PlaceClosing]


def closing_year(today: date) -> int:
    """The year that is to be closed now: the last one, and from December this one."""
    return today.year if (today.month, today.day) >= FIRST_CHECK else today.year - 1


def check_checkable(year: int, today: date) -> None:
    """Raise Refusal for a year whose figures cannot be checked yet, or not any more."""
    if year > closing_year(today):
        raise Refusal("closing.not_yet", on=date(year, *FIRST_CHECK), year=year)
    if year < today.year - YEARS_BACK:
        raise Refusal("closing.too_early", year=today.year - YEARS_BACK)


def may_be_checked(year: int, today: date) -> bool:
    """Whether figures of that year can be checked today, and still."""
    return today.year - YEARS_BACK <= year <= closing_year(today)


def check_over(year: int, today: date) -> None:
    """Raise Refusal for a year that is not over: what goes on is not closed."""
    if year >= today.year:
        raise Refusal("closing.not_over", on=date(year + 1, 1, 1), year=year)


def closed(year: int, place: str) -> Refusal:
    """Why nothing is written into a closed year, and what can be done."""
    return Refusal("closing.is_closed", year=year, place=place)


def check_reason(reason: str) -> None:
    """Raise Refusal unless something is said, and not too much."""
    if not is_visible(reason):
        raise Refusal("closing.no_reason")
    if len(reason) > REASON_LIMIT:
        raise Refusal("closing.long_reason", limit=REASON_LIMIT)
