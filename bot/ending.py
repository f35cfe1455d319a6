"""How a command ends: what it began is cleared away, what it said is written, or that is told."""

import errno
import io
import os
import signal
import sys
import threading


class Ending:
    """Makes the process end in good order, from when it is made."""

    def __init__(self) -> None:
        self._told_to = False
        self._hears = threading.current_thread() is threading.main_thread()
        if self._hears:
            signal.signal(signal.SIGTERM, self._end)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal may know no Chinese
                stream.reconfigure(errors="replace")

    def _end(self, *_: object) -> None:
        """The same as after Ctrl-C, so that no half of a file stays behind. Who serves takes
        signals in another way."""
        self._told_to = True
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)

    def code(self, code: int, wrong: int) -> int:
        """The exit code, once all that was said is written: `code`, or `wrong` where it could not
        be. Who was told to end ends by that signal, as others expect."""
        if self._hears:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if self._told_to:
            signal.raise_signal(signal.SIGTERM)
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError as error:
            # Python would try once more at its end, and tell it in lines of its own.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.EPIPE or code == wrong:  # nobody listens; or it was told
                return code
            sys.stderr.write(f"linli: {no_file(error)}\n")
            return wrong
        return code


def no_file(error: Exception) -> str | None:
    """What to tell of a file that could not be read or written after all: the disk is full, say."""
    if not isinstance(error, OSError):
        return None
    where = error.filename or "what is said here, or a file"
    return f"{where}: {error.strerror}" if error.strerror else None
