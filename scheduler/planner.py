"""The planner: turns slots that have come into broadcasts and their deliveries."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.courses import Courses
from scheduler.calendar import awaits, joined_between, latest_slot, next_slots
from scheduler.rounds import Rounds
from storage.actions import broadcasts, retries
from storage.actions.broadcasts import CHUNK
from storage.actions.fan_out import fan_out
from storage.actions.reminder_rounds import TOGETHER, plan_reminders
from storage.actions.slots import move_slot, plan_slot
from storage.database import Database
from storage.model.holidays import Holidays, unknown
from storage.model.local_time import just_before
from storage.model.period import day_of
from storage.model.reminder import in_rounds
from storage.model.schedule import Schedule, Slot
from storage.model.subject import SubjectKind
from storage.queries import broadcasts as broadcast_queries
from storage.queries import outbox as outbox_queries
from storage.queries import schedules as schedule_queries
from storage.queries.audience import is_empty
from storage.queries.moves import history
from storage.queries.zones import zones

logger = logging.getLogger(__name__)


class Planner:
    """Plans each due slot once, however many planners run. A long outage means one catch-up."""

    def __init__(
        self,
        database: Database,
        courses: Courses,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        planned: Callable[[], object],
        holidays: Holidays,
    ) -> None:
        self._database = database
        self._courses = courses
        self._zone = zone
        self._now = now
        self._planned = planned
        self._holidays = holidays
        self._looked_on: date | None = None
        self.rounds = Rounds(self.plan)

    async def plan(self) -> None:
        """Plan every slot that is due, and owe what is planned; `planned` is called when there is
        something to send."""
        await self._look_at_the_year()
        more = True
        while more and not self.rounds.stopping:
            await self._plan_due()
            # One step of each: a short one does not wait for the end of a long one.
            more = False
            for broadcast_id in await self._database.read(outbox_queries.unplanned):
                given = (broadcast_id, self._now(), self._zone)
                goes_on = await self._step(fan_out, *given)
                more |= bool(goes_on)
                self._planned()
                if goes_on is False:
                    await self._tell(broadcast_id, "is under way")
            for broadcast_id in await self._database.read(outbox_queries.unretried):
                more |= bool(await self._step(retries.retry_on, broadcast_id, self._now()))
                self._planned()
            for broadcast_id in await self._database.read(outbox_queries.unswept):
                more |= bool(await self._step(broadcasts.sweep, broadcast_id, self._now()))
        if await self._database.read(outbox_queries.finished):
            for broadcast_id in await self._database.write(broadcasts.finish, self._now()):
                await self._tell(broadcast_id, "is done")

    async def _look_at_the_year(self) -> None:
        """A line a day for the operator, from November on, until the next year is known; and what
        waited for the day of a festival has its slot once that is known."""
        now = self._now()
        today = day_of(now, self._zone)
        if today == self._looked_on:
            return
        if (year := self._holidays.unknown_year(today)) is not None:
            logger.warning("%s", unknown(year))
        tree = await self._database.read(zones, self._zone)
        for schedule in await self._database.read(schedule_queries.waiting):
            slot = self._next(schedule, now, tree.at(schedule.node_path))
            if slot is not None:
                await self._database.write(move_slot, schedule, slot, now)
        self._looked_on = today

    async def _tell(self, broadcast_id: int, what: str) -> None:
        """A line at the begin and at the end of a broadcast, with the update that led to it."""
        broadcast = await self._database.read(broadcast_queries.by_id, broadcast_id)
        moves = await self._database.read(history, SubjectKind.BROADCAST, broadcast_id)
        cause = moves[0].update_id if moves else None
        counts = "".join(f", {number} {state}" for state, number in broadcast.counts.items())
        logger.info(
            "broadcast %d %s: %s by %s, %d people%s",
            *(broadcast_id, what, broadcast.kind, f"update {cause}" if cause else "a schedule"),
            *(broadcast.total, counts),
        )

    async def _step(self, action: Callable[..., bool], *given: object) -> bool | None:
        """One step of a broadcast; True if there is more to do. One that fails, which is None,
        stops no other."""
        try:
            return await self._database.write(action, *given)
        except Exception:
            logger.exception("a broadcast could not go on; again at the next look")
            return None

    async def _plan_due(self) -> None:
        now = self._now()
        await self._plan_reminders(now)
        failed: set[int] = set()
        # Again, because of slots after joining each serves other people: none stands for another.
        while not self.rounds.stopping:
            due = await self._database.read(schedule_queries.due, now)
            due = [schedule for schedule in due if schedule.id not in failed]
            if not due:
                break
            tree = await self._database.read(zones, self._zone)
            for schedule in due:
                try:
                    await self._plan_slot(schedule, tree.at(schedule.node_path), now)
                except Exception:  # one bad schedule must not stop all the others
                    logger.exception("schedule %d could not be planned", schedule.id)
                    failed.add(schedule.id)

    async def _plan_reminders(self, now: datetime) -> None:
        """Many events have their reminder at one time: they are planned together. One that could
        not be is looked at alone, as what else is due."""
        due = await self._database.read(schedule_queries.due_reminders, now, CHUNK)
        for some in in_rounds(due, TOGETHER):
            if self.rounds.stopping:
                return
            try:
                owed = await self._database.write(plan_reminders, some, now, self._zone)
            except Exception:
                logger.exception("reminders of %d events could not be planned together", len(some))
                return
            logger.info("reminders of %d events are under way, %d people", len(some), owed)
            self._planned()

    async def _plan_slot(self, schedule: Schedule, zone: ZoneInfo, now: datetime) -> None:
        """Serve the last slot of a schedule that has come."""
        rhythm, first = schedule.rhythm, schedule.next_slot_at
        assert first is not None  # it is due
        if rhythm.at is not None:
            begins = just_before(first.astimezone(zone).date(), zone)
            slot = self._next(schedule, begins, zone)
            if slot is None or slot > now:
                waits = slot is None and awaits(rhythm, begins, zone, self._holidays)
                await self._database.write(move_slot, schedule, slot, now, waits=waits)
                return
        slot_at = latest_slot(rhythm, first, now, zone, self._holidays)
        course = self._courses.get(schedule.course_id or "")
        item = course.at(schedule.position) if course else None
        upcoming = course.at(schedule.position + 1) if course else None
        due = Slot(
            at=slot_at,
            item_id=item.id if item else None,
            last=schedule.moves_on and upcoming is None,
            next_at=self._next(schedule, slot_at, zone),
            waits=awaits(rhythm, slot_at, zone, self._holidays),
            joined=joined_between(rhythm, slot_at, zone) if schedule.is_after_joining else None,
        )
        # Looked up without the write lock: where all had the item, everybody is looked at.
        empty = await self._database.read(is_empty, schedule.audience_of(due))
        if empty and item is not None:
            logger.info("schedule %d has nobody left for %s", schedule.id, item.id)
        await self._database.write(plan_slot, schedule, replace(due, nobody=empty), now)

    def _next(self, schedule: Schedule, after: datetime, zone: ZoneInfo) -> datetime | None:
        slots = next_slots(schedule.rhythm, after, zone, 1, self._holidays)
        return slots[0] if slots else None
