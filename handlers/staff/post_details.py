"""What hangs under an event, in its form: everything may be left out, and stands on a review of its
own behind one button."""

from collections.abc import Sequence
from datetime import time

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo

from content.screens import posting as screens
from content.texts import Say
from handlers.forms.audience import audience_windows, describe
from handlers.forms.drafts import keep
from handlers.forms.saying import HasMedia, HasWordsOrMedia, remark, said_to
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    choices,
    ending,
    text_input,
    tools_of,
)
from handlers.staff.post_form import PostForm, hub
from handlers.staff.post_said import said
from handlers.tools import Tools
from storage.model.adding import too_many
from storage.model.audience_draft import Aspect
from storage.model.event_details import (
    MOST_COMPANIONS,
    MOST_PICTURES,
    Deadline,
    Details,
    Pin,
)
from storage.model.event_draft import EventDraft
from storage.model.refusal import Refusal
from storage.model.typed.numbers import read_number

_ASPECTS = (Aspect.WHO, Aspect.LANGUAGE, Aspect.COURSE)
_LINES = (
    "words",
    "media",
    "pin",
    "deadline",
    "audience",
    "questions",
    "companions",
    "cost",
    "contact",
)
# The usual ends of signing up: so many days before, at this time.
_DEADLINES: Sequence[Deadline] = (
    Deadline(1, time(12)),
    Deadline(1, time(18)),
    Deadline(2, time(18)),
    Deadline(3, time(18)),
    Deadline(7, time(18)),
)


