"""The staff's first screen."""

from content.screen import Rows, Screen, in_rows
from content.screens.figures import percent
from content.screens.held import of_desk
from content.screens.kit import back, button
from content.screens.ledger import ALL
from content.texts import Say
from storage.model.desk import Day
from storage.model.person import Person
from storage.model.plan import Light, Progress
from storage.model.roles import Power


def desk(say: Say, person: Person, day: Day, plan: Progress, unknown_year: int | None) -> Screen:
    """The staff's first screen: only what this person may do. `plan` of the year for their widest
    place; `unknown_year`: one whose holidays should be known by now."""
    buttons = []
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.notice", "notice"))
    if person.may(Power.ANSWER):
        buttons.append(button(say, "staff.inbox", "inbox"))
    if person.may(Power.POST_EVENT):
        buttons.append(button(say, "staff.post", "posted"))
    if person.may(Power.PUSH):
        buttons.append(button(say, "staff.push", "push"))
        buttons.append(button(say, "staff.plans", "pushes"))
        buttons.append(button(say, "staff.broadcasts", "broadcasts"))
        buttons.append(button(say, "staff.groups", "groups"))
    if person.may(Power.RECORD):
        buttons.append(button(say, "staff.log", "log"))
    buttons.append(button(say, "staff.ledger", "entries", ALL, ALL, 0))
    buttons.append(button(say, "staff.stats", "stats"))
    buttons.append(button(say, "staff.plan", "plan"))
    buttons.append(button(say, "staff.close", "close"))
    if person.may(Power.INVITE_MEMBER):
        buttons.append(button(say, "staff.invite", "invite"))
        buttons.append(button(say, "staff.people", "staff_where"))
    if person.may(Power.ADD_COMMUNITY):
        buttons.append(button(say, "staff.communities", "communities"))
    text = say(
        "staff.text",
        person=person,
        day=day,
        unknown_year=unknown_year,
        may_answer=person.may(Power.ANSWER),
        may_push=person.may(Power.PUSH),
        done=None if plan.done is None else percent(plan.done),
        gone=percent(plan.gone * 100),
    )
    rows = (*of_desk(say, day.unconfirmed), *_gap(say, plan))
    return Screen(text, (*rows, *in_rows(buttons, 2), *back(say)))


def _gap(say: Say, plan: Progress) -> Rows:
    """The way to what is behind, if anything is."""
    if not (plan.with_light(Light.BEHIND) or plan.with_light(Light.NEARLY)):
        return ()
    return ((button(say, "plan.see_behind", "plan_behind", plan.node.id, plan.year),),)
