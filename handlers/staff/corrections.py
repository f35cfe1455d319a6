"""Correcting a notice that was sent: the messages that people have change, and none is added."""

from datetime import datetime

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, Window
from aiogram_dialog.widgets.kbd import Button, SwitchTo

from content.screen import press as carried
from content.screens import broadcasts as screens
from content.screens import corrections as correction_screens
from content.screens import notice as notice_screens
from content.texts import Say
from handlers.forms.drafts import draft_of, keep
from handlers.forms.saying import has_words, said_to
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    choice_input,
    choices,
    ending,
    person_of,
    text_input,
    tools_of,
)
from handlers.ids import broadcast_id, page
from handlers.presses import press
from handlers.staff.broadcasts import changeable, look, open_card, show_instead
from handlers.tools import Tools
from storage.actions import broadcasts as actions
from storage.model.card import Card
from storage.model.correction import CorrectionDraft, new_correction
from storage.model.kinds import DeliveryKind
from storage.model.message import Message as Content
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.suggestion import was_cut
from storage.queries import corrections as queries


class CorrectForm(StatesGroup):
    language = State()
    text = State()
    confirm = State()


@press("broadcast_correct", broadcast_id, power=Power.PUSH)
async def correct(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    say: Say,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    content = _content(await look(*ids, person, tools), tools.now())
    draft = new_correction(tools.new_secret(), *ids, content, say.language)
    first = CorrectForm.language if draft.several else CorrectForm.text
    await begin(press, dialog_manager, first, draft, carried("broadcast", *ids))


@press("broadcast_before", broadcast_id, page, power=Power.PUSH)
async def said_before(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    card = await look(ids[0], person, tools)
    found = await tools.database.read(queries.said_before, *ids)
    screen = correction_screens.said_before(say, card, found, tools.now())
    await show_instead(press, screen, person, tools)


@press("broadcast_put_back", broadcast_id, power=Power.PUSH)
async def put_back(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    say: Say,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    """Opens the form at its review, with what the notice said before the correction `ids`."""
    of_id, old = await tools.database.read(queries.by_correction, *ids)
    content = _content(await look(of_id, person, tools), tools.now())
    draft = new_correction(tools.new_secret(), of_id, content, say.language)
    filled = draft.with_old(old.message, content)
    await begin(press, dialog_manager, CorrectForm.confirm, filled, carried("broadcast", of_id))


def _content(card: Card, now: datetime) -> Content:
    """What a notice says. Raises Refusal for what cannot be corrected."""
    changeable(card, now)
    if card.broadcast.kind is not DeliveryKind.NOTICE:
        raise Refusal("broadcast.not_written")
    return Content.from_json(card.broadcast.content or "")


def _draft(manager: DialogManager) -> CorrectionDraft:
    return draft_of(manager, CorrectionDraft)


async def _given(
    dialog_manager: DialogManager, person: Person, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = _draft(dialog_manager)
    card = await look(draft.broadcast_id, person, tools)
    names = {each: say.label(f"settings.language_{each}") for each in draft.languages}
    return {
        **screens.facts(say, card, tools.courses),
        "present": correction_screens.present(say, draft.body(_content(card, tools.now()))),
        "choices": [(each, f"✓ {n}" if each in draft.changed else n) for each, n in names.items()],
        "language": names[draft.language],
        "several": draft.several,
        "changed": bool(draft.changed),
        "may_restore": draft.may_restore,
        "put_back": correction_screens.put_back(say, draft),
        "may_put_back": card.corrected and not draft.put_back,
    }


async def _choose_language(manager: DialogManager, language: str) -> None:
    keep(manager, _draft(manager).asking(language))
    await manager.switch_to(CorrectForm.text)


async def _write(message: Message, _input: object, manager: DialogManager) -> None:
    """Take the new text, or the rest of one that Telegram cut; show what becomes of it."""
    tools, person, draft = tools_of(manager), person_of(manager), _draft(manager)
    card = await look(draft.broadcast_id, person, tools)
    content = _content(card, tools.now())
    draft = draft.with_text(said_to(manager).html, content, cut=was_cut(message.text or ""))
    notice_screens.check(draft.body(content))
    say, home = tools.texts.in_(draft.language), person.node_name or card.broadcast.node_name
    preview = notice_screens.notice(say, draft.look(content), person.name, home)
    if has_words(manager):
        await tools.chat.send(message.chat.id, preview)
        manager.show_mode = ShowMode.DELETE_AND_SEND  # below it, also after an edit
    keep(manager, draft)
    await manager.switch_to(CorrectForm.confirm)


async def _put_back(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, draft = tools_of(manager), _draft(manager)
    content = _content(await look(draft.broadcast_id, person_of(manager), tools), tools.now())
    last = (await tools.database.read(queries.said_before, draft.broadcast_id, 0)).items[0]
    keep(manager, draft.with_old(last.message, content))
    await manager.switch_to(CorrectForm.confirm)


async def _restore(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    keep(manager, _draft(manager).restored())


async def _correct(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    tools, person, draft = tools_of(manager), person_of(manager), _draft(manager)
    content = _content(await look(draft.broadcast_id, person, tools), tools.now())
    corrected = draft.complete(content).to_json()
    correction = await tools.database.write(
        actions.correct, person.id, draft.broadcast_id, corrected, draft.key, tools.now()
    )
    await open_card(press, manager, correction)


def _old_text() -> Button:
    """Takes what the notice said before its last correction for the new text."""
    label = Label("broadcast.put_back")
    return Button(label, "put_back", on_click=_put_back, when=F["may_put_back"])


def _to_review() -> SwitchTo:
    """Back to the review, with what was changed kept."""
    return SwitchTo(Label("button.back"), "review", CorrectForm.confirm, when=F["changed"])


form = Dialog(
    Window(
        Words("broadcast.correct_which"),
        choices("language", _given, _choose_language, 2),
        choice_input(_given, _choose_language),
        _old_text(),
        anything_else("button.choose"),
        ending(_to_review()),
        state=CorrectForm.language,
        getter=_given,
    ),
    Window(
        Words("broadcast.correct_text"),
        _old_text(),
        text_input(_write),
        anything_else("broadcast.only_text"),
        ending(
            _to_review(),
            SwitchTo(
                Label("button.back"),
                "languages",
                CorrectForm.language,
                when=F["several"] & ~F["changed"],
            ),
        ),
        state=CorrectForm.text,
        getter=_given,
    ),
    Window(
        Words("broadcast.correct_confirm"),
        Button(Label("broadcast.correct_yes"), "correct", on_click=_correct),
        SwitchTo(
            Label("broadcast.correct_other"), "other", CorrectForm.language, when=F["several"]
        ),
        Button(
            Label("broadcast.correct_restore"), "restore", on_click=_restore, when=F["may_restore"]
        ),
        _old_text(),
        text_input(_write),
        anything_else("broadcast.only_text"),
        ending(),
        state=CorrectForm.confirm,
        getter=_given,
    ),
    name="broadcast.form",
)
