"""Figures as pictures: the same as on the screens of figures, in bars, and said in the caption."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from zoneinfo import ZoneInfo

from content.programme import Indicator
from content.render.chart import Bar, Chart, Key, Look, shares
from content.render.letters import missing, seen
from content.render.picture import pictures
from content.screen import Screen, picture
from content.screens.comparison import gone_of
from content.screens.figure import not_counted
from content.screens.figures import (
    Part,
    amount,
    is_nothing,
    nothing_sent,
    nothing_there,
    percent,
    rate_of,
    shown,
)
from content.screens.periods import named, so_far
from content.texts import Say
from content.zones import city
from storage.model.closing import Closing
from storage.model.comparison import Place, whole_of
from storage.model.figure import Figure
from storage.model.node import Node, NodeKind
from storage.model.period import Days, day_of
from storage.model.plan import Light, Missing, Pace, pace
from storage.model.tally import Months, Tally

MOST = 10  # pictures in an album (Bot API: sendMediaGroup)
TOLD = 15  # lines of the caption; all of them stand on the screen from which it was asked for

_LOOKS = {Light.ON_PLAN: Look.ON_PLAN, Light.NEARLY: Look.NEARLY, Light.BEHIND: Look.BEHIND}


def drawn(say: Say, chart: Chart) -> Screen:
    """The picture, several of them if it takes them, and in words what is drawn. Takes a while."""
    made = list(islice(pictures(chart), MOST + 1))
    words = "".join([chart.title, chart.head, *(each.name for each in chart.bars)])
    lacking = sorted(seen(missing(words)))
    text = say(
        "draw.caption",
        title=chart.title,
        head=chart.foot,
        lines=[{"name": each.name, "said": each.said} for each in chart.bars[:TOLD]],
        more=max(0, len(chart.bars) - TOLD),
        cut=len(made) > MOST,
        missing="".join(lacking),
        nothing=chart.nothing,
    )
    return Screen(text, media=tuple(picture(each) for each in made[:MOST]))


def of_indicators(say: Say, tally: Tally, part: Part, days: Days, zone: ZoneInfo) -> Chart:
    """A place's figures beside their plans, or where there are none beside the year before."""
    planned = any(each.id in tally.targets for each in part.indicators)
    bars = [
        _of_plan(say, each, tally, days) if planned else _of_year(say, each, tally)
        for each in part.indicators
    ]
    chart = Chart(
        part.name,
        _head(say, tally.node, days),
        bars,
        _key(say),
        _foot(say, tally.node, days, zone, tally.closed),
        planned,
    )
    nothing = nothing_there(say, part.indicators, tally, days) is not None
    return _of_nothing(say, chart, days) if nothing else chart


def _of_nothing(say: Say, chart: Chart, days: Days) -> Chart:
    """The same, saying so: a row of noughts could be taken for what was reached. Of days that are
    yet to come nobody expects anything."""
    if so_far(days)["to_come"]:
        return chart
    return replace(chart, head=say.label("draw.of_nothing", head=chart.head), nothing=True)


def _of_plan(say: Say, indicator: Indicator, tally: Tally, days: Days) -> Bar:
    found, target = tally.figures[indicator.id], tally.targets.get(indicator.id)
    number = target.number if target else None
    far = pace(number, found, indicator.plannable, gone_of(days))
    said = _amount(say, indicator, tally, number)
    bar = _far(say, said, far, rate_of(found, target), days)
    if nothing_sent(indicator, found):
        bar = Bar("", said, Look.MISSING)
    before = _before(say, indicator, tally)
    return replace(bar, name=indicator.name.in_(say.language), beside=before)


