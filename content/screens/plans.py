"""The plan of a place and year: what is planned, what is there, and who is behind."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from markupsafe import Markup

from content.programme import Indicator, Programme
from content.screen import Button, Rows, Screen, in_rows, lasting, press
from content.screens.figures import nothing_sent, percent, shown
from content.screens.kit import back, button, excerpt, in_pairs, pager
from content.splitting import short
from content.texts import Say
from storage.model.figure import Figure
from storage.model.node import Node, NodeKind
from storage.model.page import Page
from storage.model.period import YEARS
from storage.model.plan import Light, Missing, Pace, Progress, Revision

WORST = 5  # lines of a screen that names what is behind
LIGHTS = {Light.ON_PLAN: "🟢", Light.NEARLY: "🟡", Light.BEHIND: "🔴"}
NOT_PLANNED = "▫️"
_ROWS = 5  # that open a line, above the way back


def plan(
    say: Say, view: Progress, programme: Programme, missing: Page[str], *, may_plan: bool
) -> Screen:
    """The plan as a whole; `missing` are the communities that planned nothing, by name."""
    worst = view.with_light(Light.BEHIND)
    text = say(
        "plan.text",
        view=view,
        done=None if view.done is None else percent(view.done),
        gone=percent(view.gone * 100),
        lights={light.value: len(view.with_light(light)) for light in Light},
        unplanned=sum(each is Missing.NOT_PLANNED for each in view.paces.values()),
        worst=_lines(say, view, programme, worst[:WORST]),
        more=len(worst) > WORST,
        missing=missing,
        closed_at=view.closed_at,
        may_plan=may_plan,
    )
    node, year = view.node.id, view.year
    sections = [
        Button(section.name.in_(say.language), press("plan_part", node, year, section.id))
        for section in programme.sections
        if any(each.planned for each in programme.indicators if each.section == section.id)
    ]
    acts = [button(say, "plan.set", "set_plan", node, year)] if may_plan else []
    if may_plan:
        acts.append(button(say, "plan.by_sheet", "plan_template", node, year))
    if len(worst) > WORST:
        acts.append(button(say, "plan.behind", "plan_behind", node, year))
    around = [
        Button(say.label("plan.of_year", year=each), press("plan", node, each))
        for each in (year - 1, year + 1)
        if each in YEARS
    ]
    if view.node.kind is NodeKind.COMMUNITY:
        sections.append(button(say, "closing.score_of", "score", node, year))
    if view.others:
        sections.append(button(say, "plan.elsewhere", "plan_where", year, 0))
    rows = (tuple(acts),) if acts else ()
    last = (*around[:1], button(say, "button.back", "staff"), *around[1:])
    return Screen(text, (*rows, *in_rows(sections, 2), last))


def section(say: Say, view: Progress, programme: Programme, section_id: str) -> Screen:
    """The lines of a section, each of which opens."""
    here = [each for each in programme.indicators if each.section == section_id and each.planned]
    name = next(each.name for each in programme.sections if each.id == section_id)
    lines = _lines(say, view, programme, [each.id for each in here])
    text = say("plan.section", view=view, name=name.in_(say.language), lines=lines)
    return Screen(text, (*_openers(say, view, here), *_to_plan(say, view)))


def behind(say: Say, view: Progress, programme: Programme) -> Screen:
    """What is behind, and what is nearly, the worst first."""
    found = [*view.with_light(Light.BEHIND), *view.with_light(Light.NEARLY)]
    known = {each.id: each for each in programme.indicators}
    text = say(
        "plan.what_is_behind",
        view=view,
        gone=percent(view.gone * 100),
        lines=_lines(say, view, programme, found),
    )
    rows = _openers(say, view, [known[each] for each in found][: 2 * WORST])
    return Screen(text, (*rows, *_to_plan(say, view)))


def target(
    say: Say,
    view: Progress,
    indicator: Indicator,
    history: Page[Revision],
    *,
    may_plan: bool,
) -> Screen:
    """One line of a plan, and how its target came to be what it is."""
    found = view.targets.get(indicator.id)
    pace = view.paces[indicator.id]
    text = say(
        "plan.target",
        view=view,
        line=_line(say, view, indicator),
        name=indicator.name.in_(say.language),
        unit=indicator.unit.in_(say.language),
        due=_number(pace.due, indicator) if isinstance(pace, Pace) else None,
        gap=_number(pace.gap, indicator) if isinstance(pace, Pace) and pace.gap else None,
        gone=percent(view.gone * 100),
        lasting=indicator.measure.is_lasting,
        summed=found is not None and found.summed,
        other=_number(found.other, indicator) if found and found.other is not None else None,
        adds_up=indicator.measure.is_additive or view.node.kind is not NodeKind.DISTRICT,
        history=history.map(lambda each: _revision(each, indicator)),
    )
    key = "plan.revise" if found is not None and not found.summed else "plan.set_one"
    change = button(say, key, "set_target", view.node.id, view.year, indicator.id)
    acts: Rows = ((change,),) if may_plan else ()
    section = press("plan_part", view.node.id, view.year, indicator.section)
    turn = press("target", view.node.id, view.year, indicator.id)
    return Screen(text, (*acts, *pager(say, history, turn, section)))


def where(say: Say, places: Page[Progress], year: int) -> Screen:
    """The plans of all places side by side: one that has none is said to be missing."""
    buttons = [_place(say, each) for each in places.items]
    turns = pager(say, places, press("plan_where", year), press("plan", year))
    rows = (*in_rows(buttons, 1), *turns)
    return Screen(say("plan.where", year=year), rows)


def _place(say: Say, view: Progress) -> Button:
    planned = view.done is not None
    label = say.label(
        "plan.place" if planned else "plan.place_missing",
        name=short(view.node.name),
        done=percent(view.done or Decimal(0)),
        behind=len(view.with_light(Light.BEHIND)),
    )
    return Button(label, press("plan", view.node.id, view.year))


def planned(say: Say, view: Progress, programme: Programme, changed: Iterable[str]) -> Screen:
    """The receipt: what is planned now."""
    lines = _lines(say, view, programme, changed)
    return Screen(say("plan.saved", view=view, lines=lines), _to_plan(say, view))


def nudge(say: Say, view: Progress, programme: Programme) -> Screen:
    """What staff are told once a month whose community is behind."""
    worst = view.with_light(Light.BEHIND)
    text = say(
        "plan.nudge",
        view=view,
        gone=percent(view.gone * 100),
        count=len(worst),
        lines=_lines(say, view, programme, worst[:WORST]),
        more=len(worst) > WORST,
    )
    to = button(say, "plan.see_behind", "plan_behind", view.node.id, view.year)
    return lasting(Screen(text, ((to,),)))


def nudge_to_plan(say: Say, view: Progress) -> Screen:
    """The same where nothing is planned."""
    text = say("plan.nudge_to_plan", view=view)
    to = button(say, "plan.set", "set_plan", view.node.id, view.year)
    return lasting(Screen(text, ((to,),)))


def which(
    say: Say, of: tuple[Node, int], indicators: Iterable[Indicator], thousandths: int
) -> Screen:
    """What a line could mean: which of them, for a place and year?"""
    node, year = of
    buttons = [
        Button(
            short(each.name.in_(say.language)),
            press("plan_meant", node.id, year, each.id, thousandths),
        )
        for each in indicators
    ]
    text = say("plan.which", place=node.name, year=year)
    return Screen(text, (*in_rows(buttons, 1), *back(say, "plan")))


def change(
    say: Say, indicator: Indicator, before: Decimal | None, after: Decimal | None
) -> dict[str, object]:
    """A line of a draft: what is planned now (None: nothing), and what is to be."""
    return {
        "name": indicator.name.in_(say.language),
        "unit": indicator.unit.in_(say.language),
        "before": None if before is None else _number(before, indicator),
        "after": None if after is None else _number(after, indicator),
    }


def _openers(say: Say, view: Progress, indicators: Iterable[Indicator]) -> Rows:
    """A button for each; the text above has their whole names, so where these would fill a screen,
    their beginnings stand in pairs."""
    every = [*indicators]

    def buttons(shorten: Callable[[str], str]) -> list[Button]:
        return [
            Button(
                f"{_light(view, each.id)} {shorten(each.name.in_(say.language))}",
                press("target", view.node.id, view.year, each.id),
            )
            for each in every
        ]

    rows = in_pairs(buttons(short))
    return rows if len(rows) <= _ROWS else in_rows(buttons(excerpt), 2)


def _to_plan(say: Say, view: Progress) -> Rows:
    return ((button(say, "plan.open", "plan", view.node.id, view.year),),)


def _light(view: Progress, indicator_id: str) -> str:
    pace = view.paces[indicator_id]
    return LIGHTS[pace.light] if isinstance(pace, Pace) else NOT_PLANNED


def _lines(say: Say, view: Progress, programme: Programme, ids: Iterable[str]) -> list[Markup]:
    known: Mapping[str, Indicator] = {each.id: each for each in programme.indicators}
    return [_line(say, view, known[each]) for each in ids]


def _line(say: Say, view: Progress, indicator: Indicator) -> Markup:
    pace, figure = view.paces[indicator.id], view.figures.get(indicator.id)
    return say(
        "plan.line",
        light=_light(view, indicator.id),
        name=indicator.name.in_(say.language),
        unit=indicator.unit.in_(say.language),
        actual=None if figure is None else shown(figure, indicator.decimals),
        target=_number(view.targets[indicator.id].number, indicator)
        if indicator.id in view.targets
        else None,
        rate=percent(pace.rate) if isinstance(pace, Pace) else None,
        share=indicator.is_share,
        unconfirmed=view.unconfirmed.get(indicator.id),
        missing=figure is not None and nothing_sent(indicator, figure),
    )


def _revision(revision: Revision, indicator: Indicator) -> dict[str, object]:
    return {
        "number": _number(revision.number, indicator),
        "by_name": revision.by_name,
        "at": revision.at,
        "reason": revision.reason,
        "removal": revision.removal,
    }


def _number(number: Decimal, indicator: Indicator) -> str:
    """A target, or what is due of it: with no more decimals than it has."""
    text = shown(Figure(number), indicator.decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text
