"""Composing a notice: what is being written, to whom, and what stands before the press on send."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from content.courses import Courses
from content.screen import Screen, lasting
from content.screens import notice as notices
from content.screens.home import Guess, as_work, unsure
from content.screens.kit import back, button, excerpt
from content.splitting import clip, split
from content.texts import Say
from storage.model.audience import Audience, Behaviour, Deed
from storage.model.message import Link, Message

# Visible UTF-16 units of what the confirmation shows, so that all of it is one message.
SHOWN = 1500
_QUESTION_SHOWN = 100
_OPTION_SHOWN = 40
_ADDRESS_SHOWN = 200


def describe_audience(
    say: Say,
    audience: Audience,
    courses: Courses,
    *,
    place: str,
    event: str = "",
    suggestion: str = "",
) -> str:
    """For whom something is, in words of plain text: "东湖社区 · 成员 · 没学过《…》的".

    `place` is the name of the audience's node, `event` the title of the event that it is about,
    `suggestion` the number of the suggestion.
    """
    if audience.of_broadcast is not None:
        return say.label("audience.reached")
    if audience.of_event is not None:
        return say.label("audience.holds_a_seat", event=event)
    if audience.groups:
        return " · ".join((place, say.label("audience.groups")))
    words = [place, _who(say, audience)]
    if audience.language is not None:
        words.append(say.label(f"audience.language_{audience.language}"))
    if audience.course_id is not None:
        course = courses.get(audience.course_id)
        title = course.title.in_(say.language) if course else audience.course_id
        words.append(say.label("audience.joined_course", course=title))
    if audience.behaviour is not None:
        words.append(_did(say, audience.behaviour, courses, event, suggestion))
    return " · ".join(words)


def _who(say: Say, audience: Audience) -> str:
    if audience.role is not None:
        return say.label(f"role.{audience.role}")
    return say.label(f"audience.{audience.standing or 'everybody'}")


def _did(say: Say, behaviour: Behaviour, courses: Courses, event: str, suggestion: str) -> str:
    key = f"audience.{behaviour.deed}" if behaviour.done else f"audience.not_{behaviour.deed}"
    if behaviour.deed is not Deed.ACKNOWLEDGED:
        return say.label(key, event=event, number=suggestion)
    found = courses.find(behaviour.course_id or "", behaviour.item_id or "")
    item = found[2].title.in_(say.language) if found else behaviour.item_id
    return say.label(key, item=item)


def event(say: Say, starts_at: datetime, title: str) -> str:
    """An event among others to choose from; some have the same title every week."""
    return say.label("audience.event_line", starts_at=starts_at, title=title)


def suggestion(say: Say, number: str, text: str) -> str:
    """A suggestion among others to choose from; it may be a photo without a word."""
    return say.label("audience.suggestion_line", number=number, excerpt=excerpt(text))


def whom(say: Say, audience: Audience, words: str, count: int, names: Sequence[str]) -> Markup:
    """An audience in one line: in words, how many, and a few of the names."""
    return say("audience.whom", words=words, count=count, names=names, groups=audience.groups)


def confirmation(say: Say, message: Message, name: str, community: str) -> dict[str, object]:
    """The names in the confirmation's text that tell what the message is, as `name` would get it.

    Raises Refusal for a text with placeholders that do not exist.
    """
    pieces = split(notices.notice(say, message, name, community).text, SHOWN)
    return {
        "parts": [*_media(say, message), *_extras(say, message)],
        "text": Markup(pieces[0]),
        "clipped": len(pieces) > 1,
    }


def _media(say: Say, message: Message) -> list[str]:
    counts = Counter(medium.kind for medium in message.media)
    return [say.label(f"compose.{kind}", count=count) for kind, count in counts.items()]


def _extras(say: Say, message: Message) -> list[str]:
    extras = []
    if message.poll:
        question = clip(message.poll.question, _QUESTION_SHOWN)
        options = [clip(option, _OPTION_SHOWN) for option in message.poll.options]
        extras.append(say.label("compose.poll", question=question, options=options))
    if message.link:
        extras.append(link(say, message.link))
    return extras + [say.label(f"compose.has_{each}") for each in other_languages(say, message)]


def other_languages(say: Say, message: Message) -> list[str]:
    """The languages in which the message has another text than what it says in that of `say`."""
    own = message.body(say.language)
    return [each for each, body in message.bodies.items() if body != own]


def link(say: Say, link: Link) -> str:
    """A button that opens an address, in a line of plain text."""
    return say.label("compose.link", label=link.label, url=clip(link.url, _ADDRESS_SHOWN))


def as_written(body: str) -> Markup:
    """A text of staff in a window of the form, clipped; nothing for none."""
    return Markup(split(body, SHOWN)[0])


def previews(says: Iterable[Say], message: Message, name: str, community: str) -> list[Screen]:
    """The very screens that will be sent, in each language, for somebody with this name."""
    return [notices.notice(say, message, name, community) for say in says]


def scheduled(say: Say, whom: Markup, when: Markup) -> Screen:
    """The receipt of a notice that will be sent."""
    text = say("compose.scheduled", whom=whom, when=when)
    return lasting(Screen(text, ((button(say, "push.plans", "pushes"),),)))


def offer(say: Say, guess: Guess | None) -> Screen:
    """What staff sent outside a form: a notice? Or what it could be of anybody's, if it is one that
    could be a suggestion (a `guess` was made)."""
    notice = (button(say, "compose.as_notice", "notice_this"),)
    if guess is not None:
        usual, asked = unsure(say, replace(guess, work="")), len(guess.asked)
        # Who asks for a figure hardly means to send that to everybody.
        rows = (*as_work(guess), *usual.rows[:asked], notice, *usual.rows[asked:])
        return Screen(usual.text, rows)
    return Screen(say("compose.offer"), (notice, *back(say)))
