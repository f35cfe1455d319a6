"""Taking back what came with a workbook: the question, and what became of it."""

from collections.abc import Mapping, Sequence

from content.programme import Programme
from content.screen import Button, Rows, Screen
from content.screens.kit import back, button
from content.screens.ledger import amount, name_of, work
from content.screens.plans import change
from content.texts import Say
from storage.model.ledger_import import Returnable
from storage.model.node import Node
from storage.model.plan_import import PlanReturn

_TOLD = 10  # lines of each kind


def ask(say: Say, node: Node, found: Returnable, programme: Programme, update_id: int) -> Screen:
    """Whether entries are to count no more; nothing is changed yet."""
    text = say(
        "sheet.undo_sure",
        place=node.name,
        count=len(found.ids),
        touched=_touched(say, found, programme),
        more=len(found.touched) - _TOLD,
    )
    return Screen(text, _answers(say, "undo_import_yes", "keep_import", node.id, update_id))


def undone(say: Say, node: Node, found: Returnable, count: int, programme: Programme) -> Screen:
    """An import was taken back; it can be made anew."""
    text = say(
        "sheet.undone",
        place=node.name,
        count=count,
        touched=_touched(say, found, programme),
        more=len(found.touched) - _TOLD,
    )
    anew = button(say, "sheet.import", "ledger_import", node.id)
    return Screen(text, (*back(say, "staff"), (anew,)))


def _touched(say: Say, found: Returnable, programme: Programme) -> list[Mapping[str, object]]:
    """What somebody changed since, and how."""
    return [
        {
            "work": work(say, programme, each.indicator, each.number),
            "on": each.on,
            "instead": None
            if each.instead is None
            else amount(say, programme, each.indicator, each.instead),
            "by": each.by,
            "at": each.at,
        }
        for each in found.touched[:_TOLD]
    ]


def ask_plan(
    say: Say, home: Node, asked: tuple[int, int], found: PlanReturn, of: "Named"
) -> Screen:
    """Whether targets are to be what they were. `asked`: the year, and the update that set them."""
    text = say("plan.sheet_undo_sure", year=asked[0], **of.lines(say, found))
    return Screen(text, _answers(say, "undo_plan_import_yes", "keep_plan_import", home.id, *asked))


def plan_undone(say: Say, home: Node, year: int, found: PlanReturn, of: "Named") -> Screen:
    """Targets are what they were."""
    text = say("plan.sheet_undone", year=year, count=len(found.changes), **of.lines(say, found))
    return Screen(text, ((button(say, "plan.open", "plan", home.id, year),),))


class Named:
    """What the nodes and indicators of a plan are called."""

    def __init__(self, places: Sequence[Node], programme: Programme) -> None:
        self._places = {each.id: each.name for each in places}
        self._programme = programme

    def lines(self, say: Say, found: PlanReturn) -> dict[str, object]:
        """What would be, and what stays because somebody planned it anew."""
        known = {each.id: each for each in self._programme.indicators}
        changes = [
            change(say, known[each.wish.indicator], each.before, each.wish.number)
            | {"place": self._places[each.wish.node_id]}
            for each in found.changes[:_TOLD]
        ]
        touched = [
            {
                "place": self._places[each.node_id],
                "name": name_of(say, self._programme, each.indicator),
                "now": None
                if each.now is None
                else amount(say, self._programme, each.indicator, each.now),
                "by": each.by,
                "at": each.at,
            }
            for each in found.touched[:_TOLD]
        ]
        return {
            "lines": changes,
            "more": len(found.changes) - _TOLD,
            "touched": touched,
            "more_touched": len(found.touched) - _TOLD,
        }


def kept(say: Say, node: Node, update_id: int) -> Screen:
    """Entries count as they did; the button stands there again."""
    return _kept(say, button(say, "sheet.undo", "undo_import", node.id, update_id))


def plan_kept(say: Say, home: Node, year: int, update_id: int) -> Screen:
    """The same of targets."""
    return _kept(say, button(say, "sheet.undo", "undo_plan_import", home.id, year, update_id))


def _kept(say: Say, undo: Button) -> Screen:
    return Screen(say("sheet.kept"), ((undo,), *back(say, "staff")))


def _answers(say: Say, yes: str, no: str, *ids: object) -> Rows:
    """Yes is not in the place of the button that asked, which stood below another."""
    return ((button(say, "sheet.undo_yes", yes, *ids),), (button(say, "sheet.undo_no", no, *ids),))
