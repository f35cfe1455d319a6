"""What delivers in the demo year: the planner and the outbox as they are, without a Telegram."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

from content.courses import Courses
from content.programme import Programme
from scheduler.claims import Claims
from scheduler.nudges import Nudges
from scheduler.planner import Planner
from storage.actions import broadcasts
from storage.database import Database
from storage.model.delivery import Claimed, DeliveryState, Outcome
from storage.model.holidays import Holidays
from storage.model.period import YEARS
from storage.queries.moments import next_moment

_COURIER, _AT_ONCE = 1, 1000


class Post:
    """Plans what is due and lets it arrive: nearly all of it. `gone_at`: from when on Telegram
    refuses a person for good, by their id there."""

    def __init__(
        self,
        database: Database,
        content: tuple[Programme, Courses, Holidays],
        zone: ZoneInfo,
        gone_at: Mapping[int, datetime],
    ) -> None:
        programme, courses, holidays = content
        self._now = datetime.min.replace(tzinfo=UTC)
        self._gone_at = gone_at
        self._ids = count(1)
        # Of years whose holidays are not known yet the running bot tells the operator, day by day.
        holidays = replace(holidays, known_years=frozenset(YEARS))
        clock = self._clock
        self._planner = Planner(database, courses, zone, clock, lambda: None, holidays)
        given = (database, zone, clock, self._nudge)
        self._nudges = Nudges(*given, programme.plannable, holidays)
        self._claims = Claims(database, _COURIER, self._clock, zone)
        self._database = database
        self._next_at: datetime | None = None
        self._nudged = False

    async def round(self, now: datetime, *, something_new: bool) -> None:
        """All that is due at `now`; `something_new`: there may be more than was known before."""
        self._now = now
        self._nudged = False
        await self._nudges.look()
        due = self._next_at is not None and self._next_at <= now
        if not (something_new or due or self._nudged):
            return
        await self._planner.plan()
        while claimed := await self._claims.claim(_AT_ONCE):
            await self._claims.record([self._outcome(each) for each in claimed])
        self._next_at = await self._database.read(next_moment)

    async def close(self) -> None:
        """After the last round."""
        await self._database.write(broadcasts.finish, self._now)
        await self._claims.release()

    def _outcome(self, delivery: Claimed) -> Outcome:
        of = (delivery.id, delivery.broadcast_id)
        gone_at = self._gone_at.get(delivery.chat_id)
        if gone_at is not None and gone_at <= self._now:
            return Outcome(*of, DeliveryState.UNREACHABLE, reason="Forbidden: bot was blocked")
        return Outcome(*of, DeliveryState.SENT, ((next(self._ids),),))

    def _nudge(self) -> None:
        self._nudged = True

    def _clock(self) -> datetime:
        return self._now
