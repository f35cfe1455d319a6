"""The screens of a closing: however much there is to tell, it is one message."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from content.programme import SHIPPED, load_programme
from content.screens import closings as screens
from content.splitting import MESSAGE_LIMIT, fits
from content.texts import load_texts
from storage.model.closing import (
    Cause,
    Closing,
    ClosingState,
    ClosingView,
    Difference,
    Kept,
    Reckoning,
    Sheet,
)
from storage.model.figure import Figure
from storage.model.moves import Move
from storage.model.node import Node, NodeKind
from storage.model.person import LANGUAGES
from storage.model.roles import Grant, Role

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2027, 2, 3, tzinfo=UTC)
LONG = "n" * 64
PROGRAMMES = sorted(path.parent for path in SHIPPED.parent.glob("*/programme.yaml"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", PROGRAMMES, ids=[each.name for each in PROGRAMMES])
def test_a_closing_of_which_every_figure_changed_is_one_message(
    folder: Path, language: str
) -> None:
    programme, say = load_programme(folder), load_texts(ZONE, lambda: NOW).in_(language)

    def kept(number: int) -> dict[str, Kept]:
        return {
            each.id: Kept(Figure(Decimal(number)), Decimal(234_567), each.decimals, each.weight)
            for each in programme.indicators
        }

    before, after = (Sheet(2, 2026, "", kept(number)) for number in (123_456, 123_457))
    cause = Cause(12_345, NOW, LONG)
    view = ClosingView(
        node=Node(2, NodeKind.COMMUNITY, "社" * 64, "c", "/1/2/"),
        year=2026,
        now=after,
        signed=Closing(1, ClosingState.CLOSED, before, before.digest, NOW),
        differences=[
            Difference(key, before.figures[key], after.figures[key], cause)
            for key in before.figures
        ],
        history=[Move("accepted", "closed", NOW, 1, LONG, None, None)],
        others=True,
    )
    days = Reckoning(programme.basis, NOW, ZONE).days(2026)
    owner = (Grant(Role.OWNER, 1, "示范区", "/1/"),)
    screen = screens.closing(say, view, programme, owner, days)
    assert fits(screen.text, MESSAGE_LIMIT)
    assert fits(screens.score(say, view, programme).text, MESSAGE_LIMIT)
    more = len(programme.indicators) - screens.LISTED
    assert str(more) in screen.text, "what is not listed is counted"


def _view(kept: Kept) -> ClosingView:
    node = Node(2, NodeKind.COMMUNITY, "东湖社区", "c", "/1/2/")
    sheet = Sheet(2, 2026, "", {"home_visits": kept})
    return ClosingView(
        node=node, year=2026, now=sheet, signed=None, differences=[], history=[], others=False
    )


@pytest.mark.parametrize(
    ("number", "rate"), [(118, "118 %"), (100, "100 %"), (99.6, "99 %"), (0, "0 %")]
)
def test_a_rate_is_told_as_in_every_other_screen_and_only_the_score_ends_at_all(
    number: float, rate: str
) -> None:
    programme, say = load_programme(SHIPPED), load_texts(ZONE, lambda: NOW).in_("zh")
    view = _view(Kept(Figure(Decimal(str(number))), Decimal(100), 0, 3))
    owner = (Grant(Role.OWNER, 1, "示范区", "/1/"),)
    days = Reckoning(programme.basis, NOW, ZONE).days(2026)
    screen = screens.closing(say, view, programme, owner, days)
    assert f"· {rate}" in screen.text
    most = min(Decimal(str(number)), Decimal(100))
    assert f"{most.normalize():f} %" in screens.score(say, view, programme).text
