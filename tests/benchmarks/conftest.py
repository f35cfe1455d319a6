"""Samples count and measure no time: their processes are born with all that is imported."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.benchmarks.processes import started_by
from tests.bot.nursery import Birth, Born


def born(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> Born:
    """`python -m …` in `folder`."""
    dash_m, module, *rest = arguments
    assert dash_m == "-m"
    return Born(Birth(tuple(rest), folder, environment, module), folder / "stderr.txt")


@pytest.fixture(autouse=True)
def _from_the_nursery() -> Iterator[None]:
    with started_by(born):
        yield
