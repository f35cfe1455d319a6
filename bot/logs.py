"""Logs: one line for each thing that happened; never the token, never what people wrote."""

import logging
import sys
from collections.abc import Sequence

from storage.watched import was_told

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Secrets(logging.Filter):
    """Takes the token and the like out of whatever is logged, wherever it came from."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if self._any_in(message):
            record.msg, record.args = self._without(message), ()
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            if self._any_in(text):
                record.exc_info, record.exc_text = None, self._without(text)
        return True

    def _any_in(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)

    def _without(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text


class _TheDatabase(logging.Filter):
    """Leaves out whatever failed because the database did: that is told once (storage/watched.py),
    and not by everybody who met it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return error is None or not was_told(error)


def set_up_logs(log_format: str, secrets: Sequence[str]) -> None:
    """Log to standard error, as text or as a JSON object a line, without any of `secrets`."""
    handler = logging.StreamHandler(sys.stderr)
    if log_format == "json":
        from pythonjsonlogger.json import JsonFormatter

        handler.setFormatter(JsonFormatter(_TEXT))
    else:
        handler.setFormatter(logging.Formatter(_TEXT))
    handler.addFilter(_Secrets(secrets))
    handler.addFilter(_TheDatabase())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # One line for each update or tick is noise; their warnings are not.
    for name in ("aiogram.event", "apscheduler", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
