"""`python -m tests.soak [seed …]`: chaos after chaos for ten minutes, or of the seeds given.

Each line tells a seed and what came of it; one that failed is run again by its seed. Exit code 1 if
any failed. The gate runs one of these, `tests/bot/test_chaos.py`.
"""

import asyncio
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from storage.migrate import migrate
from tests.bot.delivery_chaos import Size, Survived, chaos

MINUTES = 10
# As in the gate, and a long one: more people, faster, killed often, stopped for half a minute.
SIZES = (
    Size(),
    Size(rate=100, people=1500, once=600, kills=8, frozen=30, full=6, hangs=4, gap=2, within=120),
)
SEEDS = 10**6


def main(seeds: list[int]) -> int:
    # As Ctrl-C does, so that no process is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    failed = []
    with tempfile.TemporaryDirectory() as name:
        migrated = Path(name) / "migrated.db"
        migrate(f"sqlite:///{migrated}")
        ends_at = time.monotonic() + MINUTES * 60
        chosen = iter(seeds) if seeds else iter(lambda: random.randrange(SEEDS), None)
        for seed in chosen:
            # Even seeds are small, so that a seed alone says all.
            size = SIZES[seed % len(SIZES)]
            if not _survives(migrated, seed, size):
                failed.append(seed)
            if not seeds and time.monotonic() > ends_at:
                break
    if failed:
        _tell(f"failed: python -m tests.soak {' '.join(map(str, failed))}")
    return 1 if failed else 0


def _survives(migrated: Path, seed: int, size: Size) -> bool:
    with tempfile.TemporaryDirectory() as name:
        try:
            survived = asyncio.run(chaos(migrated, Path(name), seed, size))
        except AssertionError as error:
            _tell(f"{seed}: FAILED\n{error}")
            return False
    _tell(f"{seed}: {_in_words(survived)}")
    return True


def _in_words(survived: Survived) -> str:
    told = [f"{survived.seconds:.0f} s, {survived.said} said"]
    for found in (survived.corrected, survived.once):
        states = ", ".join(f"{count} {state}" for state, count in sorted(found.states.items()))
        told.append(f"{states}; {found.twice} twice, {found.unsure} unsure")
    return " | ".join(told)


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main([int(seed) for seed in sys.argv[1:]]))
