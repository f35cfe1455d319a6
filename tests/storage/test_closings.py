"""Closing a year: figures are signed as they were seen, stay, and a later change is told."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection, insert

from storage.actions import closings, events, ledger, plans, suggestions
from storage.actions.confirmations import hold
from storage.actions.ledger_import import Importing, import_entries, void_imported
from storage.actions.sign_ups import sign_up
from storage.model.closing import (
    Basis,
    Cause,
    Closable,
    ClosingState,
    ClosingView,
    Reckoning,
    Signing,
)
from storage.model.event import NewEvent
from storage.model.figure import Adds, Count, Figure, Measure
from storage.model.ledger import EntryState, NewEntry
from storage.model.moves import Step
from storage.model.node import Node
from storage.model.period import Days, year_of
from storage.model.person import Person
from storage.model.plan import NewTargets, Plannable
from storage.model.refusal import Refusal
from storage.model.roles import Role
from storage.model.suggestion import Answer, SuggestionState
from storage.queries import closings as queries
from storage.queries.closing_causes import cause
from storage.tables import acknowledgements, attendances, deliveries, entries, memberships, targets
from storage.tables import closings as table

from .district import DAY, NOW, ZONE, District, draft, outcomes

YEAR = 2025
THEN = datetime(2025, 6, 2, 4, tzinfo=NOW.tzinfo)
LATER = NOW + 5 * DAY
VISITS = Measure.of("ledger", Adds.SUM, indicator="home_visits")
BASIS = Basis(
    "f" * 64,
    {
        "home_visits": Closable(VISITS, weight=3),
        "attendance": Closable(Measure.of("attendances", Adds.SUM, category="service")),
        "adopted": Closable(Measure.of("suggestions", state="implemented"), weight=2),
        "members": Closable(Measure.of("members", Adds.PERSONS)),
    },
)


@dataclass
class Closed:
    """What people do about a year's closing."""

    district: District
    kim: Person

    def at(self, now: datetime = NOW) -> Reckoning:
        return Reckoning(BASIS, now, ZONE)

    async def looks(self, node: Node | None = None, now: datetime = NOW) -> ClosingView:
        of = (node or self.district.east, YEAR, self.at(now))
        return await self.district.database.read(queries.view, *of)

    async def signs(
        self, what: str, by: Person, node: Node | None = None, now: datetime = NOW
    ) -> bool:
        """As whoever signs what they see."""
        node = node or self.district.east
        signing = Signing.of(by.id, (await self.looks(node, now)).now)
        action = {"check": closings.check, "accept": closings.accept, "close": closings.close}[what]
        write = self.district.database.write
        return await write(action, node.id, YEAR, signing, self.at(now))

    async def undoes(self, to: ClosingState, by: Person, words: str | None) -> None:
        step = Step(to, NOW + DAY, by.id, words)
        write = self.district.database.write
        await write(closings.undo, self.district.east.id, YEAR, step, self.at(NOW + DAY))

    async def closes(self, node: Node | None = None) -> None:
        await self.signs("check", self.district.mei, node)
        await self.signs("accept", self.district.mei, node)
        await self.signs("close", self.district.mei, node)

    async def records(
        self, number: str, on: date = date(2025, 6, 1), key: str = "", node: Node | None = None
    ) -> int:
        at = (node or self.district.east).id
        new = NewEntry(key or f"{number} {on} {at}", at, "home_visits", on, Decimal(number))
        write = self.district.database.write
        return await write(ledger.record, self.district.mei.id, new, 0, NOW, ZONE)

    async def plans(self, number: str) -> None:
        new = NewTargets(
            self.district.east.id, YEAR, {"home_visits": Decimal(number)}, reason="更正"
        )
        given = ({"home_visits": Plannable(VISITS)}, NOW, ZONE)
        await self.district.database.write(plans.set_targets, self.kim.id, new, *given)


@pytest.fixture
async def closed(district: District) -> Closed:
    found = Closed(district, await district.kim())
    await found.records("17")
    await found.plans("20")
    return found


async def test_a_year_goes_from_draft_to_closed_and_each_step_tells_by_whom(
    closed: Closed,
) -> None:
    district = closed.district
    first = await closed.looks()
    assert (first.state, first.signed, first.history) == (None, None, [])
    assert first.now.figures["home_visits"].figure.number == 17
    assert first.now.score.percent == 85
    assert await closed.signs("check", closed.kim)
    assert await closed.signs("accept", district.mei)
    assert await closed.signs("close", district.mei)
    last = await closed.looks()
    assert (last.state, last.differences) == (ClosingState.CLOSED, [])
    assert [(m.from_state, m.to_state, m.by_name, m.at) for m in last.history] == [
        (None, "checked", "kim", NOW),
        ("checked", "accepted", "mei", NOW),
        ("accepted", "closed", "mei", NOW),
    ]
    assert last.signed is not None
    assert last.signed.is_intact
    assert last.signed.digest == first.now.digest == last.now.digest