def _of_year(say: Say, indicator: Indicator, tally: Tally) -> Bar:
    """Against the year before: each on a scale of its own, for units differ."""
    found, before = tally.figures[indicator.id], tally.before.get(indicator.id)
    earlier = before.value if before else None
    length, was = shares([found.value, earlier])
    said = _amount(say, indicator, tally)
    if nothing_sent(indicator, found) or length is None:
        bar = Bar("", said, Look.MISSING)
    elif not was:
        bar = Bar("", said, Look.ALONE)
    else:
        bar = Bar("", said, Look.COUNTED, length)
    name, beside = indicator.name.in_(say.language), _before(say, indicator, tally)
    return replace(bar, name=name, before=was or None, beside=beside)


def _amount(say: Say, indicator: Indicator, tally: Tally, target: Decimal | None = None) -> str:
    """A figure, and how many events nobody confirmed that would count there."""
    said = amount(say, indicator, tally.figures[indicator.id], target)
    unconfirmed = tally.unconfirmed.get(indicator.id)
    return say.label("draw.unconfirmed", said=said, n=unconfirmed) if unconfirmed else said


def _before(say: Say, indicator: Indicator, tally: Tally) -> str:
    before = tally.before.get(indicator.id)
    if before is None or not before.value:
        return ""
    return say.label("draw.before", count=shown(before, indicator.decimals))


def of_months(say: Say, indicator: Indicator, of: Months, days: Days, zone: ZoneInfo) -> Chart:
    """The figure of a node in each month of a year, and what was closed of it. `days`: the year."""
    node, found = of.node, of.figures
    today = day_of(days.now, days.zone)
    lengths = dict(zip(found, shares([each.value for each in found.values()]), strict=True))
    bars = []
    for month, each in found.items():
        name, count = say.label("draw.month", month=month), amount(say, indicator, each)
        if month > today:
            bars.append(Bar(name, say.label("draw.to_come"), Look.TO_COME))
        elif nothing_sent(indicator, each) or lengths[month] is None:
            bars.append(Bar(name, count, Look.MISSING))
        else:
            bars.append(Bar(name, count, Look.COUNTED, lengths[month]))
    foot = _foot(say, node, days, zone, of.closed)
    if of.left_out:
        foot = say.label("draw.foot_of_months", foot=foot, left_out=not_counted(say, of.left_out))
    title = indicator.name.in_(say.language)
    chart = Chart(title, _head(say, node, days), bars, _key(say), foot)
    nothing = not of.left_out and _none_did(indicator, found.values())
    return _of_nothing(say, chart, days) if nothing else chart


def _none_did(indicator: Indicator, figures: Iterable[Figure]) -> bool:
    """Whether none of the figures of an indicator tells of work done."""
    return all(is_nothing([indicator], {indicator.id: each}) for each in figures)


def of_places(
    say: Say,
    indicator: Indicator,
    seen_from: tuple[Node, Sequence[Place]],
    days: Days,
    zone: ZoneInfo,
) -> Chart:
    """All places that somebody sees, by one indicator, in the order of the table."""
    node, places = seen_from
    paces = [each.paces[indicator.id] for each in places]
    planned = any(isinstance(each, Pace) for each in paces)
    values = [each.figures[indicator.id].value for each in places]
    bars = []
    for number, (place, far, length) in enumerate(
        zip(places, paces, shares(values), strict=True), start=1
    ):
        found = place.figures[indicator.id]
        target = None if isinstance(far, Missing) else far.target
        said = amount(say, indicator, found, target)
        if nothing_sent(indicator, found):
            bar = Bar("", said, Look.MISSING)
        elif planned:
            rate = None if isinstance(far, Missing) else percent(far.rate)
            bar = _far(say, said, far, rate, days)
        else:
            bar = Bar("", said, Look.MISSING if length is None else Look.COUNTED, length)
        bars.append(replace(bar, name=_named(say, number, place)))
    title = indicator.name.in_(say.language)
    head, foot = _head_of_all(say, days), _foot_of_all(say, node, places, days, zone)
    chart = Chart(title, head, bars, _key(say), foot, planned)
    nothing = _none_did(indicator, (each.figures[indicator.id] for each in places))
    return _of_nothing(say, chart, days) if nothing else chart


