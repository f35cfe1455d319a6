"""Which photos of a year its summary shows."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection, insert

from storage.actions import ledger
from storage.model.ledger import NewEntry
from storage.model.message import Media, MediaKind, media_to_json
from storage.model.node import Node
from storage.model.period import Days, year_of
from storage.model.summary import Album
from storage.queries.photos import photos
from storage.tables import events, headcounts

from .district import DAY, NOW, ZONE, District

DAYS = Days(year_of(NOW.date()), ZONE, NOW + DAY)


def media(*names: str) -> str | None:
    return media_to_json([Media(MediaKind.PHOTO, each) for each in names])


async def event(
    district: District, title: str, came: int, *names: str, state: str = "held"
) -> None:
    def of(connection: Connection) -> None:
        one = insert(events).values(
            node_id=district.east.id,
            category="study",
            title=title,
            place="p",
            draft_key=title,
            starts_at=NOW - timedelta(hours=came),
            state=state,
            record=media(*names),
            created_by=district.mei.id,
            created_at=NOW,
        )
        [key] = connection.execute(one).inserted_primary_key or [0]
        count = {"event_id": key, "count": came, "way": "staff", "recorded_by": district.mei.id}
        connection.execute(insert(headcounts).values(**count, recorded_at=NOW))

    await district.database.write(of)


async def entry(district: District, key: str, *files: Media) -> None:
    new = NewEntry(
        key, district.east.id, "home_visits", date(NOW.year, 1, 5), Decimal(3), media=files
    )
    await district.database.write(ledger.record, district.mei.id, new, 0, NOW, ZONE)


async def found(district: District, room: int, node: Node | None = None) -> Album:
    return await district.database.read(photos, node or district.node, DAYS, room)


def names(album: Album) -> set[str]:
    return {each.file_id for each in album.photos}


async def test_each_event_has_one_before_any_has_two_and_the_largest_come_first(
    district: District,
) -> None:
    await event(district, "large", 9, "l1", "l2")
    await event(district, "middle", 5, "m1", "m2")
    await event(district, "small", 2, "s1")
    assert names(await found(district, 2)) == {"l1", "m1"}
    album = await found(district, 4)
    assert names(album) == {"l1", "m1", "s1", "l2"}
    assert (album.events, album.entries, album.more) == (3, 0, True)
    album = await found(district, 5)
    assert (len(album.photos), album.more) == (5, False)
    assert album.photos[0].title == "large", "by their days"


async def test_what_was_not_held_or_is_elsewhere_or_has_no_photos_shows_none(
    district: District,
) -> None:
    await event(district, "not held", 9, "x", state="not_held")
    await event(district, "plain", 9)
    await event(district, "held", 1, "y")
    assert names(await found(district, 6)) == {"y"}
    assert await found(district, 6, district.west) == Album([], 0, 0, False)


async def test_the_ledger_has_what_room_is_left_and_only_its_photos(district: District) -> None:
    await event(district, "held", 1, "y")
    await entry(district, "a", Media(MediaKind.DOCUMENT, "d"), Media(MediaKind.PHOTO, "e"))
    await entry(district, "b", Media(MediaKind.DOCUMENT, "f"))
    assert names(await found(district, 1)) == {"y"}
    album = await found(district, 6)
    assert names(album) == {"y", "e"}
    assert (album.events, album.entries, album.more) == (1, 1, False)
    assert [each.indicator for each in album.photos if not each.title] == ["home_visits"]
