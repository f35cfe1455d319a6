"""The progress card and the list of broadcasts, in the words of people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from content.courses import load_courses
from content.screen import Screen
from content.screens import broadcasts as screens
from content.screens import corrections
from content.texts import load_texts
from storage.model.audience import Audience
from storage.model.broadcast import Broadcast, BroadcastState
from storage.model.card import Card, Later, Subject, Trouble
from storage.model.delivery import DeliveryState
from storage.model.kinds import DeliveryKind
from storage.model.message import Message, Poll
from storage.model.page import page_of
from tests.clock import monday_noon

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Shanghai
COURSES = load_courses()
TEXTS = load_texts(ZoneInfo("Asia/Shanghai"), monday_noon)
State = DeliveryState
SENDING = {State.SENT: 187, State.QUEUED: 120, State.CLAIMED: 2, State.UNREACHABLE: 3}


def broadcast(state: BroadcastState = BroadcastState.RUNNING, **given: Any) -> Broadcast:
    usual: dict[str, Any] = {
        "id": 12,
        "kind": DeliveryKind.NOTICE,
        "state": state,
        "node_id": 2,
        "node_name": "东湖社区",
        "audience": Audience(2),
        "slot_at": NOW,
        "course_id": None,
        "item_id": None,
        "subject_id": None,
        "content": None,
        "of_id": None,
        "at_most_once": False,
        "created_at": NOW,
        "created_by": 1,
        "finished_at": None,
        "planned": True,
        "unsure": 0,
        "counts": SENDING,
    }
    return Broadcast(**(usual | given))


def notice(text: str = "停水", **more: Any) -> Subject:
    bodies = {"zh": text} if text else {}
    return Subject(DeliveryKind.NOTICE, content=Message(bodies, **more).to_json())


def shown(card: Card, language: str = "zh") -> Screen:
    return screens.card(TEXTS.in_(language), card, COURSES, NOW)


def pressed(screen: Screen) -> list[list[str]]:
    return [[button.press for button in row] for row in screen.rows]


def test_a_card_tells_what_goes_where_how_far_and_how_long() -> None:
    card = Card(broadcast(), notice(), acknowledged=24, rate=30.0)
    assert shown(card).text.splitlines() == [
        "📣 <b>停水</b>",
        "东湖社区 · 周一 11月23日 12:00",
        "",
        "发送中 ▓▓▓▓▓▓░░░░ 60 %",
        "190/312 · 送达 187 · 等待 122 · 未能送达 3 · 已学习 24",
        "每秒 30 条 · 约剩 5 秒",
    ]
    assert shown(card, "en").text.splitlines() == [
        "📣 <b>停水</b>",
        "东湖社区 · Mon 23 Nov 12:00",
        "",
        "Sending ▓▓▓▓▓▓░░░░ 60 %",
        "190/312 · 187 delivered · 122 waiting · 3 not reached · 24 done",
        "30 a second · about 5 seconds left",
    ]


@pytest.mark.parametrize(
    ("waiting", "left", "in_english"),
    [
        (0.2, "1 秒", "1 second left"),
        (5, "5 秒", "5 seconds left"),
        (58.5, "59 秒", "59 seconds left"),
        (59.5, "1 分钟", "1 minute left"),
        (200, "3 分钟", "3 minutes left"),
        (59 * 60, "59 分钟", "59 minutes left"),
        (60 * 60, "1 小时", "1 hour left"),
        (95 * 60, "1.5 小时", "1.5 hours left"),
        (9 * 3600, "9 小时", "9 hours left"),
    ],
)
def test_the_time_left_is_told_in_the_unit_that_people_use(
    waiting: float, left: str, in_english: str
) -> None:
    seen = broadcast(counts={State.QUEUED: 100})
    card = Card(seen, notice(), rate=100 / waiting)
    assert f"约剩 {left}" in shown(card).text
    assert in_english in shown(card, "en").text


def test_what_holds_it_up_is_told_instead_of_a_speed() -> None:
    at = NOW + timedelta(hours=2)
    tomorrow = NOW + timedelta(hours=30)
    card = Card(broadcast(), notice(), rate=0.0)
    for more, told in (
        ({}, "排在别的群发后面"),
        ({"resumes_at": at, "again_at": at}, "Telegram 要求稍候，14:00 继续。"),
        ({"resumes_at": tomorrow}, "Telegram 要求稍候，周二 11月24日 18:00 继续。"),
        ({"again_at": at}, "有的暂时发不出去，14:00 再试。"),
        ({"later": Later(120, at)}, "120 人在免打扰时段，14:00 起发送。"),
        ({"later": Later(1000, at, more=True)}, "至少 1000 人在免打扰时段"),
    ):
        text = shown(replace(card, **more)).text
        assert text.splitlines()[5:] == [line for line in text.splitlines()[5:] if told in line]
        assert told in text
    planning = replace(card, broadcast=broadcast(planned=False), rate=30.0)
    assert "对象还在清点" in shown(planning).text
    assert "约剩" not in shown(planning).text


STOP, LOST, BACK = "broadcast_stop:12", "broadcast_lost:12:0", "broadcasts"
CHANGES = ["broadcast_correct:12", "broadcast_withdraw:12"]
DONE = {State.SENT: 300, State.UNREACHABLE: 3, State.FAILED: 4}


def test_each_state_has_its_words_and_its_buttons() -> None:
    for state, counts, told, rows in (
        ("running", SENDING, "发送中", [["broadcast_pause:12", STOP], [LOST], [BACK]]),
        (
            "paused",
            SENDING,
            "⏸ 已暂停",
            [["broadcast_resume:12", STOP], [LOST], CHANGES, [BACK]],
        ),
        (
            "done",
            DONE,
            "✅ 完成：送达 300 · 未能送达 3 · 失败 4",
            [[LOST, "broadcast_retry:12"], CHANGES, [BACK, "broadcast:12"]],
        ),
        ("done", {State.SENT: 3}, "✅ 完成：送达 3", [CHANGES, [BACK, "broadcast:12"]]),
        ("cancelled", SENDING, "正在停止", [[LOST], CHANGES, [BACK]]),
        (
            "cancelled",
            {State.SENT: 3, State.CANCELLED: 4},
            "⏹ 已停止：送达 3 · 已取消 4",
            [CHANGES, [BACK, "broadcast:12"]],
        ),
        ("skipped", {}, "⏭ 错过了时间，没有发", [[BACK, "broadcast:12"]]),
    ):
        screen = shown(Card(broadcast(BroadcastState(state), counts=counts), notice()))
        assert told in screen.text
        assert pressed(screen) == rows, state


def test_only_what_staff_wrote_can_be_corrected() -> None:
    study = Subject(DeliveryKind.STUDY_ITEM, "resident-basics", "safe-account")
    seen = broadcast(BroadcastState.DONE, kind=DeliveryKind.STUDY_ITEM, counts={State.SENT: 1})
    screen = shown(Card(seen, study))
    assert "📚 <b>第 1 课《" in screen.text
    assert pressed(screen)[0] == ["broadcast_withdraw:12"]
    gone = Subject(DeliveryKind.STUDY_ITEM, "resident-basics", "no-such-item")
    assert "已撤下的学习资料" in shown(Card(seen, gone)).text


def test_a_change_leads_to_what_it_changes_and_is_not_changed_itself() -> None:
    counts = {State.SENT: 3, State.FAILED: 1}
    for kind, told in (
        (DeliveryKind.CORRECTION, "✅ 更正完成：已更正 3 · 失败 1"),
        (DeliveryKind.WITHDRAWAL, "✅ 撤回完成：已撤回 3 · 失败 1"),
    ):
        change = broadcast(BroadcastState.DONE, kind=kind, of_id=11, counts=counts, unsure=3)
        screen = shown(Card(change, notice()))
        assert told in screen.text
        assert "重复" not in screen.text
        assert pressed(screen)[1:] == [["broadcast:11"], [BACK, "broadcast:12"]]
        nobody = shown(Card(replace(change, counts={}), notice()))
        assert "没有什么要改的" in nobody.text


def test_what_was_taken_back_offers_only_the_way_there() -> None:
    card = Card(broadcast(BroadcastState.DONE, counts=DONE), notice(), withdrawal_id=13)
    screen = shown(card)
    assert "这条消息已经撤回" in screen.text
    assert pressed(screen) == [[LOST], ["broadcast:13"], [BACK, "broadcast:12"]]


def test_what_nobody_can_know_is_counted_as_what_it_may_mean() -> None:
    for at_most_once, told in ((False, "可能重复 2"), (True, "不知道是否送到 2")):
        seen = broadcast(BroadcastState.DONE, unsure=2, at_most_once=at_most_once, counts=DONE)
        assert told in shown(Card(seen, notice())).text


def test_an_empty_audience_says_what_to_do() -> None:
    screen = shown(Card(broadcast(BroadcastState.DONE, counts={}), notice()))
    assert "邀请成员" in screen.text
    assert pressed(screen) == [[BACK, "broadcast:12"]]


def test_the_name_of_a_notice_is_its_first_line_or_what_it_holds() -> None:
    def name(subject: Subject) -> str:
        return screens.name(TEXTS.in_("zh"), broadcast(), subject, COURSES)

    assert name(notice("\n<b>停水</b>&amp;停电\n明早")) == "停水&停电"
    assert name(notice("长" * 100)) == "长" * 60 + "…"
    assert name(notice("", poll=Poll("哪天？", ("一", "二")))) == "哪天？"
    assert "&lt;i&gt;" in shown(Card(broadcast(), notice("&lt;i&gt;"))).text
    event = Subject(DeliveryKind.EVENT_REMINDER, event_title="<消防>")
    assert name(event) == "活动提醒：<消防>"
    seen = shown(Card(broadcast(kind=DeliveryKind.EVENT_REMINDER), event))
    assert "⏰ <b>活动提醒：&lt;消防&gt;</b>" in seen.text


def test_a_line_of_the_list_has_name_day_sender_state_and_share() -> None:
    counts = {State.SENT: 9, State.FAILED: 1}
    done = broadcast(BroadcastState.DONE, counts=counts, sender="kim", withdrawn=True)
    change = replace(done, withdrawn=False, kind=DeliveryKind.WITHDRAWAL)
    empty = broadcast(BroadcastState.SKIPPED, counts={})
    page = [(b, notice("很长的一条通知，" * 5)) for b in (broadcast(), done, change, empty)]
    screen = screens.listed(TEXTS.in_("zh"), page_of(page, 0), COURSES)
    labels = [row[0].label for row in screen.rows]
    assert [label.split(" · ", 2)[2] for label in labels[:4]] == [
        "发送中 60 %",
        "↩️ 已撤回 90 %",
        "完成 90 %",
        "没有发",
    ]
    assert labels[1].split(" · ")[1].endswith(" kim")
    assert "↩️ 很长的" in labels[2]
    assert all(len(label) < 55 for label in labels)
    assert "还没有群发" in screens.listed(TEXTS.in_("zh"), page_of([], 0), COURSES).text


def test_whom_it_did_not_reach_is_listed_by_name_with_numbers_going_on() -> None:
    troubles = [
        Trouble(f"<p{n}>", State.UNREACHABLE, "403 bot was blocked", False) for n in range(21)
    ]
    card = Card(broadcast(BroadcastState.DONE, counts=DONE), notice())
    first = screens.lost(TEXTS.in_("zh"), card, page_of(troubles, 0, 20), COURSES)
    assert "1. &lt;p0&gt;：停用了机器人" in first.text
    assert "20. " in first.text
    assert "21. " not in first.text
    assert pressed(first) == [["broadcast_retry:12"], ["broadcast:12", "broadcast_lost:12:1"]]
    second = screens.lost(TEXTS.in_("en"), card, page_of(troubles, 1, 20), COURSES)
    assert "21. &lt;p20&gt;: blocked the bot" in second.text
    assert pressed(second)[1] == ["broadcast_lost:12:0", "broadcast:12"]
    nameless = page_of([replace(troubles[0], name="")], 0)
    assert "1. 其中一位：" in screens.lost(TEXTS.in_("zh"), card, nameless, COURSES).text
    nobody = screens.lost(TEXTS.in_("zh"), card, page_of([], 0), COURSES)
    assert "没有未送达的人" in nobody.text


def test_questions_tell_how_many_and_of_groups_that_they_are_groups() -> None:
    say = TEXTS.in_("zh")
    people = Card(broadcast(), notice())
    groups = Card(broadcast(audience=Audience(2, groups=True)), notice())
    assert "187 人不受影响，还在等的 122 人不会" in screens.confirm_stop(say, people, COURSES).text
    assert "187 个群收到的" in screens.confirm_withdraw(say, groups, COURSES).text
    careful = Card(
        broadcast(BroadcastState.DONE, counts=DONE, at_most_once=True, unsure=9), notice()
    )
    retry = screens.confirm_retry(say, careful, COURSES)
    assert "失败的 4 条" in retry.text
    assert "其中 4 条不知道" in retry.text
    assert pressed(retry) == [["broadcast:12", "broadcast_retried:12"]]
    paused = Card(broadcast(BroadcastState.PAUSED), notice())
    assert pressed(screens.confirm_stop(say, paused, COURSES)) == [
        ["broadcast:12", "broadcast_stopped:12"]
    ]


def test_a_text_to_be_corrected_is_shown_as_it_is_unless_it_is_very_long() -> None:
    say = TEXTS.in_("zh")
    assert corrections.present(say, "<b>停水</b> &lt;") == "<b>停水</b> &lt;"
    assert corrections.present(say, " ") == "（没有文字）"
    long = "<b>" + "&lt;x" * 2000 + "</b>"
    shortened = corrections.present(say, long)
    assert shortened.endswith("…")
    assert "<b>" not in shortened
    assert shortened.startswith("&lt;x")


def test_every_button_fits_with_the_largest_ids() -> None:
    largest = 2**63 - 1
    seen = broadcast(BroadcastState.PAUSED, id=largest, counts=DONE)
    for row in shown(Card(seen, notice(), withdrawal_id=largest)).rows:
        assert all(button.press for button in row)
