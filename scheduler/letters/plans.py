"""What the staff of a community are told whose plan is behind, or who have none."""

from datetime import date

from content.screen import Screen
from content.screens import plans as screens
from scheduler.letters.tools import Tools
from storage.model.delivery import Claimed
from storage.model.nudge import is_behind, lacks_a_plan
from storage.model.period import Days, year_of
from storage.model.roles import Power
from storage.queries import nodes as node_queries
from storage.queries.nudges import by_id
from storage.queries.plans import progress


async def behind(tools: Tools, delivery: Claimed) -> Screen | None:
    """None if they caught up meanwhile, planned something, or do not work there any more."""
    nudge = await tools.database.read(by_id, delivery.subject_id or 0)
    node = await tools.database.read(node_queries.by_id, nudge.node_id)
    person = await tools.recipient(delivery)
    if not person.may_at(Power.PLAN, node.path):
        return None
    days = Days(year_of(date(nudge.year, 1, 1)), tools.texts.zone, tools.now())
    view = await tools.database.read(progress, node, days, tools.programme.plannable)
    say = tools.texts.in_(delivery.language)
    if is_behind(view):
        return screens.nudge(say, view, tools.programme)
    return screens.nudge_to_plan(say, view) if lacks_a_plan(view, nudge.month) else None
