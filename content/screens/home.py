"""Arriving, the home screen, one's own page and settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time

from content.screen import Button, Rows, Screen, in_rows, press
from content.texts import Say
from storage.model.node import Node
from storage.model.person import (
    CONSENT_VERSION,
    LANGUAGES,
    Invitation,
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


def button(say: Say, key: str, action: str, *ids: object) -> Button:
    """A button with the label `key` that means `action` on `ids`."""
    return Button(say.label(key), press(action, *ids))


def back(say: Say, place: str = "home") -> Rows:
    """The row that every screen without a main action ends with."""
    return ((button(say, "button.back", place),),)


def paged(
    say: Say,
    buttons: Sequence[Button],
    page: int,
    turn_to: Callable[[int], str],
    place: str,
    *,
    width: int = 2,
    height: int = 5,
) -> Rows:
    """A page (from 0) of `buttons`, and a last row to turn pages and to go back to `place`.

    `turn_to` makes what a button to another page carries.
    """
    size = width * height
    last = max(0, (len(buttons) - 1) // size)
    page = min(max(page, 0), last)
    turn = [button(say, "button.back", place)] if place else []
    if page > 0:
        turn.insert(0, Button(say.label("button.previous"), turn_to(page - 1)))
    if page < last:
        turn.append(Button(say.label("button.next"), turn_to(page + 1)))
    rows = in_rows(buttons[page * size : (page + 1) * size], width)
    return (*rows, tuple(turn)) if turn else rows


def welcome(say: Say, node_name: str | None) -> Screen:
    """The very first screen: what this is, what is kept, and the consent."""
    other = next(language for language in LANGUAGES if language != say.language)
    return Screen(
        say("join.welcome", node=node_name),
        (
            (button(say, "join.agree", "agree", say.language),),
            (
                button(say, "join.privacy", "privacy", say.language),
                button(say, "join.other_language", "hello", other),
            ),
        ),
    )


def privacy(say: Say, *, joined: bool) -> Screen:
    """The whole privacy note, before or after somebody agreed to it."""
    text = say("join.privacy_note", version=CONSENT_VERSION)
    if joined:
        return Screen(text, back(say, "settings"))
    agree = (button(say, "join.agree", "agree", say.language),)
    return Screen(text, (agree, *back(say, f"hello:{say.language}")))


def choose_community(
    say: Say, communities: Sequence[Node], page: int = 0, place: str = ""
) -> Screen:
    """Where do you live? `place` is where "back" leads, for somebody who lives somewhere."""
    if not communities:
        return Screen(say("join.no_communities"))
    buttons = [Button(node.name, press("live", node.id)) for node in communities]
    rows = paged(say, buttons, page, lambda number: press("move", number), place)
    return Screen(say("join.choose"), rows)


def note(say: Say, key: str, **names: object) -> Screen:
    """A sentence with nothing to press."""
    return Screen(say(key, **names))


def confirm_invitation(say: Say, person: Person, node: Node, secret: str) -> Screen:
    """A member of one community opened an invitation to another: it would end the first."""
    return Screen(
        say("join.invited_away", old=person.node_name, new=node.name),
        ((button(say, "join.move", "redeem", secret), button(say, "join.stay", "home")),),
    )


def closing(say: Say, key: str) -> Screen:
    """A sentence, and the way home."""
    return Screen(say(key), back(say))


def confirm_move(say: Say, person: Person, node: Node) -> Screen:
    """Somebody with a community opened the link of another one."""
    return Screen(
        say("join.move_sure", old=person.node_name, new=node.name, member=person.is_member),
        ((button(say, "join.move", "moved", node.id), button(say, "join.stay", "home")),),
    )


def accepted(say: Say, invitation: Invitation) -> Screen:
    """What an invitation gave."""
    if invitation.role is None:
        return note(say, "invitation.accepted_member", node=invitation.node_name)
    role = say.label(f"role.{invitation.role}")
    return note(say, "invitation.accepted_role", node=invitation.node_name, role=role)


def home(say: Say, person: Person) -> Screen:
    """What can be done here, the main things first."""
    rows: list[tuple[Button, ...]] = [
        (button(say, "home.suggest", "suggest"), button(say, "home.events", "events")),
        (button(say, "home.study", "study"), button(say, "home.me", "me")),
    ]
    if person.is_staff:
        rows.append((button(say, "home.staff", "staff"),))
    if person.node_id is not None and not person.is_member and not person.is_staff:
        rows.append((button(say, "home.ask_membership", "membership"),))
    return Screen(say("home.text", person=person), tuple(rows))


def me(say: Say, person: Person, summary: Summary, total: int) -> Screen:
    """One's own page; `total` is how many study items there are."""
    text = say("me.text", person=person, summary=summary, total=total)
    rows: Rows = (
        (button(say, "me.track", "track"), button(say, "me.settings", "settings")),
        *back(say),
    )
    return Screen(text, rows)


def settings(say: Say, person: Person) -> Screen:
    """Language, quiet hours, pause, community, leave."""
    pause = ("settings.resume", "pause", 0) if person.paused else ("settings.pause", "pause", 1)
    return Screen(
        say("settings.text", person=person),
        (
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
    return Screen(say("membership.asked"), back(say))


def confirm_leave(say: Say) -> Screen:
    return Screen(
        say("settings.leave_sure"),
        ((button(say, "settings.stay", "settings"), button(say, "settings.leave_yes", "left")),),
    )


def help_(say: Say, commands: Sequence[str]) -> Screen:
    """What each command does; `commands` are those that this person has."""
    lines = [(name, say.label(f"command.{name}")) for name in commands]
    return Screen(say("help.text", lines=lines), back(say))


def unsure(say: Say) -> Screen:
    """Somebody wrote outside a form: what could be meant, instead of a scolding."""
    return Screen(
        say("home.unsure"),
        (
            (button(say, "home.as_suggestion", "suggest_this"),),
            (button(say, "home.events", "events"), button(say, "home.study", "study")),
            *back(say),
        ),
    )


def membership_answer(say: Say, request: MembershipRequest) -> Screen:
    """What became of a person's request to be a member."""
    accepted = request.state is RequestState.ACCEPTED
    key = "membership.accepted" if accepted else "membership.declined"
    return Screen(say(key, node=request.node_name), back(say))


def in_group(say: Say, link: str) -> Screen:
    """The bot talks to people in private only."""
    return Screen(say("home.group"), ((Button(say.label("home.open_private"), url=link),),))


def cannot_take(say: Say) -> Screen:
    """A sticker or the like outside a form."""
    return Screen(say("home.cannot_take"), back(say))


def unfinished(say: Say, name: str, form: str) -> Screen:
    """A form was left open: go on with it, or let it go. `name` is the key of its name."""
    go_on = button(say, "home.continue", "continue", form)
    give_up = button(say, "button.cancel", "give_up", form)
    return Screen(say("home.unfinished", form=say.label(f"home.{name}")), ((go_on, give_up),))
