"""The outside world as plain functions: the clock, chance, Telegram's addresses."""

import secrets
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The real time. Everything below `bot/` gets its time as an argument."""
    return datetime.now(UTC)


def new_secret() -> str:
    """What links and drafts are known by: 128 bits, in letters that a /start payload may have."""
    return secrets.token_urlsafe(16)


def new_number() -> int:
    """What a process of ours is known by to others: 62 bits."""
    return secrets.randbits(62)


def start_link(username: str, payload: str) -> str:
    """The address that opens the bot, with a payload for /start unless it is empty."""
    return f"https://t.me/{username}" + (f"?start={payload}" if payload else "")
