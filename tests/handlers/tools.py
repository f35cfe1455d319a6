"""The tools of the handlers over a real database and content."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.product import Content
from handlers.dispatch import Table
from handlers.tools import Chat, Tools
from scheduler.calendar import next_slots
from storage.database import Database


def tools_for(
    database: Database, content: Content, declared: Table, chat: Chat, now: Callable[[], datetime]
) -> Tools:
    """What `bot/parts/intake.py` makes, with `chat` instead of Telegram. Every secret is one."""
    return Tools(
        database=database,
        texts=content.texts,
        programme=content.programme,
        courses=content.courses,
        zone=ZoneInfo("Asia/Shanghai"),
        chat=chat,
        now=now,
        new_secret=lambda: "secret",
        next_slots=partial(next_slots, holidays=content.holidays),
        holidays=content.holidays,
        start_link=lambda payload: f"https://t.me/bot?start={payload}",
        language="zh",
        commands=declared.commands,
    )
