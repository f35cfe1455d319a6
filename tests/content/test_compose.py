"""Audiences in words, and what stands in the confirmation of a notice."""

from zoneinfo import ZoneInfo

import pytest

from content.courses import Courses, load_courses
from content.screens import compose
from content.screens import groups as group_screens
from content.splitting import MESSAGE_LIMIT, plain
from content.texts import Say, load_texts
from storage.model.audience import Audience, Behaviour, Deed
from storage.model.group import Group
from storage.model.message import Link, Media, MediaKind, Message, Poll, utf16_length
from storage.model.node import Node, NodeKind
from storage.model.page import page_of
from storage.model.person import Standing
from storage.model.roles import Role
from tests.clock import monday_noon

TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), monday_noon)
ZH, EN = TEXTS.in_("zh"), TEXTS.in_("en")
SAFE = Behaviour(Deed.ACKNOWLEDGED, False, course_id="resident-basics", item_id="safe-account")


@pytest.fixture(scope="module")
def courses() -> Courses:
    return load_courses()


@pytest.mark.parametrize(
    ("audience", "zh", "en"),
    [
        (Audience(1), "东湖社区 · 所有人", "东湖社区 · everybody"),
        (Audience(1, standing=Standing.MEMBER), "东湖社区 · 成员", "东湖社区 · members"),
        (Audience(1, role=Role.VIEWER), "东湖社区 · 查看员", "东湖社区 · viewer"),
        (
            Audience(1, language="en"),
            "东湖社区 · 所有人 · 用英文的",
            "东湖社区 · everybody · reading English",
        ),
        (
            Audience(1, course_id="gone"),
            "东湖社区 · 所有人 · 参加《gone》的",
            "东湖社区 · everybody · on the course “gone”",
        ),
        (
            Audience(1, behaviour=Behaviour(Deed.SIGNED_UP, subject_id=3)),
            "东湖社区 · 所有人 · 报名“<消防>”的",
            "东湖社区 · everybody · signed up for “<消防>”",
        ),
        (
            Audience(1, behaviour=Behaviour(Deed.ATTENDED, subject_id=3)),
            "东湖社区 · 所有人 · 到场“<消防>”的",
            "东湖社区 · everybody · came to “<消防>”",
        ),
        (
            Audience(1, behaviour=Behaviour(Deed.ATTENDED, False, subject_id=3)),
            "东湖社区 · 所有人 · 未到场“<消防>”的（含未报名的）",
            "东湖社区 · everybody · did not come to “<消防>” (signed up or not)",
        ),
        (
            Audience(1, behaviour=Behaviour(Deed.SUPPORTED, subject_id=3)),
            "东湖社区 · 所有人 · 附议建议 2026-0042 的",
            "东湖社区 · everybody · supporting suggestion 2026-0042",
        ),
        (
            Audience(1, behaviour=Behaviour(Deed.SUPPORTED, False, subject_id=3)),
            "东湖社区 · 所有人 · 未附议建议 2026-0042 的",
            "东湖社区 · everybody · not supporting suggestion 2026-0042",
        ),
        (Audience(1, groups=True, language="en"), "东湖社区 · 群", "东湖社区 · groups"),
        (Audience(of_event=3), "报名“<消防>”的人", "those signed up for “<消防>”"),
        (Audience(of_broadcast=3), "收到过原来那条的人", "those who got the first message"),
    ],
)
def test_an_audience_is_told_in_words(
    courses: Courses, audience: Audience, zh: str, en: str
) -> None:
    names = {"place": "东湖社区", "event": "<消防>", "suggestion": "2026-0042"}
    for say, words in ((ZH, zh), (EN, en)):
        assert compose.describe_audience(say, audience, courses, **names) == words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("路灯\n坏了", "2026-0042 路灯 坏了"),
        ("一" * 60, f"2026-0042 {'一' * 11}…"),
        ("", "2026-0042 📷"),
    ],
)
def test_a_suggestion_to_choose_is_told_by_its_number_and_beginning(text: str, told: str) -> None:
    assert compose.suggestion(ZH, "2026-0042", text) == told


def test_what_people_did_is_told_by_the_title_of_the_item(courses: Courses) -> None:
    told = compose.describe_audience(ZH, Audience(1, behaviour=SAFE), courses, place="东湖社区")
    assert told.startswith("东湖社区 · 所有人 · 未学习《")
    assert "安全账户" in told


@pytest.mark.parametrize(
    ("say", "count", "names", "told"),
    [
        (ZH, 7, ["ana", "<bo>"], "甲 · 7 人：ana、&lt;bo&gt; …"),
        (ZH, 1, ["ana"], "甲 · 1 人：ana"),
        (ZH, 0, [], "甲 · 0 人"),
        (EN, 7, ["ana", "bo"], "甲 · 7 people: ana, bo …"),
        (EN, 1, ["ana"], "甲 · 1 person: ana"),
    ],
)
def test_the_count_comes_with_a_few_names(
    say: Say, count: int, names: list[str], told: str
) -> None:
    assert compose.whom(say, Audience(1), "甲", count, names).strip() == told
    groups = compose.whom(EN, Audience(1, groups=True), "甲", 1, ["family"])
    assert groups.strip() == "甲 · 1 group: family"


def test_the_largest_confirmation_is_one_message() -> None:
    message = Message(
        {"zh": "<b>长</b>" * 3000, "en": "x"},
        tuple(Media(kind, "id") for kind in MediaKind),
        Poll("问" * 300, tuple(f"{n:03}" + "项" * 97 for n in range(12))),
        Link("钮" * 64, "https://example.org/" + "a" * 2000),
    )
    names = compose.confirmation(ZH, message, "名" * 128, "东湖社区")
    assert names["clipped"]
    audience = "东湖社区 · 所有人 · 没报名“" + "活" * 120 + "”的"
    whom = compose.whom(ZH, Audience(1), audience, 10**6, ["名" * 128] * 5)
    when = "\n".join(["· 2026年12月31日 周四 18:30"] * 6)
    said = {"said": "新" * 40, "whom": whom, "when": when}
    text = ZH("compose.confirm", **names, **said, count=9, now=False, urgent=True, once=True)
    assert utf16_length(plain(text)) <= MESSAGE_LIMIT
    assert text.count("<b>") == text.count("</b>")


def test_buttons_of_groups_fit_whatever_the_ids_are() -> None:
    node = Node(2**63 - 1, NodeKind.COMMUNITY, "东湖社区", "c", "/1/2/")
    chat_id = -(2**63)
    screen = group_screens.where(ZH, chat_id, "<群>", page_of([node] * 30, 1))
    assert "&lt;群&gt;" in screen.text
    group = Group(2**63 - 1, chat_id, "群", node.id, node.name)
    for screen in (
        group_screens.linked_to(EN, group, several_places=True),
        group_screens.one(EN, group, several_places=True),
        group_screens.every(EN, page_of([group], 0), several_places=True),
        group_screens.confirm_unlink(EN, group),
        group_screens.linked(EN, node.name, "https://t.me/linli_bot"),
    ):
        assert screen.rows
