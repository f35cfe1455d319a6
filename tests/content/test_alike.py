"""Names that people type nearly right: work that is recorded and figures that are asked for are
understood alike, in every programme."""

from datetime import date
from functools import partial

import pytest

from content.alike import Span, is_one_of, likest, shared
from content.asking import asked
from content.programme import SHELF, Programme, load_programme
from content.work_line import read_line
from storage.model.typed.periods import parse_period
from tests.content.test_work_line import CALENDAR

READ = partial(parse_period, today=date(2026, 11, 27))
PROGRAMMES = [load_programme(each) for each in sorted(SHELF.iterdir()) if each.is_dir()]


@pytest.mark.parametrize("programme", PROGRAMMES, ids=["community", "library"])
def test_a_slip_in_a_name_is_understood_alike_in_a_line_of_work_and_in_a_question(
    programme: Programme,
) -> None:
    names = [each.name.zh for each in programme.indicators]
    for indicator in programme.indicators:
        name = indicator.name.zh
        for place in range(1, len(name) - 1) if len(name) > 3 else ():
            slip = f"{name[:place]}某{name[place + 1 :]}"
            if any(each in slip for each in names):
                continue  # it is the whole name of another one
            line = read_line(programme, f"{slip} 3", CALENDAR)
            question = asked(f"{slip}多少", programme, [], READ)
            assert indicator.id in line.indicators, slip
            assert question is not None, slip
            assert indicator.id in question.indicators, slip


@pytest.mark.parametrize(
    ("text", "alike", "part"),
    [
        ("走访慰问", 1.0, "走访慰问"),
        ("昨天走访慰问张大爷", 1.0, "走访慰问"),
        ("昨天走访尉问张大爷", 0.75, "走访尉问"),
        ("慰问", 2 / 3, "慰问"),
    ],
)
def test_the_part_that_is_most_like_a_name_is_found(text: str, alike: float, part: str) -> None:
    found, where = likest("走访慰问", text)
    assert round(found, 3) == round(alike, 3)
    assert text[where.start : where.end] == part


def test_what_a_text_shares_with_a_name_is_its_longest_run() -> None:
    assert shared("场所安全检查", "今天做了安全检查两次") == Span(4, 8)
    assert shared("走访慰问", "路灯坏了").size == 0


def test_a_word_is_one_of_several_also_after_a_slip() -> None:
    assert is_one_of("vidoe", ["short", "video"], 0.8)
    assert not is_one_of("visit", ["short", "video"], 0.8)
