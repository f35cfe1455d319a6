"""Work told in one line: the form opens with all that was understood of it, and nothing is saved by
itself."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from content.recording import CountedByBot, counted_by_bot, counting, recorded_as
from content.screens import ledger as screens
from content.screens.kit import note
from content.splitting import short
from content.texts import Say
from content.work_line import Line, read_line
from handlers.forms.hearing import begun_with
from handlers.forms.widgets import begin, person_of, say_of, tools_of
from handlers.staff.log_form import LogForm, counting_of, hub
from handlers.staff.work_days import calendar_of, check_open, today_of
from handlers.tools import Tools
from storage.model.ledger_draft import EntryDraft
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.said import Thing, together


async def begin_with(
    event: Message | CallbackQuery, manager: DialogManager, empty: EntryDraft, thing: Thing
) -> bool:
    """Open the form with what was said, words and photos, and say what of it cannot be; returns
    whether it was opened. Work that is not recorded by hand is told to be none. Raises Refusal."""
    tools, say, said = tools_of(manager), say_of(manager), together(thing.parts)
    line = read_line(tools.programme, said.text, calendar_of(tools))
    try:
        draft, refused = await understood(empty, line, say, tools)
    except CountedByBot as counted:
        await offer_event(manager, counted, thing.messages[0])
        if isinstance(event, CallbackQuery):
            await tools.chat.toast(event.id)
        return False
    if said.media:
        draft = draft.with_more("", said.media)
    if not await begin(event, manager, hub.next(draft), draft, "staff"):
        return False
    by_command = isinstance(event, Message)
    begun_with(manager, thing, empty, LogForm.indicator, command=by_command)
    if not line.indicators:
        refused.append(Refusal("ledger.which_unknown"))
    if line.more:
        refused.append(Refusal("ledger.one_at_a_time", more=short(line.more)))
    for each in refused:
        await tools.chat.send(person_of(manager).telegram_id, note(say, each.key, **each.names))
    return True


async def offer_event(manager: DialogManager, counted: CountedByBot, said: int) -> None:
    """Below the message in which somebody `said` to have done what the bot counts by itself: how it
    does, and the way to record an event that was held without it. Raises the refusal if it is none,
    or for whoever may not."""
    tools, person, say = tools_of(manager), person_of(manager), say_of(manager)
    categories = recorded_as(tools.programme, counted.indicators)
    if not categories or not person.may(Power.POST_EVENT):
        raise counted
    named = [(each, tools.programme.category_name(each, say.language)) for each in categories]
    screen = screens.counted_by_bot(say, counted, named)
    await tools.chat.send(person.telegram_id, screen, reply_to=said)


async def understood(
    draft: EntryDraft, line: Line, say: Say, tools: Tools
) -> tuple[EntryDraft, list[Refusal]]:
    """The draft with what a line says, and why some of it cannot be. Without a day it is of today,
    which the review shows. Raises Refusal for work that is not recorded by hand."""
    programme = tools.programme
    found = [programme.indicator(each) for each in line.indicators]
    if found and not any(each and each.is_recorded for each in found):
        raise counted_by_bot(say, programme, line.indicators)
    if len(line.indicators) == 1:
        indicator = line.indicators[0]
        draft = draft.with_indicator(indicator, counting(programme, indicator))
    else:
        draft = draft.with_some(line.indicators)
    return await _in_open_year(*_with_all(draft, line, tools), tools)


async def _in_open_year(
    draft: EntryDraft, refused: list[Refusal], tools: Tools
) -> tuple[EntryDraft, list[Refusal]]:
    """Without its day, if the year of that is closed: it is asked, and said why."""
    try:
        await check_open(draft.node_id, draft.on, tools)
    except Refusal as refusal:
        return replace(draft, on=None), [*refused, refusal]
    return draft, refused


def _with_all(draft: EntryDraft, line: Line, tools: Tools) -> tuple[EntryDraft, list[Refusal]]:
    today, refused = today_of(tools), [line.refused] if line.refused else []
    refused += [line.unclear] if line.unclear else []
    on = line.on or (today if line.number is not None and not line.refused else None)
    steps: list[Callable[[EntryDraft], EntryDraft]] = []
    if on is not None:
        steps.append(lambda given: given.with_day(on, today))
    if line.number is not None:
        how = counting_of(draft, tools)
        steps.append(partial(EntryDraft.with_number, number=line.number, counting=how))
    if line.rest:
        steps.append(partial(EntryDraft.with_place, text=line.rest))
    for step in steps:
        try:
            draft = step(draft)
        except Refusal as refusal:
            refused.append(refusal)
    return draft, refused
