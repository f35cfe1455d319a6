"""Keyboards: what Telegram refuses in them, and what it keeps."""

from __future__ import annotations

import re
from typing import Any

from .objects import Json
from .refusals import bad_request

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_URL = re.compile(r"(?:https?://)?[^\s/?#]+\.[^\s/?#]+(?:[/?#]\S*)?|tg://\S+|https?://\S+")
MAX_BUTTONS = 100


def checked_markup(markup: Any, *, inline_only: bool = False) -> Json | None:
    """The keyboard as Telegram keeps it, None for none; raises Refusal for a bad one."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        _reply(markup["keyboard"])
    return markup


def _inline(rows: list[list[Json]]) -> Json | None:
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Json) -> Json:
    kept = {key: value for key, value in button.items() if value is not None}
    if not str(kept.get("text", "")).strip():
        raise bad_request("text buttons must have non-empty text")
    actions = [key for key in _ACTIONS if key in kept]
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = kept.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    url = kept.get("url")
    if url is not None:
        _check_url(str(url))
    return kept


def _check_url(url: str) -> None:
    local = re.match(r"https?://(?:localhost|127\.)", url)
    if not _URL.fullmatch(url):
        raise bad_request("BUTTON_URL_INVALID")
    if local:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _reply(rows: list[list[Json | str]]) -> None:
    buttons = [button for row in rows for button in row]
    if not buttons:
        raise bad_request("reply markup must have at least one button")
    for button in buttons:
        text = button if isinstance(button, str) else str(button.get("text", ""))
        if not text.strip():
            raise bad_request("keyboard button text must be non-empty")
