"""What is written where an event stands as a whole, on its review or beside what hangs under it."""

from dataclasses import replace

from aiogram.types import Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput

from content.texts import Say
from handlers.forms.drafts import keep
from handlers.forms.hearing import meant
from handlers.forms.searching import take_named
from handlers.forms.widgets import tools_of
from handlers.staff.post_form import PostForm, answer, hub
from handlers.staff.post_steps import categories, choose_category
from handlers.tools import Tools
from storage.model.event_draft import EventDraft
from storage.model.refusal import Refusal


async def said(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    """Change what the text most plainly means, or ask which line is meant."""
    tools, draft, text = tools_of(manager), hub.draft(manager), message.text or ""
    if await take_named(manager, text, categories, choose_category):
        return
    steps = draft.meanings(text, tools.calendar(tools.zone))
    if len(steps) == 1:
        await answer(manager, *steps, text)
        return
    if not steps:
        _with_words(draft, text)  # raises what is wrong with it
    keep(manager, replace(draft, said=text))
    await manager.switch_to(PostForm.said)


async def meanings(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    """Getter of what a text may mean; whatever it is, it may be the words."""
    draft = hub.draft(dialog_manager)
    steps = (*draft.meanings(draft.said, tools.calendar(tools.zone)), "words")
    return {"choices": [(s, say.label(f"event.step_{s}")) for s in steps], "said": draft.said}


async def mean(manager: DialogManager, step: str) -> None:
    """Take what was written as the answer to a step."""
    draft = hub.draft(manager)
    if step == "words":
        keep(manager, _with_words(draft, draft.said))
        await manager.switch_to(PostForm.review)
    else:
        await answer(manager, step, draft.said)
    meant(manager, getattr(PostForm, step))


def _with_words(draft: EventDraft, text: str) -> EventDraft:
    try:
        return draft.with_details(draft.details.with_words(text))
    except Refusal:
        raise Refusal("event.not_understood") from None
