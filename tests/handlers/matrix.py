"""The access matrix: every press and command, and what a button carries for each place."""

from collections.abc import Iterator

from handlers import ids, table
from handlers.ids import Id
from handlers.presses import Press
from storage.model.agenda import Choice
from storage.model.period import read_period
from storage.model.suggestion import SuggestionState
from tests.handlers.places import EAST, MISSING, ROLES, WEST, Places

ITEM = ("resident-basics", "safe-account")
# What a button carries that is no id: by its action, or by what reads it.
GIVEN = {
    "done": ITEM,
    "item": ITEM,
    "hello": ("zh",),
    "privacy": ("zh",),
    "agree": ("zh",),
    "language": ("en",),
    "redeem": ("nonsense",),
    "continue": ("nonsense",),
    "anew": ("nonsense", "nonsense"),
    "give_up": ("nonsense",),
    "library": ITEM[:1],
    "past": ITEM[:1],
    "join_course": ITEM[:1],
    "leave_course": ITEM[:1],
    "pause_study": ITEM[:1],
    "figure": ("suggestions_received",),
    "months": ("suggestions_received",),
    "compared": ("suggestions_received",),
    "draw_months": ("suggestions_received",),
    "draw_places": ("suggestions_received",),
    "records": ("suggestions_received",),
    "plan_part": ("ways",),
    "target": ("home_visits",),
    "set_target": ("home_visits",),
    "plan_import": ("0",),
    "plan_meant": ("home_visits",),
    "close_check": ("00000000",),
    "close_accept": ("00000000",),
    "close_now": ("00000000",),
    "rated": ("nonsense",),
    "word": ("nonsense",),
    "past_voided": ("test",),
    "past_as": ("study",),
}
BY_READER = {
    ids.page: "0",
    int: "0",
    ids.day: "20260302",
    ids.lead: "24",
    ids.year: "2026",
    read_period: "20260101-20261231",
    SuggestionState: "adopted",
    Choice: "mine",
}
BY_NAME = {
    "count_of": "5",
    "role": "member",
    "quiet_choice": "none",
    "some_indicator": "all",
    "some_period": "all",
    "read_year": "2026",
}
PRESSES = list(table().presses.values())
COMMANDS = [each for each in table().commands if each.access.known]


def belongs(press: Press) -> bool:
    """Whether an id of the press belongs to a place."""
    return any(isinstance(each, Id) or each is ids.chat_id for each in press.readers)


def cases() -> Iterator[tuple[Press, str]]:
    """Every press: on something of each community and on nothing, or once."""
    for press in PRESSES:
        for place in (EAST, WEST, MISSING) if belongs(press) else (EAST,):
            yield press, place


def data_of(press: Press, place: str, places: Places) -> str:
    """What the button carries that means something of `place`."""
    given = list(GIVEN.get(press.action, ()))
    carried = [press.action]
    for reader in press.readers:
        if reader in places.ids:
            carried.append(str(places.ids[reader][place]))
        elif reader is str:
            carried.append(given.pop(0))
        elif reader is ids.row_id:
            carried.append(str(places.seated))
        else:
            carried.append(BY_READER.get(reader) or BY_NAME[reader.__name__])
    return ":".join(carried)


def size() -> int:
    """How many tries the matrix is."""
    return len(ROLES) * (len(list(cases())) + len(COMMANDS))
