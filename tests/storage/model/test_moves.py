"""The tables of legal moves, walked pair by pair, and what follows from them."""

import importlib
import pkgutil
from enum import StrEnum
from itertools import product

import pytest

from storage import model
from storage.model.broadcast import BROADCAST_MOVES, BroadcastState
from storage.model.closing import CLOSING_MOVES, ClosingState
from storage.model.delivery import DELIVERY_MOVES, MAX_ATTEMPTS, DeliveryState, backoff
from storage.model.event import EVENT_MOVES, EventState
from storage.model.ledger import ENTRY_MOVES, EntryState
from storage.model.moves import sources_of
from storage.model.node import NodeKind
from storage.model.person import REQUEST_MOVES, RequestState
from storage.model.plan import TARGET_MOVES, TargetState
from storage.model.roles import GRANTABLE, POWERS, Grant, Power, Role, allowed, roles_to_hand_on
from storage.model.schedule import SCHEDULE_MOVES, ScheduleState
from storage.model.sign_up import SIGN_UP_MOVES, SignUpState
from storage.model.staff import INVITATION_MOVES, ROLE_MOVES, InvitationState, RoleState
from storage.model.suggestion import SUGGESTION_MOVES, SuggestionState, format_number

# Every table, and what is drawn in docs: a move that is not here must not be possible.
DRAWN: list[tuple[type[StrEnum], dict[str, frozenset[str]], str]] = [
    (
        DeliveryState,
        DELIVERY_MOVES,  # type: ignore[list-item]
        "queued>claimed queued>cancelled claimed>queued claimed>sent claimed>unreachable"
        " claimed>failed claimed>expired claimed>cancelled failed>queued unreachable>queued"
        " unreachable>cancelled",
    ),
    (
        BroadcastState,
        BROADCAST_MOVES,  # type: ignore[list-item]
        "running>paused running>done running>cancelled paused>running paused>done"
        " paused>cancelled"
        " done>running",
    ),
    (
        EventState,
        EVENT_MOVES,  # type: ignore[list-item]
        "draft>open draft>cancelled open>closed closed>open open>cancelled closed>cancelled"
        " open>held open>not_held closed>held closed>not_held"
        " held>closed held>not_held not_held>closed not_held>held",
    ),
    (
        SignUpState,
        SIGN_UP_MOVES,  # type: ignore[list-item]
        "signed_up>cancelled cancelled>signed_up cancelled>waiting waiting>offered"
        " waiting>cancelled offered>signed_up offered>cancelled",
    ),
    (
        RequestState,
        REQUEST_MOVES,  # type: ignore[list-item]
        "pending>accepted pending>declined pending>withdrawn withdrawn>pending",
    ),
    (EntryState, ENTRY_MOVES, "counted>replaced counted>voided"),  # type: ignore[list-item]
    (TargetState, TARGET_MOVES, "counted>replaced counted>removed"),  # type: ignore[list-item]
    (
        ClosingState,
        CLOSING_MOVES,  # type: ignore[list-item]
        "checked>checked checked>accepted checked>sent_back accepted>accepted accepted>closed "
        "accepted>sent_back closed>reopened",
    ),
    (RoleState, ROLE_MOVES, "held>ended ended>held"),  # type: ignore[list-item]
    (InvitationState, INVITATION_MOVES, "open>used open>recalled"),  # type: ignore[list-item]
    (ScheduleState, SCHEDULE_MOVES, "active>ended active>cancelled"),  # type: ignore[list-item]
    (
        SuggestionState,
        SUGGESTION_MOVES,  # type: ignore[list-item]
        "received>adopted received>declined adopted>implemented",
    ),
]


@pytest.mark.parametrize(("states", "moves", "drawn"), DRAWN, ids=[d[0].__name__ for d in DRAWN])
def test_the_legal_moves_are_those_that_are_drawn_and_no_other(
    states: type[StrEnum], moves: dict[str, frozenset[str]], drawn: str
) -> None:
    legal = {tuple(move.split(">")) for move in drawn.split()}
    for source, target in product(states, states):
        assert (target in moves[source]) is ((source, target) in legal), (source, target)
    assert set(moves) == set(states), "every state has its line"


@pytest.mark.parametrize(("states", "moves"), [d[:2] for d in DRAWN])
def test_the_sources_of_a_state_are_its_moves_read_backwards(
    states: type[StrEnum], moves: dict[str, frozenset[str]]
) -> None:
    for source, target in product(states, states):
        assert (source in sources_of(moves, target)) is (target in moves[source])


def test_every_drawn_table_is_walked_and_none_is_forgotten() -> None:
    names = (each.name for each in pkgutil.iter_modules(model.__path__, "storage.model."))
    modules = [importlib.import_module(name) for name in names]
    found = {
        id(value)
        for module in modules
        for name, value in vars(module).items()
        if name.endswith("MOVES")
    }
    assert found == {id(moves) for _, moves, _ in DRAWN}


def test_waits_double_from_two_seconds_to_five_minutes() -> None:
    waits = [backoff(n).total_seconds() for n in range(1, MAX_ATTEMPTS + 1)]
    assert waits[:4] == [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert max(waits) == 300
    assert 10 * 3600 < sum(waits) < 14 * 3600, "about half a day"


def test_numbers_grow_past_four_digits() -> None:
    assert [format_number(2026, n) for n in (1, 42, 10_000)] == [
        "2026-0001",
        "2026-0042",
        "2026-10000",
    ]


def grant(role: Role, path: str) -> Grant:
    return Grant(role, 1, "x", path)


def test_a_role_reaches_what_is_below_it_and_nothing_beside() -> None:
    for role, power in product(Role, Power):
        held = (grant(role, "/1/2/"),)
        has = power in POWERS[role]
        assert allowed(held, power, "/1/2/") is has
        assert allowed(held, power, "/1/2/7/") is has
        for beside in ("/1/", "/1/20/", "/1/3/", "/2/", ""):
            assert not allowed(held, power, beside)


def test_nobody_hands_on_a_power_that_they_lack() -> None:
    for holder, kind in product(Role, NodeKind):
        held = (grant(holder, "/1/"),)
        handed = roles_to_hand_on(held, kind, "/1/2/")
        assert set(handed) <= set(GRANTABLE[holder])
        assert all(POWERS[role] <= POWERS[holder] for role in handed)
        assert not handed or Power.INVITE_STAFF in POWERS[holder]
        assert roles_to_hand_on(held, kind, "/2/") == ()
    assert roles_to_hand_on((), NodeKind.DISTRICT, "/1/") == ()


def test_a_role_is_handed_on_only_where_it_belongs() -> None:
    owner = (grant(Role.OWNER, "/1/"),)
    district = roles_to_hand_on(owner, NodeKind.DISTRICT, "/1/")
    community = roles_to_hand_on(owner, NodeKind.COMMUNITY, "/1/2/")
    assert district == (Role.OWNER, Role.DISTRICT, Role.VIEWER)
    assert community == (Role.COMMUNITY, Role.VIEWER)
    handed_by_district = roles_to_hand_on((grant(Role.DISTRICT, "/1/"),), NodeKind.DISTRICT, "/1/")
    assert Role.OWNER not in handed_by_district
