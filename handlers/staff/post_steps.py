"""What is asked of an event: the short path, and its end."""

from dataclasses import replace
from datetime import date, timedelta

from aiogram import F
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, SwitchTo

from content.screens import posting as screens
from content.texts import Say
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    choice_input,
    choices,
    ending,
    tools_of,
)
from handlers.forms.windows import TIMES, AskedDay, day_window, place_window, time_choices
from handlers.staff.post_form import PostForm, answer, asking, hub, take_capacity
from handlers.staff.work_days import district_clock
from handlers.tools import Tools
from storage.model.event_answers import NO_LIMIT
from storage.model.roles import Power
from storage.model.typed.years import Lean

CAPACITIES = ("10", "20", "30", "40", "60", "100")
LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (60, 90, 120, 180))


async def _choose_node(manager: DialogManager, node_id: int) -> None:
    await hub.take(manager, hub.draft(manager).with_node(node_id))


async def categories(say: Say, tools: Tools, **_: object) -> dict[str, object]:
    every = tools.programme.event_categories
    return {"choices": [(c.id, c.name.in_(say.language)) for c in every]}


async def choose_category(manager: DialogManager, category: str) -> None:
    await hub.take(manager, hub.draft(manager).with_category(category))


async def _set_day(manager: DialogManager, day: date) -> None:
    tools = tools_of(manager)
    await hub.take(manager, hub.draft(manager).with_day(day, tools.now(), tools.zone))


async def _type_day(manager: DialogManager, text: str) -> None:
    await answer(manager, "day", text)


_DAY = AskedDay(district_clock, on_text=_type_day)
_WAS = AskedDay(district_clock, lean=Lean.BACK, on_text=_type_day)


async def _times(dialog_manager: DialogManager, tools: Tools, **_: object) -> dict[str, object]:
    """The usual ones that are still to come; of what has begun, those that were."""
    draft, now = hub.draft(dialog_manager), tools.now()
    begins = {at: replace(draft, at=at).starts_at(tools.zone) for at in TIMES}
    possible = [at for at, starts_at in begins.items() if (starts_at <= now) is draft.begun]
    return {"choices": time_choices(possible), "day": draft.day}


async def _choose_time(manager: DialogManager, at: str) -> None:
    await answer(manager, "at", at)


async def _lengths(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    ends = [(each, draft.with_length(each).ends_at(tools.zone)) for each in LENGTHS]
    return {
        "choices": [(str(n), screens.length(say, *each)) for n, each in enumerate(ends)],
        "starts_at": draft.starts_at(tools.zone),
        "ends_at": draft.ends_at(tools.zone),
    }


async def _choose_length(manager: DialogManager, number: str) -> None:
    await hub.take(manager, hub.draft(manager).with_length(LENGTHS[int(number)]))


async def _no_end(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).with_length(None))


async def _capacities(say: Say, **_: object) -> dict[str, object]:
    numbers = [(number, number) for number in CAPACITIES]
    return {"choices": [*numbers, (str(NO_LIMIT), say.label("event.no_limit"))]}


async def _choose_capacity(manager: DialogManager, number: str) -> None:
    await take_capacity(manager, hub.draft(manager).with_capacity(int(number)))


STEPS = (
    place_window("event.ask_node", PostForm.node_id, Power.POST_EVENT, _choose_node, hub.back()),
    Window(
        Words("event.ask_category"),
        choices("category", categories, choose_category, 2),
        choice_input(categories, choose_category),
        anything_else("button.choose"),
        ending(hub.back()),
        state=PostForm.category,
        getter=categories,
    ),
    asking("title"),
    day_window("day.which", PostForm.day, _set_day, asked=_DAY, back=[hub.back()]),
    day_window("day.which", PostForm.was_day, _set_day, asked=_WAS, back=[hub.back()]),
    asking(
        "at",
        choices("time", _times, _choose_time, 3),
        SwitchTo(Label("event.other_day"), "other_day", PostForm.day),
        getter=_times,
    ),
    asking(
        "ends",
        choices("length", _lengths, _choose_length, 2),
        Button(Label("posting.no_end"), "no_end", on_click=_no_end, when=F["ends_at"]),
        getter=_lengths,
    ),
    asking("place"),
    asking("capacity", choices("capacity", _capacities, _choose_capacity, 3), getter=_capacities),
)
