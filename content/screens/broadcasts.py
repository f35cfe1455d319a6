"""Broadcasts: the progress card, the list, whom one did not reach, questions before a change."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from content.courses import Courses
from content.screen import Button, Rows, Screen, press
from content.screens.kit import back, button, excerpt, paged, pager
from content.splitting import clip, plain
from content.texts import Say, Texts
from storage.model.broadcast import Broadcast, BroadcastState
from storage.model.card import Card, Subject, Trouble, is_over
from storage.model.delivery import DeliveryState
from storage.model.kinds import CHANGES, KINDS, DeliveryKind
from storage.model.message import Message
from storage.model.page import Page
from storage.model.sweep import is_past_change
from storage.model.visible import is_visible

_NAME_LIMIT = 60  # UTF-16 units of a notice's first line in a title,
_LABEL, _SENDER = 16, 6  # Chinese characters of it, and of who sent it, in a button
_FAR = timedelta(hours=20)  # a clock time alone would be taken for today's
_COUNTED = (
    DeliveryState.UNREACHABLE,
    DeliveryState.FAILED,
    DeliveryState.CANCELLED,
    DeliveryState.EXPIRED,
)
_LOST = (DeliveryState.UNREACHABLE, DeliveryState.FAILED, DeliveryState.EXPIRED)


def name(say: Say, broadcast: Broadcast, subject: Subject, courses: Courses) -> str:
    """What a broadcast is about, in a few plain words."""
    of = about(say, subject, courses)
    if broadcast.kind in CHANGES:
        return say.label(f"broadcast.of_{broadcast.kind}", name=of)
    return of


def about(say: Say, subject: Subject, courses: Courses) -> str:
    """The same, where it is the first that was sent."""
    match subject.kind:
        case DeliveryKind.STUDY_ITEM:
            found = courses.find(subject.course_id or "", subject.item_id or "")
            if found is None:
                return say.label("broadcast.name_item_gone")
            _, number, item = found
            title = item.title.in_(say.language)
            return say.label("broadcast.name_study_item", number=number, title=title)
        case DeliveryKind.NOTICE:
            return _first_words(say, Message.from_json(subject.content or ""))
        case _:
            return say.label(f"broadcast.name_{subject.kind}", title=subject.event_title)


def _first_words(say: Say, message: Message) -> str:
    body = plain(message.body(say.language)) or (message.poll.question if message.poll else "")
    lines = [line.strip() for line in body.splitlines() if is_visible(line)]
    if not lines:
        return say.label("broadcast.name_media")
    return say.label("broadcast.name_notice", words=clip(lines[0], _NAME_LIMIT))


def card(say: Say, card: Card, courses: Courses, now: datetime, home: str = "broadcasts") -> Screen:
    """How far a broadcast has come, and what can be done with it."""
    broadcast = card.broadcast
    total, done = broadcast.total, broadcast.total - broadcast.waiting
    text = say(
        "broadcast.card",
        mark=KINDS[broadcast.kind].mark,
        name=name(say, broadcast, card.subject, courses),
        node=broadcast.node_name,
        slot_at=broadcast.slot_at,
        under_way=not card.is_over,
        status=_status(say, broadcast),
        share=done / total if total else 0,
        percent=_percent(done, total),
        done=done,
        total=total,
        counts=_counts(say, card),
        poll=_poll(card),
        notes=_notes(say, card, now),
    )
    return Screen(text, _rows(say, card, now, home))


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws cards for whoever follows a broadcast, each in their own language."""

    texts: Texts
    courses: Courses

    def card(self, language: str, of: Card, now: datetime) -> Screen:
        return card(self.texts.in_(language), of, self.courses, now)


def fingerprint(screen: Screen) -> str:
    """Tells two cards apart; 64 characters."""
    return sha256(repr((screen.text, screen.rows)).encode()).hexdigest()


def _status(say: Say, broadcast: Broadcast) -> str:
    doing = broadcast.kind if broadcast.kind in CHANGES else "send"
    match broadcast.state:
        case BroadcastState.RUNNING:
            return say.label(f"broadcast.doing_{doing}")
        case BroadcastState.DONE:
            return say.label(f"broadcast.done_{doing}")
        case BroadcastState.CANCELLED:
            return say.label("broadcast.stopped" if is_over(broadcast) else "broadcast.stopping")
        case state:
            return say.label(f"broadcast.{state}")


def _percent(part: int, total: int) -> int:
    """Rounded down: 100 means all of them."""
    return part * 100 // total if total else 0


def _counts(say: Say, card: Card) -> list[str]:
    """How many are in each state, in words; states of nobody are left out."""
    broadcast = card.broadcast
    change = broadcast.kind in CHANGES
    sent = broadcast.kind if change else DeliveryState.SENT
    unsure = "unknown" if broadcast.at_most_once else "twice"
    numbers = [
        (sent, broadcast.count(DeliveryState.SENT)),
        ("waiting", broadcast.waiting),
        *((state, broadcast.count(state)) for state in _COUNTED),
        (unsure, 0 if change else broadcast.unsure),
        ("acknowledged", card.acknowledged),
    ]
    return [say.label(f"broadcast.count_{key}", n=number) for key, number in numbers if number]


