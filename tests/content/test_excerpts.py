"""The beginning of a text on a button: cut where a reader would cut it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.screens.kit import excerpt


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("路灯坏了", "路灯坏了"),
        ("3号楼东侧路灯坏了,晚上很黑很黑", "3号楼东侧路灯坏了,晚上…"),
        ("The street light at no. 3 is broken", "The street light at…"),
        ("Streetlights are broken", "Streetlights are broken"),
        ("Pneumonoultramicroscopicsilicovolcanoconiosis", "Pneumonoultramicroscop…"),
        ("Broken street lights, again", "Broken street lights,…"),
        ("two\n\nlines", "two lines"),
        ("", ""),
    ],
)
def test_a_text_is_cut_at_a_word_and_as_wide_as_twelve_chinese_characters(text: str, shown: str):
    assert excerpt(text) == shown


@given(st.text(max_size=80))
def test_an_excerpt_is_the_beginning_of_its_text(text: str):
    found = excerpt(text)
    line = " ".join(text.split())
    assert found == line or line.startswith(found.removesuffix("…"))
