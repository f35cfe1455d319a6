"""A suggestion in under a minute, and what became of it."""

from typing import Any

from aiogram import F
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, Window
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row

from content.screens import suggestions as screens
from content.screens.kit import excerpt
from content.splitting import clip
from content.texts import Say
from handlers.answering import show, show_below
from handlers.commands import command
from handlers.filters import When, is_command
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    begin,
    choices,
    ending,
    finish,
    person_of,
    say_of,
    take_draft,
    tools_of,
)
from handlers.ids import page, suggestion_id
from handlers.people import supports
from handlers.people.joining import show_communities
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import suggestions as actions
from storage.actions.supports import support
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.suggestion import TEXT_LIMIT, Draft, was_cut
from storage.queries import suggestions as queries

WHY = "anybody may suggest"

SHOWN = 3000  # UTF-16 units of a long text that the confirmation shows
ANONYMOUS = "submit_anonymous"


class SuggestForm(StatesGroup):
    category = State()
    text = State()
    similar = State()
    confirm = State()


@command("suggest", power=None, why=WHY)
async def suggest(message: Message, command: CommandObject, dialog_manager: DialogManager) -> None:
    await _begin(message, dialog_manager, command.args or "", None)


@press("suggest", power=None, why=WHY)
async def suggest_pressed(press: CallbackQuery, dialog_manager: DialogManager) -> None:
    await _begin(press, dialog_manager, "", None)


@press("suggest_this", power=None, why=WHY)
async def suggest_this(press: CallbackQuery, dialog_manager: DialogManager) -> None:
    """The text or photo is in the message to which the offer replied."""
    offer = press.message if isinstance(press.message, Message) else None
    said = offer.reply_to_message if offer else None
    text = (said.text or said.caption if said else None) or ""
    photo = said.photo[-1].file_id if said and said.photo else None
    await _begin(press, dialog_manager, text, photo)


async def _begin(
    event: Message | CallbackQuery, manager: DialogManager, text: str, photo: str | None
) -> None:
    tools, person = tools_of(manager), person_of(manager)
    if person.node_id is None:  # staff of the district live nowhere until they say so
        await show_communities(event, person, tools)
        return
    draft = {
        "key": tools.new_secret(),
        "text": text,
        "cut": was_cut(text),
        "photo": photo,
        "anonymous": False,
        "node": person.node_id,
        "node_name": person.node_name,
    }
    await _state_of(manager).set_data({})  # an earlier draft waits no longer
    await begin(event, manager, SuggestForm.category, draft)


@press("submit_own", suggestion_id, power=None, why=WHY)
async def submit_own(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    say: Say,
    tools: Tools,
    dialog_manager: DialogManager,
    state: FSMContext,
) -> None:
    draft = await supports.unsent(state, *ids)
    if not draft:
        raise Refusal("home.form_over")
    # They may have moved meanwhile; what they wrote is for where they live.
    draft |= {"node": person.node_id, "node_name": person.node_name}
    glimpse = await tools.database.read(queries.for_supporter, *ids, person.id)
    await state.set_data({})
    dialog_manager.show_mode = ShowMode.SEND
    await begin(press, dialog_manager, SuggestForm.confirm, draft)
    if press.message is not None:  # the receipt stays above, and has nothing waiting any more
        receipt = screens.supported(say, glimpse)
        await tools.chat.edit(press.message.chat.id, press.message.message_id, receipt)


def _state_of(manager: DialogManager) -> FSMContext:
    """What is kept of a person beside the forms."""
    state: FSMContext = manager.middleware_data["state"]
    return state


async def _categories(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any
) -> dict[str, Any]:
    every = tools.programme.suggestion_categories
    draft = dialog_manager.dialog_data
    return {
        "choices": [(c.id, c.name.in_(say.language)) for c in every],
        "text": excerpt(draft["text"], 60),
    }


async def _choose_category(manager: DialogManager, category: str) -> None:
    draft = manager.dialog_data
    draft["category"] = category
    if draft["text"] or draft["photo"]:
        await _go_on(manager)
    else:
        await manager.switch_to(SuggestForm.text)


async def _go_on(manager: DialogManager) -> None:
    """To what neighbours have suggested already, if it is alike; else to the check."""
    draft, tools = manager.dialog_data, tools_of(manager)
    if "different" not in draft:
        draft["similar"] = await tools.database.read(
            queries.similar, person_of(manager).id, draft["node"], draft["text"], tools.now()
        )
    await manager.switch_to(SuggestForm.similar if draft["similar"] else SuggestForm.confirm)


async def _similar(
    dialog_manager: DialogManager, person: Person, say: Say, tools: Tools, **_: Any
) -> dict[str, Any]:
    ids = dialog_manager.dialog_data["similar"]
    found = await tools.database.read(queries.glimpses, ids, person.id)
    label, key = say.label, "suggestion.support_this"
    offered = [(str(each.id), label(key, number=each.number)) for each in found]
    return {"choices": offered, "similar": found}


