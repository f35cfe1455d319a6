"""Correcting a notice: what it says, what it said before, and what becomes of it."""

from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup, escape

from content.screen import Screen, press
from content.screens.kit import button, pager
from content.splitting import clip, fits, plain
from content.texts import Say
from storage.model.card import Card
from storage.model.correction import CorrectionDraft, Replaced
from storage.model.page import Page
from storage.model.sweep import is_past_change
from storage.model.visible import is_visible

_ALONE, _BESIDE = 3000, 1500  # of a text on a screen of its own, and beside another language's


def present(say: Say, body: str, limit: int = _ALONE) -> str:
    """A text that staff wrote, as HTML; the beginning of a very long one."""
    if not is_visible(plain(body)):
        return say("broadcast.correct_nothing_yet")
    return Markup(body) if fits(body, limit) else escape(clip(plain(body), limit))


def put_back(say: Say, draft: CorrectionDraft) -> list[dict[str, object]]:
    """What comes back, in each language that changes by it; none if it is new."""
    return _texts(say, draft.changed) if draft.put_back else []


def _texts(say: Say, bodies: Mapping[str, str]) -> list[dict[str, object]]:
    return [
        {"language": say.label(f"settings.language_{each}"), "text": present(say, body, _BESIDE)}
        for each, body in bodies.items()
    ]


def said_before(say: Say, card: Card, page: Page[Replaced], now: datetime) -> Screen:
    """What the notice of a card said before one of its corrections, and who changed it."""
    i = card.broadcast.id
    turn = pager(say, page, press("broadcast_before", i), press("broadcast", i))
    if not page.items:
        return Screen(say("broadcast.never_corrected"), turn)
    [old] = page.items
    text = say("broadcast.before", texts=_texts(say, old.message.bodies), at=old.at, by=old.by)
    if card.withdrawal_id is not None or is_past_change(card.broadcast.finished_at, now):
        return Screen(text, turn)
    put_back = button(say, "broadcast.put_back", "broadcast_put_back", old.correction_id)
    return Screen(text, ((put_back,), *turn))
