"""A suggestion in under a minute."""

from collections.abc import Callable
from dataclasses import replace

from aiogram import F
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Group, Keyboard

from content.screens import suggestions as screens
from content.screens.kit import excerpt
from content.texts import Say
from handlers.answering import leads_to
from handlers.commands import command
from handlers.forms.drafts import keep
from handlers.forms.heard import all_heard
from handlers.forms.hearing import begun_with
from handlers.forms.hub import Hub
from handlers.forms.saying import HasWordsOrMedia, is_one_of, remark, said_to
from handlers.forms.widgets import (
    Getter,
    Label,
    OnText,
    Words,
    anything_else,
    back_to,
    begin,
    choices,
    ending,
    finish,
    leave,
    leave_out,
    person_of,
    say_of,
    tools_of,
)
from handlers.incoming import after_command, replied_to, said_in
from handlers.memory import forget, remember, remembered, thing_of
from handlers.people import supports
from handlers.people.joining import show_communities
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import suggestions as actions
from storage.actions.supports import support
from storage.model.adding import new_among
from storage.model.person import Person
from storage.model.said import Thing, together
from storage.model.suggestion import MEDIA_LIMIT
from storage.model.suggestion_draft import SuggestionDraft
from storage.model.typed.text import plain
from storage.queries import nodes as node_queries
from storage.queries import suggestions as queries

WHY = "anybody may suggest"
ANONYMOUS = "submit_anonymous"


class SuggestForm(StatesGroup):
    """The steps by the names that SuggestionDraft gives them, what is alike, and the review."""

    category = State()
    text = State()
    photo = State()
    similar = State()
    review = State()


hub = Hub(SuggestionDraft, SuggestForm)


@command("suggest", "suggestion.command", power=None, why=WHY)
async def suggest(message: Message, dialog_manager: DialogManager) -> None:
    """What stands after the command is the text already."""
    words = after_command(message)
    thing = Thing(()).with_part(message.message_id, said_in(words)) if words.text else None
    await _begin(message, dialog_manager, thing)


@press("suggest", power=None, why=WHY)
async def suggest_pressed(press: CallbackQuery, dialog_manager: DialogManager) -> None:
    await _begin(press, dialog_manager)


@press("suggest_this", power=None, why=WHY)
async def suggest_this(
    press: CallbackQuery, state: FSMContext, dialog_manager: DialogManager
) -> None:
    """What is meant stands in the message to which the offer replied, or in its album."""
    said = replied_to(press)
    if said is None:
        await _begin(press, dialog_manager)
    else:
        await _begin(press, dialog_manager, thing=await thing_of(state, said))


async def _begin(
    event: Message | CallbackQuery, manager: DialogManager, thing: Thing | None = None
) -> None:
    tools, person = tools_of(manager), person_of(manager)
    if person.node_id is None:  # staff of the district live nowhere until they say so
        if thing is not None:  # it is offered to them once they do
            heard = await remembered(state_of(manager))
            await remember(state_of(manager), heard.with_thing(replace(thing, offer=None)))
        await show_communities(event, person, tools)
        return
    empty = draft = SuggestionDraft(tools.new_secret(), person.node_id)
    if thing is not None:
        said = together(thing.parts)
        draft = draft.with_more(said.text, said.media)
    listed = isinstance(event, CallbackQuery) and leads_to(event, "home")
    if not await begin(event, manager, hub.next(draft), draft, "track" if listed else "home"):
        return
    await state_of(manager).set_data({})  # an earlier draft waits no longer
    if thing is not None:
        command = isinstance(event, Message)
        begun_with(manager, thing, empty, SuggestForm.text, command=command)
        await forget(state_of(manager), thing)


def state_of(manager: DialogManager) -> FSMContext:
    """What is kept of a person beside the forms."""
    state: FSMContext = manager.middleware_data["state"]
    return state


# What is asked


async def _categories(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    every = tools.programme.suggestion_categories
    return {
        "choices": [(c.id, c.name.in_(say.language)) for c in every],
        "text": excerpt(hub.draft(dialog_manager).text, 60),
    }


async def _choose_category(manager: DialogManager, category: str) -> None:
    await _go_on(manager, hub.draft(manager).with_category(category))


async def _pressed_in_words(manager: DialogManager, text: str) -> bool:
    """Whether a text is nothing but what stands on a button, and was taken for a press of that."""
    draft, say = hub.draft(manager), say_of(manager)
    every = tools_of(manager).programme.suggestion_categories
    named = [c.id for c in every if plain(c.name.in_(say.language)) == plain(text)]
    if named and (draft.text or draft.category is None):
        await _choose_category(manager, named[0])
    elif draft.missing():
        return False
    elif is_one_of("suggestion.said_anonymous", text, say):
        await _go_on(manager, draft.signed(anonymous=True))
    elif is_one_of("suggestion.said_named", text, say):
        await _go_on(manager, draft.signed(anonymous=False))
    else:
        return False
    return True


def _taking(take: Callable[..., SuggestionDraft]) -> OnText:
    """Takes words and files in one of the ways in which a draft takes them."""

    async def taken(_message: Message, _input: MessageInput, manager: DialogManager) -> None:
        said = said_to(manager)
        if not said.media and await _pressed_in_words(manager, said.text):
            return
        draft = take(hub.draft(manager), said.text, said.media)
        leave_out(manager)
        if new_among(draft.media, said.media):
            remark(manager, "suggestion.too_many_media", limit=MEDIA_LIMIT)
        await _go_on(manager, draft)

    return taken


async def _drop_media(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).without_media())


