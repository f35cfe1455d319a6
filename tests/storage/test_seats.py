"""The line: a freed seat is offered in order, passes on, and is never given to two."""

import asyncio
from datetime import datetime, time, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from storage.actions import events as event_actions
from storage.actions import sign_ups as actions
from storage.actions.leaving import leave
from storage.actions.seats import lapse, offer_free_seats
from storage.model.delivery import DeliveryState
from storage.model.event import LONGEST, Event, EventCard, EventState
from storage.model.kinds import DeliveryKind
from storage.model.person import Person, Quiet
from storage.model.refusal import Refusal
from storage.model.sign_up import TAKING_SEATS, SignUp, SignUpState, Wish, Yes
from storage.queries import events as queries
from storage.queries.seats import over_offers
from storage.receipts import handling
from storage.tables import deliveries, events, sign_ups

from .district import DAY, NOW, ZONE, District, outcomes

HOUR = timedelta(hours=1)
sign_up = partial(actions.sign_up, zone=ZONE)
cancel = partial(actions.cancel, zone=ZONE)
decline = partial(actions.decline, zone=ZONE)
accept = partial(actions.accept, yes=Yes(0), zone=ZONE)


class Line:
    """One event, and people who press its buttons."""

    def __init__(self, district: District, event: Event) -> None:
        self.district, self.event, self.now = district, event, NOW
        self.people: dict[str, Person] = {}

    async def of(self, *names: str, seats: int = 1) -> None:
        """These people ask for a seat, one after the other."""
        for name in names:
            self.people[name] = await self.district.resident(name)
            await self.press(sign_up, name, wish=Wish(seats))

    async def press(self, action: partial[SignUp], name: str, **given: object) -> SignUp:
        person = self.people[name].telegram_id
        done: SignUp = await self.district.database.write(
            partial(action, **given), person, self.event.id, self.now
        )
        await self.is_right()
        return done

    async def set(self, **values: object) -> None:
        """The event is otherwise from now on."""
        this = update(events).where(events.c.id == self.event.id).values(**values)
        await self.district.database.write(lambda c: c.execute(this) and None)

    async def lapses(self) -> None:
        for event_id in await self.district.database.read(over_offers, self.now):
            await self.district.database.write(lapse, event_id, self.now, ZONE)
        await self.is_right()

    async def states(self) -> dict[str, str]:
        rows = await self.district.rows(sign_ups, sign_ups.c.event_id == self.event.id)
        names = {person.id: name for name, person in self.people.items()}
        return {names[row.person_id]: row.state for row in rows}

    async def offered(self) -> list[str]:
        return [name for name, state in (await self.states()).items() if state == "offered"]

    async def card(self, name: str) -> EventCard:
        who = self.people[name].telegram_id
        return await self.district.database.read(queries.card, self.event.id, who, self.now, ZONE)

    async def told(self) -> list[tuple[str, datetime]]:
        """Who is owed the word of an offer, and when."""
        kind = deliveries.c.kind == DeliveryKind.SEAT_OFFERED
        names = {person.id: name for name, person in self.people.items()}
        rows = await self.district.rows(deliveries, kind)
        return [(names[row.person_id], row.due_at) for row in rows]

    async def told_everybody(self) -> None:
        """What is owed has arrived."""
        sent = update(deliveries).values(state=DeliveryState.SENT)
        await self.district.database.write(lambda c: c.execute(sent) and None)

    async def is_right(self) -> None:
        """What is taken is what the rows say, and never more than there is."""
        [event] = await self.district.rows(events, events.c.id == self.event.id)
        rows = await self.district.rows(
            sign_ups, sign_ups.c.event_id == event.id, sign_ups.c.state.in_(TAKING_SEATS)
        )
        assert event.taken == sum(row.seats for row in rows)
        assert event.capacity is None or event.taken <= event.capacity


@pytest.fixture
async def line(district: District) -> Line:
    """An event of two places in three days: ana and bo are in, kim, li and mei wait."""
    event = await district.event(capacity=2, starts_at=NOW + 3 * DAY)
    line = Line(district, event)
    await line.of("ana", "bo", "kim", "li", "mei")
    return line


