"""The sources of figures: records as rows, from which `counting` derives every number.

Which of them there are, and how a programme file may narrow them, is declared in
storage/model/figure.py.
"""

from collections.abc import Mapping

from storage.queries.figures.events import ATTENDANCES, EVENTS, OCCASIONS, SIGN_UPS
from storage.queries.figures.ledger import LEDGER
from storage.queries.figures.register import MEMBERS
from storage.queries.figures.source import Source
from storage.queries.figures.study import ACKNOWLEDGEMENTS, BROADCASTS
from storage.queries.figures.suggestions import SUGGESTIONS

SOURCES: Mapping[str, Source] = {
    "broadcasts": BROADCASTS,
    "acknowledgements": ACKNOWLEDGEMENTS,
    "events": EVENTS,
    "occasions": OCCASIONS,
    "sign_ups": SIGN_UPS,
    "attendances": ATTENDANCES,
    "suggestions": SUGGESTIONS,
    "ledger": LEDGER,
    "members": MEMBERS,
}
