"""A running bot is killed, again and again, in the middle of everything that 300 people say.

An independent model, a few lines of plain Python for each person, says what must be true at the
end: every update handled, every effect there, and none of them twice.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.simulator import Hang, Person, Simulator, acts
from content.screens.me import QUIET_CHOICES
from storage.actions import events, invitations, people
from storage.actions.fan_out import fan_out
from storage.actions.nodes import add_community, found_district
from storage.database import open_database
from storage.migrate import migrate
from storage.model.draft import from_json
from storage.model.event import NewEvent
from storage.model.suggestion_draft import SuggestionDraft
from storage.queries.outbox import unplanned

from .life import Life, Peek

PEOPLE = 300
BEFORE_THE_FORM = 5  # updates of each person, before and after the forms are opened
AFTER_IT = 5
SEED = 20261123
KILLS = 5
IN_FLIGHT = 3  # how many messages the courier has under way at once
# Where it is noon now: the processes have the real clock, and notices wait in quiet hours.
NOON = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
FIRST_TELEGRAM_ID = 6_000_000_001
SEATS = 20
COURSE = "resident-basics"
ITEMS = ("safe-account", "fake-refund", "home-fire", "ebike-battery")
CATEGORIES = ("environment", "repairs", "parking", "other")


@dataclass
class Expected:
    """What must be true of one person in the end, from what they said and in what order."""

    person: Person
    home: str
    paused: bool = False
    quiet: str = "22-7"
    language: str = "zh"
    done: set[str] = field(default_factory=set)
    seats: dict[int, bool] = field(default_factory=dict)  # by event: wants one in the end
    category: str | None = None  # of the open form
    lines: list[str] | None = None  # of the open form; None when none is open
    anonymous: bool = False
    submitted: list[tuple[str, str, bool]] = field(default_factory=list)

    def presses(self, data: str) -> None:
        """Press a button under a message that is gone: nothing takes the place of such a one, so
        that it may be followed by whatever takes it back."""
        acts.press(self.person.world, self.person.account, self.person.chat, 10**9, data)

    def says(self, text: str) -> None:
        acts.say(self.person.world, self.person.account, self.person.chat, text)


Step = Callable[[], None]


class Crowd:
    """Everybody's script. A step queues an update and tells the model what it must come to."""

    def __init__(self, simulator: Simulator, seed: int) -> None:
        self._random = random.Random(seed)
        self.everybody = [
            Expected(
                simulator.person(f"p{n}", id=FIRST_TELEGRAM_ID + n),
                home="东湖社区" if n % 3 else "西山社区",
            )
            for n in range(PEOPLE)
        ]
        for each in self.everybody:
            each.person.account.started = True
        self.writers = self.everybody[::2]

    def first_part(self, reachable: dict[str, list[int]]) -> Iterator[Step]:
        """Presses and texts; in the end every second person opens the form."""
        scripts = []
        for each in self.everybody:
            script = [
                self._anything(each, reachable[each.home], texts=True)
                for _ in range(BEFORE_THE_FORM - 1)
            ]
            last = self._opens(each) if each in self.writers else self._text(each)
            scripts.append([*script, last])
        return self._mixed(scripts)

    def second_part(
        self, reachable: dict[str, list[int]], intents: dict[int, str]
    ) -> Iterator[Step]:
        """The form's own steps, between others; a third of the forms stay open."""
        scripts = []
        for number, each in enumerate(self.everybody):
            near = reachable[each.home]
            if each in self.writers:
                intent = intents[each.person.id]
                rest = [
                    self._text_in_form(each),
                    self._anything(each, near, texts=False),
                    self._toggle(each, intent),
                    self._submit(each, intent) if number % 3 else self._text_in_form(each),
                ]
                scripts.append([self._category(each, intent), *rest])
                if number % 3 == 1:
                    scripts[-1].append(self._text(each))
            else:
                scripts.append([self._anything(each, near, texts=True) for _ in range(AFTER_IT)])
        return self._mixed(scripts)

    def _mixed(self, scripts: list[list[Step]]) -> Iterator[Step]:
        """Everybody's steps in their own order, the people in any."""
        for turn in zip_longest(*scripts):
            steps = [step for step in turn if step is not None]
            self._random.shuffle(steps)
            yield from steps

    def _anything(self, each: Expected, near: list[int], *, texts: bool) -> Step:
        kinds = [self._join, self._join, self._leave_event, self._done, self._setting]
        kind = self._random.choice([*kinds, self._text] if texts else kinds)
        return kind(each, near)

    def _join(self, each: Expected, near: list[int]) -> Step:
        return self._seat(each, self._random.choice(near), True)

    def _leave_event(self, each: Expected, near: list[int]) -> Step:
        return self._seat(each, self._random.choice(near), False)

    def _seat(self, each: Expected, event: int, wanted: bool) -> Step:
        def act() -> None:
            each.seats[event] = wanted
            each.presses(f"{'join' if wanted else 'unjoin'}:{event}")

        return act

    def _done(self, each: Expected, _: object) -> Step:
        item = self._random.choice(ITEMS)

        def act() -> None:
            each.done.add(item)
            each.presses(f"done:{COURSE}:{item}")

        return act

    def _setting(self, each: Expected, _: object) -> Step:
        name, value = self._random.choice(
            [("paused", True), ("paused", False), ("language", "en"), ("language", "zh")]
            + [("quiet", choice) for choice in QUIET_CHOICES]
        )

        def act() -> None:
            setattr(each, name, value)
            button = f"pause:{int(bool(value))}" if name == "paused" else f"{name}:{value}"
            each.presses(button)

        return act

    def _text(self, each: Expected, _: object = None) -> Step:
        text = f"words {self._random.random()}"

        def act() -> None:
            each.says(text)

        return act

    def _opens(self, each: Expected) -> Step:
        def act() -> None:
            each.lines = []
            each.says("/suggest")

        return act

    def _category(self, each: Expected, intent: str) -> Step:
        category = self._random.choice(CATEGORIES)

        def act() -> None:
            each.category = category
            each.presses(f"{intent}\x1dcategory:{category}")

        return act

    def _text_in_form(self, each: Expected) -> Step:
        text = f"suggestion {self._random.random()}"

        def act() -> None:
            assert each.lines is not None
            each.lines.append(text)
            each.says(text)

        return act

    def _toggle(self, each: Expected, intent: str) -> Step:
        anonymous = self._random.random() < 0.5

        def act() -> None:
            each.anonymous = anonymous
            each.presses(f"{intent}\x1d{'anonymous' if anonymous else 'named'}")

        return act

    def _submit(self, each: Expected, intent: str) -> Step:
        def act() -> None:
            assert each.lines is not None
            assert each.category is not None
            each.submitted.append((each.category, "\n".join(each.lines), each.anonymous))
            each.lines = None
            name = "anonymous" if each.anonymous else "named"
            each.presses(f"{intent}\x1dsubmit_{name}")

        return act


