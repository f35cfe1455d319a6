"""What a notice may have besides, and most do without: a text in the other language, a button, and
how it is sent."""

from typing import Protocol

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Row, SwitchTo

from content.screens import compose as screens
from content.screens import notice as notice_screens
from content.texts import Say
from handlers.forms.drafts import draft_of, keep
from handlers.forms.saying import said_to
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    ending,
    say_of,
    text_input,
)
from storage.model.notice_draft import NoticeDraft
from storage.model.typed.links import read_link


class OptionStates(Protocol):
    """The states that a form gives to these windows."""

    options: State
    other: State
    link: State


def option_windows(states: OptionStates, following: State) -> tuple[Window, ...]:
    """The windows; a form opens the first at `states.options`, and comes back to `following`."""
    return _menu(states, following), _other(states), _link(states)


def _menu(states: OptionStates, following: State) -> Window:
    return Window(
        Words("compose.options_text"),
        Row(
            SwitchTo(Label("compose.write_other"), "write_other", states.other),
            Button(
                Label("compose.drop_other"), "drop_other", on_click=_drop_other, when=F["other"]
            ),
        ),
        SwitchTo(Label("compose.add_link"), "add_link", states.link, when=~F["link"]),
        Button(Label("compose.drop_link"), "drop_link", on_click=_drop_link, when=F["link"]),
        Row(
            Button(Label("compose.urgent"), "urgent", on_click=_urgent, when=~F["urgent"]),
            Button(Label("compose.not_urgent"), "not_urgent", on_click=_urgent, when=F["urgent"]),
            Button(Label("compose.once"), "once", on_click=_once, when=~F["once"]),
            Button(Label("compose.not_once"), "not_once", on_click=_once, when=F["once"]),
        ),
        anything_else("compose.buttons_only"),
        ending(back_to(following)),
        state=states.options,
        getter=_options,
    )


def _other(states: OptionStates) -> Window:
    async def written(_message: Message, _input: object, manager: DialogManager) -> None:
        html = said_to(manager).html
        notice_screens.check(html)
        keep(manager, _draft(manager).with_other(html))
        await manager.switch_to(states.options)

    return Window(
        Words("compose.other"),
        text_input(written),
        anything_else("compose.only_text"),
        ending(back_to(states.options)),
        state=states.other,
        getter=_options,
    )


def _link(states: OptionStates) -> Window:
    async def written(message: Message, _input: object, manager: DialogManager) -> None:
        link = read_link(message.text or "", say_of(manager).label("compose.open"))
        keep(manager, _draft(manager).with_link(link))
        await manager.switch_to(states.options)

    return Window(
        Words("compose.link_ask"),
        text_input(written),
        anything_else("compose.only_text"),
        ending(back_to(states.options)),
        state=states.link,
    )


def _draft(manager: DialogManager) -> NoticeDraft:
    return draft_of(manager, NoticeDraft)


async def _options(dialog_manager: DialogManager, say: Say, **_: object) -> dict[str, object]:
    draft = _draft(dialog_manager)
    content = draft.written()
    return {
        "language": say.label(f"audience.{draft.other_language}"),
        "other": screens.as_written(content.bodies.get(draft.other_language, "")),
        "link": screens.link(say, content.link) if content.link else "",
        "urgent": draft.urgent,
        "once": draft.at_most_once,
    }


async def _urgent(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).with_urgent(button.widget_id == "urgent"))


async def _once(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).with_at_most_once(button.widget_id == "once"))


async def _drop_other(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).without_other())


async def _drop_link(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).with_link(None))