async def _go_on(manager: DialogManager, draft: SuggestionDraft) -> None:
    """To what is still asked, or what neighbours have suggested already, if it is alike."""
    if draft.missing() or draft.different:
        await hub.take(manager, draft)
        return
    tools, by = tools_of(manager), person_of(manager).id
    found = await tools.database.read(queries.similar, by, draft.node_id, draft.text, tools.now())
    keep(manager, draft.with_similar(tuple(found)))
    await manager.switch_to(SuggestForm.similar if found else SuggestForm.review)


# What is alike


async def _similar(
    dialog_manager: DialogManager, person: Person, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    ids = hub.draft(dialog_manager).similar
    found = await tools.database.read(queries.glimpses, ids, person.id)
    label, key = say.label, "suggestion.support_this"
    offered = [(str(each.id), label(key, number=each.number)) for each in found]
    return {"choices": offered, "similar": found, "states": screens.states(say)}


async def _support(manager: DialogManager, suggestion_id: str) -> None:
    tools, press = tools_of(manager), manager.event
    glimpse = await tools.database.write(
        support, person_of(manager).id, int(suggestion_id), tools.now()
    )
    heard = all_heard(manager.current_context())
    waits = supports.Unsent(glimpse.id, hub.draft(manager).unlike_others(), heard)
    await supports.keep_unsent(state_of(manager), waits)
    assert isinstance(press, CallbackQuery)
    await leave(press, manager, screens.supported(say_of(manager), glimpse, unsent=True))


async def _different(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).unlike_others())


# The review


async def _review(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    draft = hub.draft(dialog_manager)
    node = await tools.database.read(node_queries.by_id, draft.node_id)
    return screens.draft(say, draft, node.name, tools.programme)


async def _sign(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    await hub.take(manager, hub.draft(manager).signed(anonymous=button.widget_id == "anonymous"))


async def _submit(press: CallbackQuery, button: Button, manager: DialogManager) -> None:
    tools = tools_of(manager)
    new = hub.draft(manager).signed(anonymous=button.widget_id == ANONYMOUS).complete()
    suggestion = await tools.database.write(
        actions.submit, person_of(manager).id, new, tools.now(), tools.zone
    )
    await finish(press, manager, screens.receipt(say_of(manager), suggestion, tools.programme))


def _window(
    words: str,
    state: State,
    *buttons: Keyboard,
    getter: Getter,
    back: Button | None = None,
    takes: Callable[..., SuggestionDraft] = SuggestionDraft.with_more,
) -> Window:
    """A window that takes words and files beside its buttons, at any step; what comes later is
    added, or what else `takes` does with it."""
    return Window(
        Words(words),
        *buttons,
        MessageInput(_taking(takes), filter=HasWordsOrMedia()),
        anything_else("suggestion.only_text"),
        ending(back) if back else ending(),
        state=state,
        getter=getter,
    )


form = Dialog(
    _window(
        "suggestion.which",
        SuggestForm.category,
        choices("category", _categories, _choose_category, 2),
        getter=_categories,
        back=hub.back(),
    ),
    _window(
        "suggestion.write",
        SuggestForm.text,
        getter=_review,
        back=hub.back(),
        takes=SuggestionDraft.with_other_text,
    ),
    _window(
        "suggestion.ask_photo",
        SuggestForm.photo,
        Button(
            Label("suggestion.drop_photo"), "drop_photo", on_click=_drop_media, when=F["attached"]
        ),
        getter=_review,
        back=hub.back(),
        takes=SuggestionDraft.with_other_media,
    ),
    _window(
        "suggestion.similar",
        SuggestForm.similar,
        choices("similar", _similar, _support, 1),
        Button(Label("suggestion.different"), "different", on_click=_different),
        getter=_similar,
        back=back_to(SuggestForm.text),
    ),
    _window(
        "suggestion.confirm",
        SuggestForm.review,
        # Two buttons, so that what is submitted is what the screen says, whatever came since.
        Button(Label("suggestion.submit"), "submit_named", on_click=_submit, when=~F["anonymous"]),
        Button(Label("suggestion.submit"), ANONYMOUS, on_click=_submit, when=F["anonymous"]),
        Group(
            hub.line("suggestion.line_category", "category"),
            hub.line("suggestion.line_text", "text"),
            hub.line("suggestion.line_photo", "photo"),
            Button(
                Label("suggestion.anonymous"), "anonymous", on_click=_sign, when=~F["anonymous"]
            ),
            Button(Label("suggestion.named"), "named", on_click=_sign, when=F["anonymous"]),
            width=2,
        ),
        getter=_review,
    ),
    name="suggestion.form",
)
