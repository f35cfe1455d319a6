"""Recording work in the ledger. What stands in it: ledger.py."""

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group

from content.recording import counted_by_bot, counting
from content.screens import ledger as screens
from content.texts import Say
from handlers.commands import command
from handlers.forms.drafts import keep
from handlers.forms.hearing import meant
from handlers.forms.hub import Hub
from handlers.forms.saying import HasWordsOrMedia, remark, said_to
from handlers.forms.searching import Search
from handlers.forms.widgets import (
    Label,
    OnText,
    Words,
    anything_else,
    back_to,
    begin,
    choices,
    ending,
    finish,
    leave_out,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.forms.windows import AskedDay, asking, day_window, place_window
from handlers.ids import entry_id
from handlers.presses import press
from handlers.staff.ledger import total_of
from handlers.tools import Tools
from storage.actions import ledger as actions
from storage.model.ledger import MEDIA_LIMIT
from storage.model.ledger_draft import Counting, EntryDraft, Habits, same_again
from storage.model.period import day_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.typed.years import Lean
from storage.queries import ledger as queries
from storage.queries import nodes as node_queries


class LogForm(StatesGroup):
    """The steps by the names that EntryDraft gives them, the review, and what a text means."""

    node_id = State()
    indicator = State()
    on = State()
    number = State()
    place = State()
    note = State()
    media = State()
    review = State()
    said = State()


hub = Hub(EntryDraft, LogForm)


@command("log", "ledger.command", power=Power.RECORD)
@press("log", power=Power.RECORD)
async def log(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    draft = await _new(person, tools)
    await begin(event, dialog_manager, hub.next(draft), draft, "staff")


@press("log_same", entry_id, power=Power.RECORD)
async def log_same(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """Opens the form at its review, with the work of an entry, as done today."""
    entry = await tools.database.read(queries.by_id, *ids, tools.zone)
    draft = await _new(person, tools)
    draft = same_again(entry, draft.key, _today(tools), several=draft.several)
    await begin(press, dialog_manager, hub.next(draft), draft, "staff")


async def _new(person: Person, tools: Tools) -> EntryDraft:
    """An empty draft; where there is a choice of places, for the one of the last entry."""
    reach = await tools.database.read(node_queries.reach, person, Power.RECORD)
    draft = EntryDraft(tools.new_secret(), several=reach.others)
    if not draft.several:
        return draft.with_node(reach.widest.id)
    last = (await _habits(person, tools)).last
    return draft if last is None else draft.with_node(last.node_id)


async def _habits(person: Person, tools: Tools) -> Habits:
    return await tools.database.read(queries.habits, person, tools.zone)


def _today(tools: Tools) -> date:
    return day_of(tools.now(), tools.zone)


def _counting(draft: EntryDraft, tools: Tools) -> Counting:
    return counting(tools.programme, draft.indicator or "")


# What is asked


async def _choose_node(manager: DialogManager, node_id: int) -> None:
    await hub.take(manager, hub.draft(manager).with_node(node_id))


async def _indicators(person: Person, say: Say, tools: Tools, **_: object) -> dict[str, object]:
    habits = await _habits(person, tools)
    last, programme = habits.last, tools.programme
    return {
        "choices": screens.indicators(say, programme, habits.indicators()),
        "work": last and screens.work(say, programme, last.indicator, last.number),
    }


async def _choose_indicator(manager: DialogManager, indicator: str) -> None:
    how = counting(tools_of(manager).programme, indicator)
    await hub.take(manager, hub.draft(manager).with_indicator(indicator, how))


@dataclass(frozen=True, slots=True)
class _Indicators(Search):
    """What was done; what the bot counts by itself is not recorded, which is said."""

    async def written(self, message: Message, _input: object, manager: DialogManager) -> None:
        try:
            await Search.written(self, message, _input, manager)
        except Refusal as unknown:
            say, programme = say_of(manager), tools_of(manager).programme
            raise counted_by_bot(say, programme, message.text or "") or unknown from None


async def _repeat(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools = tools_of(manager)
    last = (await _habits(person_of(manager), tools)).last
    if last is None:
        raise Refusal("home.form_over")
    draft = hub.draft(manager)
    await hub.take(manager, same_again(last, draft.key, _today(tools), several=draft.several))


def _district_clock(manager: DialogManager) -> ZoneInfo:
    return tools_of(manager).zone


async def _choose_day(manager: DialogManager, on: date) -> None:
    await hub.take(manager, hub.draft(manager).with_day(on, _today(tools_of(manager))))


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
    await _answer(manager, "number", number)


async def _answer(manager: DialogManager, step: str, text: str) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    answered = draft.answered(step, text, tools.calendar(tools.zone), _counting(draft, tools))
    await hub.take(manager, answered)


def _written(step: str) -> OnText:
    async def written(message: Message, _input: MessageInput, manager: DialogManager) -> None:
        await _answer(manager, step, message.text or "")

    return written


async def _take(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """Photos, with what stands under them, or words: what these most plainly mean, or whichever
    line is said to be meant."""
    tools, said, draft = tools_of(manager), said_to(manager), hub.draft(manager)
    if said.media:
        await _add(manager)
        return
    steps = draft.meanings(said.text, tools.calendar(tools.zone), _counting(draft, tools))
    if not steps:
        raise Refusal("ledger.not_understood")
    if len(steps) == 1:
        await _answer(manager, *steps, said.text)
        return
    keep(manager, replace(draft, said=said.text))
    await manager.switch_to(LogForm.said)


async def _take_note(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
    said = said_to(manager)
    await (_add(manager) if said.media else _answer(manager, "note", said.text))


async def _add(manager: DialogManager) -> None:
    said, draft = said_to(manager), hub.draft(manager)
    leave_out(manager)
    if len(said.media) > draft.room:
        remark(manager, "ledger.many_media", limit=MEDIA_LIMIT)
    await hub.take(manager, draft.with_more(said.text, said.media))


async def _drop(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    step = (button.widget_id or "").removeprefix("drop_")
    await hub.take(manager, hub.draft(manager).without(step))


def _optional(step: str, filled: str, takes: MessageInput) -> Window:
    """Asks for what may be left out; `filled` is the name under which there is some already."""
    return Window(
        Words(f"ledger.ask_{step}"),
        Button(Label(f"ledger.drop_{step}"), f"drop_{step}", on_click=_drop, when=F[filled]),
        takes,
        anything_else("ledger.only_text"),
        ending(hub.back()),
        state=getattr(LogForm, step),
        getter=_review,
    )


# The review


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    node = await tools.database.read(node_queries.by_id, draft.node_id or 0)
    return screens.review(say, draft, node.name, tools.programme)


async def _meanings(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    steps = draft.meanings(draft.said, tools.calendar(tools.zone), _counting(draft, tools))
    return {"choices": [(s, say.label(f"ledger.step_{s}")) for s in steps], "said": draft.said}


async def _mean(manager: DialogManager, step: str) -> None:
    await _answer(manager, step, hub.draft(manager).said)
    meant(manager, getattr(LogForm, step))


async def _save(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), hub.draft(manager), say_of(manager)
    new, decimals = draft.complete(), _counting(draft, tools).decimals
    by = person_of(manager).id
    write, read = tools.database.write, tools.database.read
    made = await write(actions.record, by, new, decimals, tools.now(), tools.zone)
    entry = await read(queries.by_id, made, tools.zone)
    total, year = await total_of(entry, tools), _today(tools).year
    await finish(press, manager, screens.receipt(say, entry, total, tools.programme, year))


_INDICATORS = _Indicators("indicator", _indicators, _choose_indicator, 2)
_DAY = AskedDay(_district_clock, lean=Lean.BACK)

form = Dialog(
    place_window("ledger.ask_node", LogForm.node_id, Power.RECORD, _choose_node, hub.back()),
    _INDICATORS.window(
        Words("ledger.ask_indicator"),
        LogForm.indicator,
        hub.back(),
        above=[Button(Label("ledger.repeat"), "repeat", on_click=_repeat, when=F["work"])],
    ),
    day_window("ledger.ask_on", LogForm.on, _choose_day, asked=_DAY, back=[hub.back()]),
    asking(
        "ledger.ask_number",
        LogForm.number,
        _numbers,
        _written("number"),
        choices("number", _numbers, _choose_number, 3),
        back=[hub.back()],
    ),
    _optional("place", "short_place", text_input(_written("place"))),
    _optional("note", "short_note", MessageInput(_take_note, filter=HasWordsOrMedia())),
    _optional("media", "attached", MessageInput(_take, filter=HasWordsOrMedia())),
    Window(
        Words("ledger.review"),
        Button(Label("ledger.save"), "save", on_click=_save),
        Group(
            hub.line("ledger.line_indicator", "indicator"),
            hub.line("ledger.line_number", "number"),
            hub.line("ledger.line_on", "on"),
            hub.line("ledger.line_place", "place"),
            hub.line("ledger.line_note", "note"),
            hub.line("ledger.line_media", "media"),
            hub.line("ledger.line_node", "node_id", when=F["several"]),
            width=2,
        ),
        MessageInput(_take, filter=HasWordsOrMedia()),
        anything_else("ledger.only_text"),
        ending(),
        state=LogForm.review,
        getter=_review,
    ),
    Window(
        Words("ledger.ask_meaning"),
        choices("meaning", _meanings, _mean, 2),
        MessageInput(_take, filter=HasWordsOrMedia()),
        anything_else("ledger.only_text"),
        ending(back_to(LogForm.review)),
        state=LogForm.said,
        getter=_meanings,
    ),
    name="ledger.form",
)