async def test_a_freed_place_is_offered_to_the_first_in_line_and_passes_on(line: Line) -> None:
    assert await line.states() == {
        "ana": "signed_up",
        "bo": "signed_up",
        "kim": "waiting",
        "li": "waiting",
        "mei": "waiting",
    }
    await line.press(cancel, "ana")
    assert await line.offered() == ["kim"]
    assert await line.told() == [("kim", NOW)]
    assert (await line.press(sign_up, "ana")).card.place == 3, "who cancelled asks anew: at the end"
    assert (await line.press(decline, "kim")).was is SignUpState.OFFERED
    assert await line.offered() == ["li"]
    line.now += 2 * HOUR - timedelta(seconds=1)
    await line.lapses()
    assert await line.offered() == ["li"], "told or not, two hours are two hours"
    await line.told_everybody()
    line.now += timedelta(seconds=1)
    await line.lapses()
    assert await line.offered() == ["mei"]
    assert (await line.press(accept, "mei")).changed
    assert await line.states() == {
        "ana": "waiting",
        "bo": "signed_up",
        "kim": "cancelled",
        "li": "cancelled",
        "mei": "signed_up",
    }
    await line.press(cancel, "bo")
    assert await line.offered() == ["ana"], "nobody who declined, or let it pass, is offered again"


async def test_an_offer_is_taken_once_in_its_time_and_as_the_event_is(line: Line) -> None:
    await line.press(cancel, "ana")
    with pytest.raises(Refusal, match="seat.waits_still"):
        await line.press(accept, "li")
    with pytest.raises(Refusal, match="seat.no_offer"):
        await line.press(accept, "ana")
    await line.set(revision=1)
    with pytest.raises(Refusal, match="seat.changed"):
        await line.press(accept, "kim")
    assert (await line.press(accept, "kim", yes=Yes(1))).changed
    assert not (await line.press(accept, "kim", yes=Yes(1))).changed
    assert (await line.press(decline, "kim")).was is None, "an old button takes nothing away"
    assert await line.states() == {
        "ana": "cancelled",
        "bo": "signed_up",
        "kim": "signed_up",
        "li": "waiting",
        "mei": "waiting",
    }
    await line.press(cancel, "bo")
    await line.told_everybody()
    line.now += 2 * HOUR
    with pytest.raises(Refusal, match="seat.offer_over"):
        await line.press(accept, "li", yes=Yes(1))
    # Nothing is lost: li, who asks anew before anybody noticed, stands at the end.
    assert (await line.press(sign_up, "li")).card.place == 1
    assert await line.offered() == ["mei"]
    await line.set(state=EventState.CANCELLED)
    for name, action in (("mei", accept), ("li", sign_up)):
        with pytest.raises(Refusal, match="event.cancelled"):
            await line.press(action, name)


async def test_pressing_sign_up_takes_what_is_offered(line: Line) -> None:
    await line.press(cancel, "ana")
    assert (await line.press(sign_up, "kim")).card.signed_up
    assert await line.offered() == []


async def test_a_raised_capacity_is_offered_in_order_and_never_past_a_group(line: Line) -> None:
    await line.press(cancel, "kim")
    await line.set(companions=2, capacity=3)
    await line.of("family", seats=3)
    await line.press(sign_up, "kim")
    await line.set(capacity=6)
    write = line.district.database.write
    assert await write(offer_free_seats, line.event.id, NOW, ZONE) == 2
    assert await line.offered() == ["li", "mei"], "two are left, and the family needs three"
    newcomer = await line.district.resident("new")
    line.people["new"] = newcomer
    assert (await line.press(sign_up, "new")).card.place == 3, "nobody passes those in line"
    await line.press(decline, "li")
    assert await line.offered() == ["mei", "family"]
    assert await write(offer_free_seats, line.event.id, NOW, ZONE) == 0
    await line.set(capacity=None)
    assert await write(offer_free_seats, line.event.id, NOW, ZONE) == 2
    assert await line.offered() == ["kim", "mei", "family", "new"]


