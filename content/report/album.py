"""What a summary says of the year's photos: their captions, and what somebody must still add."""

from collections.abc import Iterable, Mapping
from typing import Any

from content.programme import Programme
from content.texts import Say
from storage.model.summary import Photo, Summary


def photos_in(
    say: Say, programme: Programme, summary: Summary, pictures: Mapping[str, bytes] | None
) -> dict[str, Any]:
    """`photos` with their captions and, as far as they were had, their pictures; `open_photos` says
    that there are none, which ones were not had, and that there are more."""
    photos: list[dict[str, Any]] = [
        {
            "caption": _caption(say, programme, summary, each),
            "day": say.label("report.held_on", day=each.on),
            "title": _title(say, programme, each),
            "place": each.place,
            "picture": (pictures or {}).get(each.file_id, b""),
        }
        for each in summary.album.photos
    ]
    lacking = [] if pictures is None else [p["caption"] for p in photos if not p["picture"]]
    return {"photos": photos, "open_photos": _open(say, summary, lacking)}


def wanted(summaries: Iterable[Summary]) -> set[str]:
    """The ids of the photos that stand in a document of these."""
    return {each.file_id for summary in summaries for each in summary.album.photos}


def _open(say: Say, summary: Summary, lacking: list[str]) -> str:
    album, said = summary.album, []
    if not album.photos:
        said.append(say.label("report.open_photos"))
    if lacking:
        said.append(say.label("report.lacking_photos", captions=lacking))
    if album.more:
        said.append(say.label("report.more_photos", album=album, shown=len(album.photos)))
    return " ".join(said)


def _caption(say: Say, programme: Programme, summary: Summary, photo: Photo) -> str:
    elsewhere = "" if photo.place == summary.node.name else photo.place
    title = _title(say, programme, photo)
    return say.label("report.photo", title=title, day=photo.on, place=elsewhere)


def _title(say: Say, programme: Programme, photo: Photo) -> str:
    """The event's, or what kind of work was recorded."""
    indicator = programme.indicator(photo.indicator)
    return photo.title if indicator is None else indicator.name.in_(say.language)
