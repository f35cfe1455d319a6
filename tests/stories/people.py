"""The people of the stories, who know their way about the bot: each verb goes through a form by the
names on its buttons. A story about a form walks it step by step instead."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from bot.simulator import Group, Message, Person
from bot.simulator.objects import Account, Chat
from bot.simulator.people import LOOK_AT_NEW
from bot.simulator.world import World
from tests.stories.rest import Rests

T = TypeVar("T")
TOO_SOON = ("刚刚点过了", "just pressed")


class Neighbour(Person):
    """A person of the town, resident or staff, who speaks Chinese to the bot, and looks for a
    second before pressing anything: else it is a second tap. Nothing new comes to them once the
    product `rests`."""

    def __init__(
        self, world: World, account: Account, rests: Rests, chat: Chat | None = None
    ) -> None:
        super().__init__(world, account, chat)
        self._rests = rests

    def in_group(self, group: Group) -> "Neighbour":
        return Neighbour(self.world, self.account, self._rests, group.chat)

    async def sees_not(self, text: str, **_: Any) -> None:
        await self._rests()
        await super().sees_not(text, within=0)

    async def _comes(self, found: Callable[[], T | None]) -> T | None:
        if (there := found()) is not None:
            return there
        looking = asyncio.ensure_future(self.chat.signal.until(found, LOOK_AT_NEW))
        resting = asyncio.ensure_future(self._rests())
        await asyncio.wait({looking, resting}, return_when=asyncio.FIRST_COMPLETED)
        for each in (looking, resting):
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each
        return found()

    async def presses_raw(self, message: Message | int, data: str, **given: Any) -> str | None:
        answer: str | None = TOO_SOON[0]
        while answer and any(each in answer for each in TOO_SOON):  # it may have come just now
            self.world.clock.advance(timedelta(seconds=1))
            answer = await super().presses_raw(message, data, **given)
        return answer

    async def suggests(
        self, text: str, *, category: str = "设施维修", anonymous: bool = False, number: str = ""
    ) -> Message:
        """Submits a suggestion to which none is alike; gives the receipt (with this number)."""
        await self.begins_suggestion(text, category=category)
        await self.sees("请确认")
        if anonymous:
            await self.presses("改为匿名")
            await self.sees("署名：匿名")
        await self.presses("提交")
        return await self.sees(number or "已收到，编号")

    async def begins_suggestion(self, text: str, *, category: str = "设施维修") -> None:
        """Writes one, up to what comes after the text."""
        await self.says("/suggest")
        await self.presses(category)
        await self.sees("请用一句话说说")
        await self.says(text)

    async def answers(
        self, number: str, reply: str = "本周更换", *, decision: str = "采纳"
    ) -> Message:
        """Answers a suggestion as staff; gives the receipt."""
        await self.says("/inbox")
        await self.presses(number)
        await self.presses(decision)
        await self.says(reply)
        await self.presses("发送")
        return await self.sees(f"已答复 {number}")

    async def posts_event(
        self,
        title: str = "家庭消防演练",
        *,
        day: str = "11月28日",
        at: str = "9:30",
        place: str = "社区广场",
        capacity: str = "40",
    ) -> Message:
        """Posts an event of public service as staff of one community; gives the receipt."""
        await self.says("/post")
        await self.presses("公共服务")
        for answer in (title, day, at, place):
            await self.says(answer)
        await self.sees("多少名额")
        await self.presses(capacity)
        await self.sees("请确认")
        await self.presses("发布")
        return await self.sees("已发布")

    async def does(self, *steps: str) -> None:
        """Presses one button after the other; what begins with ">" is typed."""
        for step in steps:
            if step.startswith(">"):
                await self.says(step[1:])
            else:
                await self.presses(step)

    async def sends_notice(self, text: str, *, to: Sequence[str] = ()) -> None:
        """Sends a notice as staff, to everybody or to the audience that the steps `to` choose."""
        await self._writes_notice(text, to)
        await self.presses("发送")

    async def schedules_notice(
        self, text: str, *, when: Sequence[str], to: Sequence[str] = ()
    ) -> Message:
        """The same at the rhythm that the steps `when` choose; gives the receipt."""
        await self._writes_notice(text, to)
        await self.does("改时间", *when, "定时发送")
        return await self.sees("已安排")

    async def _writes_notice(self, text: str, to: Sequence[str]) -> None:
        await self.says("/notice")
        await self.sees("想通知什么")
        await self.says(text)
        await self.sees("请确认")
        if to:
            await self.does("改对象", *to, "选好了")

    async def begins_push(self, item: str = "1.") -> None:
        """Chooses an item as staff of one community, up to when it shall be sent."""
        await self.says("/push")
        await self.does("居民安全与权益", item)
        await self.sees("什么时候发")

    async def pushes(self, item: str = "1.") -> None:
        """Pushes an item now."""
        await self.begins_push(item)
        await self.does("现在发一次", "发送")

    async def schedules_push(self, *when: str, item: str = "1.") -> Message:
        """Pushes an item, and those after it, at the rhythm that the steps choose; gives the
        receipt."""
        await self.begins_push(item)
        await self.does(*when, "定时发送")
        return await self.sees("已安排")
