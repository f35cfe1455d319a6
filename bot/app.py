"""The composition: the only place that knows everyone."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.conversations import Conversations
from bot.outside import VERSION, utc_now
from bot.parts import Part
from bot.parts.answers import AnswersPart
from bot.parts.clock import ClockPart
from bot.parts.courier import CourierPart
from bot.parts.ground import Ground, Now
from bot.parts.intake import IntakePart, open_intake
from bot.parts.planner import PlannerPart
from bot.product import Content
from bot.settings import BotSettings
from bot.telegram.files import FileIds, KeptFiles
from bot.telegram.meeting import meet, telegram_for, way_of, what_passes
from scheduler.pace import Pace
from storage.database import Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """The running product."""

    ground: Ground
    intake: IntakePart
    answers: AnswersPart
    planner: PlannerPart
    courier: CourierPart
    clock: ClockPart

    @property
    def parts(self) -> tuple[Part, ...]:
        """In the order in which they begin, and stop."""
        return (self.intake, self.answers, self.planner, self.courier, self.clock)

    async def run(self, stop: asyncio.Event, *others: Part) -> None:
        """Serve until `stop` is set, then finish what was begun; `others` run beside it. Raises
        CannotPoll, and what another part ended everything for."""
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(part.run(stop)) for part in (*self.parts, *others)]
            await stop.wait()
            logger.info("stopping: finishing what was begun")
        for error in filter(None, (task.result() for task in running)):
            raise error


@asynccontextmanager
async def open_app(
    settings: BotSettings,
    database: Database,
    content: Content,
    now: Now = utc_now,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[App]:
    """Assemble the product around an open database; `now` is the clock of everything. While
    Telegram has no time for us it is waited for, until `stop`.

    Raises TelegramRefused or TelegramUnavailable if Telegram does not answer for this token, and
    Stopped.
    """
    telegram = telegram_for(settings)
    ground = Ground(
        settings,
        database,
        content,
        now,
        telegram,
        FileIds(KeptFiles(database, now)),
        Pace(settings.rate),
        Conversations(database, now),
    )
    try:
        passes = what_passes(settings.bot_api_url)
        username = await meet(telegram, passes, stop or asyncio.Event())
        logger.info("Linli %s serves @%s: %s", VERSION, username, _how(settings))
        courier, answers = CourierPart(ground), AnswersPart(ground)
        await answers.owed.load()

        async def try_again() -> None:
            answers.owed.all_due()
            await courier.try_again()

        async with open_intake(ground, username, answers.chat, try_again) as intake:
            planner = PlannerPart(ground, planned=courier.courier.rounds.wake)
            clock = ClockPart(ground, planner, courier)
            yield App(ground, intake, answers, planner, courier, clock)
    finally:
        await telegram.close()


def _how(settings: BotSettings) -> str:
    proxy = f", proxy {way_of(settings).name}" if settings.proxy_url else ""
    at = f"{settings.rate:g} a second{' (paid)' if settings.paid_broadcast else ''}"
    return f"database {settings.database}, zone {settings.timezone}, {at}{proxy}"
