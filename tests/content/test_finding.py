"""What a text outside a form could be, in both languages."""

import pytest

from content.courses import load_courses
from content.finding import is_question, items_about

COURSES = load_courses()
TITLE = next(iter(COURSES)).items[0].title


@pytest.mark.parametrize(
    "text",
    [
        *("什么时候停水", "怎么办居住证", "有人吗", "几点开门?", "Is it open?"),
        *("Where is the office", "when does the water come back", "can I bring my dog"),
    ],
)
def test_what_asks_is_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["路灯坏了", "The lamp is broken", "Island road is dark", "Canal"])
def test_what_says_something_is_none(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("around", ["{}", "what is {}", "How about the {}?", "about {}", "THE {}!"])
def test_an_item_is_found_by_its_english_title_whatever_stands_around_it(around: str) -> None:
    words = TITLE.en.split()
    sought = " ".join(words[:2])
    assert TITLE in [item.title for _, _, item in items_about(COURSES, around.format(sought))]
