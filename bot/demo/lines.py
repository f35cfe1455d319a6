"""The lines of the demo year about people, events and study: each tells one of them to its end."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from bot.demo.pictures import IDS
from bot.demo.stage import Line, Place, Somebody, Stage
from storage.actions import (
    attendances,
    confirmations,
    event_photos,
    events,
    people,
    sign_ups,
    study,
)
from storage.actions.leaving import leave
from storage.model.event import NewEvent
from storage.model.message import Media, MediaKind
from storage.model.person import RequestState
from storage.model.photos_draft import PhotosDraft
from storage.model.push import NewPush
from storage.model.sign_up import Wish
from storage.queries.people import asked_since

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_STARTS = (9.5, 14.5, 19.0)  # hours at which events begin
_JOIN_LATE, _ASK, _ACCEPTED, _LEAVE = 0.2, 0.62, 0.93, 0.05
_MOST = 18  # who sign up for an event: fewer than the smallest of them has seats
_READERS = 0.75
_PHOTOGRAPHED, _PHOTOS = 0.3, 3
_FORGOTTEN, _FELL_THROUGH = 0.03, 0.02
_CALLED_OFF, _GIVES_BACK, _COMES, _ONE_BY_ONE = 0.06, 0.07, 0.84, 0.3


def settling(stage: Stage, place: Place, who: Somebody) -> Line:
    """Somebody joins, may ask to be on the register, and may leave again."""
    chance = stage.chance("settling", who.telegram_id)
    first = stage.at(place.since_on, 9.5 + chance.random() * 2)
    days = (stage.today - place.since_on).days
    late = chance.random() < _JOIN_LATE and not who.stays
    joined_at = first + DAY * chance.randrange(days if late else 3)
    yield joined_at
    who.id = (
        yield partial(
            people.consent,
            telegram_id=who.telegram_id,
            name=who.name,
            language=stage.words.language,
            now=joined_at,
        )
    ).id
    yield partial(people.choose_community, person_id=who.id, node_id=place.node_id, now=joined_at)
    who.home = place.node_id
    if chance.random() < _ASK or who is place.people[0]:
        yield from _registering(stage, place, who, joined_at + HOUR)
    if chance.random() < _LEAVE and not who.stays:
        left_at = joined_at + DAY * chance.randrange(60, 600)
        yield left_at
        who.home, who.is_member = None, False
        yield partial(leave, person_id=who.id, now=left_at, zone=stage.zone)


def _registering(stage: Stage, place: Place, who: Somebody, asked_at: datetime) -> Line:
    """They ask, and staff decide on a day after."""
    chance = stage.chance("registering", who.telegram_id)
    accepted = chance.random() < _ACCEPTED or who.stays
    yield asked_at
    yield partial(people.ask_membership, person_id=who.id, now=asked_at, zone=stage.zone)
    since = asked_at - HOUR
    [request_id, *_] = yield partial(
        asked_since, person_id=who.id, node_id=place.node_id, since=since
    )
    decided_at = stage.at(stage.workday(asked_at.date() + DAY * chance.randint(1, 3)), 10)
    yield decided_at
    yield partial(
        people.decide_membership,
        by=place.staff.id,
        request_id=request_id,
        decision=RequestState.ACCEPTED if accepted else RequestState.DECLINED,
        now=decided_at,
        zone=stage.zone,
    )
    who.is_member = accepted


def happening(stage: Stage, place: Place, category: str, on: date, key: str) -> Line:
    """An event: posted, signed up for, and held, or called off on the day before."""
    chance = stage.chance("event", key)
    starts_at = stage.at(on, chance.choice(_STARTS))
    posted_at = stage.at(on - DAY * chance.randint(6, 12), 10.25)
    yield posted_at
    title, where = stage.words.event(category, on.month, chance)
    capacity = chance.choice((None, 20, 30, 40))
    new = NewEvent(key, place.node_id, category, title, where, starts_at, capacity)
    by = place.staff.id
    event = yield partial(events.post, by=by, new=new, now=posted_at)
    came: list[Somebody] = []
    moments = (posted_at, starts_at - DAY)
    yield from _signing_up(stage, place, (event.id, moments), came, chance)
    if chance.random() < _CALLED_OFF:
        off_at = starts_at - DAY + 2 * HOUR
        yield off_at
        yield partial(events.cancel, by=by, event_id=event.id, now=off_at)
        return
    yield from _ticking(place, event.id, starts_at + 2 * HOUR, came, chance)
    yield from _confirming(stage, place, event.id, starts_at, chance)


def _signing_up(
    stage: Stage,
    place: Place,
    posted: tuple[int, tuple[datetime, datetime]],
    came: list[Somebody],
    chance: Random,
) -> Line:
    """Neighbours sign up for what is `posted` (its id, from when to when), and some give their seat
    back; `came` gets those who hold one."""
    event_id, (since, until) = posted
    wanted = min(_MOST, round(len(place.living) * chance.uniform(0.1, 0.42)))
    chosen = chance.sample(place.living, wanted)
    moments = sorted(since + (until - since) * chance.random() for _ in chosen)
    for who, at in zip(chosen, moments, strict=True):
        yield at
        if who.home != place.node_id:
            continue
        who_where = {"telegram_id": who.telegram_id, "event_id": event_id}
        mine: Mapping[str, Any] = {**who_where, "now": at, "zone": stage.zone}
        yield partial(sign_ups.sign_up, **mine, wish=Wish(anyway=True))
        if chance.random() < _GIVES_BACK:
            yield partial(sign_ups.cancel, **mine)
        else:
            came.append(who)


def _ticking(
    place: Place, event_id: int, at: datetime, signed_up: list[Somebody], chance: Random
) -> Line:
    """Staff tick who came one by one, or everybody at once and take it back of those who did
    not."""
    yield at
    ticks: Mapping[str, Any] = {"by": place.staff.id, "event_id": event_id, "now": at}
    held = [who for who in signed_up if who.home == place.node_id]
    came = {who.id for who in held if chance.random() < _COMES}
    one_by_one = chance.random() < _ONE_BY_ONE
    if not one_by_one:
        yield partial(attendances.record_all, **ticks)
    tick = attendances.record if one_by_one else attendances.withdraw
    for who in held:
        if (who.id in came) is one_by_one:
            yield partial(tick, **ticks, person_id=who.id)


def _confirming(
    stage: Stage, place: Place, event_id: int, starts_at: datetime, chance: Random
) -> Line:
    """On the next morning staff say that it took place, or that it did not; now and then nobody
    does."""
    said_at = stage.at((starts_at + DAY).astimezone(stage.zone).date(), 9)
    yield said_at
    luck = chance.random()
    if luck < _FORGOTTEN:
        return
    took_place = luck >= _FORGOTTEN + _FELL_THROUGH
    say = confirmations.hold if took_place else confirmations.not_held
    yield partial(say, by=place.staff.id, event_id=event_id, now=said_at, zone=stage.zone)
    if took_place:
        yield from _photographed(stage, place, event_id, starts_at)


def _photographed(stage: Stage, place: Place, event_id: int, starts_at: datetime) -> Line:
    """Of some events staff keep a photo or several."""
    chance = stage.chance("photos", place.character.number, starts_at)
    if chance.random() < _PHOTOGRAPHED:
        chosen = chance.sample(IDS, chance.randint(1, _PHOTOS))
        media = tuple(Media(MediaKind.PHOTO, each) for each in chosen)
        draft = PhotosDraft(event_id, media)
        yield partial(event_photos.keep, by=place.staff.id, draft=draft)


def _reads(stage: Stage, who: Somebody) -> bool:
    """Whether somebody ever presses "done": some never do."""
    return stage.chance("reads", who.telegram_id).random() < _READERS


def pushing(stage: Stage, place: Place, position: int, on: date, key: str) -> Line:
    """A study item goes out to the members, and some of them press "done"."""
    chance = stage.chance("push", key)
    at = stage.at(stage.workday(on), 10.5)
    yield at
    item = stage.course.items[position % len(stage.course.items)]
    new = NewPush(key, place.node_id, stage.course.id, item.id, position, again=True)
    yield partial(study.push_now, by=place.staff.id, new=new, now=at)
    keen = 0.3 + 0.25 * min(1.0, place.character.work)
    readers = [
        who
        for who in place.living
        if who.is_member and chance.random() < keen and _reads(stage, who)
    ]
    done = sorted((at + 3 * HOUR + 3 * DAY * chance.random() ** 2, w.telegram_id) for w in readers)
    by_id = {who.telegram_id: who for who in readers}
    for read_at, telegram_id in done:
        yield read_at
        if by_id[telegram_id].home is not None:
            yield partial(
                study.acknowledge,
                telegram_id=telegram_id,
                course_id=stage.course.id,
                item_id=item.id,
                now=read_at,
            )
