"""Closing a year: where a place stands, its figures, its score, and all places side by side."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from markupsafe import Markup

from content.programme import Indicator, Programme
from content.screen import Button, Rows, Screen, in_rows, lasting, press
from content.screens.figures import shown
from content.screens.kit import button, pager
from content.splitting import short
from content.texts import Say
from storage.model.closing import (
    FIRST_CHECK,
    SIGN,
    ClosingState,
    ClosingView,
    Difference,
    Kept,
    PlaceClosing,
    Places,
    Sheet,
    closing_year,
    may_be_checked,
)
from storage.model.figure import Figure
from storage.model.moves import Move
from storage.model.node import Node, NodeKind
from storage.model.page import Page, page_of
from storage.model.period import Days, day_of
from storage.model.plan import HUNDRED, Missing
from storage.model.roles import Grant, Power, allowed

MARKS = {
    None: "▫️",
    ClosingState.CHECKED: "☑️",
    ClosingState.ACCEPTED: "👍",
    ClosingState.CLOSED: "🔒",
    ClosingState.SENT_BACK: "↩️",
    ClosingState.REOPENED: "🔓",
}
LISTED = 10  # differences on one screen
NAMED = 6  # of what a score leaves out
OPENED = 4  # buttons to the records of what changed
CHECKSUM = 16  # characters of a digest that are told; /report has it whole


def closing(
    say: Say, view: ClosingView, programme: Programme, grants: tuple[Grant, ...], days: Days
) -> Screen:
    """Where the closing of a place and year stands, and what whoever looks can do about it. `days`:
    the year, looked at now."""
    may = _May(view, grants, day_of(days.now, days.zone))
    sections, empty = _figures(say, view.shown, programme)
    signed = view.signed
    text = say(
        "closing.text",
        view=view,
        stands=_stands(say, view),
        broken=signed is not None and not signed.is_intact,
        since=say.label(f"closing.since_{view.state}") if signed and view.differences else None,
        differences=[difference(say, each, programme) for each in view.differences[:LISTED]],
        more=max(len(view.differences) - LISTED, 0),
        other_programme=signed is not None and signed.sheet.basis != view.now.basis,
        sections=sections,
        empty=empty,
        score=None if _is_district(view) else _score_or_none(view.shown),
        hint=may.hint(say),
    )
    return Screen(
        text,
        (
            *may.sign(say),
            *_ways(say, view, programme, days),
            *may.undo(say),
            _around(say, view, days),
        ),
    )


class _May:
    """What somebody can do about a closing, as it stands."""

    def __init__(self, view: ClosingView, grants: tuple[Grant, ...], today: date) -> None:
        self._view, self._over = view, view.year < today.year
        self._may_be_checked = may_be_checked(view.year, today)
        self._plans = allowed(grants, Power.PLAN, view.node.path)
        self._closes = allowed(grants, Power.CLOSE_YEAR, view.node.path)

    def sign(self, say: Say) -> Rows:
        """The next step."""
        view, signed = self._view, self._view.now.digest[:SIGN]
        here = (view.node.id, view.year)
        if self._can_accept:
            return ((button(say, "closing.accept", "close_accept", *here, signed),),)
        if self._can_check:
            return ((button(say, "closing.check", "close_check", *here, signed),),)
        if self._can_close:
            return ((button(say, "closing.close", "close_ask", *here),),)
        return ()

    def undo(self, say: Say) -> Rows:
        """The step back. It stands apart from the step on, so that no second tap hits it."""
        view, here = self._view, (self._view.node.id, self._view.year)
        if view.state is ClosingState.CLOSED and self._closes:
            return ((button(say, "closing.reopen", "close_reopen", *here),),)
        if view.state in (ClosingState.CHECKED, ClosingState.ACCEPTED) and self._closes:
            return ((button(say, "closing.send_back", "close_send_back", *here),),)
        if view.state is ClosingState.CHECKED and self._plans:
            return ((button(say, "closing.take_back", "close_take_back", *here),),)
        return ()

    def hint(self, say: Say) -> str:
        """What comes next, and who does it; "" if nothing does."""
        key = self._hint()
        on = date(self._view.year, *FIRST_CHECK)
        return say.label(f"closing.hint_{key}", on=on) if key else ""

    def _hint(self) -> str:
        state = self._view.state
        if not self._may_be_checked:
            return "" if self._over else "too_soon"
        if self._can_check and not self._can_accept:
            return "missing" if self._closes else "check"
        if self._can_accept:
            return "accept"
        if self._can_close:
            return "close"
        if self._closes and state is not ClosingState.CLOSED:
            return "district" if self._over and _is_district(self._view) else "not_over"
        if state is ClosingState.CHECKED:
            return "wait_checked"
        return "wait_accepted" if state is ClosingState.ACCEPTED else ""

    @property
    def _can_check(self) -> bool:
        """Also anew, of what was checked and has changed since."""
        changed = self._view.state is ClosingState.CHECKED and bool(self._view.differences)
        open_one = self._view.state is None and not _is_district(self._view)
        return self._plans and self._may_be_checked and (open_one or changed)

    @property
    def _can_accept(self) -> bool:
        """Also anew, of what was accepted and has changed since."""
        changed = self._view.state is ClosingState.ACCEPTED and bool(self._view.differences)
        return self._closes and (self._view.state is ClosingState.CHECKED or changed)

    @property
    def _can_close(self) -> bool:
        ready = self._view.state is ClosingState.ACCEPTED
        if _is_district(self._view):
            ready = self._view.state is None and self._view.may_close
        return self._closes and self._over and ready


def _is_district(view: ClosingView) -> bool:
    return view.node.kind is NodeKind.DISTRICT


def _ways(say: Say, view: ClosingView, programme: Programme, days: Days) -> Rows:
    """To the records of what changed, the score, and the other places."""
    period = days.period.compact
    changed = [
        Button(
            say.label("closing.records", name=short(_name(say, programme, each.indicator))),
            press("records", view.node.id, period, each.indicator, 0),
        )
        for each in view.differences
        if each.is_of_figure and programme.indicator(each.indicator)
    ]
    row = []
    if not _is_district(view):
        row.append(button(say, "closing.score_of", "score", view.node.id, view.year))
    if view.others:
        row.append(button(say, "closing.places", "close_where", view.year, 0))
    return (*in_rows(changed[:OPENED], 2), *((tuple(row),) if row else ()))


def _around(say: Say, view: ClosingView, days: Days) -> tuple[Button, ...]:
    """The years before and after, as far as they can be closed, and the way back."""
    last = closing_year(day_of(days.now, days.zone))
    before, after = (
        Button(say.label("closing.of_year", year=each), press("close", view.node.id, each))
        for each in (view.year - 1, view.year + 1)
    )
    home = button(say, "button.back", "staff")
    return (before, home, after) if view.year < last else (before, home)


def _stands(say: Say, view: ClosingView) -> Markup:
    """The state, and who brought it about, when and with which words."""
    if not view.history:
        return say("closing.draft_district" if _is_district(view) else "closing.draft")
    last: Move = view.history[-1]
    state = ClosingState(last.to_state)
    taken = state is ClosingState.SENT_BACK and not last.words
    return say(
        "closing.stands",
        mark=MARKS[state],
        label=say.label("closing.taken_back" if taken else f"closing.{state}"),
        at=last.at,
        by_name=last.by_name or say.label("closing.somebody"),
        words=last.words,
        digest=view.signed.digest[:CHECKSUM] if view.signed and view.is_closed else None,
    )


def _figures(
    say: Say, sheet: Sheet, programme: Programme
) -> tuple[list[Mapping[str, object]], int]:
    """The figures by section, and how many are left out because they are nothing and nobody planned
    them. Those that the programme has no more stand last, by their ids."""
    told = {key: each for key, each in sheet.figures.items() if each.figure.number or each.target}
    known = [each for each in programme.indicators if each.id in told]
    found: list[Mapping[str, object]] = []
    for section in programme.sections:
        its = [_line(say, each, told[each.id]) for each in known if each.section == section.id]
        if its:
            found.append({"name": section.name.in_(say.language), "lines": its})
    return found, len(sheet.figures) - len(told)


def _line(say: Say, indicator: Indicator, kept: Kept) -> Markup:
    done = kept.assessed.done  # as everywhere; that no more than all of it counts, the score tells
    return say(
        "closing.line",
        name=indicator.name.in_(say.language),
        unit=indicator.unit.in_(say.language),
        share=kept.figure.whole is not None,
        number=shown(kept.figure, kept.decimals),
        target=None if kept.target is None else _plain(kept.target, kept.decimals),
        rate=None if isinstance(done, Missing) else points(done, 0),
    )


def difference(say: Say, found: Difference, programme: Programme) -> Markup:
    """A figure (or its target) as it was signed and as it is, and who changed it when."""
    key = "closing.difference" if found.is_of_figure else "closing.difference_target"
    indicator = programme.indicator(found.indicator)
    return say(
        key,
        name=_name(say, programme, found.indicator),
        unit=indicator.unit.in_(say.language) if indicator else "",
        before=_told(say, found.before, figure=found.is_of_figure),
        after=_told(say, found.after, figure=found.is_of_figure),
        cause=found.cause,
    )


def _told(say: Say, kept: Kept | None, *, figure: bool) -> str:
    if kept is None:
        return say.label("closing.none")
    if figure:
        return shown(kept.figure, kept.decimals)
    return say.label("closing.none") if kept.target is None else _plain(kept.target, kept.decimals)


def _name(say: Say, programme: Programme, indicator_id: str) -> str:
    """What an indicator is called; its id if the programme has it no more."""
    indicator = programme.indicator(indicator_id)
    return indicator.name.in_(say.language) if indicator else indicator_id


def _plain(number: Decimal, decimals: int) -> str:
    text = shown(Figure(number), decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(value: Decimal, places: int = 1) -> str:
    """A rate or a score, of 100: rounded half up, but 100 is only all of it."""
    step = Decimal(1).scaleb(-places)
    rounded = value.quantize(step, ROUND_HALF_UP)
    if value < HUNDRED <= rounded:
        rounded = value.quantize(step, ROUND_DOWN)
    text = f"{rounded}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _score_or_none(sheet: Sheet) -> str | None:
    percent = sheet.score.percent
    return None if percent is None else points(percent)


def score(say: Say, view: ClosingView, programme: Programme) -> Screen:
    """The score of a community, line by line, and what it leaves out and why."""
    found = view.shown.score
    lines = [
        {
            "name": _name(say, programme, key),
            "rate": points(line.rate),
            "weight": line.weight,
            "points": _points(line.points),
        }
        for key, line in found.lines.items()
    ]
    text = say(
        "closing.score",
        node=view.node,
        year=view.year,
        closed=view.is_closed,
        lines=lines,
        total=None if found.percent is None else points(found.percent),
        points=_points(found.points),
        possible=found.possible,
        unplanned=_left_out(say, view, programme, Missing.NOT_PLANNED),
        unknown=_left_out(say, view, programme, Missing.NO_FIGURE),
    )
    ways = (
        button(say, "closing.open", "close", view.node.id, view.year),
        button(say, "plan.open", "plan", view.node.id, view.year),
    )
    return Screen(text, (ways,))


def _points(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def _left_out(say: Say, view: ClosingView, programme: Programme, why: Missing) -> Page[str]:
    """The names of those that are left out: the first of them, and how many they are."""
    left = view.shown.score.left_out
    names = [_name(say, programme, key) for key, each in left.items() if each is why]
    return page_of(names, 0, NAMED)


def where(say: Say, found: Places, *, may_close: bool, changed: Sequence[str] = ()) -> Screen:
    """All places side by side: who sent nothing is said to be missing. `changed` are the names of
    those that closing all at once left open."""
    node, year = found.node, found.year
    counts = {state.value if state else "missing": found.counts.get(state, 0) for state in MARKS}
    left = say.label("closing.changed_since", names=changed) if changed else ""
    text = say("closing.where", node=node, year=year, counts=counts, changed=left)
    accepted = found.counts.get(ClosingState.ACCEPTED, 0)
    acts: Rows = ()
    if may_close and accepted:
        label = say.label("closing.close_all", n=accepted)
        acts = ((Button(label, press("close_all_ask", node.id, year)),),)
    buttons = [_place(say, each, year) for each in found.page.items]
    turns = pager(say, found.page, press("close_where", year), press("close", node.id, year))
    return Screen(text, (*in_rows(buttons, 1), *turns, *acts))


def _place(say: Say, place: PlaceClosing, year: int) -> Button:
    label = say.label(
        "closing.place",
        mark=MARKS[place.state],
        name=short(place.node.name),
        missing=place.state is None,
        score=None if place.score is None else points(place.score),
    )
    return Button(label, press("close", place.node.id, year))


def sure(say: Say, view: ClosingView) -> Screen:
    """Close this year?"""
    here = (view.node.id, view.year)
    yes = button(say, "closing.close_yes", "close_now", *here, view.now.digest[:SIGN])
    return Screen(
        say("closing.close_sure", view=view),
        ((button(say, "button.back", "close", *here),), (yes,)),
    )


def all_sure(say: Say, found: Places) -> Screen:
    """Close all that were accepted?"""
    year, count = found.year, found.counts.get(ClosingState.ACCEPTED, 0)
    yes = button(say, "closing.close_yes", "close_all", found.node.id, year)
    back = button(say, "button.back", "close_where", year, 0)
    return Screen(say("closing.close_all_sure", year=year, n=count), ((back,), (yes,)))


def undone(say: Say, node: Node, year: int, to: ClosingState) -> Screen:
    """The receipt of what was sent back or opened again."""
    way = button(say, "closing.open", "close", node.id, year)
    return Screen(say(f"closing.undone_{to}", place=node.name, year=year), ((way,),))


def news(say: Say, node: Node, year: int, state: ClosingState, words: str) -> Screen:
    """What the staff of a place hear of the district."""
    text = say(f"closing.news_{state}", place=node.name, year=year, words=words)
    return lasting(Screen(text, ((button(say, "closing.open", "close", node.id, year),),)))
