"""What somebody answers who signs up: a draft while they do, and JSON in the sign-up's row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.model.event_details import Question
from storage.model.refusal import Refusal
from storage.model.visible import is_visible, one_line

ANSWER_LIMIT = 200  # characters
STEPS = ("answer_1", "answer_2", "answer_3", "answer_4", "answer_5")  # as many as may be asked


def check_answers(questions: Sequence[Question], answers: Sequence[str]) -> None:
    """Raises Refusal unless each question has its answer: one of its options, or a short text."""
    if len(answers) != len(questions):
        raise Refusal("seat.questions")
    for question, answer in zip(questions, answers, strict=True):
        check_answer(question, answer)


def check_answer(question: Question, answer: str) -> None:
    """Raises Refusal."""
    if question.options and answer not in question.options:
        raise Refusal("seat.questions")
    if not is_visible(answer) or len(answer) > ANSWER_LIMIT:
        raise Refusal("seat.answer_length", limit=ANSWER_LIMIT)


def answers_to_json(answers: Sequence[str]) -> str | None:
    """As the column keeps them; None for none."""
    return json.dumps(list(answers), ensure_ascii=False) if answers else None


def answers_from_json(kept: str | None) -> tuple[str, ...]:
    """What `answers_to_json` gave. Raises ValueError for any other text."""
    found = json.loads(kept or "[]")
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"no answers: {kept!r}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class AnswersDraft:
    """The answers of one person to the `questions` of an event, "" for none yet; `seats` is with
    how many they come."""

    event_id: int
    title: str
    questions: tuple[Question, ...]
    seats: int = 1
    answers: tuple[str, ...] = ()

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return STEPS[: len(self.questions)]

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return tuple(step for step in self.steps() if not self.answer(step))

    def question(self, step: str) -> Question:
        return self.questions[STEPS.index(step)]

    def answer(self, step: str) -> str:
        number = STEPS.index(step)
        return self.answers[number] if number < len(self.answers) else ""

    def with_former(self, answers: Sequence[str]) -> "AnswersDraft":
        """With what was answered before, unless other things are asked now."""
        if len(answers) != len(self.questions):
            return self
        asked = zip(self.questions, answers, strict=True)
        still = (a if not q.options or a in q.options else "" for q, a in asked)
        return replace(self, answers=tuple(still))

    def answered(self, step: str, text: str) -> "AnswersDraft":
        """With the answer to one question. Raises Refusal."""
        answer, number = one_line(text), STEPS.index(step)
        check_answer(self.questions[number], answer)
        every = [self.answer(each) for each in self.steps()]
        every[number] = answer
        return replace(self, answers=tuple(every))
