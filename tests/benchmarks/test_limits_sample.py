"""A sample of the limits of many kinds: virtual time, so nothing depends on the machine."""

import math
from collections.abc import Callable, Sequence

import pytest

from scheduler.limit import Limit
from tests.benchmarks import other_limits
from tests.benchmarks.bounds import bound
from tests.benchmarks.limiters import MODELS, Bucket, Fixed, Limiter, Penalty, Sliding, steps
from tests.benchmarks.limits import LIMITS, MUST, Tried, tried
from tests.benchmarks.virtual import Push, Way

UNEVEN = "a bucket of 1.5 messages"


def constant(limit: float) -> Limiter:
    return Sliding(steps((0, limit)), 1)


def accepted(limiter: Limiter, *times: float) -> list[bool]:
    return [limiter.accepts(at, 1) for at in times]


def test_a_bucket_lets_pass_what_was_saved_up_and_then_its_rate() -> None:
    bucket = Bucket(steps((0, 2)), lambda _: 2.0)
    assert accepted(bucket, 0, 0.1, 0.2, 0.5, 0.6) == [True, True, False, True, False]


@pytest.mark.parametrize("model", ["a bucket of a second", "any second", "each second"])
def test_an_album_counts_by_its_parts(model: str) -> None:
    limiter = MODELS[model](steps((0, 10)))
    assert limiter.accepts(0.0, 9)
    assert not limiter.accepts(0.01, 10)
    assert limiter.accepts(0.01, 1)


def test_a_fixed_window_begins_anew() -> None:
    fixed = Fixed(steps((0, 2)), 1, phase=0)
    assert accepted(fixed, 0.8, 0.9, 0.95, 1.0, 1.1, 1.2) == [True, True, False, True, True, False]


def test_a_penalty_refuses_everything_and_tells_for_how_long() -> None:
    penalty = Penalty(constant(1), 3)
    assert [penalty.wait(at) for at in (0.0, 0.5, 1.4, 3.4, 3.5)] == [0, 3, 3, 1, 0]
    assert [penalty.closed(at) for at in (0.6, 3.4, 3.5)] == [3, 1, 0]


@pytest.mark.parametrize("model", [name for name in MODELS if name != UNEVEN])
def test_a_limit_that_is_told_is_used_and_never_overstepped(model: str) -> None:
    found = tried("30", 10, model)
    assert found.share >= 0.99
    assert found.refusals == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_bucket_that_bears_no_bunch_refuses_a_single_time(seed: int) -> None:
    found = tried("30", 10, UNEVEN, seed=seed)
    assert found.share >= MUST
    assert found.refusals <= 1


@pytest.mark.parametrize(
    ("limit", "penalty", "model"),
    [
        ("20", 0, "a bucket of 1.5 messages"),
        ("20", 10, "a bucket of a second"),
        ("20", 10, "a bucket of 3 seconds"),
        ("20", 3, "a bucket of a second"),
        ("20", 3, "any second"),
        ("20", 0, "each second"),
        ("20", 0, "each 3 seconds"),
        ("7", 0, "each second"),
        ("7", 3, "each 3 seconds"),
        ("7", 0, "any 3 seconds"),
        ("7", 3, "any 3 seconds"),
        ("7", 10, "a bucket of 1.5 seconds"),
        ("1", 3, "a bucket of a second"),
        ("1", 10, "a bucket of a second"),
        ("30 → 10 → 30", 0, "a bucket of a second"),
        ("30 → 12 → 30", 3, "any second"),
        ("30 → 18 → 30", 3, "a bucket of a second"),
    ],
)
def test_a_limit_that_nobody_tells_is_learnt(limit: str, penalty: int, model: str) -> None:
    found = tried(limit, penalty, model)
    assert found.share >= MUST, found
    assert found.refusals <= 14, found
    if len(LIMITS[limit]) == 1:
        assert found.refusals_learnt <= 2, found  # one in two minutes, at most


@pytest.mark.parametrize("penalty", [0, 5])
@pytest.mark.parametrize("seconds", [2, 30])
def test_a_window_that_is_not_in_the_table_is_learnt(seconds: float, penalty: float) -> None:
    sliding = Sliding(steps((0, 7)), seconds)
    seen = Push(30, Penalty(sliding, penalty), Way()).run(600)
    assert len(seen.accepted) >= MUST * 7 * 600


