"""Recording work in the ledger. What stands in it: ledger.py."""

from dataclasses import dataclass, replace
from datetime import date

from aiogram import F
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.recording import (
    CountedByBot,
    counted_by_bot,
    counting,
    not_recorded,
    typed_examples,
)
from content.screen import press as carried
from content.screens import ledger as screens
from content.texts import Say
from content.work_line import read_line
from handlers.commands import command
from handlers.forms.drafts import keep
from handlers.forms.hearing import meant
from handlers.forms.leaving import lead_on
from handlers.forms.open import end
from handlers.forms.saying import HasWordsOrMedia, remark, said_to
from handlers.forms.searching import Search, take_named
from handlers.forms.widgets import (
    Label,
    Named,
    OnText,
    Words,
    anything_else,
    back_to,
    begin,
    choices,
    ending,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.forms.windows import AskedDay, asking, day_window, place_window
from handlers.ids import entry_id
from handlers.incoming import after_command, replied_to, said_in
from handlers.memory import forget, thing_of
from handlers.presses import press
from handlers.staff.ledger import counting_entry, entry_of
from handlers.staff.log_form import (
    LogForm,
    answer,
    counting_of,
    facts,
    hub,
    more,
    photos_besides,
    take,
)
from handlers.staff.log_line import begin_with, offer_event, understood
from handlers.staff.log_saving import saving_windows
from handlers.staff.work_days import calendar_of, district_clock, today_of
from handlers.tools import Tools
from storage.model.ledger import Entry
from storage.model.ledger_draft import EntryDraft, Habits, putting_right, same_again
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.said import Said, Thing
from storage.model.typed.years import Lean
from storage.queries import ledger as queries
from storage.queries import nodes as node_queries


@command("log", "ledger.command", power=Power.RECORD)
@press("log", power=Power.RECORD)
async def log(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    """What stands after the command is the work already."""
    said = said_in(after_command(event)) if isinstance(event, Message) else Said()
    draft = await _new(person, tools)
    if said.text and isinstance(event, Message):
        thing = Thing(()).with_part(event.message_id, said)
        await begin_with(event, dialog_manager, draft, thing)
    else:
        await begin(event, dialog_manager, hub.next(draft), draft, "staff")


@press("log_this", power=Power.RECORD)
async def log_this(
    press: CallbackQuery,
    person: Person,
    tools: Tools,
    state: FSMContext,
    dialog_manager: DialogManager,
) -> None:
    """What was done stands in the message to which the offer replied, or in its album."""
    said = replied_to(press)
    draft = await _new(person, tools)
    if said is None:
        await begin(press, dialog_manager, hub.next(draft), draft, "staff")
        return
    thing = await thing_of(state, said)
    if await begin_with(press, dialog_manager, draft, thing):
        await forget(state, thing)


@press("log_same", entry_id, power=Power.RECORD)
async def log_same(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """Opens the form at its review, with the work of an entry, as done today."""
    draft = _again(await entry_of(*ids, tools), await _new(person, tools), tools)
    await begin(press, dialog_manager, hub.next(draft), draft, "staff")


@press("entry_correct", entry_id, power=Power.RECORD)
async def correct(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """Opens the form at its review, with all of an entry that is to be put right."""
    entry = await counting_entry(*ids, tools)
    draft = await _new(person, tools)
    draft = putting_right(entry, draft.key, several=draft.several)
    await begin(press, dialog_manager, hub.next(draft), draft, carried("entry", entry.id))


async def _new(person: Person, tools: Tools) -> EntryDraft:
    """An empty draft; where there is a choice of places, for the one of the last entry."""
    reach = await tools.database.read(node_queries.reach, person, Power.RECORD)
    draft = EntryDraft(tools.new_secret(), several=reach.others)
    if not draft.several:
        return draft.with_node(reach.widest.id)
    last = (await _habits(person, tools)).last
    return draft if last is None else draft.with_node(last.node_id)


def _again(entry: Entry, draft: EntryDraft, tools: Tools) -> EntryDraft:
    """The work of an entry, as done today. What is not recorded by hand any more is asked."""
    again = same_again(entry, draft.key, today_of(tools), several=draft.several)
    found = tools.programme.indicator(entry.indicator)
    return again if found and found.is_recorded else replace(again, indicator=None)


async def _habits(person: Person, tools: Tools) -> Habits:
    return await tools.database.read(queries.habits, person, tools.zone)


# What is asked


async def _choose_node(manager: DialogManager, node_id: int) -> None:
    await take(manager, hub.draft(manager).with_node(node_id))


async def _indicators(
    dialog_manager: DialogManager, person: Person, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    habits, draft = await _habits(person, tools), hub.draft(dialog_manager)
    last, programme = habits.last, tools.programme
    every = screens.indicators(say, programme, habits.indicators())
    some = draft.among
    if some:
        last = None
        every = [each for each in every if each[0] in some]
        every.append((screens.ALL, say.label("button.everything")))
    return {
        "choices": every,
        "example": next(iter(typed_examples(say, programme)), ""),
        "may_past": person.may(Power.POST_EVENT) and draft.is_fresh,
        "work": last and screens.work(say, programme, last.indicator, last.number),
    }


async def _choose_indicator(manager: DialogManager, indicator: str) -> None:
    if indicator == screens.ALL:
        keep(manager, hub.draft(manager).with_some(()))
        return
    how = counting(tools_of(manager).programme, indicator)
    await hub.take(manager, hub.draft(manager).with_indicator(indicator, how))


@dataclass(frozen=True, slots=True)
class _Indicators(Search):
    """What was done: by its name, or all of it in one line. What the bot counts by itself is not
    recorded, which is said."""

    async def written(self, message: Message, _input: object, manager: DialogManager) -> None:
        text, tools, say = message.text or "", tools_of(manager), say_of(manager)
        try:
            await Search.written(self, message, _input, manager)
        except Refusal as unknown:
            counted = not_recorded(say, tools.programme, text)
            if counted:
                await _was_an_event(message, manager, counted_by_bot(say, tools.programme, counted))
                return
            line = read_line(tools.programme, text, calendar_of(tools))
            if not line.indicators:
                raise unknown from None
            try:
                draft, remarks = await understood(hub.draft(manager), line, say, tools)
            except CountedByBot as why:
                await _was_an_event(message, manager, why)
                return
            for each in remarks:
                remark(manager, each.key, **each.names)
            await hub.take(manager, draft)


async def _was_an_event(message: Message, manager: DialogManager, why: CountedByBot) -> None:
    """An event is recorded elsewhere; this form, which holds nothing yet, is over then. Raises the
    refusal if it is none, or where there is something to lose."""
    if not hub.draft(manager).is_fresh:
        raise why
    await offer_event(manager, why, message.message_id)
    await end(manager, message.chat.id)


async def _repeat(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools = tools_of(manager)
    last = (await _habits(person_of(manager), tools)).last
    if last is None:
        raise Refusal("home.form_over")
    await hub.take(manager, _again(last, hub.draft(manager), tools))


async def _past(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """It was an event: the form for these takes the place of this one, which holds nothing yet."""
    await end(manager, press.from_user.id)
    await lead_on(press, "past", manager)


async def _choose_day(manager: DialogManager, on: date) -> None:
    await take(manager, hub.draft(manager).with_day(on, today_of(tools_of(manager))))


async def _numbers(
    dialog_manager: DialogManager, person: Person, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft, programme = hub.draft(dialog_manager), tools.programme
    indicator = draft.indicator or ""
    used = (await _habits(person, tools)).numbers(indicator)
    return {
        "choices": screens.numbers(say, programme, indicator, used),
        "name": screens.name_of(say, programme, indicator),
        "unit": screens.unit_of(say, programme, indicator),
        "on": draft.on,
    }


async def _choose_number(manager: DialogManager, number: str) -> None:
    await answer(manager, "number", number)


def _written(step: str) -> OnText:
    async def written(message: Message, _input: MessageInput, manager: DialogManager) -> None:
        await answer(manager, step, message.text or "")

    return written


async def _take(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """Photos, with what stands under them, or words: what these most plainly mean, or whichever
    line is said to be meant."""
    tools, said, draft = tools_of(manager), said_to(manager), hub.draft(manager)
    if said.media:
        await _add(manager)
        return
    if await take_named(manager, said.text, _indicators, _choose_indicator):
        return
    steps = draft.meanings(said.text, calendar_of(tools), counting_of(draft, tools))
    if not steps:
        raise Refusal("ledger.not_understood")
    if len(steps) == 1:
        await answer(manager, *steps, said.text)
        return
    keep(manager, replace(draft, said=said.text))
    await manager.switch_to(LogForm.said)


async def _take_note(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
    said = said_to(manager)
    await (_add(manager) if said.media else answer(manager, "note", said.text))


async def _add(manager: DialogManager) -> None:
    await hub.take(manager, more(manager, said_to(manager).text))


async def _drop(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    step = (button.widget_id or "").removeprefix("drop_")
    await hub.take(manager, hub.draft(manager).without(step))


def _optional(
    step: str, filled: str, takes: MessageInput, refused: str = "ledger.only_text"
) -> Window:
    """Asks for what may be left out; `filled` is the name under which there is some already,
    `refused` says what can be taken."""
    return Window(
        Words(f"ledger.ask_{step}"),
        Button(Label(f"ledger.drop_{step}"), f"drop_{step}", on_click=_drop, when=F[filled]),
        takes,
        anything_else(refused),
        ending(hub.back()),
        state=getattr(LogForm, step),
        getter=facts,
    )


async def _meanings(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    steps = draft.meanings(draft.said, calendar_of(tools), counting_of(draft, tools))
    return {"choices": [(s, say.label(f"ledger.step_{s}")) for s in steps], "said": draft.said}


async def _mean(manager: DialogManager, step: str) -> None:
    await answer(manager, step, hub.draft(manager).said)
    meant(manager, getattr(LogForm, step))


_INDICATORS = _Indicators("indicator", _indicators, _choose_indicator, 2)
_DAY = AskedDay(district_clock, lean=Lean.BACK)

form = Dialog(
    place_window("ledger.ask_node", LogForm.node_id, Power.RECORD, _choose_node, hub.back()),
    _INDICATORS.window(
        Words("ledger.ask_indicator"),
        LogForm.indicator,
        hub.back(),
        Button(Label("past.new"), "past", on_click=_past, when=F["may_past"]),
        above=[
            Button(Label("ledger.repeat"), "repeat", on_click=_repeat, when=F["work"]),
            photos_besides(_INDICATORS.written),
        ],
    ),
    day_window(
        "ledger.ask_on",
        LogForm.on,
        _choose_day,
        photos_besides(_written("on")),
        asked=_DAY,
        back=[hub.back()],
    ),
    asking(
        "ledger.ask_number",
        LogForm.number,
        _numbers,
        _written("number"),
        photos_besides(_written("number")),
        choices("number", _numbers, _choose_number, 3),
        back=[hub.back()],
    ),
    _optional("place", "short_place", text_input(_written("place")), "button.only_text"),
    _optional("note", "short_note", MessageInput(_take_note, filter=HasWordsOrMedia())),
    _optional("media", "attached", MessageInput(_take, filter=HasWordsOrMedia())),
    *saving_windows(MessageInput(_take, filter=HasWordsOrMedia())),
    Window(
        Words("ledger.ask_meaning"),
        choices("meaning", _meanings, _mean, 2, label=Named),
        MessageInput(_take, filter=HasWordsOrMedia()),
        anything_else("ledger.only_text"),
        ending(back_to(LogForm.review)),
        state=LogForm.said,
        getter=_meanings,
    ),
    name="ledger.form",
)
