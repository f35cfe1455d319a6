"""What every handler may use. `bot/` puts it together and hands it on as `tools`."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from content.courses import Courses
from content.programme import Programme
from content.screen import Screen
from content.texts import Texts
from handlers.commands import Command
from handlers.counts import Counts
from handlers.drawn import Drawn
from handlers.seen_names import SeenNames
from handlers.strangers import Strangers
from handlers.taps import Taps, TooSoon
from storage.database import Database
from storage.model.calendar import Calendar
from storage.model.holidays import Holidays
from storage.model.rhythm import NextSlots
from storage.untouched import Untouched


class Chat(Protocol):
    """Answers to the person who is speaking; nobody else is ever addressed from a handler.

    What cannot be said at this moment is owed, and comes when it can. NotShown is raised for what
    will never be.
    """

    async def send(
        self,
        chat_id: int,
        screen: Screen,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int | None:
        """Send a screen, perhaps as a reply to a message, or into a topic of a group; returns the
        id of its own, None if it is owed."""

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> int | None:
        """Turn a message into `screen`; returns the id of the one that shows it now, None if it is
        owed."""

    async def fetch(self, file_id: str) -> bytes:
        """What is in a file that they sent, of 20 MB at most. Raises Refusal if it cannot be had
        now."""

    async def strip(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a message, if that can be done."""

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message; take its buttons off where it is too late for that."""

    async def menu(self, chat_id: int, commands: list[tuple[str, str]]) -> None:
        """Set the menu of commands of one chat; an empty one for the common menu."""

    async def toast(self, query_id: str, text: str = "") -> bool:
        """Answer a press, with a short note if there is one; False if that came to nothing."""

    async def alert(self, query_id: str, text: str) -> bool:
        """The same with a note that stays until it is closed."""

    async def lead(self, query_id: str, url: str) -> bool:
        """Answer a press by opening a link to the bot's own chat; False if that came to nothing."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The inside of the product, and the outside world as arguments."""

    database: Database
    texts: Texts
    programme: Programme
    courses: Courses
    zone: ZoneInfo
    chat: Chat
    now: Callable[[], datetime]
    new_secret: Callable[[], str]
    next_slots: NextSlots
    holidays: Holidays  # next_slots knows them; this says of which years
    start_link: Callable[[str], str]  # a payload for /start to the address that opens it
    language: str  # of somebody whose own is not known
    commands: tuple[Command, ...]  # of the table, in the order of the menus
    counts: Counts = field(default_factory=Counts)
    names: SeenNames = field(default_factory=SeenNames)
    drawn: Drawn = field(default_factory=Drawn)
    taps: Taps = field(default_factory=Taps)
    strangers: Strangers = field(default_factory=Strangers)

    def calendar(self, zone: ZoneInfo) -> Calendar:
        """By which a day or a time is read that is typed where clocks show that of `zone`."""
        return Calendar(self.now(), zone, self.holidays)

    def may_change(self) -> None:
        """Asked before anything ends that stands beside the database (which asks by itself). Raises
        TooSoon: see taps.py."""
        if isinstance(self.database, Untouched):
            raise self.database.why

    def only_looking(self) -> "Tools":
        """The same, with which nothing changes but what a form holds."""
        return replace(self, database=Untouched(self.database, TooSoon()))
