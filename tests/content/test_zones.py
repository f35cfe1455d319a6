"""Time zones by the names that people use."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from content import zones

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Asia/Urumqi", "Asia/Urumqi"),
        ("asia/urumqi", "Asia/Urumqi"),
        ("乌鲁木齐", "Asia/Urumqi"),
        (" 上海 ", "Asia/Shanghai"),
        ("new  york", "America/New_York"),
        ("纽约", "America/New_York"),
        ("Asia/Harbin", "Asia/Harbin"),
        ("水星", None),
        ("UTC", None),
        ("Etc/GMT-8", None),
        ("../etc/passwd", None),
        ("", None),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(text: str, key: str | None) -> None:
    found = zones.find(text)
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("Asia/Shanghai", "UTC+8"),
        ("Asia/Kolkata", "UTC+5:30"),
        ("America/St_Johns", "UTC−3:30"),
        ("Europe/London", "UTC+0"),
    ],
)
def test_the_distance_to_utc_is_told_as_on_a_map(key: str, shown: str) -> None:
    assert zones.offset(ZoneInfo(key), NOW) == shown


def test_the_city_is_told_in_the_reader_s_language() -> None:
    assert zones.city(ZoneInfo("Europe/London"), "zh") == "伦敦"
    assert zones.city(ZoneInfo("Europe/London"), "en") == "London"
