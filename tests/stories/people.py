"""The people of the stories, who know their way about the bot: each verb goes through a form by the
names on its buttons. A story about a form walks it step by step instead."""

from bot.simulator import Message, Person


class Neighbour(Person):
    """A person of the town, resident or staff, who speaks Chinese to the bot."""

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
