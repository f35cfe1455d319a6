"""The figures of a month, as a workbook."""

import tempfile
from pathlib import Path

from content.screen import Screen
from content.screens import subscriptions as screens
from content.screens.traces import Shelf
from content.sheets.figures import Words, write_month
from content.sheets.writing import Workbook
from scheduler.letters.tools import Tools
from storage.exporting import Exported
from storage.model.delivery import Claimed
from storage.model.period import Days, year_of
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries.subscriptions import edition


async def of_month(tools: Tools, delivery: Claimed) -> Screen | None:
    """None for whoever wants them no longer, or may not see them."""
    found = await tools.database.read(edition, delivery.subject_id or 0)
    node = await tools.database.read(node_queries.by_id, found.subscription.node_id)
    person = await tools.recipient(delivery)
    if found.subscription.ended or not person.may_at(Power.SEE_FIGURES, node.path):
        return None
    zone, now = tools.texts.zone, tools.now()
    month, year = (
        Exported(tools.database, person, node, Days(period, zone, now), tools.programme.measures)
        for period in (found.month, year_of(found.month.first_on))
    )
    say = tools.texts.in_(delivery.language)
    words = Words(say, Shelf(tools.programme, tools.courses))
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "figures.xlsx"
        async with Workbook(path, now) as book:
            await write_month(book, month, year, words)
        return screens.of_month(say, node, found.month, path.read_bytes())
