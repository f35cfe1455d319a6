"""The lines of the demo year about what staff do, and what people ask of them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from bot.demo import norms
from bot.demo.lines import DAY, HOUR
from bot.demo.norms import Work
from bot.demo.stage import Line, Place, Stage
from storage.actions import broadcasts, ledger, notices, plans, suggestions, supports
from storage.model.audience import Audience
from storage.model.ledger import EntryState, NewEntry
from storage.model.message import Message
from storage.model.moves import Step
from storage.model.notice import NewNotice
from storage.model.plan import NewTargets
from storage.model.rhythm import Rhythm, ScheduleKind
from storage.model.schedule import Timetable
from storage.model.suggestion import Answer, NewSuggestion, SuggestionState

_VOIDED, _PUT_RIGHT, _ADOPTED, _IMPLEMENTED, _ANONYMOUS = 0.03, 0.03, 0.68, 0.75, 0.15
_MINUTE = timedelta(minutes=1)
_PREVIEW_AT = time(9)


def recording(stage: Stage, place: Place, what: tuple[str, Work], on: date, key: str) -> Line:
    """Work outside the chat is put into the ledger, a few entries with a mistake that is found."""
    chance = stage.chance("ledger", key)
    indicator, work = what
    recorded_at = stage.at(stage.workday(on), 16 + chance.random() * 2)
    yield recorded_at
    where, note = stage.words.work(chance)
    decimals = stage.programme.decimals[indicator]
    number = Decimal(chance.randint(work.low, work.high))
    new = NewEntry(key, place.node_id, indicator, on, number, where, note)
    of: Mapping[str, Any] = {"decimals": decimals, "zone": stage.zone}
    by = place.staff.id
    entry_id = yield partial(ledger.record, by=by, new=new, now=recorded_at, **of)
    mistake, found_at = chance.random(), recorded_at + DAY * chance.randint(1, 9)
    if mistake < _VOIDED:
        yield found_at
        step = Step(EntryState.VOIDED, found_at, by, stage.words.said("voided"))
        yield partial(ledger.void, entry_id=entry_id, step=step, zone=stage.zone)
    elif mistake < _VOIDED + _PUT_RIGHT:
        yield found_at
        step = Step(EntryState.REPLACED, found_at, by, stage.words.said("put_right"))
        better = NewEntry(f"{key} +", place.node_id, indicator, on, number + 1, where, note)
        yield partial(ledger.put_right, entry_id=entry_id, new=better, step=step, **of)


def wishing(stage: Stage, place: Place, on: date, key: str) -> Line:
    """Somebody proposes something; staff answer, or not; what they adopt is supported, and carried
    out one day."""
    chance = stage.chance("suggestion", key)
    said_at = stage.at(on, 12 + chance.random() * 9)
    yield said_at
    if not place.living:
        return
    author = chance.choice(place.living)
    category = chance.choice(stage.programme.suggestion_categories).id
    anonymous = chance.random() < _ANONYMOUS
    new = NewSuggestion(key, category, stage.words.wish(chance), (), anonymous)
    of: Mapping[str, Any] = {"now": said_at, "zone": stage.zone}
    made = yield partial(suggestions.submit, person_id=author.id, new=new, **of)
    if chance.random() > place.character.answers:
        return
    adopted = chance.random() < _ADOPTED
    first = SuggestionState.ADOPTED if adopted else SuggestionState.DECLINED
    answered_at = stage.at(stage.workday(on + DAY * chance.randint(1, 4)), 11)
    yield from _answering(stage, place, made.id, first, answered_at)
    if not adopted:
        return
    for who in chance.sample(place.living, min(len(place.living), chance.randrange(5))):
        me_too_at = answered_at + HOUR * chance.randint(2, 9)
        yield max(me_too_at, answered_at)
        if who is not author and who.home == place.node_id:
            about = {"suggestion_id": made.id, "now": me_too_at}
            yield partial(supports.support, person_id=who.id, **about)
    if chance.random() < _IMPLEMENTED:
        done_at = stage.at(stage.workday(answered_at.date() + DAY * chance.randint(4, 40)), 15)
        yield from _answering(stage, place, made.id, SuggestionState.IMPLEMENTED, done_at)


def _answering(
    stage: Stage, place: Place, suggestion_id: int, state: SuggestionState, at: datetime
) -> Line:
    yield at
    words = stage.words.answer(state, stage.chance("answer", at, place.character.number))
    yield partial(
        suggestions.decide,
        by=place.staff.id,
        suggestion_id=suggestion_id,
        answer=Answer(state, words),
        now=at,
        zone=stage.zone,
    )


def telling(stage: Stage, place: Place, on: date, key: str) -> Line:
    """A notice to everybody."""
    at = stage.at(stage.workday(on), 11)
    yield at
    text = stage.words.notice(stage.chance("notice", key))
    yield partial(
        notices.send_notice, by=place.staff.id, new=_notice(stage, place, text, key), now=at
    )


def _notice(stage: Stage, place: Place, text: str, key: str) -> NewNotice:
    message = Message({stage.words.language: text}, sender=place.name)
    return NewNotice(key, Audience(place.node_id), message)


def correcting(stage: Stage, place: Place, on: date) -> Line:
    """One notice that says something wrong, and what it says is corrected; and one that is taken
    back."""
    at = stage.at(stage.workday(on), 11)
    for key, what in (("correction", "mistake"), ("withdrawal", "withdrawn")):
        yield at
        new = _notice(stage, place, stage.words.said(what), key)
        by = place.staff.id
        sent = yield partial(notices.send_notice, by=by, new=new, now=at)
        again_at = at + 6 * HOUR
        yield again_at
        how = {"by": by, "broadcast_id": sent, "draft_key": f"{key} +", "now": again_at}
        if what == "mistake":
            right = _notice(stage, place, stage.words.said("corrected"), key).message
            yield partial(broadcasts.correct, content=right.to_json(), **how)
        else:
            yield partial(broadcasts.withdraw, **how)
        at += 7 * DAY


def stopping(stage: Stage, place: Place, on: date) -> Line:
    """Two notices that staff stop: one for good, and one that waits still."""
    at = stage.at(stage.workday(on), 11)
    yield at
    by = place.staff.id
    for key, step in (("stopped", broadcasts.cancel), ("paused", broadcasts.pause)):
        new = _notice(stage, place, stage.words.said("waiting"), key)
        sent = yield partial(notices.send_notice, by=by, new=new, now=at)
        yield partial(step, by=by, broadcast_id=sent, now=at + _MINUTE)


def previewing(stage: Stage, place: Place, on: date) -> Line:
    """What goes out every Friday from a day on, and goes on after the life has ended."""
    at = stage.at(stage.workday(on), 9)
    yield at
    rhythm = Rhythm(ScheduleKind.WEEKLY, days=("fri",), at=_PREVIEW_AT)
    first = on + DAY * ((4 - on.weekday()) % 7 or 7)
    timetable = Timetable(rhythm, stage.at(first, _PREVIEW_AT.hour))
    new = _notice(stage, place, stage.words.said("preview"), "preview")
    yield partial(notices.schedule_notice, by=place.staff.id, new=new, timetable=timetable, now=at)


def planning(stage: Stage, place: Place, year: int, first_on: date) -> Line:
    """A community sends its plan in on a day, and may revise it in summer: more of some, and one
    target taken away."""
    chance = stage.chance("plan", place.character.number, year)
    share = 1.0
    if place.since_on > first_on:
        share = (date(year, 12, 31) - place.since_on).days / 365
        first_on = place.since_on + 5 * DAY
    at = stage.at(stage.workday(first_on), 10 + chance.random())
    yield at
    people, work = place.character.people * stage.size.crowd, share * stage.size.work
    numbers = norms.targets(stage.programme, work, people)
    yield _planned(stage, place.staff.id, NewTargets(place.node_id, year, numbers), at)
    if place.character.work > 1:
        at = stage.at(stage.workday(date(year, 7, 6)), 10)
        yield at
        first, second, *_, last = numbers
        more = {key: numbers[key] + 1 + numbers[key] // 10 for key in (first, second)}
        for what, why in ((more, "revised"), ({last: None}, "taken_away")):
            new = NewTargets(place.node_id, year, what, stage.words.said(why))
            yield _planned(stage, place.staff.id, new, at)


def planning_the_district(stage: Stage, year: int) -> Line:
    """The district has targets of its own for what matters most: more than its communities plan."""
    at = stage.at(stage.workday(date(year, 1, 20)), 10)
    yield at
    own = norms.targets(stage.programme, stage.size.work * stage.size.communities, 1)
    heavy = [each.id for each in stage.programme.indicators if each.weight >= 3]
    numbers = {key: own[key] for key in heavy if key in own}
    yield _planned(stage, stage.owner.id, NewTargets(stage.district_id, year, numbers), at)


def _planned(stage: Stage, by: int, new: NewTargets, at: datetime) -> partial[list[str]]:
    of: Mapping[str, Any] = {"plannable": stage.programme.plannable, "zone": stage.zone}
    return partial(plans.set_targets, by=by, new=new, now=at, **of)
