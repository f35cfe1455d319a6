"""What roll-ups cost on a small scale: that the same is done with their triggers and without."""

import pytest

from tests.benchmarks import rollup_costs
from tests.benchmarks.outcome import Miscounted


def test_the_same_is_done_on_both_and_summed_up_on_one() -> None:
    found = rollup_costs.measure(None, rollup_costs.Size(40, 8, 8, 16, rounds=1))
    assert {*rollup_costs.JUDGED} < found.keys()
    assert all(len(each["with"]) == 1 for each in found.values())


@pytest.mark.parametrize(
    ("kept", "idle"),
    [
        ({"sent": 2, "summed": 2, "reached": 0}, {"sent": 1, "summed": 0, "reached": 0}),
        ({"sent": 2, "summed": 0, "reached": 0}, {"sent": 2, "summed": 0, "reached": 0}),
        ({"sent": 2, "summed": 2, "reached": 1}, {"sent": 2, "summed": 0, "reached": 1}),
    ],
)
def test_what_was_not_the_same_is_not_measured(kept: dict[str, int], idle: dict[str, int]) -> None:
    before = dict.fromkeys(kept, 0)
    with pytest.raises(Miscounted):
        rollup_costs.check([before, before], [kept, idle])
