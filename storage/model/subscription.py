"""Subscriptions: somebody gets the figures of a place on the first of each month."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.model.period import Period, month_of

# Of the district's clock: it is sent at the first of these hours of a month, or as soon as the bot
# runs in such an hour.
HOURS = (time(9), time(20))


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who gets the figures of which place; `ended`: no more."""

    id: int
    person_id: int
    node_id: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """The figures of one month, as they are owed to one subscription."""

    id: int
    subscription: Subscription
    month: Period


def month_due(local: datetime) -> Period | None:
    """The month whose figures are sent at a local time: the one before; None at night."""
    if not HOURS[0] <= local.time() < HOURS[1]:
        return None
    return month_of(local.date().replace(day=1) - timedelta(days=1))


def opened_at(month: Period, zone: ZoneInfo) -> datetime:
    """When the figures of a month begin to be sent. Whoever asks for them later gets the next."""
    return datetime.combine(month.last_on + timedelta(days=1), HOURS[0], tzinfo=zone)


def month_in(year: int, month: int) -> Period:
    return month_of(date(year, month, 1))
