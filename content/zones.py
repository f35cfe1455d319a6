"""Time zones by the names that people use: the city whose clock it is."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location

from storage.model.person import LANGUAGES
from storage.model.typed.text import plain

_OF_NO_PLACE = "Etc/"
_OFFSET = re.compile(r"\s*\(utc[^()]*\)$")  # as our own screens put it behind a city
# What whole countries call their clock, though the database of zones names another city.
_CALLED = {"北京": "Asia/Shanghai", "beijing": "Asia/Shanghai", "新疆": "Asia/Urumqi"}


def city(zone: ZoneInfo, language: str) -> str:
    """The city that stands for a zone, in words of `language` (CLDR)."""
    return get_timezone_location(zone.key, locale=language, return_city=True)


def offset(zone: ZoneInfo, now: datetime) -> str:
    """How far its clock is from UTC at the instant `now`: "UTC+8", "UTC−3:30"."""
    away = now.astimezone(zone).utcoffset() or timedelta()
    hours, minutes = divmod(abs(away) // timedelta(minutes=1), 60)
    sign = "−" if away < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def find(text: str) -> ZoneInfo | None:
    """The zone that somebody means by an IANA name ("Asia/Urumqi") or by the name of its city, in
    any of our languages; None for anything else."""
    key = _by_name().get(_plain(text))
    return None if key is None else ZoneInfo(key)


@cache
def _by_name() -> dict[str, str]:
    keys = sorted(k for k in available_timezones() if "/" in k and not k.startswith(_OF_NO_PLACE))
    found = {**_CALLED, **{_plain(key): key for key in keys}}
    older = get_global("zone_aliases")  # the other names of a zone, such as Asia/Harbin
    for key in keys:
        if key not in older:
            for name in _cities(key):
                found.setdefault(_plain(name), key)
    return found


def _cities(key: str) -> Iterator[str]:
    yield key.rpartition("/")[2]
    for language in LANGUAGES:
        yield city(ZoneInfo(key), language)


def _plain(name: str) -> str:
    bare = _OFFSET.sub("", plain(name.replace("_", " ")))
    return bare.removesuffix("时间").removesuffix(" time").removesuffix("市")