async def test_the_same_signature_twice_or_at_once_is_one(closed: Closed) -> None:
    for what, by in (
        ("check", closed.kim),
        ("accept", closed.district.mei),
        ("close", closed.district.mei),
    ):
        assert sorted(await outcomes([closed.signs(what, by) for _ in range(3)])) == [
            False,
            False,
            True,
        ]
    assert len((await closed.looks()).history) == 3


async def test_nobody_signs_figures_that_they_have_not_seen(closed: Closed) -> None:
    district = closed.district
    seen = Signing.of(closed.kim.id, (await closed.looks()).now)
    await closed.records("1")
    write, of = district.database.write, (district.east.id, YEAR)
    with pytest.raises(Refusal, match=r"closing\.changed_meanwhile"):
        await write(closings.check, *of, seen, closed.at())
    await closed.signs("check", closed.kim)
    seen = Signing.of(district.mei.id, (await closed.looks()).now)
    await closed.records("2")
    [only] = (await closed.looks()).differences
    assert only.before is not None
    assert only.after is not None
    assert only.before.figure == Figure(Decimal(18))
    assert only.after.figure == Figure(Decimal(20))
    with pytest.raises(Refusal, match=r"closing\.changed_meanwhile"):
        await write(closings.accept, *of, seen, closed.at())
    await closed.signs("accept", district.mei)
    assert not (await closed.looks()).differences, "what was accepted is what stands now"


async def test_each_step_is_for_whom_it_is_for_and_comes_after_the_one_before(
    closed: Closed,
) -> None:
    district = closed.district
    li = await district.staff("li", Role.VIEWER, district.east)
    bo = await district.staff("bo", Role.COMMUNITY, district.west)
    for what, by in (("check", li), ("check", bo), ("accept", closed.kim), ("close", closed.kim)):
        with pytest.raises(Refusal, match=r"refused\.not_yours"):
            await closed.signs(what, by)
    for what in ("accept", "close"):
        with pytest.raises(Refusal, match=r"closing\.moved_on"):
            await closed.signs(what, district.mei)
    await closed.signs("check", closed.kim)
    with pytest.raises(Refusal, match=r"closing\.moved_on"):
        await closed.signs("close", district.mei)
    await closed.signs("accept", district.mei)
    with pytest.raises(Refusal, match=r"closing\.moved_on"):
        await closed.signs("check", closed.kim)
    for by in (closed.kim, li):
        with pytest.raises(Refusal, match=r"refused\.not_yours"):
            await closed.undoes(ClosingState.SENT_BACK, by, "算错了")
    with pytest.raises(Refusal, match=r"closing\.district_checks_none"):
        await closed.signs("check", district.mei, district.node)


async def test_what_goes_on_is_not_closed(closed: Closed) -> None:
    district, write = closed.district, closed.district.database.write
    sheet = await district.database.read(queries.sheet, district.east, 2026, closed.at())
    signing = Signing.of(district.mei.id, sheet)
    of = (district.east.id, 2026, signing, closed.at())
    with pytest.raises(Refusal, match=r"closing\.not_yet"):
        await write(closings.check, *of)
    with pytest.raises(Refusal, match=r"closing\.not_over"):
        await write(closings.close, *of)


async def test_what_is_sent_back_is_a_draft_again_and_its_staff_hear_why(closed: Closed) -> None:
    district = closed.district
    await closed.signs("check", closed.kim)
    with pytest.raises(Refusal, match=r"closing\.no_reason"):
        await closed.undoes(ClosingState.SENT_BACK, district.mei, " ")
    await closed.undoes(ClosingState.SENT_BACK, district.mei, "走访少了三次")
    assert (await closed.looks()).state is None
    [owed] = await district.rows(deliveries, deliveries.c.kind == "year_closing")
    assert owed.person_id == closed.kim.id
    await closed.records("3")
    assert await closed.signs("check", closed.kim)
    told = (await closed.looks()).history
    assert [(m.to_state, m.words) for m in told] == [
        ("checked", None),
        ("sent_back", "走访少了三次"),
        ("checked", None),
    ]


async def test_a_community_takes_back_what_nobody_accepted_yet(closed: Closed) -> None:
    await closed.signs("check", closed.kim)
    await closed.undoes(ClosingState.SENT_BACK, closed.kim, None)
    assert (await closed.looks()).state is None
    await closed.signs("check", closed.kim)
    await closed.signs("accept", closed.district.mei)
    with pytest.raises(Refusal, match=r"refused\.not_yours"):
        await closed.undoes(ClosingState.SENT_BACK, closed.kim, None)


