"""What hangs under an event, as its columns keep it."""

import pytest

from storage.model.event_details import Question, questions_from_json, questions_to_json

CHOICE = Question("吃辣吗？", ("吃", "不吃"))


@pytest.mark.parametrize("questions", [(), (CHOICE,), (CHOICE, Question("带几岁的孩子？"))])
def test_questions_are_read_as_they_were_kept(questions: tuple[Question, ...]) -> None:
    assert questions_from_json(questions_to_json(questions)) == questions
