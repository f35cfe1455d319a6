"""Whoever types what a button says means the button.

What our own texts write on it is a command before anything else: nobody calls an event "‹ back".
What a button shows of the draft, and what can be chosen, may be an answer just as well: that is a
press only where the words are not understood as an answer. Typing submits nothing (decision 53).
"""

from dataclasses import dataclass

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.utils import remove_intent_id

from handlers.forms.drafts import DraftForm
from handlers.forms.leaving import made_press
from handlers.forms.open import only_looks
from handlers.forms.widgets import WAYS, Label, Named, Pages, person_of, say_of, tools_of
from handlers.taps import TooSoon
from storage.model.refusal import Refusal
from storage.model.typed.text import plain

_LONGEST = 60  # characters of what may be a label


@dataclass(frozen=True, slots=True)
class Called:
    """What the button of a window carries whose label was typed; `ours` if our texts wrote all of
    that."""

    window: Window
    data: str
    ours: bool


async def called(
    message: Message, window: Window, form: DraftForm, manager: DialogManager
) -> Called | None:
    """The one button of a window, as it stands now, that a message calls by its label; where it is
    asked what was meant by a text on the review, perhaps one of that. Raises Refusal for a way on
    or back that there is not."""
    text = message.text or ""
    said = letters(text) if len(text) <= _LONGEST else ""
    if not said or message.forward_origin is not None:
        return None
    for each in (window, *_asked_on(window, form)):
        if button := await _called_in(each, said, form, manager):
            return button
    if said in {letters(say_of(manager).label(way)) for way in WAYS}:
        raise Refusal("hearing.no_such_way", said=text)
    return None


def _asked_on(window: Window, form: DraftForm) -> list[Window]:
    """The review, for the window that asks what was meant there."""
    states = {each.state.rpartition(":")[2]: each for each in form.states() if each.state}
    if window.state != states.get("said"):
        return []
    review = form.windows[states.get("review") or states["confirm"]]
    assert isinstance(review, Window)
    return [review]


async def _called_in(
    window: Window, said: str, form: DraftForm, manager: DialogManager
) -> Called | None:
    markup = await window.render_kbd(await window.load_data(form, manager), manager)
    assert isinstance(markup, InlineKeyboardMarkup)
    found = [
        _of(button, window, manager)
        for row in markup.inline_keyboard
        for button in row
        if said in _calls(button.text)
    ]
    first = [each for each in found if each.ours] or found
    return first[0] if len(first) == 1 else None


def _calls(label: str) -> set[str]:
    """What calls a button: its label, or what stands in that before a value: "次数：不限"."""
    name, parted, _ = label.replace("：", ": ").partition(": ")
    return {letters(label), letters(name)} if parted else {letters(label)}


def letters(text: str) -> str:
    """A label without its signpost, its brackets and its spaces."""
    return "".join(filter(str.isalnum, plain(text)))


def _of(button: InlineKeyboardButton, window: Window, manager: DialogManager) -> Called:
    _, data = remove_intent_id(button.callback_data or "")
    widget = window.keyboard.find(data.partition(":")[0])
    label = getattr(widget, "text", None)
    if isinstance(widget, Pages) or isinstance(label, Named):
        return Called(window, data, ours=True)
    written = say_of(manager).template(label.key) if isinstance(label, Label) else ""
    return Called(window, data, ours=letters(button.text) in letters(written))


async def press_called(button: Called, manager: DialogManager) -> None:
    """Do what a button does, up to what it would submit. Raises Refusal."""
    tools, stack = tools_of(manager), manager.current_stack()
    form = manager.dialog()  # type: ignore[attr-defined]
    press = made_press(button.data, stack.last_message_id or 0, person_of(manager), tools)
    if not only_looks(manager):  # there each press is done at once, and this one only leads out
        manager.middleware_data["tools"] = tools.only_looking()
    try:
        await button.window.process_callback(press, form, manager)
    except TooSoon:
        raise Refusal("hearing.press_it") from None
    finally:
        manager.middleware_data["tools"] = tools