def _settle_town(connection: Connection, crowd: list[tuple[int, str, str]]) -> dict[str, list[int]]:
    """A district, its events and everybody in it, as their own actions would have made them."""
    now = datetime.now(UTC)
    district = found_district(connection, "示范区", now)
    owner = people.consent(connection, 1, "owner", "zh", now)
    invitations.invite_owner(connection, district.id, "owner", now)
    invitations.redeem(connection, owner.id, "owner", now)
    homes = {n: add_community(connection, owner.id, n, now) for n in ("东湖社区", "西山社区")}
    reachable: dict[str, list[int]] = {name: [] for name in homes}
    places = [*homes.items(), *homes.items(), ("", district)]
    for days, (name, node) in enumerate(places, start=5):  # none at the time of another
        event = NewEvent(
            draft_key=f"event {name} {len(reachable.get(name, []))}",
            node_id=node.id,
            category="service",
            title="家庭消防演练",
            place="社区广场",
            starts_at=now + timedelta(days=days),
            capacity=SEATS if name and reachable[name] else None,
        )
        posted = events.post(connection, owner.id, event, now)
        for near in [name] if name else list(homes):
            reachable[near].append(posted.id)
    for broadcast_id in unplanned(connection):  # of these events nobody is told: none is here yet
        fan_out(connection, broadcast_id, now, ZoneInfo(NOON))
    for telegram_id, name, home in crowd:
        person = people.consent(connection, telegram_id, name, "zh", now)
        people.choose_community(connection, person.id, homes[home].id, now)
    # One notice to everybody, which the courier delivers while it is being killed.
    notice = NewEvent(
        "notice", district.id, "service", "邻居节", "广场", now + timedelta(days=19), None
    )
    events.post(connection, owner.id, notice, now)
    return reachable


def _form_in_chat(person: Person) -> str:
    """What the buttons of the newest form in a chat begin with."""
    data = [m.rows[0][0].data or "" for m in person.messages if m.rows]
    forms = [d.partition("\x1d")[0] for d in data if "\x1d" in d]
    return forms[-1] if forms else ""


