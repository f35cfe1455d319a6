"""What an annual summary is made of: the year's own records, up to the day it is made."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert

from content.programme import SHIPPED, load_programme
from storage.actions import closings, ledger
from storage.actions.nodes import add_community
from storage.actions.suggestions import decide, submit
from storage.model.closing import Reckoning, Signing
from storage.model.ledger import NewEntry
from storage.model.node import Node
from storage.model.suggestion import Answer, SuggestionState
from storage.model.summary import LISTED, Summary
from storage.queries import closings as queries
from storage.queries.summary import summaries, summary
from storage.tables import events

from .district import DAY, NOW, ZONE, District, draft

BASIS = load_programme(SHIPPED).basis
THIS = NOW.astimezone(ZONE).year


async def of(district: District, node: Node, year: int = THIS) -> Summary:
    return await district.database.read(summary, node, year, Reckoning(BASIS, NOW + DAY, ZONE))


def held(connection: Connection, district: District, values: dict[str, Any]) -> None:
    usual = {
        "node_id": district.east.id,
        "category": "study",
        "title": "t",
        "place": "p",
        "starts_at": NOW,
        "state": "held",
        "created_by": district.mei.id,
        "created_at": NOW,
    }
    connection.execute(insert(events).values(**(usual | values)))


async def test_it_has_the_figures_of_this_year_and_the_last(district: District) -> None:
    last_year = date(THIS - 1, 12, 31)
    for key, on, number in (("a", NOW.date(), 3), ("b", last_year, 5)):
        new = NewEntry(key, district.east.id, "home_visits", on, Decimal(number))
        await district.database.write(ledger.record, district.mei.id, new, 0, NOW, ZONE)
    found = await of(district, district.node)
    numbers = [each["home_visits"].number for each in (found.figures, found.last_year)]
    assert numbers == [3, 5]
    assert found.until == (NOW + DAY).astimezone(ZONE).date()
    before = await of(district, district.node, THIS - 1)
    assert before.figures["home_visits"].number == 5
    assert before.until == last_year
    assert (await of(district, district.west)).figures["home_visits"].number == 0


async def test_it_lists_what_was_carried_out_with_the_words_of_that(district: District) -> None:
    bo, kim = await district.resident("bo"), await district.kim()
    for key, states in (
        ("a", [SuggestionState.ADOPTED, SuggestionState.IMPLEMENTED]),
        ("b", [SuggestionState.ADOPTED]),
        ("c", []),
    ):
        made = await district.database.write(submit, bo.id, draft(key), NOW, ZONE)
        for state in states:
            answer = Answer(state, f"{key} {state}")
            await district.database.write(decide, kim.id, made.id, answer, NOW, ZONE)
    found = await of(district, district.east)
    assert [(each.text, each.answer) for each in found.done] == [("路灯坏了", "a implemented")]
    assert (await of(district, district.west)).done == []
    assert (await of(district, district.east, THIS - 1)).done_in_all == 0


async def test_it_lists_events_that_took_place_and_says_how_many_are_not_listed(
    district: District,
) -> None:
    write = district.database.write
    for n in range(LISTED + 2):
        at = NOW - timedelta(minutes=n)
        await write(held, district, {"starts_at": at, "title": f"e{n}", "draft_key": str(n)})
    for state in ("cancelled", "not_held", "open", "closed"):
        await write(held, district, {"state": state, "draft_key": state})
    found = await of(district, district.node)
    assert (len(found.held), found.held_in_all) == (LISTED, LISTED + 2)
    assert found.held[0].title == f"e{LISTED + 1}", "in the order in which they were"


async def test_the_district_s_has_its_communities_behind_it(district: District) -> None:
    await district.database.write(add_community, district.mei.id, "南苑社区", NOW)

    async def places(node: Node) -> list[str]:
        asked = (node.id, THIS, Reckoning(BASIS, NOW, ZONE))
        return [each.node.name for each in await district.database.read(summaries, *asked)]

    assert await places(district.node) == ["示范区", "东湖社区", "西山社区", "南苑社区"]
    assert await places(district.east) == ["东湖社区"]


async def test_a_closed_year_is_told_as_it_was_closed_with_what_changed_since(
    district: District,
) -> None:
    write, read, last = district.database.write, district.database.read, THIS - 1
    bo, mei = await district.resident("bo"), district.mei.id
    then = datetime(last, 12, 30, tzinfo=NOW.tzinfo)
    made = await write(submit, bo.id, draft("a"), then, ZONE)
    reckoning = Reckoning(BASIS, NOW, ZONE)
    seen = Signing.of(mei, await read(queries.sheet, district.east, last, reckoning))
    for action in (closings.check, closings.accept, closings.close):
        await write(action, district.east.id, last, seen, reckoning)
    for state in (SuggestionState.ADOPTED, SuggestionState.IMPLEMENTED):
        await write(decide, mei, made.id, Answer(state, "已办"), NOW + DAY / 2, ZONE)
    found = await of(district, district.east, last)
    assert found.figures["suggestions_adopted"].number == 0
    assert (await of(district, district.east)).last_year["suggestions_adopted"].number == 0
    assert found.closed is not None
    [change] = [e for e in found.closed.differences if e.indicator == "suggestions_adopted"]
    assert change.after is not None
    assert change.after.figure.number == 1
    assert change.cause is not None
    assert change.cause.by_name == "mei"
    # Its district is not closed, so it is told as it is now.
    whole = await of(district, district.node, last)
    assert whole.closed is None
    assert whole.figures["suggestions_adopted"].number == 1
    assert (found.score is None, whole.score is None) == (False, True)


async def test_it_says_what_nobody_confirmed_and_what_was_entered_by_hand(
    district: District,
) -> None:
    write = district.database.write
    await write(held, district, {"by_hand": True, "draft_key": "a"})
    await write(held, district, {"state": "open", "draft_key": "b"})
    await write(held, district, {"state": "closed", "draft_key": "c"})
    await write(held, district, {"state": "open", "starts_at": NOW + 2 * DAY, "draft_key": "d"})
    found = await of(district, district.node)
    assert [each.by_hand for each in found.held] == [True]
    assert found.unconfirmed == 2
