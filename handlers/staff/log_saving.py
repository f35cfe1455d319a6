"""The review of an entry before it is saved, and what stands in the way of saving it."""

from aiogram import F
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group

from content.recording import related_categories
from content.screens import ledger as screens
from content.texts import Say
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.staff.ledger import counting_entry, entry_of, total_of
from handlers.staff.log_form import LogForm, answer, counting_of, facts, hub
from handlers.staff.work_days import today_of
from handlers.tools import Tools
from storage.actions import ledger as actions
from storage.model.ledger import Doubts, Entry, EntryState
from storage.model.ledger_draft import EntryDraft
from storage.model.moves import Step
from storage.model.refusal import Refusal
from storage.queries import ledger as queries
from storage.queries import nodes as node_queries


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft, programme = hub.draft(dialog_manager), tools.programme
    known = await facts(dialog_manager, say, tools)
    doubts = await _doubts(draft, tools)
    told = screens.doubts(say, doubts, draft.indicator or "", programme)
    return {**known, **told, **await _changes(draft, say, tools)}


async def _changes(draft: EntryDraft, say: Say, tools: Tools) -> dict[str, object]:
    """What a correction changes, each as it was and as it will be."""
    if draft.replaces_id is None:
        return {"correcting": False, "changes": []}
    old = await entry_of(draft.replaces_id, tools)
    node = await tools.database.read(node_queries.by_id, draft.node_id or 0)
    changes = screens.changes(say, draft, old, node.name, tools.programme)
    return {"correcting": True, "changes": changes}


async def _doubts(draft: EntryDraft, tools: Tools) -> Doubts:
    indicator = draft.indicator or ""
    found = tools.programme.indicator(indicator)
    categories = related_categories(tools.programme, indicator)
    by_itself = found.by_itself if found else None
    beside = queries.Beside(by_itself, categories, draft.replaces_id)
    return await tools.database.read(
        queries.doubts, draft.complete(), beside, tools.now(), tools.zone
    )


async def _save(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    """Save it, or ask first what is to be known before."""
    tools, draft = tools_of(manager), hub.draft(manager)
    if draft.replaces_id is not None:
        if not draft.changes(await counting_entry(draft.replaces_id, tools)):
            raise Refusal("ledger.nothing_changed")
        if not draft.reason:
            await manager.switch_to(LogForm.reason)
            return
    if await _doubts(draft, tools):
        await manager.switch_to(LogForm.doubt)
        return
    await _save_now(press, _button, manager)


async def _save_now(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft, say = tools_of(manager), hub.draft(manager), say_of(manager)
    entry = await _saved(draft, person_of(manager).id, tools)
    total, year = await total_of(entry, tools), today_of(tools).year
    await finish(press, manager, screens.receipt(say, entry, total, tools.programme, year))


async def _saved(draft: EntryDraft, by: int, tools: Tools) -> Entry:
    new, decimals = draft.complete(), counting_of(draft, tools).decimals
    write, now = tools.database.write, tools.now()
    if draft.replaces_id is None:
        made = await write(actions.record, by, new, decimals, now, tools.zone)
    else:
        step = Step(EntryState.REPLACED, now, by, draft.reason)
        made = await write(actions.put_right, draft.replaces_id, new, decimals, step, tools.zone)
    return await entry_of(made, tools)


async def _reasons(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    changed = await _changes(hub.draft(dialog_manager), say, tools)
    return {**changed, "choices": screens.reasons(say, "correct")}


async def _choose_reason(manager: DialogManager, reason: str) -> None:
    await answer(manager, "reason", dict(screens.reasons(say_of(manager), "correct"))[reason])


async def _write_reason(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    await answer(manager, "reason", message.text or "")


def saving_windows(takes: MessageInput) -> tuple[Window, ...]:
    """The review, on which `takes` takes what is sent; why something is put right; and whether
    something is to be recorded all the same."""
    review = Window(
        Words("ledger.review"),
        Button(Label("ledger.save"), "save", on_click=_save, when=~F["correcting"]),
        Button(Label("ledger.correct"), "correct", on_click=_save, when=F["correcting"]),
        Group(
            hub.line("ledger.line_indicator", "indicator"),
            hub.line("ledger.line_number", "number"),
            hub.line("ledger.line_on", "on"),
            hub.line("ledger.line_place", "place"),
            hub.line("ledger.line_note", "note"),
            hub.line("ledger.line_media", "media"),
            hub.line("ledger.line_node", "node_id", when=F["several"]),
            hub.line("ledger.line_reason", "reason", when=F["draft"].reason),
            width=2,
        ),
        takes,
        anything_else("ledger.only_text"),
        ending(),
        state=LogForm.review,
        getter=_review,
    )
    return review, _why(), _all_the_same()


def _why() -> Window:
    return Window(
        Words("ledger.ask_reason"),
        choices("reason", _reasons, _choose_reason, 2),
        text_input(_write_reason),
        anything_else("ledger.no_reason"),
        ending(hub.back()),
        state=LogForm.reason,
        getter=_reasons,
    )


def _all_the_same() -> Window:
    return Window(
        Words("ledger.ask_doubt"),
        Button(Label("ledger.save_all_the_same"), "all_the_same", on_click=_save_now),
        anything_else("button.choose"),
        ending(back_to(LogForm.review)),
        state=LogForm.doubt,
        getter=_review,
    )