async def _more(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    whom = await describe(draft.audience, say, tools) if draft.audience else ""
    return {**screens.more(say, draft, tools.zone), "whom": whom}


async def _take(manager: DialogManager, details: Details) -> None:
    """Keep what hangs under the event, and show all of it; the review shows it, too."""
    keep(manager, hub.draft(manager).with_details(details))
    seen_on_review = _step(manager) in ("review", "said")
    await manager.switch_to(PostForm.review if seen_on_review else PostForm.more)


async def _write(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    step, details = _step(manager), hub.draft(manager).details
    text = message.text or ""
    if step == "words":
        await _take(manager, details.with_words(text))
    else:
        await _take(manager, details.with_line(step, text))


async def _see(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """Pictures; what stands under them is the words, if there are none yet."""
    heard, details = said_to(manager), hub.draft(manager).details
    if not heard.media:
        raise Refusal("posting.only_pictures")
    if too_many(details.media, heard.media, MOST_PICTURES):
        remark(manager, "posting.many_pictures", limit=MOST_PICTURES)
    details = details.with_pictures(heard.media)
    if heard.text and not details.words:
        details = details.with_words(heard.text)
    elif heard.text and heard.text != details.words:
        remark(manager, "posting.has_words")
    await _take(manager, details)


async def _locate(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    place = message.venue.location if message.venue else message.location
    assert place is not None  # the filter saw to it
    pin = Pin(place.latitude, place.longitude)
    await _take(manager, hub.draft(manager).details.with_pin(pin))


async def _drop(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    draft, step, tools = hub.draft(manager), _step(manager), tools_of(manager)
    if step == "deadline":
        keep(manager, draft.with_deadline(None, tools.now(), tools.zone))
        await manager.switch_to(PostForm.more)
    else:
        await _take(manager, draft.details.without(step))


def _step(manager: DialogManager) -> str:
    return str(manager.current_context().state.state).rpartition(":")[2]


async def _deadlines(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    """The usual ones that are still to come."""
    draft, now = hub.draft(dialog_manager), tools.now()
    possible = screens.deadlines(say, draft, _DEADLINES, now, tools.zone)
    return {**screens.more(say, draft, tools.zone), "choices": possible}


async def _choose_deadline(manager: DialogManager, number: str) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    keep(manager, draft.with_deadline(_DEADLINES[int(number)], tools.now(), tools.zone))
    await manager.switch_to(PostForm.more)


async def _write_deadline(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), hub.draft(manager)
    calendar = tools.calendar(tools.zone)
    keep(manager, draft.with_typed_deadline(message.text or "", calendar))
    await manager.switch_to(PostForm.more)


async def _companions(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    numbers = [(str(n), str(n)) for n in range(MOST_COMPANIONS + 1)]
    return {**screens.more(say, hub.draft(dialog_manager), tools.zone), "choices": numbers}


async def _choose_companions(manager: DialogManager, number: str) -> None:
    await _take(manager, hub.draft(manager).details.with_companions(int(number)))


async def _write_companions(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    try:
        number = read_number(message.text or "")
    except ValueError:
        raise Refusal("posting.companions_range", most=MOST_COMPANIONS) from None
    await _take(manager, hub.draft(manager).details.with_companions(number))


async def _questions(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    asked = enumerate(draft.details.questions)
    drop = [(str(n), say.label("posting.drop_question", words=each.words)) for n, each in asked]
    return {**screens.more(say, draft, tools.zone), "choices": drop}


async def _drop_question(manager: DialogManager, number: str) -> None:
    keep_on = hub.draft(manager).details.without_question(int(number))
    keep(manager, hub.draft(manager).with_details(keep_on))


async def _ask(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """One more question; the window stays, because there may be others."""
    details = hub.draft(manager).details.with_question(message.text or "")
    keep(manager, hub.draft(manager).with_details(details))


# What needs no question: a picture or a place, wherever the event stands as a whole.
SEEN = (
    MessageInput(_see, filter=HasMedia()),
    MessageInput(_locate, filter=F.location | F.venue),
)


def _line(step: str) -> SwitchTo:
    return SwitchTo(Label(f"posting.line_{step}"), step, getattr(PostForm, step))


def _window(step: str, *inputs: MessageInput) -> Window:
    """Asks for one of these; what is there can be left out again."""
    return Window(
        Words(f"posting.ask_{step}"),
        Button(
            Label(f"posting.drop_{step}"), f"drop_{step}", on_click=_drop, when=F[f"has_{step}"]
        ),
        *inputs,
        anything_else(f"posting.not_{step}"),
        ending(back_to(PostForm.more)),
        state=getattr(PostForm, step),
        getter=_more,
    )


DETAILS = (
    *audience_windows(EventDraft, PostForm, PostForm.more, None, _ASPECTS),
    Window(
        Words("posting.more"),
        Group(*map(_line, _LINES), width=2),
        SwitchTo(Label("posting.enough"), "enough", PostForm.review),
        *SEEN,
        text_input(said),
        anything_else("button.only_text"),
        ending(),
        state=PostForm.more,
        getter=_more,
    ),
    _window("words", text_input(_write)),
    _window("media", MessageInput(_see, filter=HasWordsOrMedia())),
    _window("pin", MessageInput(_locate, filter=F.location | F.venue)),
    Window(
        Words("posting.ask_deadline"),
        choices("deadline", _deadlines, _choose_deadline, 2),
        Button(Label("posting.no_deadline"), "no", on_click=_drop, when=F["has_deadline"]),
        text_input(_write_deadline),
        anything_else("button.only_text"),
        ending(back_to(PostForm.more)),
        state=PostForm.deadline,
        getter=_deadlines,
    ),
    Window(
        Words("posting.ask_companions"),
        choices("companions", _companions, _choose_companions, 5),
        text_input(_write_companions),
        anything_else("button.only_text"),
        ending(back_to(PostForm.more)),
        state=PostForm.companions,
        getter=_companions,
    ),
    _window("cost", text_input(_write)),
    _window("contact", text_input(_write)),
    Window(
        Words("posting.ask_questions"),
        choices("question", _questions, _drop_question, 1),
        text_input(_ask),
        anything_else("button.only_text"),
        ending(back_to(PostForm.more)),
        state=PostForm.questions,
        getter=_questions,
    ),
)
