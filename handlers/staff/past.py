"""Recording an event that was elsewhere, or before the bot came."""

from dataclasses import replace
from datetime import date

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group

from content.screen import press as carried
from content.screens import past as screens
from content.screens.ledger import reasons
from content.texts import Say
from content.work_line import read_line
from handlers.answering import show
from handlers.forms.drafts import keep
from handlers.forms.hearing import meant
from handlers.forms.hub import Hub
from handlers.forms.saying import HasWordsOrMedia, remark, said_to
from handlers.forms.searching import take_named
from handlers.forms.widgets import (
    Getter,
    Label,
    Named,
    OnText,
    Words,
    anything_else,
    back_to,
    begin,
    choice_input,
    choices,
    ending,
    finish,
    leave_out,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.forms.windows import AskedDay, day_window, place_window
from handlers.ids import event_id
from handlers.incoming import replied_to
from handlers.presses import press
from handlers.staff.work_days import calendar_of, check_open, district_clock, today_of
from handlers.tools import Tools
from storage.actions import past_events as actions
from storage.model.adding import too_many
from storage.model.event import EventState
from storage.model.ledger import MEDIA_LIMIT
from storage.model.moves import Step
from storage.model.past_event import PastDraft
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.typed.years import Lean
from storage.queries import events as event_queries
from storage.queries import nodes as node_queries
from storage.queries.past_events import past_for


class PastForm(StatesGroup):
    """The steps by the names that PastDraft gives them, the note, the review, and what a text
    means."""

    node_id = State()
    category = State()
    title = State()
    on = State()
    place = State()
    came = State()
    note = State()
    reason = State()
    review = State()
    said = State()


hub = Hub(PastDraft, PastForm)


@press("past", power=Power.POST_EVENT)
async def past(
    press: CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    draft = await _new(person, tools)
    await begin(press, dialog_manager, hub.next(draft), draft, "posted")


async def _new(person: Person, tools: Tools) -> PastDraft:
    reach = await tools.database.read(node_queries.reach, person, Power.POST_EVENT)
    draft = PastDraft(tools.new_secret(), several=reach.others)
    return draft if draft.several else draft.with_node(reach.widest.id)


@press("past_as", str, power=Power.POST_EVENT)
async def past_as(
    press: CallbackQuery,
    ids: tuple[str],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """One of a category; its day may stand in the message to which the offer replied."""
    if ids[0] not in {each.id for each in tools.programme.event_categories}:
        raise Refusal("refused.not_found")
    draft = await _with_day_said(press, (await _new(person, tools)).with_category(ids[0]), tools)
    await begin(press, dialog_manager, hub.next(draft), draft, "staff")


async def _with_day_said(press: CallbackQuery, draft: PastDraft, tools: Tools) -> PastDraft:
    said = replied_to(press)
    line = read_line(tools.programme, said.text or "", calendar_of(tools)) if said else None
    if line is None or line.on is None:
        return draft
    try:
        await check_open(draft.node_id, line.on, tools)
        return draft.with_day(line.on, today_of(tools))
    except Refusal:  # it is asked, and said there
        return draft


@press("past_correct", event_id, power=Power.POST_EVENT)
async def correct(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """Opens the form at its review, with all that was recorded."""
    old = await tools.database.read(past_for, *ids, person, tools.zone)
    reach = await tools.database.read(node_queries.reach, person, Power.POST_EVENT)
    draft = PastDraft(
        key=tools.new_secret(),
        several=reach.others,
        node_id=old.node_id,
        category=old.category,
        title=old.title,
        on=old.on,
        place=old.place,
        came=old.came,
        note=old.note,
        media=old.media,
        replaces_id=ids[0],
    )
    await begin(press, dialog_manager, PastForm.review, draft, carried("confirm", ids[0]))


@press("past_void", event_id, power=Power.POST_EVENT)
async def void(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    event = await tools.database.read(event_queries.for_staff, *ids, person)
    await show(press, screens.why_void(say, event), tools)


@press("past_voided", event_id, str, power=Power.POST_EVENT)
async def voided(
    press: CallbackQuery, ids: tuple[int, str], person: Person, say: Say, tools: Tools
) -> None:
    of, reason = ids
    why = dict(reasons(say, "void")).get(reason)
    if why is None:  # nothing is voided without a reason
        raise Refusal("refused.not_found")
    step = Step(EventState.NOT_HELD, tools.now(), person.id, why)
    await tools.database.write(actions.void, of, step, tools.zone)
    event = await tools.database.read(event_queries.for_staff, of, person)
    past = await tools.database.read(past_for, of, person, tools.zone)
    screen = screens.shown(say, event, past, tools.programme)
    await show(press, screen, tools, toast=say.label("past.voided"))


# What is asked


async def _take(manager: DialogManager, draft: PastDraft) -> None:
    """Keep the draft with an answer in it, and go on. Raises Refusal for a closed year."""
    await check_open(draft.node_id, draft.on, tools_of(manager))
    if draft.missing() == ("reason",) and manager.current_context().state != PastForm.reason:
        keep(manager, draft)  # why is asked when it is saved
        await manager.switch_to(PastForm.review)
        return
    await hub.take(manager, draft)


async def _choose_node(manager: DialogManager, node_id: int) -> None:
    await _take(manager, hub.draft(manager).with_node(node_id))


async def _categories(say: Say, tools: Tools, **_: object) -> dict[str, object]:
    every = tools.programme.event_categories
    return {"choices": [(c.id, c.name.in_(say.language)) for c in every]}


async def _choose_category(manager: DialogManager, category: str) -> None:
    await _take(manager, hub.draft(manager).with_category(category))


async def _choose_day(manager: DialogManager, day: date) -> None:
    await _take(manager, hub.draft(manager).with_day(day, today_of(tools_of(manager))))


async def _answer(manager: DialogManager, step: str, text: str) -> None:
    await _take(manager, hub.draft(manager).answered(step, text, calendar_of(tools_of(manager))))


def _written(step: str) -> OnText:
    async def written(message: Message, _input: MessageInput, manager: DialogManager) -> None:
        await _answer(manager, step, message.text or "")

    return written


def _asking(step: str, getter: Getter | None = None) -> Window:
    """Asks for one step, which is typed."""
    return Window(
        Words(f"past.ask_{step}"),
        text_input(_written(step)),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=getattr(PastForm, step),
        getter=getter,
    )


async def _facts(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    node = await tools.database.read(node_queries.by_id, draft.node_id or 0)
    return screens.review(say, draft, node.name, tools.programme)


async def _take_note(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """A note, or photos with the words under them."""
    said, draft = said_to(manager), hub.draft(manager)
    if not said.media:
        await _answer(manager, "note", said.text)
        return
    leave_out(manager)
    if too_many(draft.media, said.media, MEDIA_LIMIT):
        remark(manager, "ledger.many_media", limit=MEDIA_LIMIT)
    await _take(manager, draft.with_more(said.text, said.media))


async def _drop_note(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await _take(manager, hub.draft(manager).without_note())


# The review


async def _said(message: Message, box: MessageInput, manager: DialogManager) -> None:
    """Take photos; change what a text most plainly means, or ask which line is meant."""
    if said_to(manager).media:
        await _take_note(message, box, manager)
        return
    draft, text = hub.draft(manager), said_to(manager).text
    if await take_named(manager, text, _categories, _choose_category):
        return
    steps = draft.meanings(text, calendar_of(tools_of(manager)))
    if not steps:
        raise Refusal("event.not_understood")
    if len(steps) == 1:
        await _answer(manager, *steps, text)
        return
    keep(manager, replace(draft, said=text))
    await manager.switch_to(PastForm.said)


async def _meanings(dialog_manager: DialogManager, say: Say, **_: object) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    steps = draft.meanings(draft.said, calendar_of(tools_of(dialog_manager)))
    return {"choices": [(s, say.label(f"past.step_{s}")) for s in steps], "said": draft.said}


async def _mean(manager: DialogManager, step: str) -> None:
    await _answer(manager, step, hub.draft(manager).said)
    meant(manager, getattr(PastForm, step))


async def _save(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """Save it; why one is put right is asked first."""
    tools, draft, person = tools_of(manager), hub.draft(manager), person_of(manager)
    if draft.missing():
        await manager.switch_to(hub.next(draft))
        return
    new, now, zone, write = draft.complete(), tools.now(), tools.zone, tools.database.write
    if draft.replaces_id is None:
        made = await write(actions.record, person.id, new, now, zone)
    else:
        why = Step(EventState.NOT_HELD, now, person.id, draft.reason)
        made = await write(actions.put_right, draft.replaces_id, new, why, zone)
    event = await tools.database.read(event_queries.by_id, made)
    await finish(press, manager, screens.recorded(say_of(manager), event, new, tools.programme))


form = Dialog(
    place_window("past.ask_node", PastForm.node_id, Power.POST_EVENT, _choose_node, hub.back()),
    Window(
        Words("past.ask_category"),
        choices("category", _categories, _choose_category, 2),
        choice_input(_categories, _choose_category),
        anything_else("button.choose"),
        ending(hub.back()),
        state=PastForm.category,
        getter=_categories,
    ),
    _asking("title"),
    day_window(
        "past.ask_on",
        PastForm.on,
        _choose_day,
        asked=AskedDay(district_clock, lean=Lean.BACK),
        back=[hub.back()],
    ),
    _asking("place"),
    _asking("came"),
    Window(
        Words("past.ask_note"),
        Button(Label("past.drop_note"), "drop_note", on_click=_drop_note, when=F["noted"]),
        MessageInput(_take_note, filter=HasWordsOrMedia()),
        anything_else("ledger.only_text"),
        ending(hub.back()),
        state=PastForm.note,
        getter=_facts,
    ),
    _asking("reason", _facts),
    Window(
        Words("past.review"),
        Button(Label("past.save"), "save", on_click=_save),
        Group(
            hub.line("past.line_title", "title"),
            hub.line("past.line_category", "category"),
            hub.line("past.line_on", "on"),
            hub.line("past.line_place", "place"),
            hub.line("past.line_came", "came"),
            hub.line("past.line_note", "note"),
            hub.line("past.line_node", "node_id", when=F["several"]),
            width=2,
        ),
        MessageInput(_said, filter=HasWordsOrMedia()),
        anything_else("ledger.only_text"),
        ending(),
        state=PastForm.review,
        getter=_facts,
    ),
    Window(
        Words("past.ask_meaning"),
        choices("meaning", _meanings, _mean, 2, label=Named),
        MessageInput(_said, filter=HasWordsOrMedia()),
        anything_else("ledger.only_text"),
        ending(back_to(PastForm.review)),
        state=PastForm.said,
        getter=_meanings,
    ),
    name="past.form",
)
