"""Choosing one of many: by a button, or by typing part of its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.common import ManagedScroll
from aiogram_dialog.widgets.kbd import Button
from aiogram_dialog.widgets.text import Text

from content.splitting import short
from handlers.forms.labels import letters
from handlers.forms.widgets import (
    Getter,
    Label,
    OnChoice,
    OnText,
    Words,
    anything_else,
    choices,
    ending,
    looked_at,
    text_input,
)
from storage.model.naming import named
from storage.model.refusal import Refusal

HEIGHT = 5  # rows on a page
_FOUND = 8  # the same of what was looked for among records


@dataclass(frozen=True, slots=True)
class Search:
    """What a window lets people choose from: the `choices` of `offers`, `width` in a row."""

    name: str
    offers: Getter
    on_choice: OnChoice
    width: int

    async def getter(self, dialog_manager: DialogManager, **data: Any) -> dict[str, object]:
        """What is offered; once something was typed, what has that in its name."""
        given = await self.offers(dialog_manager=dialog_manager, **data)
        every, sought = given["choices"], _sought(dialog_manager, self.name)
        shown = named(every, sought) if sought else every
        many = len(every) > self.width * HEIGHT
        return {**given, "choices": shown, "sought": sought, "many": many and not sought}

    async def written(self, message: Message, _input: object, manager: DialogManager) -> None:
        """One match is taken, several are shown. Raises Refusal for none."""
        text = message.text or ""
        found = named((await self.offers(**manager.middleware_data))["choices"], text)
        if not found:
            raise Refusal("button.none_found", sought=short(text))
        await begin_anew(manager, self.name, text if len(found) > 1 else "")
        if len(found) == 1:
            await self._take(manager, found[0][0])

    async def _take(self, manager: DialogManager, value: str) -> None:
        await begin_anew(manager, self.name)
        await self.on_choice(manager, value)

    async def everything(self, _p: CallbackQuery, _b: Button, manager: DialogManager) -> None:
        await begin_anew(manager, self.name)

    def window(self, words: Text, state: State, *back: Any, above: Sequence[Any] = ()) -> Window:
        """Asks for one of them; `back` leads to the step before, what stands `above` goes before
        them all."""
        return Window(
            words,
            Words("button.sought", when=F["sought"]),
            Words("button.many", when=F["many"]),
            *above,
            choices(self.name, self.offers, self._take, self.width, HEIGHT),
            Button(Label("button.everything"), "everything", self.everything, when=F["sought"]),
            text_input(self.written),
            anything_else("button.choose"),
            ending(*back),
            state=state,
            getter=self.getter,
        )


def finding(
    state: State,
    words: tuple[str, str],
    name: str,
    found: Getter,
    on_choice: OnChoice,
    on_text: OnText,
) -> Window:
    """Looks among records for what is typed, and again for what is typed then; each that is chosen
    is done with at once. `words` ask for it, and stand above what was `found`, which says what was
    `sought`, too."""
    asks, shows = words
    return Window(
        Words(asks, when=~F["sought"]),
        Words(shows, when=F["sought"]),
        choices(name, found, on_choice, 1, _FOUND),
        text_input(on_text),
        anything_else("button.only_text"),
        looked_at(),
        state=state,
        getter=found,
    )


async def take_named(
    manager: DialogManager, text: str, offers: Getter, on_choice: OnChoice
) -> bool:
    """Whether a text is the whole name of one of the choices of `offers`, which was taken then."""
    every = (await offers(**manager.middleware_data))["choices"]
    found = [value for value, label in every if letters(label) == letters(text)]
    if len(found) == 1:
        await on_choice(manager, found[0])
    return len(found) == 1


async def begin_anew(manager: DialogManager, name: str, sought: str = "") -> None:
    """The choices of this name are shown from the first page on; those with `sought`, if any."""
    manager.current_context().widget_data[f"{name}_sought"] = sought
    pages: ManagedScroll | None = manager.find(f"{name}_pages")
    if pages is not None:
        await pages.set_page(0)  # the last question may have been left on a later one


def _sought(manager: DialogManager, name: str) -> str:
    return str(manager.current_context().widget_data.get(f"{name}_sought", ""))