async def test_what_is_opened_again_keeps_what_was_closed_and_says_why(closed: Closed) -> None:
    district = closed.district
    await closed.closes()
    with pytest.raises(Refusal, match=r"refused\.not_yours"):
        await closed.undoes(ClosingState.REOPENED, closed.kim, "漏报")
    with pytest.raises(Refusal, match=r"closing\.no_reason"):
        await closed.undoes(ClosingState.REOPENED, district.mei, None)
    await closed.undoes(ClosingState.REOPENED, district.mei, "漏报三次走访")
    await closed.records("3")
    await closed.closes()
    old, new = await district.rows(table)
    assert (old.state, new.state) == ("reopened", "closed")
    assert old.digest != new.digest
    assert '"number": "17"' in old.figures
    assert '"number": "20"' in new.figures


async def test_nothing_is_written_into_a_closed_year_until_it_is_opened_again(
    closed: Closed,
) -> None:
    district, write = closed.district, closed.district.database.write
    entry = await closed.records("1")
    open_one = await closed.records("5", on=date(2026, 1, 1))
    await closed.closes()
    before = await district.rows(entries)
    east, kim = district.east.id, closed.kim.id
    on = date(2025, 12, 31)
    new = NewEntry("new", east, "home_visits", on, Decimal(4))
    right = Step(EntryState.REPLACED, NOW, kim, "更正")
    void = Step(EntryState.VOIDED, NOW, kim, "更正")
    importing = Importing(kim, "f.xlsx", {"home_visits": 0}, ZONE)
    this_year = replace(new, on=date(2026, 1, 1), draft_key="open")
    calls = [
        write(ledger.record, kim, new, 0, NOW, ZONE),
        write(ledger.put_right, entry, replace(new, on=date(2026, 1, 2)), 0, right, ZONE),
        write(ledger.put_right, open_one, new, 0, right, ZONE),
        write(ledger.void, entry, void, ZONE),
        write(import_entries, [this_year, new], NOW, importing),
        write(void_imported, [open_one, entry], NOW, east, void, ZONE),
        closed.plans("30"),
    ]
    for call in calls:
        with pytest.raises(Refusal) as refused:
            await call
        assert refused.value.key == "closing.is_closed"
        assert refused.value.names == {"year": YEAR, "place": "东湖社区"}
    assert await district.rows(entries) == before
    assert len(await district.rows(targets)) == 1
    # Another year, and another place, are open.
    await write(ledger.record, kim, this_year, 0, NOW, ZONE)
    await closed.records("7", node=district.west)
    await closed.undoes(ClosingState.REOPENED, district.mei, "漏报")
    await write(ledger.record, kim, new, 0, NOW, ZONE)


async def test_the_same_record_again_is_no_writing(closed: Closed) -> None:
    """A press that was repeated by Telegram after the year was closed finds its entry."""
    entry = await closed.records("17")
    await closed.closes()
    assert await closed.records("17") == entry


def ticked(
    connection: Connection, event_id: int, person_id: int, by: int, at: datetime = LATER
) -> None:
    """As a row, whatever may be ticked so late."""
    row = {"event_id": event_id, "person_id": person_id, "recorded_by": by, "recorded_at": at}
    connection.execute(insert(attendances).values(row))


async def test_what_comes_by_itself_shows_as_a_difference_with_its_cause(closed: Closed) -> None:
    district, write = closed.district, closed.district.database.write
    ana = await district.member()
    author = await district.resident()
    told = await write(suggestions.submit, author.id, draft("s"), THEN, ZONE)
    new = NewEvent("e", district.east.id, "service", "演练", "广场", THEN, None)
    event = await write(events.post, district.mei.id, new, THEN - DAY)
    await write(sign_up, ana.telegram_id, event.id, THEN - DAY, ZONE)
    await write(hold, closed.kim.id, event.id, THEN, ZONE)
    await closed.closes()
    await write(ticked, event.id, ana.id, closed.kim.id)
    for state in (SuggestionState.ADOPTED, SuggestionState.IMPLEMENTED):
        answer = Answer(state, f"已{state}")
        await write(suggestions.decide, closed.kim.id, told.id, answer, LATER, ZONE)
    view = await closed.looks(now=LATER)
    assert view.state is ClosingState.CLOSED
    assert view.shown.figures["adopted"].figure.number == 0, "what was closed stays"
    found = {each.indicator: each for each in view.differences}
    assert found.keys() == {"attendance", "adopted"}
    for each in found.values():
        assert each.before is not None
        assert each.after is not None
        assert each.before.figure == Figure(Decimal(0))
        assert each.after.figure == Figure(Decimal(1))
        assert each.cause is not None
        assert (each.cause.count, each.cause.at, each.cause.by_name) == (1, LATER, "kim")