async def test_a_group_larger_than_the_event_holds_up_nobody(line: Line) -> None:
    await line.set(companions=1)
    await line.of("family", seats=2)
    await line.set(capacity=1, taken=1)
    await line.district.database.write(
        lambda c: (
            c.execute(
                update(sign_ups)
                .where(sign_ups.c.person_id != line.people["bo"].id)
                .values(state=SignUpState.CANCELLED)
                .where(sign_ups.c.seats == 1)
            )
            and None
        )
    )
    await line.press(cancel, "bo")
    assert await line.offered() == []
    assert (await line.press(sign_up, "kim")).card.signed_up


async def test_nothing_is_offered_once_sign_up_is_closed_or_late(line: Line) -> None:
    for values, refusal in (
        ({"state": EventState.CLOSED}, "seat.closed"),
        ({"deadline_at": NOW}, "seat.too_late"),
        ({"starts_at": NOW}, "event.over"),
    ):
        await line.set(**values)
        assert await line.district.database.write(offer_free_seats, line.event.id, NOW, ZONE) == 0
        for name in ("ana", "new"):
            line.people.setdefault("new", await line.district.resident("new"))
            if name == "new":
                with pytest.raises(Refusal, match=refusal):
                    await line.press(sign_up, name)
        await line.set(state=EventState.OPEN, deadline_at=None, starts_at=NOW + 3 * DAY)
    await line.set(state=EventState.CLOSED)
    assert (await line.press(cancel, "ana")).changed, "until it starts anybody may give it back"
    assert await line.offered() == []


async def test_an_offer_made_before_sign_up_closed_is_kept(line: Line) -> None:
    await line.press(cancel, "ana")
    await line.set(state=EventState.CLOSED)
    assert (await line.press(accept, "kim")).changed


async def test_whoever_sleeps_is_told_in_the_morning_and_not_passed(district: District) -> None:
    line = Line(district, await district.event(capacity=1, starts_at=NOW + 3 * DAY))
    await line.of("ana")
    night = Quiet(time(22), time(7))
    line.people["kim"] = await district.resident("kim", quiet=night)
    await line.press(sign_up, "kim")
    await line.of("li")
    line.now = datetime(2026, 3, 3, 2, tzinfo=ZONE)
    await line.press(cancel, "ana")
    morning = datetime(2026, 3, 3, 7, tzinfo=ZONE)
    assert await line.told() == [("kim", morning)]
    line.now = morning + timedelta(hours=1, minutes=59)
    await line.lapses()
    assert await line.offered() == ["kim"]


async def test_whoever_was_not_told_because_the_bot_was_down_gets_their_time_anew(
    line: Line,
) -> None:
    await line.press(cancel, "ana")
    line.now += 3 * HOUR
    await line.lapses()
    assert await line.offered() == ["kim"]
    await line.told_everybody()
    line.now += HOUR
    await line.lapses()
    assert await line.offered() == ["kim"]
    line.now += HOUR
    await line.lapses()
    assert await line.offered() == ["li"]


async def test_what_leaving_and_staff_take_away_is_offered_too(line: Line) -> None:
    write = line.district.database.write
    await write(leave, line.people["ana"].id, NOW, ZONE)
    assert await line.offered() == ["kim"]
    kim, east = line.people["kim"].id, await line.district.kim()
    with pytest.raises(Refusal, match="refused.not_yours"):
        await write(actions.take_off, line.people["li"].id, line.event.id, kim, NOW, ZONE)
    for _ in range(2):
        await write(actions.take_off, east.id, line.event.id, kim, NOW, ZONE)
    await line.is_right()
    assert await line.offered() == ["li"]
    off = await line.district.rows(deliveries, deliveries.c.kind == DeliveryKind.SEAT_TAKEN_OFF)
    assert [row.person_id for row in off] == [kim]
    await write(leave, line.people["mei"].id, NOW, ZONE)
    await write(leave, line.people["li"].id, NOW, ZONE)
    assert set((await line.states()).values()) == {"signed_up", "cancelled"}
    await line.is_right()