@dataclass(frozen=True, slots=True)
class Polled:
    """What was asked, how many voted, and for each option how many votes it has."""

    question: str
    voters: int
    options: tuple[tuple[str, int], ...]


def poll_of(card: Card) -> Polled | None:
    """The poll of a broadcast with its votes; a change of a notice has none of its own."""
    if card.broadcast.kind is not DeliveryKind.NOTICE:
        return None
    poll = Message.from_json(card.subject.content or "").poll
    if poll is None:
        return None
    counted = (*card.votes.options, *[0] * len(poll.options))
    return Polled(poll.question, card.votes.voters, tuple(zip(poll.options, counted, strict=False)))


def _poll(card: Card) -> dict[str, object] | None:
    poll = poll_of(card)
    if poll is None:
        return None
    options = [
        {"text": text, "votes": number, "percent": _percent(number, poll.voters)}
        for text, number in poll.options
    ]
    return {"question": poll.question, "voters": poll.voters, "options": options}


def _notes(say: Say, card: Card, now: datetime) -> list[str]:
    """What explains the figures: why it waits, how fast it goes, how long it takes."""
    broadcast = card.broadcast
    if card.withdrawal_id is not None:
        return [say.label("broadcast.withdrawn")]
    if not broadcast.planned:
        return [say.label("broadcast.planning"), *_progress(say, card, now)]
    if not broadcast.total and broadcast.state is not BroadcastState.SKIPPED:
        change = broadcast.kind in CHANGES
        return [say.label("broadcast.empty_change" if change else "broadcast.empty")]
    return _progress(say, card, now)


def _progress(say: Say, card: Card, now: datetime) -> list[str]:
    if card.broadcast.state is not BroadcastState.RUNNING or not card.broadcast.waiting:
        return []
    notes = []
    if card.resumes_at is not None:
        notes.append(_at(say, "slow_down", card.resumes_at, now))
    elif card.again_at is not None:
        notes.append(_at(say, "again", card.again_at, now))
    elif card.rate:
        notes.append(_speed(say, card.rate, card.seconds_left))
    elif card.rate is not None and not card.later:
        notes.append(say.label("broadcast.in_line"))
    if card.later is not None:
        later = card.later
        notes.append(_at(say, "quiet", later.at, now, n=later.count, more=later.more))
    return notes


def _at(say: Say, key: str, at: datetime, now: datetime, **names: object) -> str:
    return say.label(f"broadcast.{key}", at=at, far=at - now > _FAR, **names)


def _speed(say: Say, rate: float, seconds_left: float | None) -> str:
    told = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
    left = "" if seconds_left is None else _left(say, seconds_left)
    return say.label("broadcast.speed", rate=told, left=left)


def _left(say: Say, seconds: float) -> str:
    """A time in the unit in which people say it: 5 seconds, 3 minutes, 1.5 hours."""
    unit, number = "seconds", float(math.ceil(seconds))
    if seconds > 59:
        unit, number = "minutes", max(1.0, round(seconds / 60))
    if seconds > 59 * 60:
        unit, number = "hours", max(1.0, round(seconds / 1800) / 2)
    return say.label(f"broadcast.left_{unit}", n=f"{number:g}")


def _rows(say: Say, card: Card, now: datetime, home: str) -> Rows:
    broadcast, i = card.broadcast, card.broadcast.id
    rows: list[tuple[Button, ...]] = []
    stop = button(say, "broadcast.stop", "broadcast_stop", i)
    if broadcast.state is BroadcastState.RUNNING:
        rows.append((button(say, "broadcast.pause", "broadcast_pause", i), stop))
    if broadcast.state is BroadcastState.PAUSED:
        rows.append((button(say, "broadcast.resume", "broadcast_resume", i), stop))
    rows.append(_about_the_lost(say, card))
    if card.withdrawal_id is not None:
        rows.append((button(say, "broadcast.see_withdrawal", "broadcast", card.withdrawal_id),))
    elif broadcast.of_id is not None:
        rows.append((button(say, "broadcast.see_original", "broadcast", broadcast.of_id),))
    elif broadcast.total and broadcast.state is not BroadcastState.RUNNING:
        rows.append(_changes(say, broadcast, now))
    if card.corrected:
        of_id = broadcast.of_id or i
        rows.append((button(say, "broadcast.said_before", "broadcast_before", of_id, 0),))
    refresh = (button(say, "button.refresh", "broadcast", i),) if card.is_over else ()
    rows.append((*back(say, home)[0], *refresh))
    return tuple(row for row in rows if row)


def _about_the_lost(say: Say, card: Card) -> tuple[Button, ...]:
    broadcast = card.broadcast
    failed = broadcast.count(DeliveryState.FAILED)
    unsure = 0 if broadcast.kind in CHANGES else broadcast.unsure
    row = []
    if broadcast.count(*_LOST) + unsure:
        row.append(button(say, "broadcast.lost", "broadcast_lost", broadcast.id, 0))
    if failed and broadcast.state is BroadcastState.DONE and card.withdrawal_id is None:
        label = say.label("broadcast.retry", n=failed)
        row.append(Button(label, press("broadcast_retry", broadcast.id)))
    return tuple(row)


