"""One chaos with a known seed. `make soak` runs many, each with a seed of its own."""

from pathlib import Path

from .delivery_chaos import Size, chaos

SEED = 20261123


async def test_after_all_that_can_go_wrong_the_ledger_is_the_database(
    migrated_file: Path, tmp_path: Path
) -> None:
    survived = await chaos(migrated_file, tmp_path, SEED, Size())
    assert survived.said > 50
    assert survived.corrected.accepted >= 390
