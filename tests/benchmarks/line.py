"""A crowd at one event: 500 people press within ten seconds, and there are 100 places. Who comes
first is in, the others stand in line as they came; on both databases, through the whole product."""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from storage.model.sign_up import SignUpState
from storage.tables import events, sign_ups
from tests.benchmarks import prefill
from tests.benchmarks.outcome import Miscounted, Outcome, measured
from tests.benchmarks.press import product_round
from tests.benchmarks.processes import load_server, product
from tests.conftest import new_postgres

MUST_P99 = 1.0
_EVENT, _OTHER, _WARM_UP = 1, 2, 100


def run(people: int = 500, places: int = 100, seconds: int = 10) -> Outcome:
    """Presses become available to the bot at an even rate; a press waits from that moment on."""
    found: dict[str, Any] = {}
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        found["SQLite"] = measure(folder, people, places, people / seconds)
        server = os.environ.get("TEST_DATABASE_URL")
        if server:
            url = kept.enter_context(new_postgres(server, "line"))
            other = Path(kept.enter_context(tempfile.TemporaryDirectory()))
            found["PostgreSQL"] = measure(other, people, places, people / seconds, url)
    waits = {name: each["crowd"]["answer_seconds"] for name, each in found.items()}
    told = [
        f"{name}: p50 {each['p50']:.3f} s, p99 {each['p99']:.3f} s,"
        f" {found[name]['places_off']} places from the order of arrival at most"
        for name, each in waits.items()
    ]
    return Outcome(
        "line",
        f"{people} people press within {seconds} s on one event of {places} places: wait for an "
        "answer",
        f"p99 ≤ {MUST_P99:g} s; {places} in, the others wait in order of arrival",
        f"{'; '.join(told)}; {places} in, {people - places} wait",
        all(
            waits[name]["p99"] <= MUST_P99 and not each["places_off"]
            for name, each in found.items()
        ),
        found,
    )


def measure(
    folder: Path, people: int, places: int, rate: float | None, url: str | None = None
) -> dict[str, Any]:
    """Raises Miscounted if somebody was lost, or stands where they did not come."""
    url = prefill.new_database(folder, people, url=url)
    prefill.with_database(url, lambda connection: _of(connection, places))
    found: dict[str, Any] = {"rate": rate}
    with load_server(folder) as server, product(folder, server, url) as bot:
        measured(bot, lambda: product_round(server, min(people, _WARM_UP), number=_OTHER - 1))
        found["crowd"] = measured(
            bot,
            lambda: server.round(
                prefill.everybody(people, f"join:{_EVENT}", 1),
                {"answerCallbackQuery": people, "editMessageText": people},
                texts=prefill.shown_texts(),
                rate=rate,
                deadline=120,
            ),
        )
    found["places_off"] = check(prefill.with_database(url, _came), people, places)
    return found


def check(came: tuple[int, list[int], list[int]], people: int, places: int) -> int:
    """How far somebody in line stands from where they came, at most. `came` is how many places are
    taken, by whom, and who waits in which order; people came in the order of their ids. Raises
    Miscounted if somebody was lost."""
    taken, in_, waiting = came
    off = max(abs(who - place) for place, who in enumerate([*sorted(in_), *waiting], start=1))
    if (taken, len(in_), len({*in_, *waiting})) != (places, places, people):
        raise Miscounted(f"{taken} places are taken by {in_}; in line: {waiting}")
    return off


def _of(connection: Connection, places: int) -> None:
    connection.execute(update(events).where(events.c.id == _EVENT).values(capacity=places))


def _came(connection: Connection) -> tuple[int, list[int], list[int]]:
    taken = connection.execute(select(events.c.taken).where(events.c.id == _EVENT)).scalar_one()
    those = select(sign_ups.c.person_id).where(sign_ups.c.event_id == _EVENT)
    states = (SignUpState.SIGNED_UP, SignUpState.WAITING)
    in_, waiting = (
        list(
            connection.execute(
                those.where(sign_ups.c.state == state).order_by(sign_ups.c.waiting_at)
            ).scalars()
        )
        for state in states
    )
    return taken, in_, waiting
