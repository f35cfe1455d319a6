"""Every window of every form, in both languages: it shows something, and has a way out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from aiogram.fsm.state import State
from markupsafe import Markup

from content.screen import BUTTON_DATA_LIMIT
from handlers import forms
from handlers.forms.drafts import started_with
from handlers.forms.open import LOOKING
from storage.actions.events import post
from storage.actions.fan_out import fan_out
from storage.actions.ledger import record
from storage.actions.notices import send_notice
from storage.actions.suggestions import submit
from storage.model.answers import AnswersDraft
from storage.model.audience import Audience
from storage.model.audience_draft import Aspect, AudienceDraft, Question
from storage.model.closing import ClosingState
from storage.model.closing_draft import UndoDraft
from storage.model.correction import CorrectionDraft
from storage.model.event import NewEvent
from storage.model.event_change import Facts
from storage.model.event_details import Deadline, Details, Pin
from storage.model.event_details import Question as Asked
from storage.model.event_draft import EventDraft
from storage.model.event_search import SearchDraft
from storage.model.feedback import WordDraft
from storage.model.ledger import NewEntry
from storage.model.ledger_draft import EntryDraft, VoidDraft
from storage.model.message import Link, Media, MediaKind, Message
from storage.model.node import ZoneDraft
from storage.model.notice import NewNotice
from storage.model.notice_draft import NoticeDraft
from storage.model.past_event import PastDraft
from storage.model.person import LANGUAGES
from storage.model.photos_draft import PhotosDraft
from storage.model.plan_draft import PlanDraft
from storage.model.push import Item, PushDraft
from storage.model.rhythm_draft import Choice, How, RhythmDraft
from storage.model.roles import Role
from storage.model.roster import DeskDraft
from storage.model.suggestion import NewSuggestion, SuggestionState
from storage.model.suggestion_draft import ReplyDraft, SuggestionDraft
from storage.queries.people import by_telegram_id
from tests.handlers.room import OWNER, Room

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY, AT = date(2026, 11, 28), time(9, 30)
STARTS = datetime.combine(DAY, AT, SHANGHAI)
WORDS = Message(
    {"zh": "<b>停水</b>", "en": "No water"},
    (Media(MediaKind.PHOTO, "p"),),
    link=Link("看看", "https://example.org"),
)


@dataclass(frozen=True)
class Ground:
    """What there is to be chosen: ids of a place, an event, a suggestion, a notice sent
    and an entry of the ledger."""

    node: int
    event: int
    suggestion: int
    broadcast: int
    entry: int
    course: str
    item: str


async def ground(room: Room) -> Ground:
    database, now = room.database, room.clock.now()
    node = room.communities["东湖社区"].id
    bo = await room.resident("bo")
    by, author = [await database.read(by_telegram_id, each) for each in (OWNER, bo.id)]
    assert by is not None
    assert author is not None
    new = NewEvent("e", node, "service", "家庭消防演练", "社区广场", now + timedelta(days=2), 40)
    event = await database.write(post, by.id, new, now)
    words = NewSuggestion("s", "repairs", "3号楼一带路灯不亮", (), False)
    suggestion = await database.write(submit, author.id, words, now, SHANGHAI)
    notice = NewNotice("n", Audience(node), WORDS)
    broadcast = await database.write(send_notice, by.id, notice, now)
    await database.write(fan_out, broadcast, now, SHANGHAI)
    work = NewEntry("w", node, "home_visits", date(2026, 11, 23), Decimal(3))
    entry = await database.write(record, by.id, work, 0, now, SHANGHAI)
    course = next(iter(room.tools.courses))
    return Ground(node, event.id, suggestion.id, broadcast, entry, course.id, course.items[0].id)


def _rhythms(given: Ground) -> list[RhythmDraft]:
    """One for each way in which something can be sent."""
    choices = [
        Choice(How.NOW),
        Choice(How.LATER, day=DAY, at=AT),
        Choice(How.DAILY, at=AT),
        Choice(How.WEEKLY, days=("mon", "sat"), at=AT),
        Choice(How.MONTHLY, month_day=31, at=AT),
        Choice(How.NTH, nth=-1, weekday="sun", at=AT),
        Choice(How.YEARLY, day=DAY, at=AT),
        Choice(How.JOINING, after=3, at=AT),
    ]
    whole = RhythmDraft(SHANGHAI, given.course, skip_on=frozenset({DAY}))
    return [replace(whole, chosen=each, asked=each) for each in choices]


def _events(given: Ground) -> list[object]:
    whole = EventDraft(
        "key", True, given.node, "service", "家庭消防演练", DAY, AT, "社区广场", 40, said="12.10"
    )
    filled = replace(whole, capacity=0, several=False, remind_hours=0, lasts=90)
    hung = Details(
        "带水杯",
        (Media(MediaKind.PHOTO, "p"),),
        Pin(31.2, 121.4),
        (Asked("吃辣吗？", ("吃", "不吃")),),
        2,
        "免费",
        "居委会",
    )
    was = Facts("service", "演练", "广场", STARTS, None, 40, 24, None, hung)
    changing = replace(
        filled, event_id=given.event, was=was, details=hung, deadline=Deadline(1, time(18))
    )
    whom = [
        AudienceDraft(Audience(given.node), Question(aspect))
        for aspect in (Aspect.COURSE, Aspect.WHO)
    ]
    return [
        replace(each, event_id=given.event, was=was, chosen=chosen)
        for each, chosen in zip((whole, changing), whom, strict=True)
    ]


def _entries(given: Ground) -> list[object]:
    whole = EntryDraft(
        "key",
        True,
        given.node,
        "home_visits",
        on=date(2026, 11, 23),
        number=Decimal(3),
        said="12.10",
    )
    photos = (Media(MediaKind.PHOTO, "p"),)
    filled = replace(whole, several=False, place="3号楼", note="送月饼", media=photos)
    return [whole, filled, replace(filled, replaces_id=given.entry, reason="数量记错了")]


def _past_events(given: Ground) -> list[object]:
    photos = (Media(MediaKind.PHOTO, "p"),)
    whole = PastDraft(
        "key", True, given.node, "service", "演出", date(2026, 11, 3), "广场", 35, said="12.10"
    )
    filled = replace(whole, several=False, note="合影", media=photos)
    return [whole, filled, replace(filled, replaces_id=given.event, reason="人数记错了")]


def _plans(given: Ground) -> list[object]:
    first = PlanDraft(given.node, "东湖社区", 2026, {}, {"home_visits": 150_000}, "home_visits")
    return [first, replace(first, before={"home_visits": 120_000}, reason="新增两个小区")]


def _notices(given: Ground) -> list[object]:
    audience = Audience(given.node, course_id=given.course)
    questions = [Question(each, given.course, given.item, given.event) for each in Aspect]
    whole = NoticeDraft(
        "key",
        "zh",
        AudienceDraft(audience, questions[0]),
        _rhythms(given)[3],
        WORDS,
        rewritten=WORDS,
        adding=True,
        urgent=True,
    )
    timed = [replace(whole, when=each, urgent=False) for each in _rhythms(given)[-2:]]
    asked = [replace(whole, whom=AudienceDraft(audience, each)) for each in questions]
    plain = replace(
        whole,
        message=Message({"zh": "停水"}),
        before=WORDS,
        said="9:30",
        rewritten=None,
        adding=False,
    )
    groups = replace(whole, whom=AudienceDraft(Audience(given.node, groups=True), questions[0]))
    return [plain, groups, *timed, *asked]


def _pushes(given: Ground) -> list[object]:
    item = Item(given.course, given.item, 0)
    return [
        PushDraft("key", given.node, True, each, item, given.course, placed=True)
        for each in _rhythms(given)
    ]


def _corrections(given: Ground) -> list[object]:
    changed = {"en": "No water on Friday"}
    return [CorrectionDraft("key", given.broadcast, ("zh", "en"), "en", changed)]


# Drafts in which everything is answered, by the name of their form.
SAMPLES: dict[str, Callable[[Ground], Sequence[object]]] = {
    "suggestion.form": lambda given: [
        SuggestionDraft("key", given.node, "repairs", "灯" * 9000, similar=(given.suggestion,)),
        SuggestionDraft(
            "key",
            given.node,
            "repairs",
            "灯坏了",
            media=(Media(MediaKind.PHOTO, "p"),),
            anonymous=True,
        ),
    ],
    "event.form": _events,
    "event.form_find": lambda _: [
        SearchDraft(staff, sought) for staff in (True, False) for sought in ("", "演练", "没有的")
    ],
    "door.form": lambda given: [DeskDraft(given.event), DeskDraft(given.event, "bo")],
    "compose.form": _notices,
    "push.form": _pushes,
    "broadcast.form": _corrections,
    "ledger.form": _entries,
    "past.form": _past_events,
    "papers.form": lambda given: [PhotosDraft(given.event, (Media(MediaKind.PHOTO, "p"),))],
    "feedback.form": lambda _: [WordDraft("key", "讲得清楚")],
    "plan.form": _plans,
    "closing.form": lambda given: [
        UndoDraft(given.node, "东湖社区", 2025, to, reason)
        for to in (ClosingState.SENT_BACK, ClosingState.REOPENED)
        for reason in ("", "漏报三次走访")
    ],
    "ledger.form_void": lambda given: [VoidDraft(given.entry), VoidDraft(given.entry, "记重了")],
    "inbox.form": lambda given: [
        ReplyDraft(given.suggestion, "2026-0001", target, "本周更换") for target in SuggestionState
    ],
    "community.form": lambda given: [],
    "seat.form": lambda given: [
        AnswersDraft(given.event, "包饺子", tuple(Asked(f"第{n}问") for n in range(5))),
        AnswersDraft(
            given.event,
            "包饺子",
            tuple(Asked(f"第{n}问", ("荤", "素")) for n in range(5)),
            seats=2,
            answers=("荤",) * 5,
        ),
    ],
    "community.form_zone": lambda given: [
        ZoneDraft(given.node, "东湖社区", "/1/2/", SHANGHAI, ZoneInfo("Asia/Tokyo"))
    ],
}
FORMS = {form.name: form.states() for form in forms()}
WINDOWS = [(name, state) for name, states in FORMS.items() for state in states]


def test_every_form_has_samples_here_and_a_name_in_words(room: Room) -> None:
    assert SAMPLES.keys() == FORMS.keys(), "Its windows are shown to nobody before people see them."
    for language in LANGUAGES:
        say = room.tools.texts.in_(language)
        for name in FORMS:
            assert say.label(name), "Who left it open is told what it was."


@pytest.mark.parametrize(
    ("name", "state"), WINDOWS, ids=[f"{name}-{state.state}" for name, state in WINDOWS]
)
async def test_a_window_shows_something_in_both_languages_and_has_a_way_out(
    room: Room, name: str, state: State
) -> None:
    given = await ground(room)
    for language in LANGUAGES:
        say = room.tools.texts.in_(language)
        kim = await room.staff(f"kim-{language}", Role.DISTRICT, "示范区", language)
        for draft in SAMPLES[name](given) or [None]:
            form = await kim.has_open(state, started_with(draft) if draft else {})
            await kim.presses_raw(f"continue:{form}")
            shown = kim.messages[-1]
            assert Markup(shown.text).striptags().strip(), (language, draft)
            labels = [label for label, _ in shown.buttons]
            ways_out = {"button.cancel", "button.done"} if name in LOOKING else {"button.cancel"}
            assert {say.label(each) for each in ways_out} & {*labels}, (language, draft, shown)
            assert all(label.strip() for label in labels), (language, draft, labels)
            assert all(len(data.encode()) <= BUTTON_DATA_LIMIT for _, data in shown.buttons)
