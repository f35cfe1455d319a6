"""Pushing study items: what staff want pushed, and how far they are in saying it."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from storage.model.audience import Audience, Lesson
from storage.model.refusal import Refusal
from storage.model.rhythm import Rhythm
from storage.model.rhythm_draft import RhythmDraft
from storage.model.schedule import items_sent, study_audience


@dataclass(frozen=True, slots=True)
class NewPush:
    """What staff filled in: an item of a course, at its `position` there, for the members of a
    node; `again` also for those who did it or got it before. `draft_key` makes pushing it twice
    the same."""

    draft_key: str
    node_id: int
    course_id: str
    item_id: str
    position: int
    again: bool = False

    @property
    def lesson(self) -> Lesson:
        return Lesson(self.course_id, self.item_id, self.again)


@dataclass(frozen=True, slots=True)
class Item:
    """A study item as a draft keeps it: `position` counts from 0."""

    course_id: str
    item_id: str
    position: int


@dataclass(frozen=True, slots=True)
class PushDraft:
    """`item` counts; another course, `asked_course`, does once one of its items is chosen.

    `several`: there are places to choose from, so that one is asked until it is `placed`. `again`:
    also for those who had the item.
    """

    key: str
    node_id: int
    several: bool
    when: RhythmDraft
    item: Item | None = None
    asked_course: str | None = None
    placed: bool = False
    again: bool = False

    @property
    def course_id(self) -> str:
        """The course whose items are asked. Raises Refusal before there is one."""
        return self.asked_course if self.asked_course is not None else self.chosen().course_id

    def chosen(self) -> Item:
        """The item. Raises Refusal before there is one."""
        if self.item is None:
            raise Refusal("home.form_over")
        return self.item

    def asking_course(self, course_id: str) -> "PushDraft":
        """With another course, of which an item is to be chosen."""
        return replace(self, asked_course=course_id)

    def with_item(self, item_id: str, position: int) -> "PushDraft":
        item = Item(self.course_id, item_id, position)
        when = self.when.with_course(item.course_id)
        return replace(self, item=item, asked_course=None, when=when, again=False)

    def with_again(self, *, again: bool) -> "PushDraft":
        return replace(self, again=again)

    def as_before(self) -> "PushDraft":
        """Without the course that was begun."""
        return replace(self, asked_course=None)

    def with_place(self, node_id: int, zone: ZoneInfo) -> "PushDraft":
        return replace(self, node_id=node_id, placed=True, when=self.when.in_zone(zone))

    def with_when(self, when: RhythmDraft) -> "PushDraft":
        return replace(self, when=when)

    @property
    def audience(self) -> Audience:
        """Whom it is for; after joining, of them who is in the course. Raises Refusal before an
        item is chosen."""
        new = self.complete()
        joined = new.course_id if self.when.is_after_joining else ""
        return study_audience(self.node_id, new.lesson, joined)

    @property
    def everybody(self) -> Audience:
        """The same with those who had the item. Raises Refusal."""
        return replace(self, again=True).audience

    def items(self, rhythm: Rhythm) -> range:
        """The positions of what is sent in its `rhythm`. Raises Refusal."""
        return items_sent(rhythm, self.chosen().position)

    def steps(self) -> tuple[str, ...]:
        """The names of what is asked, in order."""
        return ("course", "item", "place", "how") if self.several else ("course", "item", "how")

    def missing(self) -> tuple[str, ...]:
        """Those of them that have no answer yet."""
        answered = {
            "course": self.item is not None or self.asked_course is not None,
            "item": self.item is not None and self.asked_course is None,
            "place": self.placed,
            "how": self.when.chosen is not None,
        }
        return tuple(step for step in self.steps() if not answered[step])

    def complete(self) -> NewPush:
        """What is to be pushed. Raises Refusal before an item is chosen."""
        item = self.chosen()
        place = (item.course_id, item.item_id, item.position)
        return NewPush(self.key, self.node_id, *place, again=self.again)


def new_push(key: str, node_id: int, zone: ZoneInfo, *, several: bool) -> PushDraft:
    return PushDraft(key, node_id, several, RhythmDraft(zone))
