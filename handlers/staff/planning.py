"""Setting targets, and revising them: a number, several lines, or what is proposed."""

from datetime import date
from decimal import Decimal

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row

from content.plan_line import names_of, read_plan_line
from content.programme import Indicator
from content.recording import typed_examples, units_of
from content.screen import press as press_of
from content.screens import plans as screens
from content.screens.kit import note
from handlers.answering import show
from handlers.forms.drafts import keep
from handlers.forms.hub import Hub
from handlers.forms.saying import remark
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import node_id, row_id, year
from handlers.presses import press
from handlers.tools import Tools
from storage.actions.plans import set_targets
from storage.model.figure import THOUSANDTHS
from storage.model.period import Days, day_of, year_of
from storage.model.person import Person
from storage.model.plan import check_year, thousandths_of
from storage.model.plan_draft import PlanDraft, proposed
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.typed.targets import Typed, is_percent, read_amount, read_targets
from storage.queries import closed_years
from storage.queries import nodes as node_queries
from storage.queries import plans as queries


class PlanForm(StatesGroup):
    lines = State()
    number = State()
    reason = State()
    review = State()


hub = Hub(PlanDraft, PlanForm)


@press("set_plan", node_id, year, power=Power.PLAN)
async def set_plan(
    press: CallbackQuery, ids: tuple[int, int], tools: Tools, dialog_manager: DialogManager
) -> None:
    draft = await _draft(*ids, tools)
    await begin(press, dialog_manager, PlanForm.lines, draft, press_of("plan", ids[0], ids[1]))


@press("set_target", node_id, year, str, power=Power.PLAN)
async def set_target(
    press: CallbackQuery, ids: tuple[int, int, str], tools: Tools, dialog_manager: DialogManager
) -> None:
    if ids[2] not in tools.programme.plannable:
        raise Refusal("plan.cannot_be_planned")
    draft = (await _draft(*ids[:2], tools)).asking(ids[2])
    await begin(
        press, dialog_manager, PlanForm.number, draft, press_of("target", ids[0], ids[1], ids[2])
    )


async def begin_with_line(
    message: Message, text: str, person: Person, tools: Tools, manager: DialogManager
) -> bool:
    """Open the form with what a line says, to be looked at before it counts; False if it says
    nothing of a plan, or if they plan nothing. Raises Refusal for what cannot be planned."""
    places = await tools.database.read(node_queries.where_may, person, Power.PLAN)
    if not places:
        return False
    this_year = day_of(tools.now(), tools.zone).year
    line = read_plan_line(text, tools.programme, places, this_year)
    if not line.typed.numbers and not line.is_one:
        return False
    place, of = line.place or places[0].id, line.year or this_year
    if line.could_be:
        node = next(each for each in places if each.id == place)
        found = [_known(tools, each) for each in line.could_be]
        _check(found[0], line.number, percent=is_percent(line.typed.unread[0]))
        screen = screens.which(say_of(manager), (node, of), found, thousandths_of(line.number))
        await show(message, screen, tools)
        return True
    taken, refused = _taken(line.typed, manager)
    draft = (await _draft(place, of, tools)).with_numbers(taken)
    if not taken:
        raise refused[0]
    if not draft.numbers:
        raise Refusal("plan.already_so")
    if await begin(message, manager, hub.next(draft), draft, press_of("plan", place, of)):
        for each in refused:
            await tools.chat.send(message.chat.id, note(say_of(manager), each.key, **each.names))
    return True


