"""Links and numbers of suggestions as people type them."""

import pytest

from storage.model.message import Link
from storage.model.refusal import Refusal
from storage.model.typed.links import read_link
from storage.model.typed.numbers import read_reference
from storage.model.typed.text import plain


@pytest.mark.parametrize(
    ("typed", "label", "url"),
    [
        ("报名 https://example.org", "报名", "https://example.org"),
        ("报名：https://example.org", "报名", "https://example.org"),
        ("报名https://example.org/a", "报名", "https://example.org/a"),
        ("https://example.org 报名", "报名", "https://example.org"),
        ("https://example.org/a，报名", "报名", "https://example.org/a"),
        ("报名：ｈｔｔｐｓ：／／example.org", "报名", "https://example.org"),
        ("报名：https：//example.org。", "报名", "https://example.org"),
        ("Sign up here - HTTPS://example.org/A", "Sign up here", "https://example.org/A"),
        ("详见：https://example.org报名处", "详见 报名处", "https://example.org"),
        ("https://example.org/活动", "打开", "https://example.org/活动"),
        ("<https://example.org>", "打开", "https://example.org"),
        ("[报名](https://example.org)", "报名", "https://example.org"),
        ("https://example.org.", "打开", "https://example.org"),
        ("现在报名！https://example.org/x!", "现在报名", "https://example.org/x"),
        ("去群里\ntg://resolve?domain=linli", "去群里", "tg://resolve?domain=linli"),
    ],
)
def test_a_link_is_read_with_its_label_before_or_behind_it(typed: str, label: str, url: str):
    assert read_link(typed, "打开") == Link(label, url)


@pytest.mark.parametrize(
    "typed", ["报名", "报名 example.org", "", "https://", "报名：https://localhost"]
)
def test_what_has_no_address_is_refused(typed: str):
    with pytest.raises(Refusal, match="notice.link_address"):
        read_link(typed, "打开")


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "2026-0001",
            "#2026-0001",
            "２０２６－０００１",
            "＃２０２６－０００１",
            "2026—0001",
            "2026-1",
        ),
        *(
            "20260001",
            "2026 0001",
            "编号：2026-0001",
            "No. 2026-0001",
            "2026-0001 路灯坏了",
            "2026–0001。",
        ),
    ],
)
def test_the_number_of_a_suggestion_is_read_as_it_is_typed(typed: str):
    assert read_reference(typed) == (2026, 1)


@pytest.mark.parametrize(
    "typed", ["", "2026", "0001", "路灯", "2026-0001 2026-0002", "2026-123456789"]
)
def test_no_number_or_several_are_none(typed: str):
    with pytest.raises(ValueError):  # noqa: PT011
        read_reference(typed)


def test_width_case_dashes_and_what_nobody_sees_make_no_difference_to_what_is_read():
    assert plain("　ＡＢ１２：３４　——　“x” ～\u200b\u202e ") == 'ab12:34 - "x" ~'
