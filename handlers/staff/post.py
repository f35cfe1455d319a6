"""Posting an event."""

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo

from content.screens import posting as screens
from content.texts import Say
from handlers.answering import tell
from handlers.commands import command
from handlers.forms.open import touched
from handlers.forms.widgets import (
    Label,
    Named,
    Words,
    anything_else,
    back_to,
    begin,
    choices,
    ending,
    say_of,
    text_input,
    tools_of,
)
from handlers.incoming import after_command
from handlers.presses import press
from handlers.staff.post_change import CHANGE_WINDOWS, confirm, state_of
from handlers.staff.post_details import DETAILS, SEEN
from handlers.staff.post_form import PostForm, hub
from handlers.staff.post_said import mean, meanings, said
from handlers.staff.post_saving import DRAFT, POST, POSTED, REPEATS, WEEKLY
from handlers.staff.post_steps import STEPS
from handlers.tools import Tools
from storage.model.event_draft import EventDraft
from storage.model.event_line import Line, read_line
from storage.model.person import LANGUAGES, Person
from storage.model.roles import Power
from storage.queries import nodes as node_queries


@command("post", "event.command_post", power=Power.POST_EVENT)
@press("post", power=Power.POST_EVENT)
async def post(
    event: Message | CallbackQuery, person: Person, tools: Tools, dialog_manager: DialogManager
) -> None:
    reach = await tools.database.read(node_queries.reach, person, Power.POST_EVENT)
    draft = EventDraft(tools.new_secret(), several=reach.others)
    if not draft.several:
        draft = draft.with_node(reach.widest.id)
    typed = after_command(event).text if isinstance(event, Message) else None
    line = _line(draft, typed or "", tools)
    origin = "posted" if isinstance(event, CallbackQuery) else "staff"
    if await begin(event, dialog_manager, hub.next(line.draft), line.draft, origin) and typed:
        touched(dialog_manager)
    for refusal in line.refused:
        await tell(event, say_of(dialog_manager), refusal, tools)


def _line(draft: EventDraft, said: str, tools: Tools) -> Line:
    """What stands behind the command is the event already, or a part of it."""
    categories = [
        (each.id, each.name.in_(language))
        for each in tools.programme.event_categories
        for language in LANGUAGES
    ]
    return read_line(draft, said, tools.calendar(tools.zone), categories)


# The review


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    node = await tools.database.read(node_queries.by_id, draft.node_id or 0)
    shown = screens.review(say, draft, node.name, tools.programme, tools.now(), tools.zone)
    return shown | await state_of(draft, tools)


async def _other_reminder(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools = tools_of(manager)
    await hub.take(manager, hub.draft(manager).with_other_reminder(tools.now(), tools.zone))


form = Dialog(
    *STEPS,
    Window(
        Words("event.review", when=~F["changing"]),
        Words("posting.review_change", when=F["changing"]),
        POST,
        Button(Label("posting.save"), "save", on_click=confirm, when=F["changing"]),
        Group(
            hub.line("event.line_title", "title"),
            hub.line("event.line_category", "category"),
            hub.line("event.line_day", "day", when=~F["begun"]),
            hub.line("event.line_day", "was_day", when=F["begun"]),
            hub.line("event.line_at", "at"),
            hub.line("posting.line_ends", "ends"),
            hub.line("event.line_place", "place"),
            hub.line("event.line_capacity", "capacity"),
            Button(
                Label("event.line_reminder"),
                "reminder",
                on_click=_other_reminder,
                when=F["can_remind"],
            ),
            hub.line("event.line_node", "node_id", when=F["several"]),
            WEEKLY,
            SwitchTo(Label("posting.line_more"), "more", PostForm.more),
            width=2,
        ),
        POSTED,
        DRAFT,
        *SEEN,
        text_input(said),
        anything_else("button.only_text"),
        ending(),
        state=PostForm.review,
        getter=_review,
    ),
    Window(
        Words("event.ask_meaning"),
        choices("meaning", meanings, mean, 2, label=Named),
        *SEEN,
        text_input(said),
        anything_else("button.only_text"),
        ending(back_to(PostForm.review)),
        state=PostForm.said,
        getter=meanings,
    ),
    *CHANGE_WINDOWS,
    *DETAILS,
    REPEATS,
    name="event.form",
)
