"""The picture with the code of an event: it renews itself where it stands, and not for ever."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from content.screen import Screen
from scheduler.door_pictures import DoorPictures
from scheduler.ports import Rejected, SlowDown, TryLater
from storage.actions import doors
from storage.actions import shown_codes as actions
from storage.actions.staff import end_role
from storage.model.door import WINDOW, Door
from storage.model.event import Event
from storage.model.person import Person
from storage.model.shown_code import RENEWED_FOR
from storage.tables import roles, shown_codes
from tests.scheduler.clock import FakeClock, pace_of
from tests.scheduler.post import TEXTS
from tests.storage.district import NOW, ZONE, District

LINK, MESSAGE = "https://t.me/bot?start=", 77


@dataclass
class Wall:
    """Staff who show the code of an event that begins now."""

    district: District
    mishaps: list[Exception] = field(default_factory=list)
    drawn: list[tuple[int, int, Screen]] = field(default_factory=list)
    now: datetime = NOW
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.pictures = self.started()

    def started(self) -> DoorPictures:
        """As after a restart."""
        given = (self.district.database, self, pace_of(1000), TEXTS)
        return DoorPictures(*given, now=lambda: self.now, clock=self.clock.now)

    async def redraw(self, chat_id: int, message_id: int, screen: Screen) -> None:
        if self.mishaps:
            raise self.mishaps.pop(0)
        self.drawn.append((chat_id, message_id, screen))

    async def shows(self, by: Person) -> tuple[Event, Door]:
        event = await self.district.event(starts_at=self.now + timedelta(minutes=30))
        write = self.district.database.write
        door = await write(doors.show_code, by.id, event.id, "secret", self.now)
        await write(actions.keep, (event, door), by.id, (MESSAGE, LINK), self.now)
        return event, door

    async def after(self, time: timedelta) -> int:
        """How many pictures are drawn when so much time has passed."""
        self.now += time
        before = len(self.drawn)
        await self.pictures.refresh()
        return len(self.drawn) - before


async def test_it_is_renewed_with_each_code_and_once_after_a_sleep(district: District) -> None:
    wall, kim = Wall(district), await district.kim()
    _, door = await wall.shows(kim)
    left = door.changes_at(NOW) - NOW
    assert await wall.after(left / 2) == 0
    assert await wall.after(left) == 1
    chat, message, screen = wall.drawn[-1]
    assert (chat, message) == (kim.telegram_id, MESSAGE)
    assert door.digits(wall.now) in str(screen.text)
    assert screen.media
    assert await wall.after(timedelta(0)) == 0
    wall.pictures = wall.started()
    assert await wall.after(timedelta(seconds=1)) == 0
    assert await wall.after(10 * WINDOW) == 1
    assert door.digits(wall.now) in str(wall.drawn[-1][-1].text)


async def test_it_ends_with_the_time_with_the_role_and_when_it_is_closed(
    district: District,
) -> None:
    wall, kim = Wall(district), await district.kim()
    event, _ = await wall.shows(kim)
    assert await wall.after(RENEWED_FOR - WINDOW) == 1
    assert await wall.after(WINDOW) == 0
    assert await district.rows(shown_codes) == []
    await wall.shows(kim)
    await district.database.write(actions.close, event.id + 1, kim.id)
    assert await wall.after(2 * WINDOW) == 0
    await wall.shows(kim)
    [role] = await district.rows(roles, roles.c.person_id == kim.id)
    await district.database.write(end_role, district.mei.id, role.id, wall.now, ZONE)
    assert await wall.after(2 * WINDOW) == 0
    assert await district.rows(shown_codes) == []


async def test_what_fails_is_tried_again_and_what_was_deleted_is_given_up(
    district: District,
) -> None:
    wall = Wall(district)
    await wall.shows(await district.kim())
    wall.mishaps = [TryLater("bad gateway"), SlowDown("slow down", 30), Rejected("not found")]
    assert await wall.after(WINDOW) == 0
    assert await wall.after(timedelta(0)) == 0  # it is asked to slow down
    assert await wall.after(timedelta(0)) == 0
    assert len(wall.mishaps) == 1
    wall.clock.skip(31)
    wall.pictures = wall.started()
    assert await wall.after(timedelta(0)) == 0
    assert await district.rows(shown_codes) == []
