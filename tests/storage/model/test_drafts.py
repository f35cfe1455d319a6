"""What drafts share: to JSON and back, and what an older version of the bot kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.model.audience import Audience, Behaviour, Deed
from storage.model.draft import from_json, to_json
from storage.model.message import Media, MediaKind, Message, Poll
from storage.model.person import Standing
from storage.model.rhythm import Rhythm, ScheduleKind


@dataclass(frozen=True, slots=True)
class Sample:
    key: str
    several: bool = False
    number: int | None = None
    day: date | None = None
    at: time | None = None
    starts_at: datetime | None = None
    zone: ZoneInfo | None = None
    kinds: tuple[MediaKind, ...] = ()
    names: Mapping[str, str] | None = None
    audience: Audience | None = None
    rhythm: Rhythm | None = None
    message: Message | None = None


FULL = Sample(
    key="a",
    several=True,
    number=0,
    day=date(2026, 11, 28),
    at=time(9, 30),
    starts_at=datetime(2026, 11, 28, 1, 30, tzinfo=UTC),
    zone=ZoneInfo("Asia/Shanghai"),
    kinds=(MediaKind.VOICE, MediaKind.PHOTO),
    names={"zh": "消防"},
    audience=Audience(
        7, standing=Standing.MEMBER, behaviour=Behaviour(Deed.SIGNED_UP, done=False, subject_id=3)
    ),
    rhythm=Rhythm(
        ScheduleKind.WEEKLY,
        days=("mon",),
        at=time(8, 30),
        skip_on=frozenset({date(2026, 12, 7), date(2026, 11, 30)}),
    ),
    message=Message(
        {"zh": "<b>停水</b>"}, (Media(MediaKind.PHOTO, "x"),), Poll("来吗？", ("来", "不来"))
    ),
)


@pytest.mark.parametrize("draft", [Sample("a"), FULL])
def test_a_draft_comes_back_as_it_was(draft: Sample) -> None:
    assert from_json(Sample, json.loads(json.dumps(to_json(draft)))) == draft


def test_a_draft_keeps_only_what_was_given() -> None:
    assert to_json(Sample("a", number=0)) == {"key": "a", "number": 0}


def test_a_draft_outlives_an_update_that_adds_an_optional_field() -> None:
    assert from_json(Sample, {"key": "a"}) == Sample("a")


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {},  # what has no default is missing
        {"key": "a", "title": "a field that there is no more"},
        {"key": None},
        {"key": "a", "several": 1},
        {"key": "a", "number": True},
        {"key": "a", "number": "4"},
        {"key": "a", "day": "28.11."},
        {"key": "a", "day": 5},
        {"key": "a", "at": "25:00"},
        {"key": "a", "starts_at": "2026-11-28T09:30:00"},  # of which zone?
        {"key": "a", "zone": "Asia/Nowhere"},
        {"key": "a", "kinds": "photo"},
        {"key": "a", "kinds": ["hologram"]},
        {"key": "a", "names": {"zh": 1}},
        {"key": "a", "audience": {"node": 7}},
        {"key": "a", "rhythm": {"kind": "weekly"}},
        {"key": "a", "message": {"bodies": {}}},  # a message that shows nothing
    ],
)
def test_what_is_no_such_draft_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="Sample|Audience|Rhythm|Message|rhythm"):
        from_json(Sample, given)


def test_a_type_that_no_draft_may_have_is_found_at_once() -> None:
    @dataclass(frozen=True)
    class Odd:
        given: bytes = b""

    with pytest.raises(TypeError, match="a draft cannot keep"):
        from_json(Odd, {})
