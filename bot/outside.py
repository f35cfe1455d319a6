"""The outside world as plain functions: the clock, chance, Telegram's addresses."""

import os
import secrets
import socket
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

VERSION = version("linli")


def utc_now() -> datetime:
    """The real time. Everything below `bot/` gets its time as an argument."""
    return datetime.now(UTC)


def new_secret() -> str:
    """What links and drafts are known by: 128 bits, in letters that a /start payload may have."""
    return secrets.token_urlsafe(16)


def new_number() -> int:
    """What a process of ours is known by to others: 62 bits."""
    return secrets.randbits(62)


def who_we_are() -> str:
    """This process, as it is named to others: its number, its machine, and since when."""
    return (
        f"process {os.getpid()} on {socket.gethostname()[:24]}, since {utc_now():%m-%d %H:%M} UTC,"
    )


def token_lock(api_url: str, token: str) -> Path:
    """A file that stands for a bot at Telegram, for the processes of one user of this machine. Its
    name tells nobody the token."""
    digest = sha256(f"{api_url} {token}".encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"linli-{os.getuid()}-{digest}.lock"


def start_link(username: str, payload: str) -> str:
    """The address that opens the bot, with a payload for /start unless it is empty."""
    return f"https://t.me/{username}" + (f"?start={payload}" if payload else "")
