"""What the scheduler needs of the outside world; `bot/` provides it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeAlias

from content.screen import Screen
from storage.model.delivery import MessageIds


class Undelivered(Exception):
    """A message was not delivered; the kinds below say whether to try again."""


class Unreachable(Undelivered):
    """The person blocked the bot or is gone: final, until they write again."""


class Rejected(Undelivered):
    """Telegram refuses this very message, whoever gets it: final."""


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

    async def send(self, chat_id: int, screen: Screen, part: int = 0) -> tuple[int, ...]:
        """Send one part of a screen; returns the ids of its messages (an album has several)."""

    async def edit(self, chat_id: int, screen: Screen, sent: MessageIds) -> MessageIds:
        """Turn what was sent, the ids of each part, into `screen`; returns the ids afterwards."""

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete up to `DELETED_AT_ONCE` messages in one call; what is gone counts as done."""


class Corrector(Sender, Protocol):
    """What the courier needs beyond that: a correction in steps, each of one call at most."""

    def edits(
        self, chat_id: int, screen: Screen, sent: MessageIds, *, whole: bool = True
    ) -> Sequence[Edit]:
        """What turns what was sent, the ids of each part, into `screen`: its parts in order and,
        before a poll, what deletes texts that are not needed any more. Not `whole`: what was sent
        is only the beginning, without a poll."""
