"""The planner: turns slots that have come into broadcasts and their deliveries."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from content.courses import Courses
from scheduler.calendar import latest_slot, next_slots
from scheduler.rounds import Rounds
from storage.actions.outbox import plan_slot
from storage.database import Database
from storage.model.study import Schedule
from storage.queries import study as study_queries


class Planner:
    """Plans each due slot once, however many planners run. A long outage means one catch-up."""

    def __init__(
        self,
        database: Database,
        courses: Courses,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        planned: Callable[[], object],
    ) -> None:
        self._database = database
        self._courses = courses
        self._zone = zone
        self._now = now
        self._planned = planned
        self.rounds = Rounds(self.plan)

    async def plan(self) -> None:
        """Plan every slot that is due; `planned` is called when there is something to send."""
        now = self._now()
        for schedule in await self._database.read(study_queries.due, now):
            if await self._plan_slot(schedule, now) is not None:
                self._planned()

    async def _plan_slot(self, schedule: Schedule, now: datetime) -> int | None:
        course = self._courses.get(schedule.course_id)
        item = course.at(schedule.position) if course else None
        last = course is None or course.at(schedule.position + 1) is None
        assert schedule.next_slot_at is not None  # it is due
        slot_at = latest_slot(schedule.rhythm, schedule.next_slot_at, now, self._zone)
        slots = next_slots(schedule.rhythm, now, self._zone, 1)
        return await self._database.write(
            plan_slot,
            schedule,
            slot_at,
            item.id if item else None,
            last,
            slots[0] if slots else None,
            now,
            self._zone,
        )
