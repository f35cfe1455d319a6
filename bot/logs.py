"""Logs: one line for each thing that happened; never the token, never what people wrote."""

import logging
import sys

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Secret(logging.Filter):
    """Takes the token out of whatever is logged, wherever it came from."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        if not self._secret:
            return True
        message = record.getMessage()
        if self._secret in message:
            record.msg, record.args = message.replace(self._secret, "[token]"), ()
        if record.exc_info:
            text = logging.Formatter().formatException(record.exc_info)
            if self._secret in text:
                record.exc_info, record.exc_text = None, text.replace(self._secret, "[token]")
        return True


def set_up_logs(log_format: str, secret: str) -> None:
    """Log to standard error, as text or as a JSON object a line, without `secret`."""
    handler = logging.StreamHandler(sys.stderr)
    if log_format == "json":
        from pythonjsonlogger.json import JsonFormatter

        handler.setFormatter(JsonFormatter(_TEXT))
    else:
        handler.setFormatter(logging.Formatter(_TEXT))
    handler.addFilter(_Secret(secret))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # One line for each update or tick is noise; their warnings are not.
    for name in ("aiogram.event", "apscheduler", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
