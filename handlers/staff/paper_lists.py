"""A roster on paper, as a workbook: the list to print, what it would record once it was filled in,
and recording it.

A screen about a workbook is a reply to it, so its button finds the file a year later, too.
"""

import asyncio
from functools import partial

from aiogram.types import CallbackQuery

from content.screen import Screen
from content.screens import paper_lists as screens
from content.screens.kit import closing
from content.sheets.rosters import SentRoster, line_key
from content.texts import Say
from handlers.access import not_found
from handlers.answering import show
from handlers.ids import event_id
from handlers.presses import press
from handlers.staff.workbooks import Card, read_sent, reading_of, replied
from handlers.tools import Tools
from storage.actions.paper_lists import record_list
from storage.model.paper_list import PaperList, Recording, Unnamed
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.roster import check_count
from storage.queries import rosters
from storage.queries.paper_lists import counted, paper_list_for


@press("paper_list", event_id, power=Power.POST_EVENT)
async def template(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    event, seats = await tools.database.read(rosters.whole_for, *ids, person)
    now, reading = tools.now(), reading_of(say, tools)
    await tools.chat.toast(press.id)
    made = partial(screens.template, say, event, seats, reading, now, tools.new_secret())
    # A workbook takes a quarter of a second, for which nobody else waits.
    await tools.chat.send(press.from_user.id, await asyncio.to_thread(made))


async def answer(sent: SentRoster, name: str, person: Person, say: Say, tools: Tools) -> Screen:
    """What a list would record, or what is wrong with it."""
    found = await _sorted_out(sent, person, tools)
    if sent.problems.total:
        return screens.problems(say, name, sent)
    return screens.preview(say, name, found, await _unnamed(sent, found, tools))


async def _unnamed(sent: SentRoster, found: PaperList, tools: Tools) -> Unnamed:
    """What it would change of the numbers without a name."""
    names, others = _names(found), _others(sent)
    lines = [key for key, _ in (*names, *others)]
    known = await tools.database.read(counted, sent.event_id, lines)
    new = sum(key not in known for key, _ in names)
    return Unnamed(
        names=len(names),
        new=new,
        others=sum(count for _, count in others),
        before=sum(known.get(key, 0) for key, _ in others),
    )


async def _sorted_out(sent: SentRoster, person: Person, tools: Tools) -> PaperList:
    """Who is meant. Raises Refusal for an event that is not theirs, or takes no attendance now."""
    try:
        found = await tools.database.read(paper_list_for, sent.event_id, person, sent.people)
    except Refusal as refusal:  # which of the two, is not told
        raise not_found() from refusal
    found.event.check_ticks(tools.now())
    for each in found.wrong:
        sent.note(each)
    return found


@press("list_import", event_id, power=Power.POST_EVENT)
async def import_(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    tools.may_change()
    document, card = replied(press), Card(partial(show, press, tools=tools))
    sent, name = await read_sent(document, [], say, tools, card), document.file_name or ""
    if not isinstance(sent, SentRoster) or sent.event_id != ids[0]:
        raise Refusal("sheet.send_again")
    found = await _sorted_out(sent, person, tools)
    if sent.problems.total:
        await show(press, screens.problems(say, name, sent), tools)
        return
    new = _recording(sent, found)
    recorded = await tools.database.write(record_list, person.id, ids[0], new, tools.now())
    await show(press, screens.recorded(say, name, found.event, recorded), tools)


def _recording(sent: SentRoster, found: PaperList) -> Recording:
    came, missed = ([each.id for each in some] for some in (found.came, found.missed))
    return Recording(tuple(came), tuple(missed), (*_names(found), *_others(sent)))


def _names(found: PaperList) -> list[tuple[str, int]]:
    return [(line_key("name", each.name), 1) for each in found.nameless]


def _others(sent: SentRoster) -> list[tuple[str, int]]:
    """All of a list are one number: in a list that comes again they may stand in other rows."""
    total = sum(sent.others)
    if not total:
        return []
    check_count(total)
    return [(line_key("others", sent.list_id), total)]


@press("drop_list", power=Power.POST_EVENT)
async def drop(press: CallbackQuery, say: Say, tools: Tools) -> None:
    await show(press, closing(say, "door.list_dropped", "posted"), tools)
