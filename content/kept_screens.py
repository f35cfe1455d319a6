"""Screens as JSON, for those that are kept until they can be shown."""

from base64 import b64decode, b64encode
from dataclasses import asdict
from pathlib import Path
from typing import Any

from content.screen import Button, File, Screen, Venue
from storage.model.message import Media, MediaKind, Poll
from storage.model.refusal import Refusal


def dumped(screen: Screen) -> dict[str, Any]:
    """A screen as plain JSON values."""
    poll = screen.poll
    return {
        "text": screen.text,
        "rows": [[[each.label, each.press, each.url] for each in row] for row in screen.rows],
        "media": [_medium(each) for each in screen.media],
        "poll": [poll.question, list(poll.options), poll.several] if poll else None,
        "preview": screen.preview,
        "venue": asdict(screen.venue) if screen.venue else None,
    }


def loaded(value: Any) -> Screen:
    """What `dumped` gave. Raises ValueError for anything else."""
    try:
        rows = tuple(tuple(Button(*map(_text, each)) for each in row) for row in value["rows"])
        media = tuple(_file(each) for each in value["media"])
        poll = value["poll"] and _poll(*value["poll"])
        given = value.get("venue")  # not in what an older version kept
        venue = Venue(**given) if given else None
        return Screen(_text(value["text"]), rows, media, poll, bool(value["preview"]), venue)
    except (KeyError, TypeError, AttributeError, Refusal) as error:
        raise ValueError(f"not a screen: {type(error).__name__}") from error


def _medium(medium: Media | File) -> dict[str, str]:
    if isinstance(medium, Media):
        return {"kind": medium.kind, "file_id": medium.file_id}
    found = {"kind": medium.kind, "path": str(medium.path), "digest": medium.digest}
    return found | ({"made": b64encode(medium.made).decode()} if medium.made else {})


def _file(value: Any) -> Media | File:
    kind = MediaKind(value["kind"])
    if "file_id" in value:
        return Media(kind, _text(value["file_id"]))
    made = b64decode(value.get("made", ""))
    return File(kind, Path(_text(value["path"])), _text(value["digest"]), made)


def _poll(question: Any, options: Any, several: Any) -> Poll:
    return Poll(_text(question), tuple(map(_text, options)), bool(several))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
