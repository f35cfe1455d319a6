"""What the scheduler needs of the outside world; `bot/` provides it.

The pace stands behind ports, too: today it is one of this process (scheduler/pace.py), one that
several processes share could take its place. What is `async` may ask elsewhere; the rest answers
from what is known here, and tells others later.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from content.screen import Screen
from storage.model.delivery import MessageIds


class Undelivered(Exception):
    """A message was not delivered; the kinds below say whether to try again."""


class Unreachable(Undelivered):
    """The person blocked the bot or is gone: final, until they write again."""


class Rejected(Undelivered):
    """Telegram refuses this very message, whoever gets it: final."""


class TopicClosed(Rejected):
    """Of a group that is a forum: the topic is closed. Others may open it again."""


class TryLater(Undelivered):
    """A server or the network failed."""


class Unsure(TryLater):
    """No answer of Telegram's came to a call that was made, or only that a server failed: nobody
    can know whether it was carried out."""


class Moved(Undelivered):
    """The group became another chat, `chat_id`."""

    def __init__(self, reason: str, chat_id: int) -> None:
        super().__init__(reason)
        self.chat_id = chat_id


class SlowDown(Undelivered):
    """Telegram asks everybody to wait `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


# One part of a correction: the call to make, or its ids where nothing is to be done. A call gives
# the ids of the part afterwards, none if that was deleted.
Edit: TypeAlias = Callable[[], Awaitable[tuple[int, ...]]] | tuple[int, ...]
DELETED_AT_ONCE = 100  # Bot API: deleteMessages


class Sender(Protocol):
    """Sends, edits and deletes screens in one chat. Everything raises Undelivered."""

    def parts(self, screen: Screen) -> int:
        """In how many calls a screen is sent."""

    def messages(self, screen: Screen, part: int) -> int:
        """How many messages one part is: an album is as many as it has pictures."""

    async def send(self, chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        """Send one part of a screen; returns the ids of its messages (an album has several)."""

    async def edit(self, chat_id: int, screen: Screen, sent: MessageIds) -> MessageIds:
        """Turn what was sent, the ids of each part, into `screen`; returns the ids afterwards."""

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete up to `DELETED_AT_ONCE` messages in one call; what is gone counts as done."""


class Redrawer(Protocol):
    """Turns a message into another picture, where it stands."""

    async def redraw(self, chat_id: int, message_id: int, screen: Screen) -> None:
        """Let one message, that has a picture, be the screen, which has one. Raises Undelivered."""


class Corrector(Sender, Protocol):
    """What the courier needs beyond that: a poll's id, by which its votes are told; a correction in
    steps, each of one call at most."""

    async def send_poll(self, chat_id: int, screen: Screen) -> tuple[tuple[int, ...], str]:
        """Send the poll that a screen ends with, its last part; returns the ids of its message, and
        the poll's own. Raises Undelivered."""

    def edits(
        self, chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True
    ) -> Sequence[Edit]:
        """What turns what was sent, the ids of each part, into `screen`: its parts in order and,
        before a poll, what deletes texts that are not needed any more. Not `whole`: what was sent
        is only the beginning, without a poll."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn of a call that sends so many messages: when it was given, and when its call will
    be answered as usual."""

    at: float
    answer_at: float
    messages: int = 1


class Answers(Protocol):
    """The pace as seen by whoever answers somebody that is waiting."""

    async def answer(self, chat_id: int, messages: int = 1) -> None:
        """Take a turn for so many messages: at once, and what is pushed comes later. Only while
        Telegram refuses answers for being too many do they wait for each other."""

    def answer_refused(self, seconds: float) -> None:
        """Telegram refused an answer, and asked to wait `seconds`."""


class Turns(Protocol):
    """The pace as seen by whoever sends to people who do not wait: pushes, notices, cards.

    `stopping` tells that there is no sense in waiting any more.
    """

    @property
    def limit(self) -> float:
        """Messages a second, as set."""

    @property
    def allowed(self) -> float:
        """Messages a second that Telegram allows, as far as was learnt; at most `limit`."""

    @property
    def pause_left(self) -> float:
        """Seconds until turns are given again; 0 if they are."""

    async def turn(self, chat_id: int, stopping: Callable[[], bool]) -> Turn | None:
        """Wait for the next turn of a message to `chat_id`; None if there is none for now:
        `stopping()` became true, or a pause began."""

    def turn_now(self, chat_id: int) -> Turn | None:
        """A turn, if one is free at this moment and the chat is, too."""

    async def widen(
        self, turn: Turn, chat_id: int, messages: int, stopping: Callable[[], bool]
    ) -> Turn | None:
        """Wait until as many messages as an album has may go in a turn that was given for one;
        None, and the turn is over, if there is no sense in waiting."""

    async def chat_ready(self, chat_id: int, stopping: Callable[[], bool]) -> bool:
        """Wait until one more message may go to a chat; False if there is no sense in waiting."""

    async def ready(self, stopping: Callable[[], bool]) -> None:
        """Wait until a message may go to somebody, or there is no sense in waiting."""

    async def end_of_pause(self, stopping: Callable[[], bool]) -> None:
        """Wait until turns are given again, or `stopping()` becomes true."""

    def made(self, turn: Turn) -> None:
        """The call of a turn was answered."""

    def failed(self, turn: Turn) -> None:
        """No answer of Telegram's came to the call of a turn."""

    def unused(self, turn: Turn) -> None:
        """No call was made in a turn."""

    def refused(self, seconds: float, turn: Turn) -> None:
        """Telegram asked to wait `seconds` when the call of `turn` was made."""

    def pause(self, seconds: float, rate: float | None = None) -> None:
        """Give no turn for `seconds`, and then `rate` a second at first, if it is given."""


class Pacer(Answers, Turns, Protocol):
    """The whole pace, as bot/app.py chooses it for everybody."""
