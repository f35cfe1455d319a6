"""What waits for staff: membership requests and suggestions."""

from aiogram import F
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button

from content.screen import press as press_of
from content.screens import suggestions as screens
from content.texts import Say
from handlers.answering import show, way_back
from handlers.commands import command
from handlers.forms.hub import Hub
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    ending,
    finish,
    person_of,
    say_of,
    text_input,
    tools_of,
)
from handlers.ids import page, request_id, suggestion_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import people, suggestions
from storage.model.person import Person, RequestState
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.suggestion import SUGGESTION_MOVES, Suggestion, SuggestionState
from storage.model.suggestion_draft import ReplyDraft
from storage.queries import people as people_queries
from storage.queries import suggestions as queries


class ReplyForm(StatesGroup):
    reply = State()
    review = State()


hub = Hub(ReplyDraft, ReplyForm)


@command("inbox", "inbox.command", power=Power.ANSWER)
@press("inbox", power=Power.ANSWER)
@press("inbox", page, power=Power.ANSWER)
async def inbox(
    event: Message | CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    ids: tuple[int] = (0,),
) -> None:
    waiting = await tools.database.read(queries.waiting, person, *ids)
    await show(event, screens.inbox(say, waiting), tools)


@press("asked", request_id, power=Power.ANSWER)
async def asked(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    request = await tools.database.read(people_queries.request_for, *ids, person)
    await show(press, screens.request(say, request), tools)


@press("admit", request_id, power=Power.ANSWER)
async def admit(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _decide(press, ids[0], RequestState.ACCEPTED, person, say, tools)


@press("reject", request_id, power=Power.ANSWER)
async def reject(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _decide(press, ids[0], RequestState.DECLINED, person, say, tools)


async def _decide(
    press: CallbackQuery,
    request_id: int,
    decision: RequestState,
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    given = (person.id, request_id, decision, tools.now(), tools.zone)
    try:
        who = await tools.database.write(people.decide_membership, *given)
    except Refusal as refusal:
        if refusal.key != "membership.decided_before":
            raise
        # Somebody else was first: what still waits, instead of buttons that do nothing any more.
        waiting = await tools.database.read(queries.waiting, person, 0)
        await show(press, screens.inbox(say, waiting), tools, toast=say.label(refusal.key))
    else:
        await show(press, screens.decided(say, decision, who), tools)


@press("review", suggestion_id, power=Power.ANSWER)
async def review(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    suggestion = await tools.database.read(queries.for_staff, *ids, person)
    home = way_back(press, "inbox")
    await show(press, screens.review(say, suggestion, tools.programme, home), tools)


@press("decide", suggestion_id, SuggestionState, power=Power.ANSWER)
async def decide(
    event: CallbackQuery,
    ids: tuple[int, SuggestionState],
    person: Person,
    tools: Tools,
    dialog_manager: DialogManager,
) -> None:
    suggestion = await tools.database.read(queries.for_staff, ids[0], person)
    if ids[1] not in SUGGESTION_MOVES[suggestion.state]:
        raise Refusal("suggestion.decided_before")
    draft = ReplyDraft(suggestion.id, suggestion.number, ids[1])
    origin = press_of("review", suggestion.id)
    await begin(event, dialog_manager, hub.next(draft), draft, origin)


async def _given(dialog_manager: DialogManager, say: Say, **_: object) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    return {
        "number": draft.number,
        "state": say.label(f"state.{draft.target}"),
        "adopting": draft.target is SuggestionState.ADOPTED,
        "reply": draft.reply,
        "before": bool(draft.before),
    }


async def _write(message: Message, _input: MessageInput, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).with_reply(message.text or ""))


async def _swap(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).swapped())


async def _send(press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    say = say_of(manager)
    try:
        suggestion = await _decided(manager)
    except Refusal as refusal:  # a colleague was first: there is nothing to go on with
        await finish(press, manager, screens.closed(say, refusal.key))
        return
    await finish(press, manager, screens.replied(say, suggestion))


async def _decided(manager: DialogManager) -> Suggestion:
    tools, draft = tools_of(manager), hub.draft(manager)
    return await tools.database.write(
        suggestions.decide,
        person_of(manager).id,
        draft.suggestion_id,
        draft.complete(),
        tools.now(),
        tools.zone,
    )


form = Dialog(
    Window(
        Words("inbox.ask_reply"),
        text_input(_write),
        anything_else("inbox.only_text"),
        ending(hub.back()),
        state=ReplyForm.reply,
        getter=_given,
    ),
    Window(
        Words("inbox.confirm"),
        Button(Label("inbox.send"), "send", on_click=_send),
        hub.line("suggestion.change", "reply"),
        Button(Label("inbox.swap"), "swap", on_click=_swap, when=F["before"]),
        text_input(_write),
        anything_else("inbox.only_text"),
        ending(),
        state=ReplyForm.review,
        getter=_given,
    ),
    name="inbox.form",
)
