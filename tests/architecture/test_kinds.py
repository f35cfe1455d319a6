"""Each kind of message is complete: what holds for it, its words, and its name on cards."""

import ast
from datetime import timedelta

import pytest

from content.courses import load_courses
from content.screens import broadcasts as screens
from content.texts import load_texts
from scheduler.letters import WRITERS
from storage.model.audience import Audience
from storage.model.broadcast import Broadcast, BroadcastState
from storage.model.card import Card, Subject
from storage.model.delivery import DeliveryState
from storage.model.kinds import KINDS, DeliveryKind, Until
from storage.model.message import Message
from storage.model.page import page_of
from storage.model.person import LANGUAGES
from tests.architecture.source import dotted, product
from tests.clock import monday_noon
from tests.storage.district import NOW, ZONE

every_kind = pytest.mark.parametrize("kind", DeliveryKind)
BROADCASTS = [kind for kind, its in KINDS.items() if its.is_broadcast]
WORDLESS = {DeliveryKind.WITHDRAWAL}  # it deletes words


@every_kind
def test_what_holds_for_a_kind_is_written_down(kind: DeliveryKind):
    assert kind in KINDS, (
        f"storage/model/kinds.py: {kind} has no entry in KINDS. Without one nobody knows how "
        "urgent it is, how long it is of use, and what stands before it on a card."
    )
    assert KINDS[kind].mark, f"{kind} has no mark: on cards and in lists nothing tells it apart."


@every_kind
def test_a_kind_has_its_words_at_the_last_moment(kind: DeliveryKind):
    assert (kind in WRITERS) is not (kind in WORDLESS), (
        f"scheduler/letters: {kind} has no writer in WRITERS, so the courier would try it half a "
        "day in vain. What is only deleted stands in WORDLESS here instead."
    )


@every_kind
def test_what_is_of_use_until_an_event_begins_is_about_one(kind: DeliveryKind):
    its = KINDS[kind]
    assert its.about_event or Until.ITS_EVENT_BEGINS not in (its.useful, its.cut_off), (
        f"{kind} ends when its event begins, and is about none: it would never be too late."
    )


@every_kind
def test_only_broadcasts_have_slots_and_change_what_was_sent(kind: DeliveryKind):
    its = KINDS[kind]
    assert its.is_broadcast or not (its.cut_off or its.change), (
        f"{kind} is owed to one person: slots make broadcasts, and changes are to broadcasts."
    )
    assert its.cut_off is not Until.NO_LONGER_TRUE, (
        f"{kind} has a slot that is never too late: after a week without the bot it would go out."
    )


def _broadcast(kind: DeliveryKind) -> Broadcast:
    return Broadcast(
        id=12,
        kind=kind,
        state=BroadcastState.DONE,
        node_id=2,
        node_name="东湖社区",
        audience=Audience(2),
        slot_at=NOW,
        course_id=None,
        item_id=None,
        subject_id=None,
        content=None,
        of_id=11 if KINDS[kind].change else None,
        at_most_once=False,
        created_at=NOW,
        created_by=None,
        finished_at=NOW,
        planned=True,
        unsure=0,
        counts={DeliveryState.SENT: 1},
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BROADCASTS)
def test_a_broadcast_has_its_mark_and_name_on_its_card_and_in_the_list(
    kind: DeliveryKind, language: str
):
    say, courses = load_texts(ZONE, monday_noon).in_(language), load_courses()
    content = Message({language: "name of it"}).to_json()
    item = {"course_id": "resident-basics", "item_id": "safe-account"}
    about = DeliveryKind.NOTICE if KINDS[kind].change else kind
    subject = Subject(about, **item, content=content, event_title="name of it")
    broadcast = _broadcast(kind)
    shown = screens.card(say, Card(broadcast, subject), courses, NOW).text
    name = screens.name(say, broadcast, subject, courses)
    assert shown.startswith(f"{KINDS[kind].mark} <b>")
    assert "name of it" in name or kind is DeliveryKind.STUDY_ITEM
    listed = screens.listed(say, page_of([(broadcast, subject)], 0), courses)
    assert listed.rows[0][0].label.startswith(f"{KINDS[kind].mark} ")


def test_a_kind_with_hours_of_its_own_is_useful_at_least_as_long_as_it_is_served():
    for kind, its in KINDS.items():
        if isinstance(its.useful, timedelta) and isinstance(its.cut_off, timedelta):
            assert its.useful > its.cut_off, f"{kind} would be begun when it is of no use any more."


def test_nothing_about_a_kind_stands_elsewhere():
    tables = {"storage/model/kinds.py", "scheduler/letters/__init__.py"}
    found = [
        module.at(node)
        for module in product()
        if module.path not in tables
        for node in ast.walk(module.tree)
        if _says_something_of_kinds(node)
    ]
    assert not found, "\n".join(
        [
            "What holds for several kinds is a field of Kind in storage/model/kinds.py: whoever "
            "adds a kind would not find it here.",
            *found,
        ]
    )


def _says_something_of_kinds(node: ast.AST) -> bool:
    """A mapping from kinds, or a group of them."""
    if isinstance(node, ast.Dict):
        return any(key is not None and _is_kind(key) for key in node.keys)
    if isinstance(node, ast.Set | ast.Tuple | ast.List):
        return sum(_is_kind(each) for each in node.elts) > 1
    return isinstance(node, ast.MatchOr) and "DeliveryKind." in ast.unparse(node)


def _is_kind(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and dotted(node.value) == "DeliveryKind"
