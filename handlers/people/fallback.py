"""What fits nowhere else: help, /cancel, what is sent outside a form, old buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from aiogram.filters import CommandObject, Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager
from aiogram_dialog.api.internal import CONTEXT_KEY

from content.asking import Asked, Which, asked, asks_how_many, choices
from content.finding import FOUND, Wish, is_question, items_about, wish_of
from content.screen import Screen
from content.screens import compose as compose_screens
from content.screens import doors as door_screens
from content.screens import home as screens
from content.screens.kit import closing, note
from content.screens.ledger import told_in
from content.screens.me import confirm_leave, quiet_hours
from content.screens.suggestions import own
from content.texts import Say
from content.work_line import read_line
from handlers.answering import show, show_below
from handlers.commands import command, words_for
from handlers.dispatch import read_command
from handlers.forms.edits import hear_again
from handlers.forms.heard import heard_in
from handlers.forms.leaving import cancelled, origin_of, show_origin
from handlers.forms.open import end
from handlers.forms.widgets import offer_unfinished
from handlers.incoming import said_in
from handlers.memory import remember, remembered
from handlers.presses import press
from handlers.tools import Tools
from storage.model.period import day_of, year_of
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.said import Said, Thing, together
from storage.model.suggestion import Suggestion
from storage.model.typed.clocks import is_night
from storage.model.typed.periods import parse_period
from storage.model.typed.text import plain
from storage.queries import nodes as node_queries
from storage.queries import suggestions as suggestion_queries
from storage.queries.doors import is_shown_to

WHY = "everybody may ask"
_LONGEST_NUMBER = 40
_NUMBER = re.compile(
    r"(?:我的)?(?:编号|建议|第|no\.?|number|suggestion)?[:#\s]*"
    r"\d{4}(?: ?[-/_. ] ?|年?第|年)?\d{1,8}(?:号?(?:建议)?)?[\s.?!]*"
)


@command("help", "help.command", power=None, why=WHY)
@press("help", power=None, why=WHY)
async def help_(event: Message | CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    await show(event, screens.help_(say, words_for(person, tools.commands)), tools)


@command("cancel", "home.command_cancel", power=None, why=WHY)
async def cancel(message: Message, say: Say, tools: Tools, dialog_manager: DialogManager) -> None:
    if not dialog_manager.has_context():
        await show(message, closing(say, "home.nothing_to_cancel"), tools)
        return
    receipt, origin = cancelled(dialog_manager), origin_of(dialog_manager)
    await end(dialog_manager, message.chat.id)
    await show(message, receipt, tools)
    await show_origin(origin, dialog_manager)
    await offer_unfinished(message.chat.id, dialog_manager)


# What no entry of the table answers, and no form.


class TooLate(Filter):
    """Whether it is one more picture of an album of which others were submitted already, and no
    form on top has it."""

    async def __call__(self, message: Message, state: FSMContext, **data: Any) -> bool:
        album = message.media_group_id
        if not album or album not in (await remembered(state)).submitted:
            return False
        context = data.get(CONTEXT_KEY)
        return context is None or heard_in(context, message) is None


async def outside_a_form(
    message: Message,
    person: Person,
    say: Say,
    tools: Tools,
    state: FSMContext,
    **given: Any,
) -> None:
    """A wish in plain words is granted. Else what it could be is offered as a reply to what was
    sent, so that a press finds it; of an album there is one offer, which is for all of it."""
    here = {"person": person, "say": say, "tools": tools, "state": state, **given}
    heard, album = await remembered(state), message.media_group_id or ""
    known = heard.of(message.message_id, album)
    if message.text and await _granted(message, message.text, here):
        return
    said = said_in(message)
    thing = (known or Thing((), album)).with_part(message.message_id, said)
    to = Listener(message.chat.id, person, say, late=bool(album) and album in heard.submitted)
    if known is None or known.offer is None or not album:
        thing = await offer(to, thing, tools)
    elif said.text and known.offer:  # it tells what the pictures before it could be
        screen = await _screen(to, together(thing.parts), tools)
        await tools.chat.edit(message.chat.id, known.offer, screen)
    await remember(state, heard.with_thing(thing if album else replace(thing, parts=())))


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom something is offered to. `late`: it belongs to something that was submitted before it
    came."""

    chat_id: int
    person: Person
    say: Say
    late: bool = False


async def offer(to: Listener, thing: Thing, tools: Tools) -> Thing:
    """Offer what could be done with something that was sent, as a reply to it."""
    said = together(thing.parts) if thing.parts else None
    screen = await _screen(to, said, tools)
    reply_to = thing.messages[0]
    sent = await tools.chat.send(to.chat_id, screen, reply_to=reply_to)
    return replace(thing, offer=sent or 0)


async def offer_kept(to: Listener, thing: Thing, tools: Tools) -> Thing:
    """The same for what was said before there was a home; of an album of a stranger's only one
    picture can be had, which is said."""
    offered = await offer(to, thing, tools)
    if thing.unknown > 0:
        words = note(to.say, "hearing.rest_of_album")
        await tools.chat.send(to.chat_id, words)
    return offered if thing.album else replace(offered, parts=())


async def _screen(to: Listener, said: Said | None, tools: Tools) -> Screen:
    """`said` is None where it is not known."""
    screen = await _offered(to, said, tools)
    if not to.late:
        return screen
    return replace(screen, text=f"{to.say('hearing.late_picture')}\n\n{screen.text}")