@press("plan_meant", node_id, year, str, row_id, power=Power.PLAN)
async def meant(
    press: CallbackQuery,
    ids: tuple[int, int, str, int],
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """Which indicator a line meant: the number is there already."""
    place, of, indicator, thousandths = ids
    number = Decimal(thousandths) / THOUSANDTHS
    _known(tools, indicator).plannable.check(number)
    draft = (await _draft(place, of, tools)).with_numbers({indicator: number})
    if not draft.numbers:
        raise Refusal("plan.already_so")
    await begin(press, dialog_manager, hub.next(draft), draft, press_of("plan", place, of))


async def _draft(place: int, of: int, tools: Tools) -> PlanDraft:
    """An empty one, beside what is planned now. Raises Refusal for a year that is not open."""
    check_year(of, day_of(tools.now(), tools.zone))
    node = await tools.database.read(node_queries.by_id, place)
    await tools.database.read(closed_years.check_open, node.id, of)
    own = await tools.database.read(queries.own_of, node.id, of)
    return PlanDraft(node.id, node.name, of).seeing(own)


async def _place(dialog_manager: DialogManager, tools: Tools, **_: object) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    return {
        "place": draft.node_name,
        "year": draft.year,
        "can_propose": date(draft.year - 1, 1, 1) <= day_of(tools.now(), tools.zone),
        "examples": typed_examples(say_of(dialog_manager), tools.programme),
    }


async def _asked(dialog_manager: DialogManager, tools: Tools, **_: object) -> dict[str, object]:
    draft, say = hub.draft(dialog_manager), say_of(dialog_manager)
    indicator = _known(tools, draft.asked)
    before = _number(draft.before.get(draft.asked))
    line = screens.change(say, indicator, before, None)
    named = {"place": draft.node_name, "year": draft.year}
    listed = draft.asked in draft.numbers
    return {**named, **line, "listed": listed, "planned": before is not None and not listed}


async def _review(dialog_manager: DialogManager, tools: Tools, **_: object) -> dict[str, object]:
    draft, say = hub.draft(dialog_manager), say_of(dialog_manager)
    lines = {}
    for indicator in tools.programme.indicators:
        if indicator.id in draft.numbers:
            now, to = (_number(of.get(indicator.id)) for of in (draft.before, draft.numbers))
            lines[indicator.id] = screens.change(say, indicator, now, to)
    return {
        "place": draft.node_name,
        "year": draft.year,
        "reason": draft.reason,
        "count": len(draft.revised),
        "lines": list(lines.values()),
        "choices": [(each, say.label("plan.line_button", **line)) for each, line in lines.items()],
    }


async def _open_line(manager: DialogManager, indicator: str) -> None:
    keep(manager, hub.draft(manager).asking(indicator))
    await manager.switch_to(PlanForm.number)


async def _write_number(message: Message, _input: object, manager: DialogManager) -> None:
    draft, text = hub.draft(manager), message.text or ""
    try:
        number = read_amount(text, units_of(tools_of(manager).programme))
    except ValueError:
        raise Refusal("plan.no_number") from None
    indicator = _known(tools_of(manager), draft.asked)
    _check(indicator, number, percent=is_percent(text))
    await _take(manager, draft.with_numbers({draft.asked: number}))


async def _write_lines(message: Message, _input: object, manager: DialogManager) -> None:
    programme = tools_of(manager).programme
    typed = read_targets(message.text or "", names_of(programme), units_of(programme))
    taken, refused = _taken(typed, manager)
    if not typed.numbers:
        raise refused[0]
    for each in refused:
        remark(manager, each.key, **each.names)
    if taken:
        await _take(manager, hub.draft(manager).with_numbers(taken))


def _taken(typed: Typed, manager: DialogManager) -> tuple[dict[str, Decimal], list[Refusal]]:
    """The numbers that can be planned, and why the other lines are not taken."""
    tools, say, taken, refused = tools_of(manager), say_of(manager), dict[str, Decimal](), []
    if typed.unread:
        examples = typed_examples(say, tools.programme)
        example = next(iter(examples), "")
        refused.append(Refusal("plan.not_read", lines=typed.unread, example=example))
    for indicator, number in typed.numbers.items():
        try:
            _check(_known(tools, indicator), number, percent=indicator in typed.percents)
            taken[indicator] = number
        except Refusal as refusal:
            name = _known(tools, indicator).name.in_(say.language)
            why = say.label(refusal.key, **refusal.names)
            refused.append(Refusal("plan.not_taken", line=name, why=why))
    return taken, refused


def _check(indicator: Indicator, number: Decimal, *, percent: bool) -> None:
    """Raises Refusal for what cannot be planned of it."""
    indicator.check_percent(number, written=percent)
    indicator.plannable.check(number)


async def _take(manager: DialogManager, draft: PlanDraft) -> None:
    if not draft.numbers:
        raise Refusal("plan.already_so")
    await hub.take(manager, draft)


async def _write_reason(message: Message, _input: object, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).with_reason(message.text or ""))


