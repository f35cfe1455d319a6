"""After an event whoever posted it is asked whether it took place: three times at most."""

from datetime import datetime

from sqlalchemy import Connection, update

from scheduler.askings import Askings
from storage.actions import confirmations
from storage.actions import events as event_actions
from storage.actions.attendances import record
from storage.actions.people import set_quiet
from storage.actions.sign_ups import sign_up
from storage.actions.staff import end_role
from storage.model.event import NewEvent
from storage.model.person import Person, Quiet
from storage.model.roles import Role
from storage.tables import askings, events, roles
from tests.scheduler.post import Post, Telegram
from tests.storage.district import NOW, ZONE, District


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


class Days:
    """A district, events in it, and the hours that pass."""

    def __init__(self, district: District) -> None:
        self.district, self.now = district, NOW
        self.post = Post(district, Telegram())
        self.askings = self.anew()

    def anew(self) -> Askings:
        """As after a restart."""
        return Askings(self.district.database, ZONE, lambda: self.now, lambda: None)

    async def event(self, by: Person, starts: str, ends: str = "") -> int:
        new = NewEvent(starts, self.district.east.id, "study", "讲座", "广场", at(starts), None)
        write = self.district.database.write
        event = await write(event_actions.post, by.id, new, NOW)
        if ends:
            await write(_ends, event.id, at(ends))
        await self.post.deliver()  # that it is posted
        self.post.telegram.sent.clear()
        return event.id

    async def pass_to(self, text: str) -> list[int]:
        """The chats of those who were asked by this time, in all."""
        self.now = self.post.now = at(text)
        await self.askings.look()
        await self.post.deliver()
        return [chat for chat, _ in self.post.telegram.sent]


def _ends(connection: Connection, event_id: int, ends_at: datetime) -> None:
    connection.execute(update(events).where(events.c.id == event_id).values(ends_at=ends_at))


async def test_whoever_posted_it_is_asked_an_hour_after_the_end_and_on_two_mornings(
    district: District,
) -> None:
    kim, days = await district.kim(), Days(district)
    await days.event(kim, "03-03T09:30", ends="03-03T11:00")
    assert await days.pass_to("03-03T11:59") == []
    assert await days.pass_to("03-03T12:00") == [kim.telegram_id]
    _, screen = days.post.telegram.sent[0]
    assert "<b>讲座</b>" in screen.text
    assert "办了吗？谁到场了？" in screen.text
    labels = [[each.label for each in row] for row in screen.rows]
    assert labels == [["办了", "没办"], ["名单", "➕ 不记名"]]
    assert len(await days.pass_to("03-04T08:59")) == 1
    days.askings = days.anew()
    assert len(await days.pass_to("03-04T09:00")) == 2
    assert len(await days.pass_to("03-05T09:00")) == 3
    assert len(await days.pass_to("03-06T09:00")) == 3
    assert len(await days.pass_to("03-09T09:00")) == 3


async def test_who_answered_is_asked_no_more_and_after_an_undo_only_what_is_left(
    district: District,
) -> None:
    kim, days = await district.kim(), Days(district)
    event, write = await days.event(kim, "03-03T09:30"), district.database.write
    assert len(await days.pass_to("03-03T12:30")) == 1
    await write(confirmations.not_held, kim.id, event, days.now, ZONE)
    assert len(await days.pass_to("03-04T09:30")) == 1
    await write(confirmations.unsay, kim.id, event, days.now, ZONE)
    assert len(await days.pass_to("03-04T09:31")) == 2
    assert len(await days.pass_to("03-05T09:31")) == 3


async def test_nobody_is_asked_in_quiet_hours_nor_of_what_they_answered_meanwhile(
    district: District,
) -> None:
    kim, days = await district.kim(), Days(district)
    await district.database.write(
        set_quiet, kim.id, Quiet(at("01-01T12").time(), at("01-01T15").time()), NOW, ZONE
    )
    event = await days.event(kim, "03-03T09:30")
    await days.event(district.mei, "03-03T20:30")
    assert await days.pass_to("03-03T12:30") == []
    await district.database.write(confirmations.hold, kim.id, event, days.now, ZONE)
    assert await days.pass_to("03-03T15:01") == []
    # Half past eleven at night is asked on the next morning, and again only on the one after that.
    assert await days.pass_to("03-03T23:40") == []
    assert await days.pass_to("03-04T07:00") == [district.mei.telegram_id]
    assert len(await days.pass_to("03-04T10:00")) == 1
    assert len(await days.pass_to("03-05T09:00")) == 2


async def test_of_what_was_missed_only_the_last_is_asked(district: District) -> None:
    kim, days = await district.kim(), Days(district)
    await days.event(kim, "03-03T09:30")
    assert len(await days.pass_to("03-05T10:00")) == 1
    assert [row.number for row in await district.rows(askings)] == [3]
    await days.event(kim, "03-05T11:00")
    assert len(await days.pass_to("03-20T10:00")) == 0, "long ago: the desk says it"


async def test_if_whoever_posted_it_works_there_no_more_the_staff_of_the_place_are_asked(
    district: District,
) -> None:
    kim, days = await district.kim(), Days(district)
    li = await district.staff("li", Role.COMMUNITY, district.east)
    await district.staff("viewer", Role.VIEWER, district.east)
    await district.staff("bo", Role.COMMUNITY, district.west)
    await days.event(kim, "03-03T09:30")
    [held] = await district.rows(roles, roles.c.person_id == kim.id)
    await district.database.write(end_role, district.mei.id, held.id, NOW, ZONE)
    await days.post.deliver()
    days.post.telegram.sent.clear()
    assert await days.pass_to("03-03T12:30") == [li.telegram_id]


async def test_those_who_came_are_asked_how_it_was_on_the_day_after(district: District) -> None:
    kim, ana, days = await district.kim(), await district.resident("ana"), Days(district)
    await district.resident("bo")
    event, write = await days.event(kim, "03-03T09:30"), district.database.write
    await write(sign_up, ana.telegram_id, event, NOW, ZONE)
    await write(record, kim.id, event, ana.id, at("03-03T09:30"))
    await write(confirmations.hold, kim.id, event, at("03-03T11:00"), ZONE)
    assert await days.pass_to("03-04T09:59") == []
    assert await days.pass_to("03-04T10:00") == [ana.telegram_id]
    _, screen = days.post.telegram.sent[0]
    assert "怎么样？" in screen.text
    assert [each.label for each in screen.rows[0]] == ["1 😟", "2", "3", "4", "5 😀"]
    assert len(await days.pass_to("03-05T10:00")) == 1