@pytest.mark.parametrize(
    ("limit", "model", "pause"),
    [
        ("7", "each second, begun elsewhere", "told too short"),
        ("7", "filled each second", "3"),
        ("20", "each 2 s", "0"),
        ("20", "a bucket of 2 seconds", "told too long"),
    ],
)
def test_other_limits_are_learnt(limit: str, model: str, pause: str) -> None:
    found = other_limits.tried(limit, model, pause)
    assert found.share >= MUST, found
    assert found.refusals_learnt <= 2, found


@pytest.mark.parametrize("model", ["any 0.5 s", "each 0.5 s"])
def test_a_limit_that_fell_is_not_groped_for_step_by_step(model: str) -> None:
    """What passed before fits a smaller step, by chance; but nothing passes after the pause."""
    found = other_limits.tried("30 → 12 → 30", model, "10")
    assert found.share >= 0.8, found  # of 0.44 and 0.5


def test_a_bucket_that_is_filled_in_steps() -> None:
    filled = other_limits.Refilled(steps((0, 2)), 1, 1)
    assert accepted(filled, 0.1, 0.2, 0.3) == [True, True, False]
    assert accepted(filled, 0.7, 0.8, 0.9) == [True, True, False]


def test_what_one_of_two_limits_refuses_tells_for_how_long() -> None:
    both = other_limits.Both(constant(1), Sliding(steps((0, 1)), 60))
    assert accepted(both, 0.0, 0.1) == [True, False]
    assert both.free_in(0.1) == pytest.approx(0.9)


def test_pauses_that_double_and_that_calls_prolong() -> None:
    doubling = other_limits.Doubling(constant(1), 2)
    assert [doubling.wait(at) for at in (0.0, 0.5, 2.6, 2.7)] == [0, 2, 0, 4]
    prolonged = other_limits.Prolonging(constant(1), 5)
    assert [prolonged.wait(at) for at in (0.0, 0.5, 5.0, 9.9, 15.0)] == [0, 5, 5, 5, 0]


def test_from_next_to_nothing_it_is_a_climb_of_seconds() -> None:
    """What is held by mistake at so little would else be held for minutes."""
    limit = Limit(30.0, 0.0)
    limit.begin(0.1, 0.0)
    assert limit.rate(0.0) == pytest.approx(0.03)
    assert limit.rate(15.0) == pytest.approx(0.1)


@pytest.mark.parametrize(
    "way",
    [
        Way(latency=0.5),
        Way(failing=0.05),
        Way(failing=0.05, counted=True),
        Way(hanging=0.01),
        Way(album=10),
    ],
    ids=["far away", "failing", "failing and counted", "hanging", "albums"],
)
def test_calls_that_are_slow_or_fail_or_hang_cost_no_pace(way: Way) -> None:
    assert tried("30", 3, "a bucket of a second", way).share >= 0.97


@pytest.mark.parametrize("seconds", [3, 5])
def test_a_bucket_in_which_much_is_saved_up_is_not_taken_for_a_limit_that_fell(
    seconds: float,
) -> None:
    """Of 25 where we are told 30: each time it is refused only after 15 seconds and more."""
    bucket = Bucket(steps((0, 25)), lambda limit: seconds * limit)
    seen = Push(30, Penalty(bucket, 10), Way()).run(600)
    assert len(seen.accepted) >= 0.9 * 25 * 600
    assert seen.refusals() <= 8


def test_what_no_sender_can_exceed_is_what_a_refusal_and_a_late_return_cost() -> None:
    def nothing_saved(_: float) -> float:
        return 0.0

    def rest(limits: Sequence[tuple[float, float]]) -> float:
        return bound(limits, 10, nothing_saved, 30, 600)

    assert rest(((0, 30),)) == 1
    assert rest(((0, 20),)) == pytest.approx(1 - 10 / 600)
    falls_and_returns = 100 + math.sqrt(2 * 200 * 100 * 20)  # messages of 14,000
    assert rest(LIMITS["30 → 10 → 30"]) == pytest.approx(1 - falls_and_returns / 14_000)
    assert bound(((0, 20),), 10, lambda limit: 20 * limit, 30, 600) == 1


def longer(left: float) -> int:
    return math.ceil(left) + 2


@pytest.mark.parametrize("told", [math.floor, longer])
def test_a_pause_that_is_told_too_short_or_too_long_is_borne(told: Callable[[float], int]) -> None:
    push = Push(30, Penalty(constant(12), 3.7, told), Way())
    seen = push.run(300)
    assert len(seen.accepted) >= 0.85 * 12 * 300
    assert len(seen.refused) <= 40


def test_so_few_refusals_tell_a_limit_that_hardly_any_is_needed_later() -> None:
    found: list[Tried] = [tried("20", 5, model) for model in ("any second", "any 3 seconds")]
    assert max(each.refusals for each in found) <= 5