async def _support(manager: DialogManager, suggestion_id: str) -> None:
    tools, press = tools_of(manager), manager.event
    glimpse = await tools.database.write(
        support, person_of(manager).id, int(suggestion_id), tools.now()
    )
    draft = manager.dialog_data | {"similar": [], "different": True}
    await supports.keep_unsent(_state_of(manager), glimpse.id, draft)
    assert isinstance(press, CallbackQuery)
    await finish(press, manager, screens.supported(say_of(manager), glimpse, unsent=True))


async def _different(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data.update(similar=[], different=True)
    await manager.switch_to(SuggestForm.confirm)


async def _draft(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft = dialog_manager.dialog_data
    text = draft["text"]
    return {
        "category": tools.programme.category_name(draft["category"], say.language),
        "node": draft["node_name"],
        "text": clip(text, SHOWN),
        "length": len(text),
        "clipped": clip(text, SHOWN) != text,
        "photo": draft["photo"] is not None,
        "anonymous": draft["anonymous"],
    }


async def _write(message: Message, _input: Any, manager: DialogManager) -> None:
    """Take a text or a photo, at any step; what comes later is added to it."""
    draft = manager.dialog_data
    said = message.text or message.caption or ""
    glue = "\n" if draft["text"] and said and not draft["cut"] else ""
    if len(draft["text"]) + len(said) > TEXT_LIMIT:
        raise Refusal("suggestion.too_long", limit=TEXT_LIMIT)
    draft["text"] += glue + said
    draft["cut"] = was_cut(said)
    if message.photo:
        draft["photo"] = message.photo[-1].file_id
    if "category" in draft:
        await _go_on(manager)


async def _toggle(_press: CallbackQuery, button: Any, manager: DialogManager) -> None:
    manager.dialog_data["anonymous"] = button.widget_id == "anonymous"


async def _change(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
    manager.dialog_data.update(text="", cut=False)
    await manager.switch_to(SuggestForm.text)


async def _submit(press: CallbackQuery, button: Any, manager: DialogManager) -> None:
    tools = tools_of(manager)
    given = manager.dialog_data
    draft = Draft(
        key=given["key"],
        category=given["category"],
        text=given["text"],
        photo=given["photo"],
        anonymous=button.widget_id == ANONYMOUS,
        node_id=given["node"],
    )
    suggestion = await tools.database.write(
        actions.submit, person_of(manager).id, draft, tools.now(), tools.zone
    )
    await finish(press, manager, screens.receipt(say_of(manager), suggestion))


def _takes() -> MessageInput:
    return MessageInput(
        _write, filter=When(lambda m: bool(m.photo or m.text) and not is_command(m))
    )


form = Dialog(
    Window(
        Words("suggestion.which"),
        choices("category", _categories, _choose_category, 2),
        _takes(),
        anything_else("suggestion.only_text"),
        ending(),
        state=SuggestForm.category,
        getter=_categories,
    ),
    Window(
        Words("suggestion.write"),
        _takes(),
        anything_else("suggestion.only_text"),
        ending(),
        state=SuggestForm.text,
        getter=_draft,
    ),
    Window(
        Words("suggestion.similar"),
        choices("similar", _similar, _support, 1),
        Button(Label("suggestion.different"), "different", on_click=_different),
        _takes(),
        anything_else("suggestion.only_text"),
        ending(),
        state=SuggestForm.similar,
        getter=_similar,
    ),
    Window(
        Words("suggestion.confirm"),
        # Two buttons, so that what is submitted is what the screen says, whatever came since.
        Button(Label("suggestion.submit"), "submit_named", on_click=_submit, when=~F["anonymous"]),
        Button(Label("suggestion.submit"), ANONYMOUS, on_click=_submit, when=F["anonymous"]),
        Row(
            Button(
                Label("suggestion.anonymous"), "anonymous", on_click=_toggle, when=~F["anonymous"]
            ),
            Button(Label("suggestion.named"), "named", on_click=_toggle, when=F["anonymous"]),
            Button(Label("suggestion.change"), "change", on_click=_change),
        ),
        _takes(),
        anything_else("suggestion.only_text"),
        ending(),
        state=SuggestForm.confirm,
        getter=_draft,
    ),
    on_start=take_draft,
    name="form_suggest",
)


@command("track", power=None, why=WHY)
async def track(
    message: Message, command: CommandObject, person: Person, say: Say, tools: Tools
) -> None:
    if command.args:
        suggestion = await tools.database.read(queries.by_number, command.args, person.id)
        await show(message, screens.own(say, suggestion, tools.programme), tools)
    else:
        await _list(message, 0, person, say, tools)


@press("track", power=None, why=WHY)
@press("track", page, power=None, why=WHY)
async def track_pressed(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    await _list(press, *ids, person, say, tools)


async def _list(
    event: Message | CallbackQuery, number: int, person: Person, say: Say, tools: Tools
) -> None:
    page = await tools.database.read(queries.tracked, person.id, number)
    await show(event, screens.tracked(say, page), tools)


@press("mine", suggestion_id, power=None, why=WHY)
async def mine(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    suggestion = await tools.database.read(queries.for_author, *ids, person.id)
    await show_below(press, screens.own(say, suggestion, tools.programme), tools)
