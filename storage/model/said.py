"""What somebody sends, whatever it is: its words, what of it can be kept and sent on, and what not.

One thing may be several messages: an album comes as one for each picture.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from storage.model.message import Media

KEPT = 5  # things sent outside a form that are remembered, of each person: the newest


@dataclass(frozen=True, slots=True)
class Said:
    """`text` as it was typed, also under a picture, `html` with its formatting; `left_out` are the
    kinds of content (as the Bot API calls them) of which nothing can be taken."""

    text: str = ""
    html: str = ""
    media: tuple[Media, ...] = ()
    left_out: tuple[str, ...] = ()


def together(parts: Iterable[Said]) -> Said:
    """What an album says: its caption stands under any of its pictures, or several have one."""
    every = tuple(parts)
    return Said(
        text="\n".join(part.text for part in every if part.text),
        html="\n".join(part.html for part in every if part.html),
        media=tuple(medium for part in every for medium in part.media),
        left_out=tuple(dict.fromkeys(kind for part in every for kind in part.left_out)),
    )


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that was sent outside a form: its messages, and the one in which was offered what
    could be done with it (None: not yet; 0: in one that is still owed).

    `parts` say what is in the first of them where nothing else does: a press on an offer brings the
    message that it replied to, but of an album only that one. Of strangers nothing is kept but
    which messages they were, so that of their albums others stay `unknown`.
    """

    messages: tuple[int, ...]
    album: str = ""
    offer: int | None = None
    parts: tuple[Said, ...] = ()
    unknown: int = 0

    def with_part(self, message: int, said: Said) -> "Thing":
        """One more picture of an album; the same message again, which was edited, in its place."""
        return self.with_parts({message: said})

    def with_parts(self, parts: Mapping[int, Said]) -> "Thing":
        """The same of several; what other messages said that were only numbers is not known."""
        kept = {**dict(zip(self.messages, self.parts, strict=False)), **parts}
        unknown = self.unknown + len(set(self.messages) - kept.keys())
        return Thing(tuple(kept), self.album, self.offer, tuple(kept.values()), unknown)

    def with_message(self, message: int) -> "Thing":
        """The same of a stranger's, of whom nothing else is kept."""
        return replace(self, messages=tuple(dict.fromkeys((*self.messages, message))))


@dataclass(frozen=True, slots=True)
class Heard:
    """What was sent outside forms and can still be meant, the newest last. `told` are messages of
    which it was said that their edits do not count; `submitted` the albums of which pictures went
    into a form that was submitted: more of them come too late for that."""

    things: tuple[Thing, ...] = ()
    told: tuple[int, ...] = ()
    submitted: tuple[str, ...] = ()

    def of(self, message: int, album: str = "") -> Thing | None:
        """The thing to which a message belongs."""
        found = (t for t in self.things if message in t.messages or (album and t.album == album))
        return next(found, None)

    def with_thing(self, thing: Thing) -> "Heard":
        """With something new, or more of what is there."""
        others = [each for each in self.things if each.messages[0] != thing.messages[0]]
        at = next((i for i, t in enumerate(self.things) if t not in others), len(others))
        things = (*others[:at], thing, *others[at:])
        return replace(self, things=things[-KEPT:])

    def with_submitted(self, albums: Iterable[str]) -> "Heard":
        """With albums whose form was submitted now."""
        return replace(self, submitted=tuple(dict.fromkeys((*self.submitted, *albums)))[-KEPT:])

    def with_told(self, message: int) -> "Heard":
        return replace(self, told=(*self.told, message)[-KEPT:])
