"""The figures of a place and period: what matters first, and all of them section by section."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

from content.asking import Which
from content.programme import Indicator, Programme
from content.screen import Button, Rows, Screen, in_rows, press
from content.screens.kit import back, button, paged, pager
from content.screens.periods import head, named, so_far, spans, year_before
from content.splitting import short
from content.texts import Say
from storage.model.figure import Figure
from storage.model.node import Node
from storage.model.page import TRACED, Page, page_of
from storage.model.period import Days, Period
from storage.model.plan import Target
from storage.model.tally import Tally

NUMBERS = 5  # buttons with numbers in one row


@dataclass(frozen=True, slots=True)
class Part:
    """A section, or as much of a long one as one screen shows; its lines are numbered from 1."""

    name: str
    indicators: Sequence[Indicator]


def stats_where(say: Say, places: Page[Node], period: Period) -> Screen:
    """Figures of which place?"""
    buttons = places.map(
        lambda node: Button(short(node.name), press("stats", node.id, period.compact))
    )
    rows = paged(say, buttons, press("stats_where", period.compact), "stats", width=2)
    return Screen(say("stats.where"), rows)


def stats(say: Say, tally: Tally, programme: Programme, days: Days) -> Screen:
    """What matters first of a node and period."""
    sections = []
    for section in programme.sections:
        its = [each for each in programme.main_indicators if each.section == section.id]
        if its:
            lines = [line(say, each, tally) for each in its]
            sections.append({"name": section.name.in_(say.language), "lines": lines})
    text = say(
        "stats.text",
        head=head(say, tally.node, days),
        sections=sections,
        closed_at=tally.closed and tally.closed.signed_at,
        nothing=nothing_there(say, programme.main_indicators, tally, days),
    )
    node, period = tally.node, tally.period.compact
    more = button(say, "stats.more", "stats_more", node.id, period, 0)
    beside: tuple[Button, ...] = ()
    if tally.others:
        beside = (
            button(say, "stats.compared", "compared_all", node.id, period, 0),
            button(say, "stats.elsewhere", "stats_where", period, 0),
        )
    export = button(say, "sheet.export", "export", node.id, period)
    drawn = button(say, "draw.button", "draw", node.id, period)
    rows: Rows = (*((beside,) if beside else ()), (drawn, export))
    if tally.closed:
        rows = (*rows, (button(say, "closing.open", "close", node.id, tally.closed.sheet.year),))
    earlier = (year_before(say, days, "stats", node), more)
    return Screen(text, (*spans(say, days, "stats", node), earlier, *rows, *back(say, "staff")))


def which(say: Say, found: Sequence[Which]) -> Screen:
    """What was asked could be several things: which of them?"""
    days = {each.period for each in found}
    period = named(say, days.pop()) if len(days) == 1 else ""
    return Screen(
        say("stats.which", period=period),
        (*in_rows(asked_for(say, found), 1), (button(say, "stats.all", "stats"),)),
    )


def asked_for(say: Say, found: Sequence[Which]) -> tuple[Button, ...]:
    """A button to each figure that somebody may have asked for: it names what may be several."""
    many_days = len({each.period for each in found}) > 1
    many_places = not many_days or len({each.node.id for each in found}) > 1

    def label(each: Which) -> str:
        told = (
            each.indicator.name.in_(say.language) if each.indicator else "",
            short(each.node.name) if many_places else "",
            named(say, each.period) if many_days else "",
        )
        return say.label("stats.asked", told=[each for each in told if each])

    def opens(each: Which) -> str:
        where = (each.node.id, each.period.compact)
        return (
            press("figure", *where, each.indicator.id) if each.indicator else press("stats", *where)
        )

    return tuple(Button(label(each), opens(each)) for each in found)


def parts(say: Say, programme: Programme, number: int) -> Page[Part]:
    """The page nearest to `number` of the sections, each a part or several."""
    found = []
    for section in programme.sections:
        its = [each for each in programme.indicators if each.section == section.id]
        for first in range(0, len(its), TRACED):
            found.append(Part(section.name.in_(say.language), its[first : first + TRACED]))
    return page_of(found, number, 1)


def stats_more(say: Say, tally: Tally, page: Page[Part], days: Days) -> Screen:
    """One section; each of its figures can be opened."""
    [part] = page.items
    lines = [line(say, each, tally, n) for n, each in enumerate(part.indicators, start=1)]
    names = {"name": part.name, "number": page.number + 1, "total": page.total}
    at = tally.closed and tally.closed.signed_at
    heading = head(say, tally.node, days)
    nothing = nothing_there(say, part.indicators, tally, days)
    text = say("stats.section", head=heading, lines=lines, closed_at=at, nothing=nothing, **names)
    here = (tally.node.id, tally.period.compact)
    opened = [
        Button(str(n), press("figure", *here, each.id))
        for n, each in enumerate(part.indicators, start=1)
    ]
    turn = pager(say, page, press("stats_more", *here), press("stats", *here))
    drawn = button(say, "draw.button", "draw_more", *here, page.number)
    return Screen(text, (*in_rows(opened, NUMBERS), (drawn,), *turn))


def amount(say: Say, indicator: Indicator, found: Figure, target: Decimal | None = None) -> str:
    """A figure, what is planned, and the unit; of a share also of how many it is one."""
    of = None if not found.whole else (f"{found.number:f}", f"{found.whole:f}")
    planned = None if target is None else shown(Figure(target), indicator.decimals)
    if nothing_sent(indicator, found):
        return say.label("stats.not_sent", planned=planned)
    count, unit = shown(found, indicator.decimals), indicator.unit.in_(say.language)
    return say.label("stats.amount", count=count, planned=planned, unit=unit, of=of)


def nothing_there(
    say: Say, indicators: Sequence[Indicator], tally: Tally, days: Days
) -> Markup | None:
    """What is said below figures that are all 0, and what to do about it; None where there is
    something, or the days are yet to come."""
    if (
        so_far(days)["to_come"]
        or any(tally.unconfirmed.values())
        or not is_nothing(indicators, tally.figures)
    ):
        return None
    return say("stats.nothing", closed=tally.closed is not None)


def is_nothing(indicators: Iterable[Indicator], figures: Mapping[str, Figure]) -> bool:
    """Whether nothing was done, as far as these indicators tell that."""
    found = [figures[each.id].number for each in indicators if each.is_work]
    return bool(found) and not any(found)


def nothing_sent(indicator: Indicator, found: Figure) -> bool:
    """Whether nobody recorded anything of what only staff record: that is no 0."""
    return indicator.is_by_hand and not found.number


def line(say: Say, indicator: Indicator, tally: Tally, number: int | None = None) -> Markup:
    """An indicator with its figure; `number` is what opens it."""
    found, target = tally.figures[indicator.id], tally.targets.get(indicator.id)
    before, closed = tally.before.get(indicator.id), tally.closed_as(indicator.id)
    return say(
        "stats.line",
        closed=shown(closed.figure, closed.decimals) if closed else None,
        number=number,
        name=indicator.name.in_(say.language),
        amount=amount(say, indicator, found, target.number if target else None),
        before=shown(before, indicator.decimals) if before and before.value else None,
        at_months_end=indicator.id in tally.at_months_end,
        rate=rate_of(found, target),
        part=indicator.part_of is not None,
        by_hand=indicator.is_recorded,
        unconfirmed=tally.unconfirmed.get(indicator.id),
    )


def rate_of(found: Figure, target: Target | None) -> int | None:
    """How much of what is planned is there, in percent as it is told. None where nothing is
    planned, or there is nothing to compare."""
    if target is None or found.value is None or not target.number:
        return None
    return percent(found.value * 100 / target.number)


def percent(value: Decimal) -> int:
    """A share as it is told everywhere: in whole percent, rounded half up, and 100 only for all of
    it."""
    rounded = int(value.quantize(Decimal(1), ROUND_HALF_UP))
    return min(rounded, 99) if value < 100 else rounded


def shown(figure: Figure, decimals: int) -> str:
    """A figure as it is written: rounded half up to its decimals; a dash for a share of nobody."""
    if figure.value is None:
        return "—"
    return str(figure.value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
