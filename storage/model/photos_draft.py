"""Pictures of how an event was, as staff are choosing them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.model.adding import new_among, with_each
from storage.model.message import Media, MediaKind
from storage.model.refusal import Refusal

PHOTOS_LIMIT = 10  # as many as an album of Telegram's has


@dataclass(frozen=True, slots=True)
class PhotosDraft:
    """The photos of an event."""

    event_id: int
    media: tuple[Media, ...] = ()

    def with_more(self, media: Sequence[Media]) -> "PhotosDraft":
        """With as many as there is room for. Raises Refusal if none of them is a photo, or there is
        no room at all."""
        photos = [each for each in media if each.kind is MediaKind.PHOTO]
        if not photos:
            raise Refusal("papers.only_photos")
        if len(self.media) >= PHOTOS_LIMIT and new_among(self.media, photos):
            raise Refusal("ledger.many_media", limit=PHOTOS_LIMIT)
        return replace(self, media=with_each(self.media, photos, PHOTOS_LIMIT))

    def without(self) -> "PhotosDraft":
        return replace(self, media=())
