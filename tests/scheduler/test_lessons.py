"""What refusals teach: bounds that hold for the true way of counting, and cross for others."""

import pytest

from scheduler.lessons import KINDS, Belief, Bounds, Kind, Lesson, Passed
from tests.benchmarks.limiters import Bucket, Fixed, Limiter, Sliding, steps

TRUE = 12.0  # messages a second
OFTEN = 20.0  # sent before the first refusal,
LESS = 13.0  # and before the second
PAUSE = 7.0  # seconds


def lessons(limiter: Limiter, *rates: float) -> list[Lesson]:
    """Of a refusal at each of these rates; by default of two, of which one came quickly and one
    slowly."""
    passed, found, now = Passed(), [], 0.0
    for rate in rates or (OFTEN, LESS):
        now += 1 / rate
        while limiter.accepts(now, 1):
            passed.add(now, 1)
            now += 1 / rate
        found.append(passed.lesson(now))
        now += PAUSE
    return found


def bounds(kind: Kind, lesson: Lesson) -> Bounds:
    return lesson[KINDS.index(kind)]


@pytest.mark.parametrize(
    ("limiter", "kind"),
    [
        (Bucket(steps((0, TRUE)), lambda _: 3.0), Kind(saved_messages=3)),
        (Bucket(steps((0, TRUE)), lambda rate: rate), Kind(saved_seconds=1)),
        (Bucket(steps((0, TRUE)), lambda rate: 3 * rate), Kind(saved_seconds=3)),
        (Sliding(steps((0, TRUE)), 1), Kind(window=1)),
        (Sliding(steps((0, TRUE)), 3), Kind(window=3)),
    ],
)
def test_the_bounds_of_the_true_kind_hold_the_limit_and_say_it_closely(
    limiter: Limiter, kind: Kind
) -> None:
    belief = Belief()
    for lesson in lessons(limiter):
        low, high = bounds(kind, lesson)
        assert low <= TRUE <= high * 1.001
        assert belief.learn(lesson)
    assert any(each.low >= 0.97 * TRUE and each.high <= 1.03 * TRUE for each in belief.possible())


def test_a_kind_whose_bounds_cross_is_not_believed() -> None:
    belief = Belief()
    for lesson in lessons(Bucket(steps((0, TRUE)), lambda rate: 3 * rate)):
        belief.learn(lesson)
    assert max(each.high for each in belief.possible()) < 1.1 * TRUE  # as a window it said 20


@pytest.mark.parametrize("phase", [0.5, 0.6])
def test_windows_of_fixed_moments_are_believed_against_what_agrees_by_chance(phase: float) -> None:
    """A window ends amid the first messages, which then look like a bucket of much less."""
    belief = Belief()
    for lesson in lessons(Fixed(steps((0, 7)), 1, phase), 30, 8):
        belief.learn(lesson)
    assert max(each.high for each in belief.possible()) == pytest.approx(7)


def test_after_a_single_lesson_what_telegram_publishes_is_believed() -> None:
    first = lessons(Bucket(steps((0, TRUE)), lambda _: 3.0))[0]
    belief = Belief()
    belief.learn(first)
    assert belief.possible() == [bounds(Kind(window=1), first)]


def test_a_limit_that_is_another_now_is_learnt_anew_and_counted_as_before() -> None:
    belief = Belief()
    limiter = Bucket(steps((0, TRUE)), lambda rate: 3 * rate)
    for lesson in lessons(limiter):
        belief.learn(lesson)
    kinds = len(belief.possible())
    belief.begin()
    assert not belief.taught
    assert len(belief.possible()) == kinds < len(KINDS)
    assert all(each == Bounds() for each in belief.possible())


def test_lessons_that_no_limit_gives_leave_the_newest_one() -> None:
    belief = Belief()
    slow = lessons(Sliding(steps((0, TRUE)), 1))[1]
    fast = tuple(Bounds(10 * low, 10 * high) for low, high in slow)
    assert belief.learn(slow)
    assert not belief.learn(fast)
    assert max(each.high for each in belief.possible()) >= 10 * TRUE


@pytest.mark.parametrize("saved", [1.5, 3.0, 12.0])
def test_where_two_refusals_agree_the_round_number_is_found(saved: float) -> None:
    first, second = lessons(Bucket(steps((0, TRUE)), lambda _: saved))
    belief = Belief()
    belief.learn(first)
    assert belief.whole(LESS) == []  # one refusal tells no number
    belief.learn(second)
    assert belief.whole(LESS) == [TRUE]
    assert belief.whole(TRUE) == []  # it was refused


def test_a_limit_that_is_no_round_number_is_taken_for_none() -> None:
    belief = Belief()
    for lesson in lessons(Bucket(steps((0, 12.4)), lambda _: 1.5)):
        belief.learn(lesson)
    assert belief.whole(LESS) == []