async def test_a_district_is_closed_after_its_communities_and_tells_what_they_change(
    closed: Closed,
) -> None:
    district = closed.district
    await closed.closes()
    with pytest.raises(Refusal) as refused:
        await closed.signs("close", district.mei, district.node)
    assert refused.value.names == {"names": ["西山社区"], "more": False, "n": 1}
    await closed.closes(district.west)
    assert await closed.signs("close", district.mei, district.node)
    await closed.undoes(ClosingState.REOPENED, district.mei, "更正")
    right = Step(EntryState.REPLACED, LATER, closed.kim.id, "少记一次")
    better = NewEntry("b", district.east.id, "home_visits", date(2025, 6, 1), Decimal(18))
    first = (await district.rows(entries))[0].id
    await district.database.write(ledger.put_right, first, better, 0, right, ZONE)
    [only] = (await closed.looks(district.node, LATER)).differences
    assert only.cause is not None
    assert (only.indicator, only.cause.count, only.cause.by_name) == ("home_visits", 1, "kim")


async def test_all_that_are_accepted_are_closed_at_once_but_for_what_changed(
    closed: Closed,
) -> None:
    district, write = closed.district, closed.district.database.write
    for node in (district.east, district.west):
        await closed.signs("check", district.mei, node)
        await closed.signs("accept", district.mei, node)
    await closed.records("2", node=district.west)
    ids = await district.database.read(queries.accepted, district.node, YEAR)
    assert ids == [district.east.id, district.west.id]
    of = closings.ClosingTogether(district.mei.id, YEAR, closed.at())
    done = await write(closings.close_accepted, ids, NOW, of)
    assert (done.closed, done.changed) == (1, ["西山社区"])
    assert (await closed.looks()).is_closed
    assert (await write(closings.close_accepted, ids, NOW, of)).closed == 0
    with pytest.raises(Refusal, match=r"refused\.not_yours"):
        await write(closings.close_accepted, ids, NOW, replace(of, by=closed.kim.id))


async def test_places_stand_side_by_side_and_who_sent_nothing_first(closed: Closed) -> None:
    district = closed.district
    await closed.signs("check", closed.kim)
    found = await district.database.read(queries.places, district.node, YEAR, closed.at(), 0)
    assert [(each.node.name, each.state, each.score) for each in found.page.items] == [
        ("西山社区", None, None),
        ("东湖社区", ClosingState.CHECKED, Decimal(85)),
    ]
    assert found.counts == {None: 1, ClosingState.CHECKED: 1}
    await closed.closes()
    found = await district.database.read(queries.places, district.node, YEAR, closed.at(), 0)
    east = found.page.items[-1]
    assert (east.state, east.score) == (ClosingState.CLOSED, Decimal(85))


async def test_figures_that_were_changed_in_the_database_are_noticed(closed: Closed) -> None:
    await closed.closes()
    district = closed.district
    write = district.database.write
    await write(lambda c: c.execute(table.update().values(figures=table.c.figures.concat(" "))))
    signed = (await closed.looks()).signed
    assert signed is not None
    assert signed.is_intact, "a blank is no figure"
    [row] = await district.rows(table)
    forged = row.figures.replace('"17"', '"71"')
    await write(lambda c: c.execute(table.update().values(figures=forged)))
    signed = (await closed.looks()).signed
    assert signed is not None
    assert not signed.is_intact


async def test_what_members_do_until_the_year_ends_is_a_cause_without_a_name(
    closed: Closed,
) -> None:
    district, since = closed.district, datetime(2025, 12, 5, 4, tzinfo=UTC)
    days = Days(year_of(date(YEAR, 1, 1)), ZONE, NOW)
    node_id, ana, bo = district.east.id, await district.resident(), await district.resident()
    done, came, went = (since + n * DAY for n in (3, 5, 9))

    def changed(connection: Connection) -> None:
        row = {"node_id": node_id, "person_id": ana.id, "course_id": "c"}
        for item, at in (("early", since - DAY), ("late", done), ("next-year", since + 60 * DAY)):
            told = row | {"item_id": item, "acknowledged_at": at}
            connection.execute(insert(acknowledgements).values(told))
        for person, from_at, until in ((ana, came, None), (bo, since - 90 * DAY, went)):
            stay = {"node_id": node_id, "person_id": person.id, "since_at": from_at}
            connection.execute(insert(memberships).values(stay | {"until_at": until}))

    await district.database.write(changed)

    async def told(measure: Measure, node: Node) -> Cause | None:
        return await district.database.read(cause, measure, node, days, since)

    members = Count("members", adds=Adds.PERSONS)
    pressed = Measure.of("acknowledgements", Adds.PERSONS)
    assert await told(pressed, district.east) == Cause(1, done, None)
    assert await told(Measure((members,)), district.node) == Cause(2, went, None)
    share = await told(replace(pressed, share_of=members), district.east)
    assert share is not None
    assert (share.at, share.by_name) == (went, None)
    assert await told(pressed, district.west) is None
