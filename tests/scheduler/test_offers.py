"""Offers of seats go out at their time, and pass on by the clock."""

from datetime import datetime, time, timedelta

from scheduler.offers import Offers
from storage.actions.sign_ups import cancel, sign_up
from storage.model.event import Event
from storage.model.person import Person, Quiet
from tests.scheduler.post import Post
from tests.storage.district import DAY, NOW, ZONE

NIGHT = datetime(2026, 3, 2, 23, tzinfo=ZONE)


async def full(post: Post, starts_at: datetime) -> tuple[Event, list[Person]]:
    """An event of one place, held by the first; the others wait, and sleep from 22:00 to 7:00."""
    event = await post.district.event(capacity=1, starts_at=starts_at)
    await post.deliver()
    crowd = []
    for name in ("ana", "bo", "kim"):
        quiet = None if name == "ana" else Quiet(time(22), time(7))
        crowd.append(await post.district.resident(name, quiet=quiet))
        await post.district.database.write(sign_up, crowd[-1].telegram_id, event.id, NOW, ZONE)
    return event, crowd


def offered(post: Post, person: Person) -> int:
    return sum("为您保留到" in text for text in post.telegram.to(person.telegram_id))


async def test_who_sleeps_is_told_in_the_morning(post: Post) -> None:
    event, (ana, bo, kim) = await full(post, NOW + 5 * DAY)
    post.now = NIGHT
    await post.district.database.write(cancel, ana.telegram_id, event.id, NIGHT, ZONE)
    await post.deliver()
    assert offered(post, bo) == 0
    post.now = NIGHT + timedelta(hours=8)
    await post.deliver()
    assert (offered(post, bo), offered(post, kim)) == (1, 0)


async def test_for_an_event_within_a_day_the_word_comes_at_night_too(post: Post) -> None:
    event, (ana, bo, _) = await full(post, NIGHT + timedelta(hours=20))
    post.now = NIGHT
    await post.district.database.write(cancel, ana.telegram_id, event.id, NIGHT, ZONE)
    await post.deliver()
    assert offered(post, bo) == 1


async def test_what_waited_through_an_outage_into_the_night_waits_for_the_morning(
    post: Post,
) -> None:
    event, (ana, bo, _) = await full(post, NOW + 5 * DAY)
    await post.district.database.write(cancel, ana.telegram_id, event.id, NOW, ZONE)
    post.now = NIGHT
    await offers(post).look()  # bo was told nothing yet
    await post.deliver()
    assert offered(post, bo) == 0
    post.now = NIGHT + timedelta(hours=8)
    await post.deliver()
    assert offered(post, bo) == 1


def offers(post: Post) -> Offers:
    return Offers(post.district.database, ZONE, lambda: post.now, lambda: None)


async def test_an_offer_passes_on_when_its_time_is_over_whoever_looks(post: Post) -> None:
    event, (ana, bo, kim) = await full(post, NOW + 5 * DAY)
    await post.district.database.write(cancel, ana.telegram_id, event.id, NOW, ZONE)
    await post.deliver()
    for minutes, told in ((119, 0), (120, 1), (121, 1)):
        post.now = NOW + timedelta(minutes=minutes)
        await offers(post).look()  # each time by another process
        await post.deliver()
        assert (offered(post, bo), offered(post, kim)) == (1, told), minutes
