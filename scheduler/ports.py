"""What the scheduler needs of the outside world; `bot/` provides it."""

from typing import Protocol

from content.screen import Screen


class Undelivered(Exception):
    """A message was not delivered; the kinds below say whether to try again."""


class Unreachable(Undelivered):
    """The person blocked the bot or is gone: final, until they write again."""


class Rejected(Undelivered):
    """Telegram refuses this very message, whoever gets it: final."""


class TryLater(Undelivered):
    """A server or the network failed."""


class SlowDown(Undelivered):
    """Telegram asks everybody to wait `seconds`."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Sender(Protocol):
    """Sends one screen to one chat."""

    async def send(self, chat_id: int, screen: Screen) -> int:
        """Returns the message's id. Raises Undelivered."""