def _changes(say: Say, broadcast: Broadcast, now: datetime) -> tuple[Button, ...]:
    if is_past_change(broadcast.finished_at, now):
        return ()
    withdraw = button(say, "broadcast.withdraw", "broadcast_withdraw", broadcast.id)
    if broadcast.kind is not DeliveryKind.NOTICE:
        return (withdraw,)
    return (button(say, "broadcast.correct", "broadcast_correct", broadcast.id), withdraw)


def listed(say: Say, page: Page[tuple[Broadcast, Subject]], courses: Courses) -> Screen:
    """A page of broadcasts."""

    def line(each: tuple[Broadcast, Subject]) -> Button:
        broadcast, subject = each
        return Button(_line(say, broadcast, subject, courses), press("broadcast", broadcast.id))

    rows = paged(say, page.map(line), "broadcasts", "staff")
    return Screen(say("broadcast.list", count=len(page.items)), rows)


def _line(say: Say, broadcast: Broadcast, subject: Subject, courses: Courses) -> str:
    total = broadcast.total
    over = is_over(broadcast)
    part = broadcast.count(DeliveryState.SENT) if over else total - broadcast.waiting
    return say.label(
        "broadcast.line",
        status=say.label(
            f"broadcast.line_{'withdrawn' if broadcast.withdrawn else broadcast.state}"
        ),
        total=total,
        percent=_percent(part, total),
        mark=KINDS[broadcast.kind].mark,
        name=excerpt(about(say, subject, courses), _LABEL),
        day=broadcast.slot_at,
        sender=excerpt(broadcast.sender or broadcast.node_name, _SENDER),
    )


def lost(say: Say, card: Card, troubles: Page[Trouble], courses: Courses) -> Screen:
    """A page of whom it did not reach and why."""
    broadcast = card.broadcast
    nameless = say.label("broadcast.one_of_them")
    lines = [
        {
            "number": number,
            "name": each.name or nameless,
            "why": say.label(f"broadcast.why_{each.why}"),
        }
        for number, each in enumerate(troubles.items, start=troubles.first)
    ]
    turn = pager(
        say, troubles, press("broadcast_lost", broadcast.id), press("broadcast", broadcast.id)
    )
    may_retry = (
        broadcast.state is BroadcastState.DONE
        and card.withdrawal_id is None
        and broadcast.count(DeliveryState.FAILED, DeliveryState.UNREACHABLE) > 0
    )
    again: Rows = (
        ((button(say, "broadcast.try_again", "broadcast_retry", broadcast.id),),)
        if may_retry
        else ()
    )
    text = say("broadcast.lost_list", name=name(say, broadcast, card.subject, courses), lines=lines)
    return Screen(text, (*again, *turn))


def confirm_stop(say: Say, card: Card, courses: Courses) -> Screen:
    """What is lost by stopping; to pause is offered beside it."""
    text = say("broadcast.stop_sure", **facts(say, card, courses))
    yes_or_no = _yes_or_no(say, card, "broadcast.stop_yes", "broadcast_stopped")
    if card.broadcast.state is BroadcastState.PAUSED:
        return Screen(text, yes_or_no)
    wait = button(say, "broadcast.wait", "broadcast_pause", card.broadcast.id)
    return Screen(text, ((wait,), *yes_or_no))


def confirm_withdraw(say: Say, card: Card, courses: Courses) -> Screen:
    """What taking it back does, and what Telegram does not allow."""
    text = say("broadcast.withdraw_sure", **facts(say, card, courses))
    return Screen(text, _yes_or_no(say, card, "broadcast.withdraw_yes", "broadcast_withdrawn"))


def confirm_retry(say: Say, card: Card, courses: Courses) -> Screen:
    """Some of what counts as failed may have arrived: nobody can know."""
    failed = card.broadcast.count(DeliveryState.FAILED)
    text = say(
        "broadcast.retry_sure",
        **facts(say, card, courses),
        n=failed,
        unsure=min(failed, card.broadcast.unsure),
    )
    return Screen(text, _yes_or_no(say, card, "broadcast.retry_yes", "broadcast_retried"))


def _yes_or_no(say: Say, card: Card, label: str, action: str) -> Rows:
    no = button(say, "button.back", "broadcast", card.broadcast.id)
    return ((no, button(say, label, action, card.broadcast.id)),)


def facts(say: Say, card: Card, courses: Courses) -> dict[str, object]:
    """What is told before a change: what it is, how many people or groups have it (`done`) and how
    many wait, in words."""
    broadcast = card.broadcast
    unit = f"broadcast.unit_{'groups' if broadcast.audience.groups else 'people'}"
    return {
        "name": name(say, broadcast, card.subject, courses),
        "done": say.label(unit, n=broadcast.count(DeliveryState.SENT)),
        "waiting": say.label(unit, n=broadcast.waiting),
        "some_wait": broadcast.waiting > 0,
    }
