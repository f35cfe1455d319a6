"""Study: a pushed item, the library, the staff's schedules."""

from collections.abc import Sequence, Set
from datetime import datetime

from content.courses import Course, Courses, Item
from content.screen import Button, Screen, press
from content.screens.home import back, button
from content.texts import Say
from storage.model.study import Progress, Rhythm, Schedule, ScheduleKind

PAGE = 5


def item(say: Say, course: Course, number: int, item: Item) -> Screen:
    """An item that was not acknowledged yet."""
    done = button(say, "study.done", "done", course.id, item.id)
    return Screen(_item_text(say, course, number, item), ((done,),))


def done(say: Say, course: Course, number: int, item: Item, progress: Progress) -> Screen:
    """The same message after the press: how far one is, and what comes next."""
    state = say("study.progress", progress=progress, total=len(course.items))
    text = _item_text(say, course, number, item) + "\n\n" + state
    page = (number - 1) // PAGE
    return Screen(text, ((button(say, "study.library", "past", course.id, page),),))


def _item_text(say: Say, course: Course, number: int, item: Item) -> str:
    return say(
        "study.item",
        course=course.title.in_(say.language),
        number=number,
        title=item.title.in_(say.language),
        minutes=item.minutes,
        body=item.body.in_(say.language),
        sources=[source.in_(say.language) for source in item.sources],
    )


def courses(say: Say, every: Courses) -> Screen:
    """The library: one button for each course."""
    rows = tuple(
        (Button(course.title.in_(say.language), press("library", course.id, 0)),)
        for course in every
    )
    return Screen(say("study.courses"), (*rows, *back(say)))


def library(say: Say, course: Course, acknowledged: Set[str], page: int) -> Screen:
    """A page of a course: which items were done, each one press away."""
    first = max(0, min(page, (len(course.items) - 1) // PAGE)) * PAGE
    rows = [
        (
            Button(
                say.label(
                    "study.library_item",
                    number=number + 1,
                    title=each.title.in_(say.language),
                    done=each.id in acknowledged,
                ),
                press("item", course.id, each.id),
            ),
        )
        for number, each in enumerate(course.items[first : first + PAGE], start=first)
    ]
    turn = []
    if first:
        turn.append(button(say, "button.previous", "library", course.id, first // PAGE - 1))
    turn.append(button(say, "button.back", "study"))
    if first + PAGE < len(course.items):
        turn.append(button(say, "button.next", "library", course.id, first // PAGE + 1))
    text = say(
        "study.library_text",
        title=course.title.in_(say.language),
        summary=course.summary.in_(say.language),
        done=len(acknowledged & {each.id for each in course.items}),
        total=len(course.items),
    )
    return Screen(text, (*rows, tuple(turn)))


def describe(say: Say, rhythm: Rhythm) -> str:
    """A rhythm in words: "once, Wed 26 Nov 8:30" or "every Mon, Thu at 8:30"."""
    if rhythm.kind is ScheduleKind.ONCE:
        return say.label("push.rhythm_once", at=rhythm.once_at)
    days = [say.label(f"day.{day}") for day in rhythm.days]
    return say.label("push.rhythm_weekly", days=days, at=rhythm.at)


def schedules(say: Say, every: Sequence[Schedule], courses: Courses) -> Screen:
    """What is planned, each with a button that stops it."""
    lines = []
    rows = []
    for number, schedule in enumerate(every, start=1):
        course = courses.get(schedule.course_id)
        upcoming = course.at(schedule.position) if course else None
        lines.append(
            {
                "number": number,
                "node": schedule.node_name,
                "rhythm": describe(say, schedule.rhythm),
                "next_slot_at": schedule.next_slot_at,
                "missed_at": schedule.missed_at,
                "item": upcoming.title.in_(say.language) if upcoming else "",
            }
        )
        stop = Button(say.label("push.stop", number=number), press("stop_push", schedule.id))
        rows.append((stop,))
    new = (button(say, "push.new", "push"),)
    return Screen(say("push.list", lines=lines), (new, *rows, *back(say, "staff")))


def without_buttons(screen: Screen) -> Screen:
    """A preview: exactly as it will look, but pressing it would count."""
    return Screen(screen.text)


def confirm_stop(say: Say, schedule_id: int) -> Screen:
    return Screen(
        say("push.stop_sure"),
        (
            (
                button(say, "button.back", "pushes"),
                button(say, "push.stop_yes", "stopped_push", schedule_id),
            ),
        ),
    )


def scheduled(
    say: Say, item: Item, rhythm: Rhythm, slots: Sequence[datetime], people: int
) -> Screen:
    """The receipt of a new schedule, which begins with `item`."""
    text = say(
        "push.receipt",
        title=item.title.in_(say.language),
        rhythm=describe(say, rhythm),
        weekly=rhythm.kind is ScheduleKind.WEEKLY,
        slots=slots,
        people=people,
    )
    return Screen(text, ((button(say, "push.plans", "pushes"),),))
