"""The door of an event: a code that changes every few minutes, by which people check themselves in.

Nothing is kept of a code but the event's secret, from which those of every window follow.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.model.event import Event
from storage.model.typed.text import plain

WINDOW = timedelta(minutes=3)  # how long a code is shown,
GRACE = timedelta(minutes=1)  # and how much longer it is taken
DIGITS = 4
LINK = "came_"  # what a /start payload with a code begins with
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = 12  # bytes
_PASS = re.compile(LINK + r"([1-9][0-9]{0,17})_([0-9]{1,12})_([A-Za-z0-9_-]{16})", re.ASCII)
_TYPED = re.compile(r"(?:我?(?:要|来)?签到码?|check ?-?in|code)?[:#\s]*(\d ?\d ?\d ?\d)", re.ASCII)

# Guessing is slowed down: what is left to try, and then how long one waits.
FREE = 5
FIRST_WAIT = timedelta(minutes=5)  # twice as long after each further one
LONGEST_WAIT = timedelta(days=1)
FORGOTTEN = timedelta(days=1)  # after that one begins anew


@dataclass(frozen=True, slots=True)
class Pass:
    """What a scanned code says: of which event, of which window, and the proof."""

    event_id: int
    window: int
    token: str


def read_pass(payload: str) -> Pass | None:
    """The code in a /start payload; None for what is none of ours."""
    found = _PASS.fullmatch(payload)
    return Pass(int(found[1]), int(found[2]), found[3]) if found else None


def read_digits(text: str) -> str | None:
    """The digits that somebody typed as a code and nothing else; None for any other text."""
    found = _TYPED.fullmatch(plain(text)) if len(text) <= 40 else None
    return found[1].replace(" ", "") if found else None


def window_of(at: datetime) -> int:
    """The number of the window in which an instant lies."""
    return (at - _EPOCH) // WINDOW


@dataclass(frozen=True, slots=True)
class Door:
    """The door of an event, with what nobody else knows."""

    event_id: int
    secret: str

    def digits(self, at: datetime) -> str:
        """What is shown at this moment to be typed."""
        return self._digits(window_of(at))

    def payload(self, at: datetime) -> str:
        """What is shown at this moment to be scanned, as a /start payload."""
        window = window_of(at)
        return f"{LINK}{self.event_id}_{window}_{self._token(window)}"

    def changes_at(self, at: datetime) -> datetime:
        """When what is shown at this moment is no longer."""
        return _EPOCH + (window_of(at) + 1) * WINDOW

    def made(self, given: Pass) -> bool:
        """Whether it was shown here at some time."""
        return given.event_id == self.event_id and hmac.compare_digest(
            self._token(given.window), given.token
        )

    def lets_in(self, given: Pass, at: datetime) -> bool:
        """Whether who scanned it then is let in."""
        return self.made(given) and given.window in _taken(at)

    def knows(self, digits: str, at: datetime) -> bool:
        """Whether who typed them then is let in."""
        return any(hmac.compare_digest(self._digits(each), digits) for each in _taken(at))

    def _digits(self, window: int) -> str:
        number = int.from_bytes(self._sign("digits", window)) % 10**DIGITS
        return f"{number:0{DIGITS}}"

    def _token(self, window: int) -> str:
        return urlsafe_b64encode(self._sign("link", window)[:_TOKEN]).decode()

    def _sign(self, what: str, window: int) -> bytes:
        said = f"{what}:{self.event_id}:{window}".encode()
        return hmac.digest(self.secret.encode(), said, hashlib.sha256)


def _taken(at: datetime) -> tuple[int, ...]:
    """The windows whose codes are taken at a moment."""
    now, before = window_of(at), window_of(at - GRACE)
    return (now,) if now == before else (now, before)


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often somebody typed a wrong code, and when last."""

    wrong: int
    last_at: datetime

    def after(self, at: datetime) -> "Guesses":
        """With one more."""
        old = at - self.last_at > FORGOTTEN and self.waits_until(at) is None
        return Guesses(1 if old else self.wrong + 1, at)

    @property
    def left(self) -> int:
        """How many may follow at once."""
        return max(0, FREE - self.wrong)

    def waits_until(self, at: datetime) -> datetime | None:
        """Until when no code of theirs is taken; None if one is."""
        if self.wrong < FREE:
            return None
        doubled = min(self.wrong - FREE, 20)  # the longest wait is reached long before that
        until = self.last_at + min(FIRST_WAIT * 2**doubled, LONGEST_WAIT)
        return until if at < until else None


@dataclass(frozen=True, slots=True)
class Entrance:
    """Somebody was let in. `again`: they were in already; `walked_in`: they held no seat."""

    event: Event
    again: bool
    walked_in: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """A code that was typed is none that is shown now. `left`: how many may be tried at once;
    `until`: before that none is taken."""

    left: int
    until: datetime | None