async def _prepare(path: Path, crowd: Crowd) -> dict[str, list[int]]:
    url = f"sqlite:///{path}"
    await asyncio.to_thread(migrate, url)
    database = open_database(url)
    try:
        cast = [(e.person.id, e.person.name, e.home) for e in crowd.everybody]
        return await database.write(_settle_town, cast)
    finally:
        await database.close()


def _intents(peek: Peek) -> dict[int, str]:
    """The form that the bot knows of in each writer's chat."""
    known = {}
    for (key,) in peek.rows("SELECT key FROM conversations WHERE key LIKE '%aiogd:context:%'"):
        _, chat_id, _, *_, intent = str(key).split(":")
        known[int(chat_id)] = intent
    return known


def _forms_stand(peek: Peek, crowd: Crowd) -> bool:
    """Whether the newest form in each writer's chat is the one that the bot knows: what was handled
    may still be on its way to be shown."""
    known, writers = _intents(peek), crowd.writers
    return all(_form_in_chat(each.person) == known[each.person.id] for each in writers)


async def test_kill_9_at_any_moment_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    moments = random.Random(SEED)
    async with Simulator() as simulator:
        crowd = Crowd(simulator, SEED)
        path = tmp_path / "linli.db"
        reachable = await _prepare(path, crowd)
        peek = Peek(path)
        life = Life(
            tmp_path,
            BOT_TOKEN=simulator.token,
            BOT_API_URL=simulator.url,
            DATABASE_URL=f"sqlite:///{path}",
            TIMEZONE=NOON,
            PACE_PER_SECOND="60",
        )

        async def lives_until(measure: Callable[[], int], moment: int, *, kill: bool) -> None:
            await life.until(lambda: measure() >= moment)
            if kill:
                await life.kill()

        try:
            # 1. Everything of the first part waits at Telegram. Killed while it is taken in, and
            #    while it is handled.
            for act in crowd.first_part(reachable):
                act()
            first = len(simulator.world.updates.pending)
            await life.start()
            await lives_until(peek.stored, moments.randrange(1, first // 2), kill=True)
            await life.start()
            await lives_until(peek.handled, moments.randrange(1, first), kill=True)
            await life.start()
            await lives_until(peek.handled, first, kill=False)
            await life.until(lambda: _forms_stand(peek, crowd))
            # 2. The second part comes to a running bot. Killed three times on the way.
            for act in crowd.second_part(reachable, _intents(peek)):
                act()
            total = peek.stored() + len(simulator.world.updates.pending)
            for share in (0, 1, 2):
                low, high = (first + (total - first) * s // 4 for s in (share, share + 1))
                await lives_until(peek.handled, moments.randrange(low, high), kill=True)
                await life.start()
            await lives_until(peek.handled, total, kill=False)
            left = "SELECT count(*) = 0 FROM deliveries WHERE state IN ('queued', 'claimed')"
            await lives_until(lambda: peek.number(left), 1, kill=False)
            assert await life.stop() == 0
        finally:
            await life.kill()

        assert total >= 3000
        _check_updates(peek, total)
        _check_people(peek, crowd)
        _check_seats(peek, crowd)
        _check_suggestions(peek, crowd)
        _check_conversations(peek, crowd)
        _check_notices(peek, crowd)
        peek.close()


def _check_updates(peek: Peek, total: int) -> None:
    assert peek.rows("SELECT update_id, set_aside FROM updates WHERE set_aside IS NOT NULL") == []
    assert (peek.stored(), peek.handled()) == (total, total)
    assert peek.number("SELECT count(*) FROM updates WHERE body IS NOT NULL") == 0


def _check_people(peek: Peek, crowd: Crowd) -> None:
    rows = peek.rows(
        "SELECT telegram_id, paused, language, quiet_starts, quiet_ends FROM persons"
        f" WHERE telegram_id >= {FIRST_TELEGRAM_ID}"
    )
    found = {row[0]: row[1:] for row in rows}
    for each in crowd.everybody:
        quiet = QUIET_CHOICES[each.quiet].quiet
        starts, ends = (_sql(quiet.starts), _sql(quiet.ends)) if quiet else (None, None)
        assert found[each.person.id] == (each.paused, each.language, starts, ends), each
    done = peek.rows(
        "SELECT telegram_id, item_id FROM acknowledgements JOIN persons ON persons.id = person_id"
    )
    expected = [(each.person.id, item) for each in crowd.everybody for item in each.done]
    assert sorted(done) == sorted(expected)


def _sql(at: time) -> str:
    return at.strftime("%H:%M:%S.%f")


def _check_seats(peek: Peek, crowd: Crowd) -> None:
    rows = peek.rows(
        "SELECT event_id, telegram_id FROM sign_ups JOIN persons ON persons.id = person_id"
        " WHERE state IN ('signed_up', 'offered')"  # an offered seat is kept, so it is taken
    )
    for event_id, seats, taken in peek.numbers(
        "SELECT id, coalesce(capacity, 0), taken FROM events"
    ):
        holders = [who for event, who in rows if event == event_id]
        wanted = {e.person.id for e in crowd.everybody if e.seats.get(event_id)}
        assert taken == len(holders) == len(set(holders))
        if seats == 0:
            assert set(holders) == wanted
        else:  # who came too late depends on whose update was handled first
            assert set(holders) <= wanted
            assert len(holders) <= seats


def _check_suggestions(peek: Peek, crowd: Crowd) -> None:
    rows = peek.rows(
        "SELECT telegram_id, category, text, anonymous FROM suggestions"
        " JOIN persons ON persons.id = author_id"
    )
    expected = [(e.person.id, *draft) for e in crowd.everybody for draft in e.submitted]
    assert len(expected) == len(crowd.writers) * 2 // 3
    assert sorted(rows) == sorted(expected)
    numbers = peek.rows("SELECT sequence FROM suggestions ORDER BY sequence")
    assert [n for (n,) in numbers] == list(range(1, len(expected) + 1))


def _draft_in(form: dict[str, Any]) -> SuggestionDraft:
    return from_json(SuggestionDraft, form["dialog_data"]["draft"])


def _check_conversations(peek: Peek, crowd: Crowd) -> None:
    forms = {}
    for key, data in peek.rows("SELECT key, data FROM conversations"):
        _, who, _, *destiny = str(key).split(":")
        if destiny[:2] == ["aiogd", "context"]:
            forms[int(who)] = json.loads(str(data))
    unfinished = {e.person.id: e for e in crowd.everybody if e.lines is not None}
    assert forms.keys() == unfinished.keys()
    for chat_id, form in forms.items():
        each, draft = unfinished[chat_id], _draft_in(form)
        assert form["state"] == "SuggestForm:review"
        assert each.lines is not None
        found = (draft.category, draft.text, draft.anonymous)
        assert found == (each.category, "\n".join(each.lines), each.anonymous)


def _check_notices(peek: Peek, crowd: Crowd) -> None:
    """Delivered at least once; again only what was in flight at one of the kills."""
    of_it = "SELECT state FROM deliveries WHERE broadcast_id IS NOT NULL"  # the rest offer seats
    states = Counter(state for (state,) in peek.rows(of_it))
    assert states == {"sent": PEOPLE}
    seen = [
        sum("邻居节" in m.text for m in each.person.messages if m.by_bot)
        for each in crowd.everybody
    ]
    assert min(seen) == 1
    assert sum(seen) <= PEOPLE + KILLS * IN_FLIGHT


async def test_a_form_is_submitted_once_if_the_kill_comes_between_its_two_writes(
    tmp_path: Path,
) -> None:
    """The suggestion is stored, and the form not yet closed, because Telegram hangs in between."""
    async with Simulator() as simulator:
        crowd = Crowd(simulator, SEED)
        ana = crowd.everybody[0]
        path = tmp_path / "linli.db"
        await _prepare(path, crowd)
        peek = Peek(path)
        life = Life(
            tmp_path,
            BOT_TOKEN=simulator.token,
            BOT_API_URL=simulator.url,
            DATABASE_URL=f"sqlite:///{path}",
            TIMEZONE=NOON,
        )
        try:
            ana.says("/suggest")
            await life.start()
            await life.until(lambda: peek.handled() == 1)
            intent = _form_in_chat(ana.person)
            for data in (f"{intent}\x1dcategory:repairs", None, f"{intent}\x1dsubmit_named"):
                if data == f"{intent}\x1dsubmit_named":
                    await life.until(lambda: peek.handled() == 3)
                    simulator.faults.next(Hang(), method="editMessageText", chat_id=ana.person.id)
                ana.presses(data) if data else ana.says("a lamp")
            await life.until(lambda: peek.number("SELECT count(*) FROM suggestions") == 1)
            ana.says("another lamp")
            await life.until(lambda: peek.stored() == 5)
            await life.kill()
            await life.start()
            await life.until(lambda: peek.handled() == 5)
            assert peek.rows("SELECT text FROM suggestions") == [("a lamp",)]
            await ana.person.sees_button(
                "作为建议提交"
            )  # the second text was met outside of any form
            forms = "SELECT count(*) FROM conversations WHERE key LIKE '%aiogd:context%'"
            assert peek.number(forms) == 0
            assert await life.stop() == 0
        finally:
            await life.kill()
            peek.close()
