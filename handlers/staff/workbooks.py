"""What handlers of workbooks share: getting a file that was sent, reading it while others go on,
and a card that shows how far that is."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from aiogram.types import CallbackQuery, Document

from content.screen import Screen
from content.screens import sheets as screens
from content.sheets.ledger import Sent
from content.sheets.opening import FILE_LIMIT
from content.sheets.plans import SentPlan
from content.sheets.reading import Reading
from content.sheets.rosters import SentRoster
from content.sheets.sent import read_workbook
from content.texts import Say
from handlers.incoming import replied_to
from handlers.tools import Tools
from storage.model.node import Node
from storage.model.period import day_of
from storage.model.refusal import Refusal

T = TypeVar("T")

NAMES = (".xlsx", ".xls", ".xlsm")  # of workbooks, also of such as are refused with a sentence
BETWEEN = 3.0  # seconds: how often a card shows how far work is


def is_workbook(document: Document | None) -> bool:
    """Whether a file looks like a workbook, by its name."""
    return document is not None and (document.file_name or "").lower().endswith(NAMES)


def replied(press: CallbackQuery) -> Document:
    """The file to which the message that was pressed is a reply. Raises Refusal if it is gone."""
    source = replied_to(press)
    if source is None or source.document is None:
        raise Refusal("sheet.send_again")
    return source.document


async def fetched(document: Document, tools: Tools) -> bytes:
    """What is in a file. Raises Refusal if it is too large, or cannot be had now."""
    if (document.file_size or 0) > FILE_LIMIT:
        raise Refusal("sheet.large", limit=FILE_LIMIT // 2**20)
    return await tools.chat.fetch(document.file_id)


def reading_of(say: Say, tools: Tools) -> Reading:
    """By what a workbook of somebody with this voice is read."""
    return Reading(tools.programme, tools.texts, day_of(tools.now(), tools.zone), say.language)


async def read_sent(
    document: Document, places: Sequence[Node], say: Say, tools: Tools, card: "Card"
) -> Sent | SentPlan | SentRoster:
    """What stands in a workbook that was sent: a ledger's, a plan's for some of `places`, or a list
    of an event. Raises Refusal."""
    content, reading = await fetched(document, tools), reading_of(say, tools)
    return await read_aside(
        content,
        lambda path, told: read_workbook(path, reading, places, told),
        card,
        partial(screens.reading, say),
    )


@dataclass(slots=True)
class Card:
    """A message in the making: `show` turns it into a screen. While work goes on, `far` does so at
    most every `BETWEEN` seconds, and not in the first."""

    show: Callable[[Screen], Awaitable[object]]
    clock: Callable[[], float] = time.monotonic
    _last: float = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.clock()

    async def far(self, screen: Callable[[int], Screen], done: int) -> None:
        """Show how far it is, if it is time."""
        if self.clock() - self._last >= BETWEEN:
            self._last = self.clock()
            await self.show(screen(done))


async def read_aside(
    content: bytes,
    read: Callable[[Path, Callable[[int], None]], T],
    card: Card,
    screen: Callable[[int], Screen],
) -> T:
    """Let `read` read a file in a thread, telling how many rows it has so far; meanwhile the card
    shows that, and everybody else goes on. Raises what `read` raises."""
    rows = [0]

    def told(number: int) -> None:
        rows[0] = number

    async with asyncio.TaskGroup() as group:
        work = group.create_task(asyncio.to_thread(_whole, content, lambda p: read(p, told)))
        while not work.done():
            await asyncio.wait({work}, timeout=BETWEEN)
            if not work.done():
                await card.far(screen, rows[0])
    found = work.result()
    if isinstance(found, Refusal):
        raise found
    return found


def _whole(content: bytes, read: Callable[[Path], T]) -> T | Refusal:
    """What is in a file; a refusal is given back, to come out of the group of tasks alone."""
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "sent"
        path.write_bytes(content)
        try:
            return read(path)
        except Refusal as refusal:
            return refusal
