"""One's own page and settings, and the way to membership."""

from dataclasses import dataclass
from datetime import time

from content.screen import Button, Rows, Screen, lasting, press
from content.screens.kit import back, button
from content.texts import Say
from storage.model.person import (
    LANGUAGES,
    MembershipRequest,
    Person,
    Quiet,
    RequestState,
    Summary,
)


@dataclass(frozen=True, slots=True)
class QuietChoice:
    """What a button in the quiet hours screen means; `quiet` None for no quiet hours."""

    quiet: Quiet | None


QUIET_CHOICES = {
    "22-7": QuietChoice(Quiet(time(22), time(7))),
    "21-8": QuietChoice(Quiet(time(21), time(8))),
    "20-9": QuietChoice(Quiet(time(20), time(9))),
    "none": QuietChoice(None),
}


def quiet_choice(name: str) -> QuietChoice:
    """Read what a button carries. Raises ValueError for a choice that does not exist."""
    if name not in QUIET_CHOICES:
        raise ValueError(name)
    return QUIET_CHOICES[name]


def me(say: Say, person: Person, summary: Summary, total: int) -> Screen:
    """One's own page; `total` is how many study items there are."""
    text = say("me.text", person=person, summary=summary, total=total)
    rows: Rows = (
        (button(say, "me.track", "track"), button(say, "me.settings", "settings")),
        *back(say),
    )
    return Screen(text, rows)


def settings(say: Say, person: Person, subscriptions: int) -> Screen:
    """Language, quiet hours, pause, community, leave; of how many places somebody gets figures."""
    pause = ("settings.resume", "pause", 0) if person.paused else ("settings.pause", "pause", 1)
    named = say.label("subscription.settings", n=subscriptions)
    every = Button(named, press("subscriptions", 0))
    return Screen(
        say("settings.text", person=person),
        (
            *(((every,),) if subscriptions else ()),
            (
                button(say, "settings.language", "languages"),
                button(say, "settings.quiet", "quiets"),
            ),
            (button(say, *pause), button(say, "settings.community", "move", 0)),
            (
                button(say, "join.privacy", "privacy", say.language),
                button(say, "settings.leave", "leave"),
            ),
            *back(say, "me"),
        ),
    )


def languages(say: Say) -> Screen:
    """Each language in its own words."""
    buttons = (button(say, f"settings.language_{code}", "language", code) for code in LANGUAGES)
    return Screen(say("settings.choose_language"), (tuple(buttons), *back(say, "settings")))


def quiet_hours(say: Say) -> Screen:
    """A few sensible choices, and none."""
    rows = tuple(
        (Button(say.label("settings.quiet_choice", quiet=choice.quiet), press("quiet", name)),)
        for name, choice in QUIET_CHOICES.items()
    )
    return Screen(say("settings.choose_quiet"), (*rows, *back(say, "settings")))


def asked_membership(say: Say) -> Screen:
    return lasting(Screen(say("membership.asked"), back(say)))


def confirm_leave(say: Say) -> Screen:
    return Screen(
        say("settings.leave_sure"),
        ((button(say, "settings.stay", "settings"), button(say, "settings.leave_yes", "left")),),
    )


def membership_answer(say: Say, request: MembershipRequest) -> Screen:
    """What became of a person's request to be a member."""
    accepted = request.state is RequestState.ACCEPTED
    key = "membership.accepted" if accepted else "membership.declined"
    return lasting(Screen(say(key, node=request.node_name), back(say)))
