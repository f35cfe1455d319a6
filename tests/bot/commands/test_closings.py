"""`linli closing verify`: figures that were signed and changed in the database are found."""

import pytest

from bot.commands.closings import Verified, verify
from bot.settings import Settings, SettingsError, read_settings
from storage.database import Database
from storage.tables import closings
from tests.storage.district import District, founded
from tests.storage.test_closings import Closed


@pytest.fixture
async def closed(sqlite: Database) -> Closed:
    district = await founded(sqlite)
    found = Closed(district, await district.kim())
    await found.records("17")
    return found


async def of(district: District, place: str | None = None) -> Verified:
    return await verify(district.database, read_settings(Settings, _env_file=None), place)


async def test_each_closing_is_told_with_its_checksum_and_a_forged_one_is_found(
    closed: Closed,
) -> None:
    district = closed.district
    assert (await of(district)).lines() == ["no year was signed yet"]
    await closed.closes()
    found = await of(district)
    signed = (await closed.looks()).signed
    assert signed is not None
    assert found.lines() == [
        f"东湖社区 2025 closed 2026-03-02 {signed.digest} intact",
        "closings: 1, all as they were signed",
    ]
    assert found.is_intact
    [row] = await district.rows(closings)
    forged = row.figures.replace('"17"', '"71"')
    await district.database.write(lambda c: c.execute(closings.update().values(figures=forged)))
    found = await of(district, district.east.code)
    assert not found.is_intact
    assert "BROKEN: its figures give" in found.lines()[0]
    assert found.lines()[-1] == "closings: 1, 1 of them broken"
    assert (await of(district, district.west.code)).is_intact
    with pytest.raises(SettingsError):
        await of(district, "nowhere")
