"""Where a command writes its file: looked at before anything is counted, and never left half."""

import os
from pathlib import Path

from bot.settings import SettingsError


def check_file(out: Path, *kinds: str) -> None:
    """Raise SettingsError unless a file of one of these `kinds` (suffixes) can be written there."""
    if out.is_dir():
        raise SettingsError([f"--out: {out}: is a folder; name a file in it"])
    if out.suffix.casefold() not in kinds:
        raise SettingsError([f"--out: {out.name}: write {' or '.join(kinds)}"])
    _check_folder(out.parent)
    if out.exists() and not os.access(out, os.W_OK):
        raise SettingsError([f"--out: {out}: may not be written"])


def put(out: Path, content: bytes) -> None:
    """Write a file. Raises OSError that names it; then there is none where there was none."""
    is_new = not out.exists()
    try:
        out.write_bytes(content)
    except OSError as error:
        if is_new:
            out.unlink(missing_ok=True)
        error.filename = error.filename or str(out)  # a full disk is told without it
        raise


def check_folder(out: Path) -> None:
    """The same for files in a folder, which is made."""
    if out.exists() and not out.is_dir():
        raise SettingsError([f"--out: {out}: is a file; name a folder"])
    _check_folder(next(each for each in (out, *out.absolute().parents) if each.exists()))


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise SettingsError([f"--out: there is no folder {folder}"])
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError([f"--out: nothing may be written into {folder}"])
