"""The card of an event in groups: one message each, which follows what is true in few edits."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from content.screen import Screen
from content.splitting import plain
from scheduler.group_cards import APART, GroupCards
from scheduler.ports import Moved, Rejected, SlowDown, TopicClosed, TryLater, Unreachable
from storage.actions import event_series, sign_ups
from storage.actions import events as event_actions
from storage.actions import groups as group_actions
from storage.actions.event_changes import change
from storage.actions.group_cards import SOONEST
from storage.actions.people import set_language
from storage.model.audience import Audience
from storage.model.event import Event
from storage.model.event_change import EventChange
from storage.model.person import Standing
from storage.queries.event_changes import facts
from storage.tables import events, group_cards, groups
from tests.scheduler.clock import FakeClock, pace_of
from tests.scheduler.post import PROGRAMME, TEXTS, Post
from tests.scheduler.test_cards import Telegram
from tests.storage.district import NOW, ZONE

CHAT, OTHER = -1001, -1002


@dataclass
class Square:
    """A community with a group, and who keeps the cards there."""

    post: Post

    def __post_init__(self) -> None:
        self.telegram, self.clock = Telegram(), FakeClock()
        self.database, self.mei = self.post.district.database, self.post.district.mei
        self.pace = pace_of(1000)
        self.cards = self.started()

    def started(self) -> GroupCards:
        """As after a restart."""
        given = (self.database, self.telegram, self.pace, (TEXTS, PROGRAMME))
        return GroupCards(*given, now=lambda: self.post.now, clock=self.clock.now)

    async def group(self, chat: int = CHAT, title: str = "东湖大家庭") -> None:
        node = self.post.district.east.id
        await self.database.write(group_actions.link, self.mei.id, chat, title, node, NOW)

    async def event(self, **given: Any) -> Event:
        """One whose card was sent to the groups."""
        event = await self.post.district.event(**({"capacity": 2} | given))
        await self.post.deliver()
        return event

    async def signs_up(self, event: Event, name: str = "bo") -> None:
        person = await self.post.district.resident(name)
        given = (person.telegram_id, event.id, self.post.now, ZONE)
        await self.database.write(sign_ups.sign_up, *given)

    async def moves(self, event: Event, **to: Any) -> None:
        was = await self.database.read(facts, event.id)
        wanted = EventChange(was, replace(was, **to))
        given = (self.mei.id, event.id, wanted, self.post.now, ZONE)
        await self.database.write(change, *given)

    async def looks(self, after: float = APART) -> list[str]:
        """Another round; what it changed the cards into."""
        self.clock.skip(after)
        before = len(self.telegram.edits)
        await self.cards.refresh()
        return [plain(screen.text) for _, _, screen in self.telegram.edits[before:]]

    async def kept(self) -> list[Any]:
        return list(await self.post.district.rows(group_cards))


def buttons(screen: Screen) -> list[str]:
    return [each.label for row in screen.rows for each in row]


@pytest.fixture
async def square(post: Post) -> Square:
    square = Square(post)
    await square.group()
    return square


async def test_a_group_gets_one_card_without_anybodys_name(square: Square) -> None:
    await square.event()
    [card] = square.post.telegram.to(CHAT)
    assert "家庭消防演练" in card
    assert "0 / 2" in plain(card)
    assert len(await square.kept()) == 1
    assert await square.looks() == []  # it shows what is true


async def test_a_place_without_groups_and_a_chosen_audience_get_none(post: Post) -> None:
    square = Square(post)
    members = Audience(post.district.east.id, standing=Standing.MEMBER)
    await square.event(audience=members)
    await square.group()
    await square.event(audience=members)
    assert post.telegram.to(CHAT) == []


async def test_a_group_that_comes_later_gets_the_cards_of_what_is_on(post: Post) -> None:
    """The soonest, each once; and they follow the count as all others."""
    square, district = Square(post), post.district
    for number in range(SOONEST + 2):
        await square.event(title=f"第{number}场", starts_at=NOW + timedelta(days=9 - number))
    everywhere = await square.event(title="全区运动会", node_id=1)
    elsewhere = await square.event(title="西山的", node_id=district.west.id)
    off = await square.event(title="取消了的")
    await square.database.write(event_actions.cancel, square.mei.id, off.id, NOW)
    await square.group()
    await post.deliver()
    cards = post.telegram.to(CHAT)
    assert len(cards) == SOONEST
    assert "全区运动会" in cards[0]
    assert not [card for card in cards if "第0场" in card or "第1场" in card]
    assert not [card for card in cards if elsewhere.title in card or off.title in card]
    await square.group()  # linked again
    await square.group(title="东湖一家")
    await post.deliver()
    titles = [plain(card).splitlines()[0] for card in post.telegram.to(CHAT)]
    assert len(titles) == len(set(titles))
    await square.signs_up(everywhere)
    [card] = await square.looks()
    assert "1 / 2" in card


async def test_of_a_series_such_a_group_gets_the_first_to_come(post: Post) -> None:
    square = Square(post)
    first = await square.event(title="晨练")
    same = update(events).where(events.c.id == first.id).values(series_id=first.id)
    await square.database.write(lambda c: c.execute(same) and None)
    later = await square.event(title="晨练", starts_at=NOW + timedelta(days=8))
    same = update(events).where(events.c.id == later.id).values(series_id=first.id)
    await square.database.write(lambda c: c.execute(same) and None)
    await square.group()
    await post.deliver()
    assert len(post.telegram.to(CHAT)) == 1
    square.post.now = later.starts_at - timedelta(days=1)
    given = (square.mei.id, OTHER, "西门", post.district.east.id, square.post.now)
    await square.database.write(group_actions.link, *given)
    await post.deliver()
    assert len(post.telegram.to(OTHER)) == 1


async def test_a_group_is_spoken_to_in_the_language_of_whoever_linked_it(square: Square) -> None:
    write = square.database.write
    await write(set_language, square.mei.id, "en", NOW)
    event = await square.event()
    [card] = square.post.telegram.to(CHAT)
    assert "0 of 2" in plain(card)
    await square.signs_up(event)
    [card] = await square.looks()
    assert "1 of 2" in card
    await write(set_language, square.mei.id, "zh", NOW)
    [card] = await square.looks()
    assert "1 / 2 人" in card


async def test_the_card_follows_the_count_the_line_and_what_staff_change(square: Square) -> None:
    event = await square.event()
    await square.signs_up(event, "bo")
    [card] = await square.looks()
    assert "1 / 2" in card
    await square.signs_up(event, "li")
    await square.signs_up(event, "kim")
    [card] = await square.looks()
    assert "2 / 2" in card
    assert "1 组候补中" in card
    assert "bo" not in card
    assert buttons(square.telegram.edits[-1][2])[0] == "排队候补"
    await square.moves(event, capacity=3)  # the seat is offered, and taken from then on
    [card] = await square.looks()
    assert "3 / 3" in card
    await square.moves(event, place="图书馆")
    [card] = await square.looks()
    assert "图书馆" in card
    assert "原来" in card
    assert "社区广场" in card
    await square.database.write(event_series.close_sign_up, square.mei.id, event.id, NOW)
    [card] = await square.looks()
    assert "报名已结束" in card
    assert buttons(square.telegram.edits[-1][2]) == ["详情、我的名额"]
    await square.database.write(event_actions.cancel, square.mei.id, event.id, NOW)
    [card] = await square.looks()
    assert "活动已取消" in card
    assert buttons(square.telegram.edits[-1][2]) == []
    assert await square.kept() == []


async def test_a_crowd_costs_few_edits_and_the_last_shows_the_end(square: Square) -> None:
    event = await square.event(capacity=100)
    seen = []
    for second in range(10):
        await square.signs_up(event, f"p{second}")
        seen += await square.looks(after=1.0)
    seen += await square.looks()
    assert len(seen) <= 3
    assert "10 / 100" in seen[-1]
    assert await square.looks() == []


async def test_a_restart_repeats_nothing_and_goes_on(square: Square) -> None:
    event = await square.event()
    await square.signs_up(event)
    await square.looks()
    square.cards = square.started()
    assert await square.looks() == []
    await square.signs_up(event, "li")
    square.cards = square.started()
    [card] = await square.looks()
    assert "2 / 2" in card


async def test_sign_up_closes_on_the_card_as_time_goes_by(square: Square) -> None:
    await square.event(deadline_at=NOW + timedelta(hours=5))
    square.post.now = NOW + timedelta(hours=5)
    [card] = await square.looks()
    assert "报名已结束" in card
    square.post.now = NOW + timedelta(days=1)
    [card] = await square.looks()
    assert "活动已经开始" in card
    assert await square.kept() == []


@pytest.mark.parametrize("lost", [True, False])
async def test_a_group_that_is_left_is_left_alone(square: Square, lost: bool) -> None:
    """Also if nobody told that the bot was removed; it goes on where the bot comes back."""
    event = await square.event()
    await square.signs_up(event)
    if lost:
        await square.database.write(group_actions.lose_group, CHAT, NOW)
    else:
        square.telegram.mishaps[CHAT] = [Unreachable("403 bot was kicked")]
    assert await square.looks() == []
    assert (await square.post.district.rows(groups))[0].left_at is not None
    await square.signs_up(event, "li")
    assert await square.looks() == []
    await square.group()
    [card] = await square.looks()
    assert "2 / 2" in card


@pytest.mark.parametrize("end", [Rejected("400 message to edit not found"), Moved("400", -1009)])
async def test_a_card_that_is_gone_is_given_up(square: Square, end: Exception) -> None:
    event = await square.event()
    await square.signs_up(event)
    square.telegram.mishaps[CHAT] = [end]
    await square.looks()
    assert await square.kept() == []
    assert await square.looks() == []


async def test_the_card_in_a_closed_topic_goes_on_when_that_is_opened(square: Square) -> None:
    """It was dropped for good; others open a topic again. Meanwhile it is not asked for all the
    time."""
    event = await square.event(capacity=9)
    await square.signs_up(event)
    square.telegram.mishaps[CHAT] = [TopicClosed("400 TOPIC_CLOSED")]
    assert await square.looks() == []
    assert await square.looks() == []
    assert square.telegram.tries == 1
    await square.signs_up(event, "li")
    [card] = await square.looks()
    assert "2 / 9" in card
    square.telegram.mishaps[CHAT] = [TopicClosed("400 TOPIC_CLOSED")]
    square.post.now = NOW + timedelta(days=30)
    await square.looks()
    assert await square.kept() == [], "after the end there is nothing to wait for"


async def test_trouble_of_telegrams_is_waited_out(square: Square) -> None:
    event = await square.event()
    await square.signs_up(event)
    square.telegram.mishaps[CHAT] = [TryLater("502"), SlowDown("429", 30.0)]
    assert await square.looks() == []
    assert await square.looks() == []
    assert await square.looks() == []
    assert square.telegram.tries == 2
    [card] = await square.looks(after=30.0)
    assert "1 / 2" in card


async def test_one_bad_card_does_not_stop_the_others(square: Square) -> None:
    await square.group(OTHER, "西门")
    event = await square.event()
    other = await square.event(title="读书会")
    square.telegram.mishaps[CHAT] = [RuntimeError("broken"), RuntimeError("broken")]
    await square.signs_up(event)
    await square.signs_up(other, "li")
    assert len(await square.looks()) == 1
    assert {chat for chat, *_ in square.telegram.edits} == {OTHER}
