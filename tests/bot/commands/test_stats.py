"""`linli stats`: figures that anybody can check against the rows."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.commands.stats import Stats, Wish, look
from bot.settings import Settings, SettingsError, read_settings
from content.programme import SHIPPED, load_programme
from storage.actions import ledger, plans
from storage.database import Database
from storage.model.ledger import NewEntry
from storage.model.plan import NewTargets
from storage.tables import entries
from tests.storage.district import NOW, ZONE, District, founded

SETTINGS = read_settings(Settings, _env_file=None, default_language="en")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
async def district(sqlite: Database) -> District:
    district = await founded(sqlite)
    visits = [(district.east, date(2026, 3, 1), "3"), (district.west, date(2026, 1, 9), "4")]
    for key, (node, day, number) in enumerate(visits):
        new = NewEntry(f"{key}", node.id, "home_visits", day, Decimal(number))
        await sqlite.write(ledger.record, district.mei.id, new, 0, NOW, ZONE)
    planned = NewTargets(district.east.id, 2026, {"home_visits": Decimal(12)})
    plannable = load_programme(SHIPPED).plannable
    await sqlite.write(plans.set_targets, district.mei.id, planned, plannable, NOW, ZONE)
    return district


async def looked(district: District, **wish: Any) -> Stats:
    return await look(district.database, SETTINGS, Wish(**wish), lambda *_: None, lambda: LATER)


async def told(district: District, **wish: Any) -> Any:
    return json.loads((await looked(district, **wish)).as_json())


def of(found: Any, indicator: str) -> Any:
    return next(each for each in found["indicators"] if each["id"] == indicator)


async def test_a_place_is_meant_by_its_code_its_id_and_its_name(district: District) -> None:
    east = district.east
    for said in (east.code, str(east.id), "东湖社区", "东湖"):
        found = await told(district, place=said)
        assert found["place"] == {
            "id": east.id,
            "kind": "community",
            "code": east.code,
            "name": "东湖社区",
        }
        visits = of(found, "home_visits")
        assert (visits["value"], visits["target"]["value"], visits["rate"]) == (3, 12, 25)
    assert of(await told(district), "home_visits")["value"] == 7
    assert of(await told(district), "home_visits")["target"]["summed_from_communities"] is True


@pytest.mark.parametrize(
    ("said", "first_on", "last_on", "visits"),
    [
        ("", "2026-01-01", "2026-12-31", 7),
        ("上半年", "2026-01-01", "2026-06-30", 7),
        ("3月", "2026-03-01", "2026-03-31", 3),
        ("2026-03", "2026-03-01", "2026-03-31", 3),
        ("2026Q1", "2026-01-01", "2026-03-31", 7),
        ("last year", "2025-01-01", "2025-12-31", 0),
    ],
)
async def test_a_period_is_typed_as_behind_stats(
    district: District, said: str, first_on: str, last_on: str, visits: int
) -> None:
    found = await told(district, period=said)
    period = found["period"]
    assert (period["first_on"], period["last_on"]) == (first_on, last_on)
    assert period["zone"] == "Asia/Shanghai"
    assert of(found, "home_visits")["value"] == visits


async def test_a_figure_is_checked_against_its_rows(district: District) -> None:
    found = await told(district, records="home_visits")
    visits = of(found, "home_visits")
    [count] = visits["counts"]
    assert count == {"source": "ledger", "where": {"indicator": ["home_visits"]}, "adds": "sum"}
    records = found["records"]["items"]
    assert found["records"]["count"] == len(records) == 2
    assert sum(each["number"] for each in records) == visits["value"]
    rows = await district.database.read(
        lambda connection: {
            (row.id, row.node_id, row.thousandths // 1000)
            for row in connection.execute(select(entries))
        }
    )
    counted = {(each["subject_id"], each["node_id"], each["number"]) for each in records}
    assert counted == rows
    assert {each["subject_kind"] for each in records} == {"entry"}


async def test_whose_a_record_is_stands_beside_it_as_an_id(district: District) -> None:
    ana = await district.member("ana")
    found = await told(district, records="members_registered")
    [record] = found["records"]["items"]
    assert (record["person_id"], record["node_id"]) == (ana.id, district.east.id)
    assert "ana" not in json.dumps(found)


async def test_what_is_left_out_is_said_with_why(district: District) -> None:
    await district.event(category="lecture")
    found = await told(district)
    assert of(found, "lectures")["left_out"] == {"to_come": 1}
    [line] = [each for each in (await looked(district)).lines() if "Lectures" in each]
    assert line.endswith("1 still to come")


async def test_the_table_stands_in_columns_whatever_the_letters(district: District) -> None:
    lines = (await looked(district, place="东湖", records="home_visits")).lines()
    assert lines[0] == "东湖社区 · 2026 (Asia/Shanghai)"
    [row] = [each for each in lines if each.startswith("Home and condolence visits")]
    assert " ".join(row.split()) == "Home and condolence visits 12 3 25 % 0 person-times"
    head = next(each for each in lines if each.startswith("Indicator"))
    assert head.index("Actual") + len("Actual") == row.index(" 3 ") + 2
    assert lines[-3] == "home_visits: 1"


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ({"place": "东糊社区"}, r"no place '东糊社区'; near it: 东湖社区 \(c-2\)"),
        ({"place": "社区"}, r"may be several places: 东湖社区 \(c-2\), 西山社区 \(c-3\)"),
        ({"place": "zzz"}, "no place 'zzz'; there are: 示范区"),
        ({"place": ""}, "no place ''; there are: 示范区"),
        ({"period": "lst year"}, "--period 'lst year': no period; near it: last year"),
        ({"period": "qqq"}, "--period 'qqq': no period; write for example: 2026"),
        ({"period": "2026-05-01 2026-03-01"}, "That period ends .* before it begins"),
        ({"records": "home_visit"}, "no indicator 'home_visit'; near it: home_visits"),
        ({"records": "x"}, "no indicator 'x'; linli stats --json names all"),
    ],
)
async def test_what_there_is_not_is_said_with_what_is_near(
    district: District, wish: dict[str, str], problem: str
) -> None:
    with pytest.raises(SettingsError, match=problem):
        await looked(district, **wish)
