"""Telegram's refusals, in Telegram's words."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A Bot API call that Telegram answers with `ok: false`."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters: dict[str, int] = {}
        if retry_after is not None:
            self.parameters["retry_after"] = retry_after
        if migrate_to_chat_id is not None:
            self.parameters["migrate_to_chat_id"] = migrate_to_chat_id

    def to_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(description: str) -> Refusal:
    """400, with Telegram's prefix."""
    return Refusal(400, f"Bad Request: {description}")


def forbidden(description: str) -> Refusal:
    """403, with Telegram's prefix."""
    return Refusal(403, f"Forbidden: {description}")


def conflict(description: str) -> Refusal:
    """409, with Telegram's prefix."""
    return Refusal(409, f"Conflict: {description}")


def too_many_requests(retry_after: int) -> Refusal:
    """429, with `parameters.retry_after`."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def not_simulated(method: str) -> Refusal:
    """404 for a method that the simulator does not know: better loud than wrong."""
    return Refusal(404, f"Not Found: method {method} is not simulated")
