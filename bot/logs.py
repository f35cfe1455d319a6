"""Logs: one line for each thing that happened; never the token, never what people wrote."""

import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.settings import BotSettings
from bot.thinning import Thinning
from bot.unsaid import trace
from storage.receipts import cause
from storage.watched import was_told

OURS = ("bot", "handlers", "scheduler", "content", "storage")
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Secrets(logging.Filter):
    """Takes the token and the like out of whatever is logged, wherever it came from."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.kind = self._without(str(record.msg))
        message = record.getMessage()
        if any(secret in message for secret in self._secrets):
            record.msg, record.args = self._without(message), ()
        if record.exc_text:
            record.exc_text = self._without(record.exc_text)
        return True

    def _without(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


class _Unsaid(logging.Filter):
    """Tells of an error where it happened and its kind, and never what it may quote."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.exc_info, record.exc_text = None, trace(error)
        return True


class _Cause(logging.Filter):
    """Says for which update something was done, where the line does not say so itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        update_id = cause()
        if update_id is not None:
            record.update_id = update_id
            message = record.getMessage()
            if f"update {update_id}" not in message:
                record.msg, record.args = "%s (update %d)", (message, update_id)
        return True


class _TheDatabase(logging.Filter):
    """Leaves out whatever failed because the database did: that is told once (storage/watched.py),
    and not by everybody who met it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return error is None or not was_told(error)


class _Formatter(logging.Formatter):
    """Times of the district, with their distance from UTC."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__(_TEXT)
        self._zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return _time(record, self._zone)


def _time(record: logging.LogRecord, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(record.created, zone).isoformat(timespec="milliseconds")


def log_handler(log_format: str, zone: ZoneInfo, secrets: Sequence[str], to: TextIO) -> Thinning:
    """Writes lines to `to`, as text or as a JSON object each: without any of `secrets`, without
    what people wrote, with the update that a line belongs to, and many of one kind as a number."""
    inner = logging.StreamHandler(to)
    inner.setFormatter(_json(zone) if log_format == "json" else _Formatter(zone))
    handler = Thinning(inner)
    for each in (_TheDatabase(), _Unsaid(), _Secrets(secrets), _Cause()):  # in this order:
        # the kind of a line is what stands in our code
        handler.addFilter(each)
    return handler


def _json(zone: ZoneInfo) -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    class Json(JsonFormatter):
        def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
            return _time(record, zone)

    return Json(_TEXT)


def set_up_logs(settings: BotSettings) -> Thinning:
    """Log to standard error from now on."""
    handler = log_handler(settings.log_format, settings.zone, settings.secrets, sys.stderr)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Others say too much: at the level below, of each statement and its values.
    for name in ("aiogram.event", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    return handler
