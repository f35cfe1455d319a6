"""What can go wrong between a bot and Telegram, on demand.

sim.faults.next(TooManyRequests(3), method="sendMessage")     the next call is refused
sim.faults.next(Reset(), times=2)                             the next two calls, whichever
sim.faults.randomly(BadGateway(), probability=0.2, seed=7)    a fifth of all calls, repeatable
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class TooManyRequests:
    """429 with `parameters.retry_after`; nothing is carried out."""

    retry_after: int = 1


@dataclass(frozen=True)
class BadGateway:
    """502 with a body of HTML instead of JSON; nothing is carried out."""


@dataclass(frozen=True)
class ServerError:
    """500 in Telegram's own JSON; nothing is carried out."""


@dataclass(frozen=True)
class Refused:
    """A refusal in Telegram's own words, for what no state here brings about; nothing is carried
    out."""

    description: str
    code: int = 400


@dataclass(frozen=True)
class Hang:
    """No answer for so many seconds (None: until the simulator stops), then a cut connection."""

    seconds: float | None = None


@dataclass(frozen=True)
class Reset:
    """The connection is reset before anything is carried out."""


@dataclass(frozen=True)
class DropAfterAccept:
    """The call is carried out and the connection cut without an answer: nobody can know."""


@dataclass(frozen=True)
class GatewayTimeout:
    """The call is carried out and answered by a 504 of HTML: the gateway lost patience."""


@dataclass(frozen=True)
class CutAnswer:
    """The call is carried out and the connection cut in the middle of the answer."""


@dataclass(frozen=True)
class Held:
    """The call waits until `freed` is set, and then is carried out as always: so what goes on lasts
    for as long as a test looks at it, on however busy a machine."""

    freed: asyncio.Event


Fault: TypeAlias = (
    TooManyRequests
    | BadGateway
    | ServerError
    | Refused
    | Hang
    | Reset
    | DropAfterAccept
    | GatewayTimeout
    | CutAnswer
    | Held
)


@dataclass
class _Rule:
    fault: Fault
    method: str | None
    chat_id: int | None
    times: int | None
    probability: float
    random: random.Random
    used: int = 0

    def matches(self, method: str, chat_id: int | None) -> bool:
        if self.method is None and method == "getupdates":
            return (
                False  # a rule for "all" means calls that do something; name getUpdates to hit it
            )
        return (
            (self.method is None or self.method == method)
            and (self.chat_id is None or self.chat_id == chat_id)
            and (self.times is None or self.used < self.times)
            and (self.probability >= 1 or self.random.random() < self.probability)
        )


@dataclass
class Faults:
    """The rules in force; the first that matches a call wins."""

    _rules: list[_Rule] = field(default_factory=list)

    def next(
        self,
        fault: Fault,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
    ) -> None:
        """Applies `fault` to the next `times` calls (of one method, to one chat, if given).

        Without `method` every call counts except getUpdates, which must be named.
        """
        self._add(fault, method, chat_id, times, 1.0, 0)

    def randomly(
        self,
        fault: Fault,
        probability: float,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int | None = None,
        seed: int = 0,
    ) -> None:
        """Applies `fault` to a share of the calls; the same seed draws the same calls."""
        self._add(fault, method, chat_id, times, probability, seed)

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        self._rules.clear()

    def draw(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault for one call, None for most of them. Counts as a use of the rule."""
        for rule in self._rules:
            if rule.matches(method.lower(), chat_id):
                rule.used += 1
                return rule.fault
        return None

    def _add(
        self,
        fault: Fault,
        method: str | None,
        chat_id: int | None,
        times: int | None,
        probability: float,
        seed: int,
    ) -> None:
        name = method.lower() if method else None
        self._rules.append(_Rule(fault, name, chat_id, times, probability, random.Random(seed)))
