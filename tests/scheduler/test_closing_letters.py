"""What the staff of a place hear when the district accepts, closes, sends back or reopens."""

from content.programme import SHIPPED, load_programme
from storage.actions import closings
from storage.model.closing import ClosingState, Reckoning, Signing
from storage.model.moves import Step
from storage.queries import closings as queries
from tests.scheduler.post import Post, Telegram
from tests.storage.district import NOW, ZONE, District

YEAR = 2025
RECKONING = Reckoning(load_programme(SHIPPED).basis, NOW, ZONE)


async def signs(district: District, *actions: str) -> None:
    of = (district.east, YEAR, RECKONING)
    seen = Signing.of(district.mei.id, await district.database.read(queries.sheet, *of))
    for each in actions:
        action = getattr(closings, each)
        await district.database.write(action, district.east.id, YEAR, seen, RECKONING)


async def undoes(district: District, to: ClosingState, words: str) -> None:
    step = Step(to, NOW, district.mei.id, words)
    await district.database.write(closings.undo, district.east.id, YEAR, step, RECKONING)


async def told(district: District) -> list[str]:
    post = Post(district, Telegram())
    post.now = NOW
    await post.deliver()
    return [screen.text for _, screen in post.telegram.sent]


async def test_staff_hear_each_step_of_the_district_with_its_words(district: District) -> None:
    await district.kim()
    await signs(district, "check")
    assert await told(district) == [], "their own check is no news"
    await signs(district, "accept")
    [text] = await told(district)
    assert "区里认可了你们核对的数" in text
    await signs(district, "close")
    [text] = await told(district)
    assert "区里已经封账" in text
    await undoes(district, ClosingState.REOPENED, "漏报三次走访")
    [text] = await told(district)
    assert "区里重新打开了这一年：漏报三次走访" in text


async def test_only_the_newest_of_what_waits_is_told(district: District) -> None:
    await district.kim()
    await signs(district, "check", "accept")
    await undoes(district, ClosingState.SENT_BACK, "少报了一次")
    [text] = await told(district)
    assert "区里退回了你们核对的数：少报了一次" in text


async def test_what_they_went_on_from_meanwhile_is_not_told(district: District) -> None:
    await district.kim()
    await signs(district, "check")
    await undoes(district, ClosingState.SENT_BACK, "少报了一次")
    await signs(district, "check")
    assert await told(district) == []