def of_all(
    say: Say,
    weights: Mapping[str, int],
    seen_from: tuple[Node, Sequence[Place]],
    days: Days,
    zone: ZoneInfo,
) -> Chart:
    """All places that somebody sees, by all that is assessed, in the order of the table."""
    node, places = seen_from
    gone, bars = gone_of(days), []
    for number, place in enumerate(places, start=1):
        whole = whole_of(place, weights, gone)
        if whole.rate is None or whole.light is None:
            said = say.label("draw.recorded", n=whole.counted, of=whole.assessed)
            bar = Bar("", said, Look.ALONE)
        else:
            far = Pace(Decimal(100), whole.rate, 100 * gone)
            said = say.label("draw.on_plan_of", n=whole.on_plan, of=whole.planned)
            bar = _far(say, said, far, percent(whole.rate), days)
        bars.append(replace(bar, name=_named(say, number, place)))
    planned = any(each.length is not None for each in bars)
    head, foot = _head_of_all(say, days), _foot_of_all(say, node, places, days, zone)
    chart = Chart(say.label("draw.assessed"), head, bars, _key(say), foot, planned)
    nothing = not any(whole_of(place, weights, gone).counted for place in places)
    return _of_nothing(say, chart, days) if nothing else chart


def _far(say: Say, said: str, far: Pace | Missing, rate: int | None, days: Days) -> Bar:
    """A bar beside its target: how far it is, and where it should be by now."""
    if isinstance(far, Missing):
        if far is Missing.NO_FIGURE:
            return Bar("", said, Look.MISSING)
        return Bar("", say.label("draw.not_planned", said=said), Look.ALONE)
    length = far.actual / far.target if far.target else Decimal(1)
    due = far.due / far.target if far.target and days.running else None
    light = say.label(f"draw.{far.light.value}")
    told = say.label("draw.far", said=said, rate=rate, light=light)
    return Bar("", told, _LOOKS[far.light], length, due)


def _named(say: Say, number: int, place: Place) -> str:
    own = place.node.kind is NodeKind.DISTRICT
    return say.label("draw.place", number=number, name=place.node.name, own=own)


def _period(say: Say, days: Days) -> str:
    return named(say, days.period)


def _head(say: Say, node: Node, days: Days) -> str:
    to_come = so_far(days)["to_come"]
    return say.label("draw.head", place=node.name, period=_period(say, days), to_come=to_come)


def _head_of_all(say: Say, days: Days) -> str:
    return say.label("draw.all", period=_period(say, days), to_come=so_far(days)["to_come"])


def _foot(say: Say, node: Node, days: Days, zone: ZoneInfo, closed: Closing | None = None) -> str:
    """Of which place and days, and when they were counted, as clocks show it in `zone`; of a year
    that is `closed` also that these are not the figures that were signed."""
    local = days.now.astimezone(zone)
    return say.label(
        "draw.foot",
        place=node.name,
        period=_period(say, days),
        on=local.date(),
        at=local.time(),
        city="" if zone == days.zone else city(zone, say.language),
        closed_at=closed and closed.signed_at,
    )


def _foot_of_all(say: Say, node: Node, places: Sequence[Place], days: Days, zone: ZoneInfo) -> str:
    """The same of many places, some of which may have closed the year."""
    foot, closed = _foot(say, node, days, zone), sum(each.is_closed for each in places)
    return say.label("draw.foot_of_all", foot=foot, closed=closed, every=closed == len(places))


def _key(say: Say) -> Key:
    looks = [(look, say.label(f"draw.{look.value}")) for look in _LOOKS.values()]
    without = [(look, say.label(f"draw.{look.value}")) for look in (Look.ALONE, Look.MISSING)]
    return Key(
        [*looks, *without],
        say.label("draw.target"),
        say.label("draw.due"),
        say.label("draw.year_before"),
    )