async def test_whoever_waits_is_told_that_it_is_called_off(line: Line) -> None:
    await line.press(cancel, "ana")
    await line.district.database.write(
        event_actions.cancel, line.district.mei.id, line.event.id, NOW
    )
    await line.district.owes()
    kind = deliveries.c.kind == DeliveryKind.EVENT_CANCELLED
    told = {row.person_id for row in await line.district.rows(deliveries, kind)}
    assert told == {line.people[name].id for name in ("bo", "kim", "li", "mei")}


async def test_the_order_is_that_of_arrival_also_when_the_clock_is_set_back(line: Line) -> None:
    line.now -= HOUR
    await line.of("late")
    assert (await line.card("late")).place == 4


async def test_two_who_want_one_freed_place_or_one_offer_are_never_two(line: Line) -> None:
    write = line.district.database.write
    # Connections are there already, so that the presses really meet.
    await outcomes(line.district.database.read(over_offers, NOW) for _ in range(8))
    crowd = [await line.district.resident(f"p{n}") for n in range(6)]
    line.people |= {person.name: person for person in crowd}
    event_id = line.event.id
    at_once = [write(sign_up, person.telegram_id, event_id, NOW) for person in crowd]
    at_once += [
        write(cancel, line.people[name].telegram_id, event_id, NOW) for name in ("ana", "bo")
    ]
    await outcomes(at_once)
    await line.is_right()
    assert await line.offered() == ["kim", "li"]
    kim = line.people["kim"].telegram_id
    answers = await outcomes(
        write(action, kim, event_id, NOW) for action in (accept, decline, accept, decline, accept)
    )
    await line.is_right()
    first = [a for a in answers if isinstance(a, SignUp) and a.changed]
    assert len(first) == 1
    held = {"kim": "signed_up"} if first[0].was is None else {"kim": "cancelled", "mei": "offered"}
    assert held.items() <= (await line.states()).items()


async def test_who_does_something_else_then_is_asked_first(district: District) -> None:
    other = await district.event(title="讲座", starts_at=NOW + 2 * DAY)
    ana = await district.resident("ana")
    write = district.database.write
    await write(sign_up, ana.telegram_id, other.id, NOW)
    for hours, meet in ((-2, False), (-1, True), (1, True), (2, False)):
        event = await district.event(starts_at=NOW + 2 * DAY + hours * HOUR)
        if meet:
            with pytest.raises(Refusal, match="seat.overlaps") as asked:
                await write(sign_up, ana.telegram_id, event.id, NOW)
            assert asked.value.names == {"title": "讲座", "at": NOW + 2 * DAY}
            anyway = Wish(anyway=True)
            assert (await write(sign_up, ana.telegram_id, event.id, NOW, wish=anyway)).changed
            await write(cancel, ana.telegram_id, event.id, NOW)
        else:
            assert (await write(sign_up, ana.telegram_id, event.id, NOW)).changed
            await write(cancel, ana.telegram_id, event.id, NOW)
    await write(event_actions.cancel, district.mei.id, other.id, NOW)
    event = await district.event(starts_at=NOW + 2 * DAY)
    assert (await write(sign_up, ana.telegram_id, event.id, NOW)).changed


async def test_something_else_may_have_begun_a_month_before(district: District) -> None:
    begun = NOW + 2 * DAY
    camp = await district.event(title="夏令营", starts_at=begun, ends_at=begun + LONGEST)
    ana = await district.resident("ana")
    write = district.database.write
    await write(sign_up, ana.telegram_id, camp.id, NOW)
    last = await district.event(starts_at=begun + LONGEST - timedelta(minutes=1))
    with pytest.raises(Refusal, match="seat.overlaps"):
        await write(sign_up, ana.telegram_id, last.id, NOW)
    after = await district.event(starts_at=begun + LONGEST)
    assert (await write(sign_up, ana.telegram_id, after.id, NOW)).changed


