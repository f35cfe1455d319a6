"""How an event was: those who came say so, once, and nobody learns who said what."""

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.screens import feedback as screens
from content.texts import Say
from handlers.answering import show
from handlers.forms.hub import Hub
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    ending,
    finish,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import row_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import feedback as actions
from storage.model.feedback import WordDraft
from storage.queries import feedback as queries

WHY = "anybody who came"


class WordForm(StatesGroup):
    words = State()
    review = State()


hub = Hub(WordDraft, WordForm)


@press("rate", row_id, row_id, power=None, why=WHY)
async def rate(press: CallbackQuery, ids: tuple[int, int], say: Say, tools: Tools) -> None:
    key = tools.new_secret()
    asked = (press.from_user.id, *ids, key, tools.now())
    await tools.database.write(actions.rate, *asked)
    await _thank(press, key, say, tools)


@press("rated", str, row_id, power=None, why=WHY)
async def rated(press: CallbackQuery, ids: tuple[str, int], say: Say, tools: Tools) -> None:
    await tools.database.write(actions.rate_anew, *ids)
    await _thank(press, ids[0], say, tools)


async def _thank(press: CallbackQuery, key: str, say: Say, tools: Tools) -> None:
    answer = await tools.database.read(queries.answer, key)
    await show(press, screens.thanks(say, answer), tools)


@press("word", str, power=None, why=WHY)
async def word(
    press: CallbackQuery, ids: tuple[str], tools: Tools, dialog_manager: DialogManager
) -> None:
    answer = await tools.database.read(queries.answer, *ids)
    await begin(press, dialog_manager, WordForm.words, WordDraft(answer.key), "home")


async def _write(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).with_words(message.text or ""))


async def _given(dialog_manager: DialogManager, **_: object) -> dict[str, object]:
    return {"words": hub.draft(dialog_manager).words}


async def _send(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    await tools.database.write(actions.say, draft.key, draft.words or "")
    answer = await tools.database.read(queries.answer, draft.key)
    await finish(press, manager, screens.thanks(say_of(manager), answer))


form = Dialog(
    Window(
        Words("feedback.ask_word"),
        text_input(_write),
        anything_else("button.only_text"),
        ending(hub.back()),
        state=WordForm.words,
    ),
    Window(
        Words("feedback.review"),
        Button(Label("feedback.send"), "send", on_click=_send),
        text_input(_write),
        anything_else("button.only_text"),
        ending(),
        state=WordForm.review,
        getter=_given,
    ),
    name="feedback.form",
)
