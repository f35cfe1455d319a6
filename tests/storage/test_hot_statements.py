"""The two buttons that hundreds press at once: what nobody sees with few people."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.sql.elements import BinaryExpression

from storage.actions.sign_ups import sign_up
from storage.actions.study import acknowledge

from .district import NOW, ZONE, District

_PRESSES: dict[str, Callable[..., Any]] = {
    "join": partial(sign_up, zone=ZONE),
    "done": lambda connection, telegram_id, event_id, now: acknowledge(
        connection, telegram_id, "resident-basics", f"item {event_id}", now
    ),
}


@pytest.mark.parametrize("press", _PRESSES)
async def test_a_press_puts_no_statement_together(
    district: District, monkeypatch: pytest.MonkeyPatch, press: str
) -> None:
    """That takes several times as long as the answer."""
    event = await district.event(capacity=5)
    first, second = [await district.resident(name) for name in ("ana", "bo")]
    write, action = district.database.write, _PRESSES[press]
    await write(action, first.telegram_id, event.id, NOW)
    made: list[str] = []
    for kind in (Select, BinaryExpression):
        monkeypatch.setattr(kind, "__init__", _noted(made, kind))
    await write(action, second.telegram_id, event.id, NOW)
    assert made == []


def _noted(made: list[str], kind: Any) -> Callable[..., None]:
    begin = kind.__init__

    def noted(self: Any, *args: Any, **given: Any) -> None:
        made.append(kind.__name__)
        begin(self, *args, **given)

    return noted
