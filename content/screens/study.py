"""Study: a pushed item, the library, the receipt of a scheduled push."""

from datetime import datetime

from content.courses import Course, Courses, Item
from content.screen import Button, Rows, Screen, lasting, press
from content.screens.kit import button, paged, pager
from content.screens.schedules import Clock, When, when
from content.splitting import CAPTION_LIMIT, fits
from content.texts import Say
from storage.model.page import LINES, page_of
from storage.model.study import Progress, Shelf


def item(say: Say, course: Course, number: int, item: Item) -> Screen:
    """An item that was not acknowledged yet."""
    done = button(say, "study.done", "done", course.id, item.id)
    return Screen(_item_text(say, course, number, item), ((done,),), item.media)


def done(say: Say, course: Course, number: int, item: Item, progress: Progress) -> Screen:
    """The same message after the press: how far one is, and what comes next."""
    state = say("study.progress", progress=progress, total=len(course.items))
    text = _item_text(say, course, number, item) + "\n\n" + state
    rows = _around(say, course, number)
    # A message with one picture can be edited; of an album only the text below it was pressed.
    shown = item.media if len(item.media) == 1 and fits(text, CAPTION_LIMIT) else ()
    return Screen(text, rows, shown)


def opened(say: Say, course: Course, number: int, item: Item, done_at: datetime | None) -> Screen:
    """An item as it is opened in the library: done or not, and the way to those beside it."""
    around = _around(say, course, number)
    if done_at is None:
        done = button(say, "study.done", "done", course.id, item.id)
        return Screen(_item_text(say, course, number, item), ((done,), *around), item.media)
    state = say("study.done_on", at=done_at)
    return Screen(_item_text(say, course, number, item) + "\n\n" + state, around, item.media)


def _around(say: Say, course: Course, number: int) -> Rows:
    """The item before, the library where it stands, the item after."""
    row = [button(say, "study.library", "past", course.id, (number - 1) // LINES)]
    if before := course.at(number - 2):
        row.insert(0, button(say, "study.before", "item", course.id, before.id))
    if after := course.at(number):
        row.append(button(say, "study.after", "item", course.id, after.id))
    return (tuple(row),)


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


def courses(say: Say, every: Courses, number: int) -> Screen:
    """The library: a page of the courses, one button for each."""
    buttons = page_of(list(every), number).map(
        lambda course: Button(course.title.in_(say.language), press("library", course.id, 0))
    )
    return Screen(say("study.courses"), paged(say, buttons, "study", "home"))


def library(say: Say, course: Course, shelf: Shelf, number: int) -> Screen:
    """A page of a course: which items were done, each one press away; what comes of it by itself,
    and the button that changes that."""
    page = page_of(course.items, number)
    rows = [
        (
            Button(
                say.label(
                    "study.library_item",
                    number=place,
                    title=each.title.in_(say.language),
                    done=each.id in shelf.done,
                ),
                press("item", course.id, each.id),
            ),
        )
        for place, each in enumerate(page.items, start=page.first)
    ]
    text = say(
        "study.library_text",
        title=course.title.in_(say.language),
        summary=course.summary.in_(say.language),
        done=sum(each.id in shelf.done for each in course.items),
        total=len(course.items),
        shelf=shelf,
    )
    turn = pager(say, page, press("library", course.id), "study")
    return Screen(text, (*rows, *_choices(say, course, shelf, page.number), *turn))


def _choices(say: Say, course: Course, shelf: Shelf, number: int) -> Rows:
    """What somebody may change of what comes to them of a course."""
    here = (course.id, number)
    row = []
    if shelf.may_join:
        row.append(button(say, "study.join", "join_course", *here))
    if shelf.may_leave:
        row.append(button(say, "study.leave", "leave_course", *here))
    if shelf.comes_anyway or (shelf.member and shelf.paused):
        key = "study.resume" if shelf.paused else "study.pause"
        row.append(button(say, key, "pause_study", *here, int(not shelf.paused)))
    return (tuple(row),) if row else ()


def without_buttons(screen: Screen) -> Screen:
    """A preview: exactly as it will look, but pressing it would count."""
    return Screen(screen.text, media=screen.media)


def scheduled(say: Say, item: Item, found: When, clock: Clock, people: int) -> Screen:
    """The receipt of a new schedule, which begins with `item`; `people` is how many get it now."""
    text = say(
        "push.receipt",
        title=item.title.in_(say.language),
        when=when(say, found, clock),
        joining=found.joined is not None,
        people=people,
    )
    return lasting(Screen(text, ((button(say, "push.plans", "pushes"),),)))
