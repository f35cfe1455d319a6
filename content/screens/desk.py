"""The staff's first screen."""

from content.screen import Button, Rows, Screen, in_rows, press
from content.screens.figures import percent
from content.screens.held import of_desk
from content.screens.kit import back, button, excerpt
from content.screens.ledger import ALL
from content.texts import Say
from storage.model.desk import Day
from storage.model.event import Event
from storage.model.page import Page
from storage.model.person import Person
from storage.model.plan import Light, Progress
from storage.model.roles import Power

MOST = 6  # rows of buttons
FEW = 2  # events of a day, for each of which there is a button on the desk
_TITLE = 10  # characters of one on its button


def desk(
    say: Say,
    person: Person,
    day: Day,
    plan: Progress,
    unknown_year: int | None,
    first: bool,
) -> Screen:
    """The staff's first screen: only what this person may do. `plan` of the year for their widest
    place; `unknown_year`: one whose holidays should be known by now; `first`: whether it is for
    them to add the first community."""
    text = say(
        "staff.text",
        person=person,
        day=day,
        unknown_year=unknown_year,
        first=first,
        may_answer=person.may(Power.ANSWER),
        may_push=person.may(Power.PUSH),
        done=None if plan.done is None else percent(plan.done),
        gone=percent(plan.gone * 100),
    )
    beginning = ((button(say, "community.add", "add_community"),),) if first else ()
    answers, *others = (*of_desk(say, day.unconfirmed), *beginning, *_gap(say, plan)) or ((),)
    ways, today = tuple(each for row in others for each in row), _today(say, day)
    if answers and ways:  # they share a row, so that there are not too many
        ways, today = (*today, *ways), ()
    asked = tuple(row for row in (today, answers, ways) if row)
    often, seldom = _often(say, person), _seldom(say, person)
    whole = (*asked, *in_rows([*often, *seldom], 2), *back(say))
    if len(whole) <= MOST:
        return Screen(text, whole)
    last = (*back(say)[0], button(say, "staff.more", "staff_more"))
    return Screen(text, (*asked, *in_rows(often, 2), last))


def more(say: Say, person: Person) -> Screen:
    """What they do less often."""
    return Screen(say("staff.more_text"), (*in_rows(_seldom(say, person), 2), *back(say, "staff")))


def _often(say: Say, person: Person) -> list[Button]:
    buttons = []
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.notice", "notice"))
    if person.may(Power.ANSWER):
        buttons.append(button(say, "staff.inbox", "inbox"))
    if person.may(Power.POST_EVENT):
        buttons.append(button(say, "staff.post", "posted"))
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.push", "push"))
    if person.may(Power.RECORD):
        buttons.append(button(say, "staff.log", "log"))
    return [*buttons, button(say, "staff.stats", "stats")]


def _seldom(say: Say, person: Person) -> list[Button]:
    buttons = []
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.plans", "pushes"))
        buttons.append(button(say, "staff.broadcasts", "broadcasts"))
        buttons.append(button(say, "staff.groups", "groups"))
    buttons.append(button(say, "staff.ledger", "entries", ALL, ALL, 0))
    buttons.append(button(say, "staff.plan", "plan"))
    buttons.append(button(say, "staff.close", "close"))
    if person.may(Power.INVITE_MEMBER):
        buttons.append(button(say, "staff.invite", "invite"))
        buttons.append(button(say, "staff.people", "staff_where"))
    if person.may(Power.ADD_COMMUNITY):
        buttons.append(button(say, "staff.communities", "communities"))
    return buttons


def _today(say: Say, day: Day) -> tuple[Button, ...]:
    """The ways to the rosters of today's events, where one checks in who comes; if they are many,
    the way to all of these."""
    events = day.events.items
    if len(events) > FEW:
        return (button(say, "staff.rosters_today", "rosters_today"),)
    return tuple(
        Button(say.label("staff.today", at=e.starts_at), press("roster", e.id)) for e in events
    )


def rosters_today(say: Say, events: Page[Event]) -> Screen:
    """The rosters of the events of today, if there are any yet."""
    buttons = [
        Button(
            say.label("staff.one_today", at=e.starts_at, title=excerpt(e.title, _TITLE)),
            press("roster", e.id),
        )
        for e in events.items
    ]
    text = say("staff.rosters_today_text", count=len(buttons), more=events.more)
    return Screen(text, (*in_rows(buttons, 2), *back(say, "staff")))


def _gap(say: Say, plan: Progress) -> Rows:
    """The way to what is behind, if anything is."""
    if not (plan.with_light(Light.BEHIND) or plan.with_light(Light.NEARLY)):
        return ()
    return ((button(say, "plan.see_behind", "plan_behind", plan.node.id, plan.year),),)
