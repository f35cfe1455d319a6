"""What happens in the demo year, as the lines that tell it; all of it is known beforehand."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from bot.demo import norms
from bot.demo.closing import checking_early, closing
from bot.demo.lines import happening, pushing, settling
from bot.demo.office import (
    correcting,
    planning,
    planning_the_district,
    previewing,
    recording,
    stopping,
    telling,
    wishing,
)
from bot.demo.seasons import day_for
from bot.demo.stage import Line, Place, Somebody, Stage, whole
from storage.actions import invitations, people
from storage.actions.nodes import add_community, found_district
from storage.model.roles import Role

_FOUNDED, _OPENED = 8.0, 8.5  # the hours at which the district and its communities begin
_DONE_EARLY = 1.2  # how much more than its plan a community does that checks its year in December
_PLANNED, _PLANNED_AHEAD = (1, 10), (12, 9)  # when a year is planned; some do so before it begins
_FORERUN = timedelta(days=14)  # after which a place that is new has its first event


def script(stage: Stage) -> Iterator[Line]:
    """Every line, in an order that is always the same."""
    yield _founding(stage)
    for place in stage.places:
        yield _opening(stage, place)
        yield from (settling(stage, place, who) for who in place.people)
        for year in stage.years:
            yield from _a_year(stage, place, year)
    yield from _once(stage)


def _founding(stage: Stage) -> Line:
    """The district with its owner."""
    at, secret = stage.at(stage.began_on, _FOUNDED), "demo-owner"
    yield at
    district = yield partial(found_district, name=stage.words.district(), now=at)
    stage.district_id = district.id
    yield from _consenting(stage, stage.owner, at)
    yield partial(invitations.invite_owner, node_id=district.id, secret=secret, now=at)
    yield partial(invitations.redeem, person_id=stage.owner.id, secret=secret, now=at)


def _opening(stage: Stage, place: Place) -> Line:
    """A community with its staff."""
    at, staff, owner = stage.at(place.since_on, _OPENED), place.staff, stage.owner
    secret = f"demo-{place.character.number}"
    yield at
    node = yield partial(add_community, by=owner.id, name=place.name, now=at)
    place.node_id = node.id
    yield from _consenting(stage, staff, at)
    yield partial(people.choose_community, person_id=staff.id, node_id=node.id, now=at)
    role: Mapping[str, Any] = {"role": Role.COMMUNITY, "node_id": node.id, "secret": secret}
    yield partial(invitations.invite, by=owner.id, **role, now=at)
    yield partial(invitations.redeem, person_id=staff.id, secret=secret, now=at)


def _consenting(stage: Stage, who: Somebody, at: datetime) -> Line:
    language = stage.words.language
    of: Mapping[str, Any] = {"telegram_id": who.telegram_id, "name": who.name, "language": language}
    who.id = (yield partial(people.consent, **of, now=at)).id


def _a_year(stage: Stage, place: Place, year: int) -> Iterator[Line]:
    """What happens at a community in a year."""
    for category in stage.programme.event_categories:
        usual = norms.EVENTS.get(category.id, norms.USUAL_EVENTS)
        for on, key in _days(stage, place, year, (category.id, usual)):
            if on - _FORERUN >= place.since_on:
                yield happening(stage, place, category.id, on, key)
    for indicator in stage.programme.decimals:
        work = norms.LEDGER.get(indicator, norms.USUAL_WORK)
        for on, key in _days(stage, place, year, (indicator, work.entries)):
            yield recording(stage, place, (indicator, work), on, key)
    for on, key in _days(stage, place, year, ("suggestion", norms.SUGGESTIONS)):
        yield wishing(stage, place, on, key)
    for on, key in _days(stage, place, year, ("notice", norms.NOTICES)):
        yield telling(stage, place, on, key)
    pushes = sorted(_days(stage, place, year, ("push", norms.PUSHES)))
    for position, (on, key) in enumerate(pushes, norms.PUSHES * (year == stage.today.year)):
        yield pushing(stage, place, position, on, key)
    if place.character.plans and year >= place.since_on.year:
        yield planning(stage, place, year, date(year, *_PLANNED))


def _days(
    stage: Stage, place: Place, year: int, what: tuple[str, float]
) -> Iterator[tuple[date, str]]:
    """The days of a year on which something happens there that usually happens so often, each with
    a key of its own."""
    name, usual = what
    chance = stage.chance(place.character.number, year, name)
    work = place.work(last_year=year < stage.today.year) * stage.size.work
    for n in range(whole(usual * work * chance.uniform(0.85, 1.15), chance)):
        on = day_for(name, year, chance, stage.holidays)
        if on > place.since_on:
            yield on, f"demo {place.character.number} {name} {year} {n}"


def _once(stage: Stage) -> Iterator[Line]:
    """What happens once: staff put right, take back and stop what they sent."""
    for year in stage.years:
        yield planning_the_district(stage, year)
    yield closing(stage, stage.years[0])
    for place in stage.places:
        if place.character.work > _DONE_EARLY:
            yield checking_early(stage, place, stage.years[1])
        if place.character.work >= 1 and place.character.plans:
            next_year = stage.years[1] + 1
            yield planning(stage, place, next_year, date(stage.years[1], *_PLANNED_AHEAD))
    first, last_month = stage.places[0], stage.today - timedelta(days=30)
    yield correcting(stage, first, last_month)
    yield stopping(stage, first, stage.today - timedelta(days=6))
    yield previewing(stage, first, stage.today - timedelta(days=90))