async def _drop(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    draft = hub.draft(manager)
    await hub.take(manager, draft.without(draft.asked))


async def _remove(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    draft = hub.draft(manager)
    await _take(manager, draft.removing(draft.asked))


async def _propose(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """What the year before reached, for everything that has no target yet."""
    tools, draft = tools_of(manager), hub.draft(manager)
    open_ones = {k: v for k, v in tools.programme.plannable.items() if k not in draft.before}
    node = await tools.database.read(node_queries.by_id, draft.node_id)
    days = Days(year_of(date(draft.year - 1, 1, 1)), tools.zone, tools.now())
    view = await tools.database.read(queries.progress, node, days, open_ones, whole=True)
    found = {
        indicator: number
        for indicator, each in open_ones.items()
        if (number := proposed(view.figures[indicator].value, each)) is not None
    }
    if not found:
        raise Refusal("plan.nothing_to_propose", year=draft.year - 1)
    await hub.take(manager, draft.with_numbers({**found}))


async def _save(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    given = (person_of(manager).id, draft.complete(), tools.programme.plannable)
    try:
        await tools.database.write(set_targets, *given, tools.now(), tools.zone)
    except Refusal as refusal:
        if refusal.key != "plan.changed_meanwhile":
            raise
        await _look_again(press, manager, refusal)
        return
    node = await tools.database.read(node_queries.by_id, draft.node_id)
    days = Days(year_of(date(draft.year, 1, 1)), tools.zone, tools.now())
    some = {each: tools.programme.plannable[each] for each in draft.numbers}
    view = await tools.database.read(queries.progress, node, days, some)
    receipt = screens.planned(say_of(manager), view, tools.programme, draft.numbers)
    await finish(press, manager, receipt)


async def _look_again(press: CallbackQuery, manager: DialogManager, refusal: Refusal) -> None:
    """A colleague was first: what they planned is shown, and what was chosen is kept."""
    tools, draft = tools_of(manager), hub.draft(manager)
    await tools.chat.toast(press.id, say_of(manager).label(refusal.key))
    own = await tools.database.read(queries.own_of, draft.node_id, draft.year)
    await hub.take(manager, draft.seeing(own))


def _known(tools: Tools, indicator_id: str) -> Indicator:
    found = tools.programme.indicator(indicator_id)
    if found is None or not found.planned:
        raise Refusal("plan.cannot_be_planned")
    return found


def _number(thousandths: int | None) -> Decimal | None:
    return None if thousandths is None else Decimal(thousandths) / THOUSANDTHS


form = Dialog(
    Window(
        Words("plan.ask_lines"),
        Button(Label("plan.propose"), "propose", on_click=_propose, when=F["can_propose"]),
        text_input(_write_lines),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=PlanForm.lines,
        getter=_place,
    ),
    Window(
        Words("plan.ask_number"),
        Button(Label("plan.drop"), "drop", on_click=_drop, when=F["listed"]),
        Button(Label("plan.remove"), "remove", on_click=_remove, when=F["planned"]),
        text_input(_write_number),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=PlanForm.number,
        getter=_asked,
    ),
    Window(
        Words("plan.ask_reason"),
        text_input(_write_reason),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=PlanForm.reason,
        getter=_review,
    ),
    Window(
        Words("plan.review"),
        Row(
            Button(Label("plan.save"), "save", on_click=_save),
            hub.line("plan.reason", "reason", when=F["reason"]),
        ),
        choices("lines", _review, _open_line, 2, 3),
        text_input(_write_lines),
        anything_else("button.only_text"),
        ending(),
        state=PlanForm.review,
        getter=_review,
    ),
    name="plan.form",
)
