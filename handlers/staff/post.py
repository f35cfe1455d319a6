"""Posting an event."""

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Keyboard, SwitchTo

from content.screens import events as screens
from content.texts import Say
from handlers.commands import command
from handlers.forms.drafts import keep
from handlers.forms.hearing import meant
from handlers.forms.hub import Hub
from handlers.forms.open import touched
from handlers.forms.widgets import (
    Getter,
    Label,
    Words,
    anything_else,
    back_to,
    begin,
    choice_input,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.forms.windows import (
    TIMES,
    AskedDay,
    day_window,
    place_window,
    tell_half,
    time_choices,
)
from handlers.incoming import after_command
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import events as actions
from storage.model.event_draft import NO_LIMIT, EventDraft
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.queries import nodes as node_queries

CAPACITIES = ("10", "20", "30", "40", "60", "100")


class PostForm(StatesGroup):
    """The steps by the names that EventDraft gives them, the review, and what a text means."""

    node_id = State()
    category = State()
    title = State()
    day = State()
    at = State()
    place = State()
    capacity = State()
    review = State()
    said = State()


hub = Hub(EventDraft, PostForm)


@command("post", "event.command_post", power=Power.POST_EVENT)
@press("post", power=Power.POST_EVENT)
async def post(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    reach = await tools.database.read(node_queries.reach, person, Power.POST_EVENT)
    draft = EventDraft(tools.new_secret(), several=reach.others)
    if not draft.several:
        draft = draft.with_node(reach.widest.id)
    said = after_command(event).text if isinstance(event, Message) else None
    if said:  # what stands after the command is its name already
        draft = draft.with_title(said)
    origin = "posted" if isinstance(event, CallbackQuery) else "staff"
    if await begin(event, dialog_manager, hub.next(draft), draft, origin) and said:
        touched(dialog_manager)


# What is asked


async def _choose_node(manager: DialogManager, node_id: int) -> None:
    await hub.take(manager, hub.draft(manager).with_node(node_id))


async def _categories(say: Say, tools: Tools, **_: object) -> dict[str, object]:
    every = tools.programme.event_categories
    return {"choices": [(c.id, c.name.in_(say.language)) for c in every]}


async def _choose_category(manager: DialogManager, category: str) -> None:
    await hub.take(manager, hub.draft(manager).with_category(category))


async def _set_day(manager: DialogManager, day: date) -> None:
    tools = tools_of(manager)
    await hub.take(manager, hub.draft(manager).with_day(day, tools.now(), tools.zone))


def _district_clock(manager: DialogManager) -> ZoneInfo:
    """Events go by the district's clock, also in a community that has its own."""
    return tools_of(manager).zone


async def _set_time(manager: DialogManager, at: time) -> None:
    tools = tools_of(manager)
    await hub.take(manager, hub.draft(manager).with_time(at, tools.now(), tools.zone))


_DAY = AskedDay(_district_clock, _set_time)


async def _times(dialog_manager: DialogManager, tools: Tools, **_: object) -> dict[str, object]:
    """The usual ones that are still to come."""
    draft, now = hub.draft(dialog_manager), tools.now()
    to_come = [at for at in TIMES if replace(draft, at=at).starts_at(tools.zone) > now]
    return {"choices": time_choices(to_come), "day": draft.day}


async def _capacities(say: Say, **_: object) -> dict[str, object]:
    numbers = [(number, number) for number in CAPACITIES]
    return {"choices": [*numbers, (str(NO_LIMIT), say.label("event.no_limit"))]}


async def _choose_capacity(manager: DialogManager, number: str) -> None:
    await hub.take(manager, hub.draft(manager).with_capacity(int(number)))


async def _choose_time(manager: DialogManager, at: str) -> None:
    await _answer(manager, "at", at)


async def _answer(manager: DialogManager, step: str, text: str) -> None:
    tools = tools_of(manager)
    draft = hub.draft(manager).answered(step, text, tools.calendar(tools.zone))
    await hub.take(manager, draft)
    if step in ("day", "at"):
        tell_half(manager, text, draft.at)


def _asking(step: str, *buttons: Keyboard, getter: Getter | None = None) -> Window:
    """Asks for one step: a text does, or one of the buttons."""

    async def written(message: Message, _input: MessageInput, manager: DialogManager) -> None:
        await _answer(manager, step, message.text or "")

    return Window(
        Words(f"event.ask_{step}"),
        *buttons,
        text_input(written),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=getattr(PostForm, step),
        getter=getter,
    )


# The review


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    node = await tools.database.read(node_queries.by_id, draft.node_id or 0)
    return screens.review(say, draft, node.name, tools.programme, tools.now(), tools.zone)


async def _other_reminder(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools = tools_of(manager)
    await hub.take(manager, hub.draft(manager).with_other_reminder(tools.now(), tools.zone))


async def _said(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """Change what the text most plainly means, or ask which line is meant."""
    tools, draft, text = tools_of(manager), hub.draft(manager), message.text or ""
    steps = draft.meanings(text, tools.calendar(tools.zone))
    if not steps:
        raise Refusal("event.not_understood")
    if len(steps) == 1:
        await _answer(manager, *steps, text)
        return
    keep(manager, replace(draft, said=text))
    await manager.switch_to(PostForm.said)


async def _meanings(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    steps = draft.meanings(draft.said, tools.calendar(tools.zone))
    return {"choices": [(s, say.label(f"event.step_{s}")) for s in steps], "said": draft.said}


async def _mean(manager: DialogManager, step: str) -> None:
    await _answer(manager, step, hub.draft(manager).said)
    meant(manager, getattr(PostForm, step))


async def _post(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools = tools_of(manager)
    now, zone = tools.now(), tools.zone
    new = hub.draft(manager).complete(now, zone)
    event = await tools.database.write(actions.post, person_of(manager).id, new, now)
    await finish(press, manager, screens.posted(say_of(manager), event, tools.programme, now, zone))


form = Dialog(
    place_window("event.ask_node", PostForm.node_id, Power.POST_EVENT, _choose_node, hub.back()),
    Window(
        Words("event.ask_category"),
        choices("category", _categories, _choose_category, 2),
        choice_input(_categories, _choose_category),
        anything_else("button.choose"),
        ending(hub.back()),
        state=PostForm.category,
        getter=_categories,
    ),
    _asking("title"),
    day_window("day.which", PostForm.day, _set_day, asked=_DAY, back=[hub.back()]),
    _asking(
        "at",
        choices("time", _times, _choose_time, 3),
        SwitchTo(Label("event.other_day"), "other_day", PostForm.day),
        getter=_times,
    ),
    _asking("place"),
    _asking("capacity", choices("capacity", _capacities, _choose_capacity, 3), getter=_capacities),
    Window(
        Words("event.review"),
        Button(Label("event.post"), "post", on_click=_post),
        Group(
            hub.line("event.line_title", "title"),
            hub.line("event.line_category", "category"),
            hub.line("event.line_day", "day"),
            hub.line("event.line_at", "at"),
            hub.line("event.line_place", "place"),
            hub.line("event.line_capacity", "capacity"),
            Button(
                Label("event.line_reminder"),
                "reminder",
                on_click=_other_reminder,
                when=F["can_remind"],
            ),
            hub.line("event.line_node", "node_id", when=F["several"]),
            width=2,
        ),
        text_input(_said),
        anything_else("button.only_text"),
        ending(),
        state=PostForm.review,
        getter=_review,
    ),
    Window(
        Words("event.ask_meaning"),
        choices("meaning", _meanings, _mean, 2),
        text_input(_said),
        anything_else("button.only_text"),
        ending(back_to(PostForm.review)),
        state=PostForm.said,
        getter=_meanings,
    ),
    name="event.form",
)
