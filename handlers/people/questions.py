"""Signing up for what asks something: one question after the other, then all on one page."""

from functools import partial
from typing import Any

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.screens import events as event_screens
from content.screens.kit import excerpt
from handlers.forms.hub import Hub
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
from handlers.ids import event_id, row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import sign_ups as actions
from storage.model.answers import STEPS, AnswersDraft
from storage.model.event_details import Question
from storage.model.person import Person
from storage.model.sign_up import Wish
from storage.queries.answers import to_answer

WHY = "anybody who got the card"


class AnswersForm(StatesGroup):
    """One step for each question that there may be, and the review."""

    answer_1 = State()
    answer_2 = State()
    answer_3 = State()
    answer_4 = State()
    answer_5 = State()
    review = State()


hub = Hub(AnswersDraft, AnswersForm)


@press("answer", event_id, row_id, power=None, why=WHY)
async def answer(
    press: CallbackQuery,
    ids: tuple[int, int],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """The second id is with how many they come."""
    event_id, seats = ids
    draft = await tools.database.read(to_answer, event_id, person, seats)
    await begin(press, dialog_manager, hub.next(draft), draft, f"event:{event_id}")


def _step(manager: DialogManager) -> str:
    return str((manager.current_context().state.state or "").rpartition(":")[2])


async def _asked(dialog_manager: DialogManager, **_: object) -> dict[str, Any]:
    draft, step = hub.draft(dialog_manager), _step(dialog_manager)
    question = draft.question(step) if step in draft.steps() else Question("")
    return {
        "title": draft.title,
        "words": question.words,
        "typed": not question.options,
        "choices": [(str(n), option) for n, option in enumerate(question.options)],
    }


async def _choose(manager: DialogManager, number: str) -> None:
    question = hub.draft(manager).question(_step(manager))
    await _take(manager, question.options[int(number)])


async def _write(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    await _take(manager, message.text or "")


async def _take(manager: DialogManager, text: str) -> None:
    await hub.take(manager, hub.draft(manager).answered(_step(manager), text))


async def _review(dialog_manager: DialogManager, **_: object) -> dict[str, Any]:
    draft = hub.draft(dialog_manager)
    answers = {step: excerpt(draft.answer(step), 20) for step in draft.steps()}
    return {
        "title": draft.title,
        "seats": draft.seats,
        "lines": [(draft.question(step).words, draft.answer(step)) for step in draft.steps()],
        **{step: answers.get(step, "") for step in STEPS},
    }


async def _save(press: CallbackQuery, _button: object, manager: DialogManager) -> None:
    tools, draft, by = tools_of(manager), hub.draft(manager), person_of(manager)
    wish = Wish(draft.seats, anyway=True, answers=draft.answers)
    now = tools.now()
    done = await tools.database.write(
        actions.answer, by.telegram_id, draft.event_id, now, tools.zone, wish
    )
    screen = event_screens.card(say_of(manager), done.card, tools.programme, now)
    await finish(press, manager, screen)


def _window(state: State) -> Window:
    return Window(
        Words("seat.question"),
        choices(f"of_{(state.state or '').rpartition(':')[2]}", _asked, _choose, 1, 8),
        text_input(_write),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=state,
        getter=_asked,
    )


def _given(step: str, data: dict[str, Any], *_: object) -> bool:
    return bool(data[step])


form = Dialog(
    *(_window(getattr(AnswersForm, step)) for step in STEPS),
    Window(
        Words("seat.review"),
        Button(Label("seat.save"), "save", on_click=_save),
        *(hub.line(f"seat.line_{step}", step, when=partial(_given, step)) for step in STEPS),
        anything_else("button.choose"),
        ending(),
        state=AnswersForm.review,
        getter=_review,
    ),
    name="seat.form",
)
