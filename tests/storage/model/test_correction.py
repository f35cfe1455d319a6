"""A correction in the making: each language by itself, and nothing that changes nothing."""

import pytest

from storage.model.correction import CorrectionDraft, new_correction
from storage.model.draft import from_json, to_json
from storage.model.message import Message
from storage.model.notice import BODY_LIMIT
from storage.model.refusal import Refusal

BEFORE = Message({"zh": "停水", "en": "No water"})
BEGUN = new_correction("k", 3, BEFORE, "zh")


def test_the_languages_are_those_that_it_was_written_in() -> None:
    assert (BEGUN.languages, BEGUN.language, BEGUN.several) == (("zh", "en"), "zh", True)
    english = new_correction("k", 3, Message({"zh": " ", "en": "No water"}), "zh")
    assert (english.languages, english.language, english.several) == (("en",), "en", False)


def test_each_language_is_corrected_by_itself_and_the_rest_kept() -> None:
    draft = BEGUN.with_text("不停水", BEFORE, cut=False)
    assert draft.complete(BEFORE).bodies == {"zh": "不停水", "en": "No water"}
    draft = draft.asking("en")
    assert draft.body(BEFORE) == "No water"
    draft = draft.with_text("Water", BEFORE, cut=False)
    assert draft.complete(BEFORE).bodies == {"zh": "不停水", "en": "Water"}
    assert draft.asking("zh").body(BEFORE) == "不停水"
    assert from_json(CorrectionDraft, to_json(draft)) == draft


def test_a_text_that_was_cut_goes_on_unless_another_language_is_asked() -> None:
    cut = BEGUN.with_text("不停", BEFORE, cut=True)
    assert cut.with_text("水", BEFORE, cut=False).body(BEFORE) == "不停水"
    anew = cut.asking("en").asking("zh").with_text("有水", BEFORE, cut=False)
    assert anew.body(BEFORE) == "有水"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("\u3164 ", "notice.empty"),
        ("停水", "broadcast.unchanged"),
        ("水" * (BODY_LIMIT + 1), "compose.too_long"),
    ],
)
def test_what_cannot_be_is_refused(text: str, key: str) -> None:
    with pytest.raises(Refusal, match=key):
        BEGUN.with_text(text, BEFORE, cut=False)


def test_nothing_changed_is_no_correction() -> None:
    assert BEGUN.missing() == ("text",)
    with pytest.raises(Refusal, match="broadcast.unchanged"):
        BEGUN.complete(BEFORE)