async def test_who_signed_up_for_something_else_meanwhile_is_asked_when_an_offer_is_taken(
    line: Line,
) -> None:
    write, starts_at = line.district.database.write, line.event.starts_at
    other = await line.district.event(title="讲座", starts_at=starts_at + HOUR)
    kim = line.people["kim"].telegram_id
    await write(sign_up, kim, other.id, NOW, wish=Wish(anyway=True))
    await line.press(cancel, "ana")
    for action in (accept, sign_up):
        with pytest.raises(Refusal, match="seat.overlaps") as asked:
            await line.press(action, "kim")
        assert asked.value.names == {"title": "讲座", "at": starts_at + HOUR}
    assert await line.offered() == ["kim"], "the question costs nobody their offer"
    await line.set(revision=1)
    with pytest.raises(Refusal, match="seat.changed"):
        await line.press(accept, "kim", yes=Yes(0, anyway=True))
    assert (await line.press(accept, "kim", yes=Yes(1, anyway=True))).changed
    assert (await line.states())["kim"] == "signed_up"


async def test_of_two_offers_at_one_time_the_first_is_taken_unasked(line: Line) -> None:
    other = await line.district.event(title="讲座", starts_at=line.event.starts_at, capacity=1)
    write, kim = line.district.database.write, line.people["kim"].telegram_id
    li = line.people["li"].telegram_id
    anyway = Wish(anyway=True)
    await write(sign_up, li, other.id, NOW, wish=anyway)
    await write(sign_up, kim, other.id, NOW, wish=anyway)
    await write(cancel, li, other.id, NOW)
    await line.press(cancel, "ana")
    assert (await line.press(accept, "kim")).changed
    with pytest.raises(Refusal, match="seat.overlaps"):
        await write(accept, kim, other.id, NOW)


async def test_people_come_with_others_and_with_more_or_fewer_later(district: District) -> None:
    line = Line(district, await district.event(capacity=5))
    change = partial(actions.change_seats, zone=ZONE)
    await line.of("ana")
    with pytest.raises(Refusal, match="seat.too_many"):
        await line.press(change, "ana", seats=2)
    await line.set(companions=3)
    done = await line.press(change, "ana", seats=3)
    assert (done.card.seats, done.card.event.left) == (3, 2)
    await line.of("bo", seats=2)
    with pytest.raises(Refusal, match="seat.too_few"):
        await line.press(change, "ana", seats=4)
    await line.of("kim", seats=2)
    assert (await line.press(change, "ana", seats=2)).card.seats == 2
    assert await line.offered() == [], "one is free, and kim comes with somebody"
    with pytest.raises(Refusal, match="seat.too_few"):
        await line.press(change, "bo", seats=3)
    assert (await line.press(change, "kim", seats=1)).card.offered_until is not None
    line.people["li"] = await district.resident("li")
    assert (await line.press(change, "li", seats=2)).card.place == 1, "it signs up, too"
    with pytest.raises(Refusal, match="seat.too_many"):
        await line.press(change, "li", seats=0)
    await line.set(deadline_at=NOW)
    with pytest.raises(Refusal, match="seat.too_late"):
        await line.press(change, "li", seats=3)
    assert (await line.press(change, "bo", seats=1)).card.seats == 1


async def test_the_line_stands_as_people_came_also_if_all_press_at_once(district: District) -> None:
    """Each is told the place that they have, and nobody is put before them afterwards."""
    event = await district.event(capacity=5)
    people = [await district.resident(f"p{number:02}") for number in range(40)]

    async def press(update: int, person: Person) -> SignUp:
        with handling(update, NOW):
            return await district.database.write(sign_up, person.telegram_id, event.id, NOW)

    done = await asyncio.gather(*(press(i, each) for i, each in enumerate(people, start=1)))
    assert [each.seat for each in done[:5]] == [1, 2, 3, 4, 5]
    assert [each.card.place for each in done[5:]] == list(range(1, 36))
    waiting = sign_ups.c.state == SignUpState.WAITING
    rows = sorted(await district.rows(sign_ups, waiting), key=lambda row: row.waiting_at)
    assert [row.person_id for row in rows] == [each.id for each in people[5:]]
