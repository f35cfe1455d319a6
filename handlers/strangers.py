"""Albums of people who have not agreed yet. What is in them may not be kept, and a press brings
only the one picture that it replied to: the others are in memory until they agree, and nowhere
else."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.model.said import Said, Thing

MOST = 1_000  # albums, the newest; some ten megabytes if all are full and have long captions
KEEP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Album:
    since: datetime
    parts: dict[int, Said] = field(default_factory=dict)


class Strangers:
    """Remembers what is in the albums that strangers sent."""

    def __init__(self) -> None:
        self._albums: dict[tuple[int, str], _Album] = {}

    def keep(self, telegram_id: int, thing: Thing, part: dict[int, Said], now: datetime) -> None:
        """One message of an album, or the same again, which was edited; nothing of other things."""
        if not thing.album:
            return
        album = self._albums.setdefault((telegram_id, thing.album), _Album(now))
        album.parts.update(part)
        for key in [*self._albums]:
            if len(self._albums) <= MOST and now - self._albums[key].since <= KEEP:
                break
            del self._albums[key]

    def whole(self, telegram_id: int, thing: Thing) -> Thing:
        """A thing of somebody who agreed, with what is known of it; that may be kept now."""
        album = self._albums.pop((telegram_id, thing.album), None)
        return thing.with_parts(album.parts) if album else thing