async def _offered(to: Listener, said: Said | None, tools: Tools) -> Screen:
    if said is not None and not said.media and wish_of(said.text, tools.texts).name == "check_in":
        shown = await tools.database.read(is_shown_to, to.person.id, tools.now())
        return door_screens.how(to.say, shown=shown, may_show=to.person.may(Power.POST_EVENT))
    could_be = said is None or bool(said.text or said.media)
    guess = await _guess(said.text if said else "", to.person, tools)
    poll = said is not None and "poll" in said.left_out
    if to.person.may(Power.PUSH) and (could_be or poll):
        return compose_screens.offer(to.say, guess if could_be else None)
    return screens.unsure(to.say, guess) if could_be else screens.cannot_take(to.say)


async def edited(
    message: Message,
    person: Person,
    say: Say,
    tools: Tools,
    state: FSMContext,
    dialog_manager: DialogManager,
    **given: Any,
) -> None:
    """An edit changes the draft that its message went into, or is offered like a new one. Where it
    does not count any more, that is told once."""
    if message.location is not None:  # one that moves is edited by Telegram all the time
        return
    if await hear_again(message, dialog_manager):
        return
    heard = await remembered(state)
    given["dialog_manager"] = dialog_manager
    if heard.of(message.message_id) is not None:
        await outside_a_form(message, person, say, tools, state, **given)
        return
    here = {"person": person, "say": say, "tools": tools, "state": state, **given}
    if await _asked_anew(message, here) or message.message_id in heard.told:
        return
    await remember(state, heard.with_told(message.message_id))
    may_push, may_record = person.may(Power.PUSH), person.may(Power.RECORD)
    screen = closing(say, "hearing.too_late", may_push=may_push, may_record=may_record)
    await tools.chat.send(message.chat.id, screen, reply_to=message.message_id)


async def _asked_anew(message: Message, here: dict[str, Any]) -> bool:
    """Answer a question for figures that has other words now: to look changes nothing, so there is
    nothing that it could come too late for."""
    text = message.text or ""
    said = read_command(text)
    if said is not None:
        return said.command == "stats" and await _done(
            message, Wish("stats", said.args or ""), here
        )
    meant, _ = await _figure_asked(text, here["person"], here["tools"])
    return bool(meant and meant.sure) and await _done(message, Wish("stats", text), here)


async def _granted(message: Message, text: str, here: dict[str, Any]) -> bool:
    """Do what a text plainly wishes; False if it wishes nothing that we know."""
    tools, person, say = here["tools"], here["person"], here["say"]
    wish = wish_of(text, tools.texts)
    if wish.name == "leave":
        await show(message, confirm_leave(say), tools)
        return True
    if is_night(text):  # the quiet hours were to be pressed
        await show(message, quiet_hours(say), tools)
        return True
    if (said := await _numbered(text, person, tools)) is not None:
        await show(message, own(say, said, tools.programme), tools)
        return True
    meant, _ = await _figure_asked(text, person, tools)
    if meant is not None and meant.sure:
        wish = Wish("stats", text)
    return await _done(message, wish, here)


async def _done(message: Message, wish: Wish, here: dict[str, Any]) -> bool:
    """What the command does that grants a wish; False if there is none for them."""
    for each in here["tools"].commands:
        if each.name == wish.name and each.access.known and each.access.allows(here["person"]):
            # As it would be with the command: the words of the wish itself are no text.
            typed = {"text": f"/{each.name} {wish.rest}".rstrip(), "entities": None}
            as_command = message.model_copy(update=typed)
            args = wish.rest if each.name == "stats" else None
            behind = CommandObject("/", each.name, args=args)
            await each.handler.call(as_command, command=behind, **here)
            return True
    return False


async def _figure_asked(
    text: str, person: Person, tools: Tools
) -> tuple[Asked | None, Sequence[Which]]:
    """Which figure of their places somebody asks for, who may see such; and what it could be."""
    if not person.may(Power.SEE_FIGURES):
        return None, ()
    places = await tools.database.read(node_queries.where_may, person, Power.SEE_FIGURES)
    today = day_of(tools.now(), tools.zone)
    read = partial(parse_period, today=today, holidays=tools.holidays)
    meant = asked(text, tools.programme, [(each.id, each.name) for each in places], read)
    usual = year_of(today)
    return meant, choices(meant, tools.programme, places, usual) if meant else ()


async def _numbered(text: str, person: Person, tools: Tools) -> Suggestion | None:
    """One's own suggestion whose number this is, and nothing else."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain(text)):
        return None
    try:
        return await tools.database.read(suggestion_queries.by_number, text, person.id)
    except Refusal:
        return None


async def _guess(text: str, person: Person, tools: Tools) -> screens.Guess:
    """What it could be, in the library and among the communities."""
    year = year_of(day_of(tools.now(), tools.zone))
    places = (await tools.database.read(node_queries.named, text)).items if text else ()
    seen = [each for each in places if person.may_at(Power.SEE_FIGURES, each.path)][:FOUND]
    meant, found = await _figure_asked(text, person, tools)
    if not (meant or seen) and asks_how_many(text, tools.programme):
        may_see = await tools.database.read(node_queries.where_may, person, Power.SEE_FIGURES)
        seen = [*may_see[:1]]
    return screens.Guess(
        items=items_about(tools.courses, text),
        places=[each for each in places if each.id != person.node_id and each not in seen][:FOUND],
        figures=[(each, year) for each in seen],
        question=is_question(text),
        work=_work(text, person, tools) if person.may(Power.RECORD) else "",
        asked=found,
    )


def _work(text: str, person: Person, tools: Tools) -> str:
    """The work of which a text plainly tells, in a label; else nothing."""
    calendar = tools.calendar(tools.zone)
    line = read_line(tools.programme, text, calendar)
    return told_in(tools.texts.in_(person.language), tools.programme, line, calendar.today)


async def old_button(press: CallbackQuery, person: Person, say: Say, tools: Tools) -> None:
    toast = say.label("home.old_button")
    await show_below(press, screens.home(say, person), tools, toast=toast)
