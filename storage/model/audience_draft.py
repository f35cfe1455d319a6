"""For whom shall it be? An audience in the making, and the question that is being asked of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, Self

from storage.model.audience import Audience, Behaviour, Deed
from storage.model.person import Standing
from storage.model.refusal import Refusal
from storage.model.roles import Role

ANY, YES, NO = "any", "yes", "no"
# What can be asked of people and an event: before it begins, and once staff tick who came.
BEFORE = {
    "did_sign_up": Behaviour(Deed.SIGNED_UP),
    "did_not_sign_up": Behaviour(Deed.SIGNED_UP, done=False),
}
AFTER = BEFORE | {
    "did_come": Behaviour(Deed.ATTENDED),
    "did_miss": Behaviour(Deed.MISSED),
    "did_not_come": Behaviour(Deed.ATTENDED, done=False),
}


class Aspect(StrEnum):
    """What can be asked about an audience; after some of them, another has to be."""

    PLACE = "place"
    WHO = "who"
    LANGUAGE = "language"
    COURSE = "course"
    STUDIED = "studied"  # a course, then
    ITEM = "item"  # of it, then
    DEED = "deed"
    EVENT = "event"  # then
    CAME = "came"
    SUGGESTION = "suggestion"  # then
    SUPPORTED = "supported"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and what was answered on the way to it.

    `subject_id` is the event or the suggestion; `course_id` and `item_id` the study item.
    """

    aspect: Aspect
    course_id: str = ""
    item_id: str = ""
    subject_id: int | None = None


@dataclass(frozen=True, slots=True)
class AudienceDraft:
    """`audience` is whole at every moment; an answer to the last `question` changes it."""

    audience: Audience
    question: Question | None = None

    @property
    def node_id(self) -> int:
        """The place whose people, or groups, are meant."""
        assert self.audience.node_id is not None
        return self.audience.node_id

    def asking(self, aspect: Aspect) -> "AudienceDraft":
        return replace(self, question=Question(aspect))

    def asked(self) -> Question:
        """The question. Raises Refusal for a press from another moment."""
        if self.question is None:
            raise Refusal("home.form_over")
        return self.question

    def answered(self, value: str) -> "AudienceDraft":
        """With the answer `value`, one of those that were offered; `question` is the next one if
        another has to be asked."""
        question = self.asked()
        return _ANSWERS[question.aspect](replace(self, question=None), question, value)

    def of(self, *, groups: bool) -> "AudienceDraft":
        """The groups of the same place, or all its people."""
        return AudienceDraft(Audience(self.node_id, groups=groups))

    def with_behaviour(self, behaviour: Behaviour | None) -> "AudienceDraft":
        return replace(self, audience=replace(self.audience, behaviour=behaviour))

    def narrowed(self, **given: Any) -> "AudienceDraft":
        """With another condition, which takes the place of "supports": of people narrowed down to
        one, the count would tell who it is."""
        audience = self.audience
        hidden = audience.names_nobody and any(given.values())
        behaviour = None if hidden else audience.behaviour
        return replace(self, audience=replace(audience, behaviour=behaviour, **given))


class Addressed(Protocol):
    """A draft of something that is for an audience."""

    @property
    def key(self) -> str: ...

    @property
    def whom(self) -> AudienceDraft: ...

    def with_whom(self, whom: AudienceDraft) -> Self: ...


def _place(draft: AudienceDraft, _question: Question, value: str) -> AudienceDraft:
    return replace(draft, audience=replace(draft.audience, node_id=int(value)))


def _who(draft: AudienceDraft, _question: Question, value: str) -> AudienceDraft:
    standing = Standing(value) if value in list(Standing) else None
    role = Role(value) if value in list(Role) else None
    return draft.narrowed(standing=standing, role=role)


def _language(draft: AudienceDraft, _question: Question, value: str) -> AudienceDraft:
    return draft.narrowed(language=None if value == ANY else value)


def _course(draft: AudienceDraft, _question: Question, value: str) -> AudienceDraft:
    return draft.narrowed(course_id=None if value == ANY else value)


def _studied(draft: AudienceDraft, _question: Question, value: str) -> AudienceDraft:
    if value == ANY:
        return draft.with_behaviour(None)
    return replace(draft, question=Question(Aspect.ITEM, course_id=value))


def _item(draft: AudienceDraft, question: Question, value: str) -> AudienceDraft:
    return replace(draft, question=replace(question, aspect=Aspect.DEED, item_id=value))


def _deed(draft: AudienceDraft, question: Question, value: str) -> AudienceDraft:
    course_id, item_id = question.course_id, question.item_id
    behaviour = Behaviour(Deed.ACKNOWLEDGED, value == YES, course_id=course_id, item_id=item_id)
    return draft.with_behaviour(behaviour)


def _event(draft: AudienceDraft, _question: Question, value: str) -> AudienceDraft:
    if value == ANY:
        return draft.with_behaviour(None)
    return replace(draft, question=Question(Aspect.CAME, subject_id=int(value)))


def _came(draft: AudienceDraft, question: Question, value: str) -> AudienceDraft:
    return draft.with_behaviour(replace(AFTER[value], subject_id=question.subject_id))


def _suggestion(draft: AudienceDraft, _question: Question, value: str) -> AudienceDraft:
    if value == ANY:
        return draft.with_behaviour(None)
    return replace(draft, question=Question(Aspect.SUPPORTED, subject_id=int(value)))


def _supported(draft: AudienceDraft, question: Question, value: str) -> AudienceDraft:
    behaviour = Behaviour(Deed.SUPPORTED, value == YES, subject_id=question.subject_id)
    return AudienceDraft(Audience(draft.node_id, behaviour=behaviour))  # and no other condition


_Answer = Callable[[AudienceDraft, Question, str], AudienceDraft]
_ANSWERS: Mapping[Aspect, _Answer] = {
    Aspect.PLACE: _place,
    Aspect.WHO: _who,
    Aspect.LANGUAGE: _language,
    Aspect.COURSE: _course,
    Aspect.STUDIED: _studied,
    Aspect.ITEM: _item,
    Aspect.DEED: _deed,
    Aspect.EVENT: _event,
    Aspect.CAME: _came,
    Aspect.SUGGESTION: _suggestion,
    Aspect.SUPPORTED: _supported,
}
