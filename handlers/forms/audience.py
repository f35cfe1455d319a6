"""Windows in which staff choose for whom something is. Nothing has to be chosen.

A form that has them keeps the audience as JSON in `audience` of its draft, and the place with its
zone as `take_node` puts them there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.common import ManagedScroll
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo
from aiogram_dialog.widgets.text import Text

from content.screens import compose as screens
from content.texts import Say
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    choices,
    ending,
    person_of,
    say_of,
    tools_of,
)
from handlers.forms.windows import take_node
from handlers.tools import Tools
from storage.model.audience import Audience, Behaviour, Deed, audience_from_json
from storage.model.person import LANGUAGES, Standing
from storage.model.roles import Power, Role
from storage.queries import audience as queries
from storage.queries import events as event_queries
from storage.queries import nodes as node_queries
from storage.queries import suggestions as suggestion_queries

ANY = "any"
COUNTED_FOR = timedelta(minutes=1)
_YES, _NO = "yes", "no"
# What can be asked of people and an event: before it begins, and once staff tick who came.
_BEFORE = {
    "did_sign_up": Behaviour(Deed.SIGNED_UP),
    "did_not_sign_up": Behaviour(Deed.SIGNED_UP, done=False),
}
_AFTER = _BEFORE | {
    "did_come": Behaviour(Deed.ATTENDED),
    "did_miss": Behaviour(Deed.MISSED),
    "did_not_come": Behaviour(Deed.ATTENDED, done=False),
}

Choices = list[tuple[str, str]]


def audience_of(draft: Mapping[str, Any]) -> Audience:
    """The audience in a form's draft."""
    return audience_from_json(draft["audience"])


async def describe(audience: Audience, say: Say, tools: Tools) -> str:
    """An audience in words."""
    place = event = suggestion = ""
    if audience.node_id is not None:
        place = (await tools.database.read(node_queries.by_id, audience.node_id)).name
    behaviour = audience.behaviour
    subject_id = behaviour.subject_id if behaviour else audience.of_event
    if subject_id is not None:
        if behaviour and behaviour.deed is Deed.SUPPORTED:
            suggestion = (await tools.database.read(suggestion_queries.by_id, subject_id)).number
        else:
            event = (await tools.database.read(event_queries.by_id, subject_id)).title
    return screens.describe_audience(
        say, audience, tools.courses, place=place, event=event, suggestion=suggestion
    )


async def told(draft: dict[str, Any], say: Say, tools: Tools) -> dict[str, Any]:
    """For getters: `whom` the draft is for, in words with names, and the `count` of them."""
    audience = audience_of(draft)
    count = await _counted(draft, audience, tools)
    names = await tools.database.read(queries.sample, audience) if count else []
    words = await describe(audience, say, tools)
    return {"whom": screens.whom(say, audience, words, count, names), "count": count}


async def _counted(draft: dict[str, Any], audience: Audience, tools: Tools) -> int:
    """How many they are, counted anew for another audience, or after a while.

    Counting a million takes a second or two, and an album shows the window ten times.
    """
    now, known = tools.now(), draft.get("counted", {})
    until = datetime.fromisoformat(known["until"]) if known else now
    if now >= until or known["of"] != draft["audience"]:
        count = await tools.database.read(queries.count, audience)
        until = now + COUNTED_FOR
        known = {"of": draft["audience"], "count": count, "until": until.isoformat()}
        draft["counted"] = known
    return int(known["count"])


class AudienceStates(Protocol):
    """The states that a form gives to these windows."""

    audience: State
    narrow: State
    titles: State


def audience_windows(states: AudienceStates, following: State) -> tuple[Window, ...]:
    """What can be chosen, and the choices of one aspect, short ones or titles; then `following`.

    A form opens the first at `states.audience`.
    """
    asking = _Asking(states)
    return (
        asking.menu(following),
        asking.aspect(states.narrow, "narrow", 2),
        asking.aspect(states.titles, "titles", 1),
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """The windows of one form, and where each of them leads."""

    states: AudienceStates

    def menu(self, following: State) -> Window:
        narrowing = [self._button(name, ~F["groups"]) for name in _OF_PEOPLE]
        return Window(
            Words("audience.choose"),
            SwitchTo(Label("audience.chosen"), "chosen", following),
            Group(self._button("place", F["places"]), *narrowing, *_whom(), width=2),
            anything_else("audience.choose_first"),
            ending(back_to(following)),
            state=self.states.audience,
            getter=_menu,
        )

    def _button(self, aspect: str, when: Any) -> Button:
        async def pressed(_press: CallbackQuery, _button: Any, manager: DialogManager) -> None:
            await self._ask(manager, aspect)

        return Button(Label(f"audience.{aspect}"), aspect, on_click=pressed, when=when)

    async def _ask(self, manager: DialogManager, aspect: str) -> None:
        manager.dialog_data["aspect"] = aspect
        titles = aspect in _TITLES
        pages: ManagedScroll | None = manager.find("titles_pages" if titles else "narrow_pages")
        if pages is not None:
            await pages.set_page(0)  # the last question may have been left on a later one
        await manager.switch_to(self.states.titles if titles else self.states.narrow)

    def aspect(self, state: State, name: str, width: int) -> Window:
        return Window(
            _Question(),
            choices(name, _choices, self._take, width),
            anything_else("audience.choose_first"),
            ending(SwitchTo(Label("button.back"), "back", self.states.audience)),
            state=state,
            getter=_choices,
        )

    async def _take(self, manager: DialogManager, value: str) -> None:
        draft = manager.dialog_data
        before = audience_of(draft)
        _, take = _ASPECTS[draft["aspect"]]
        audience, then = take(before, draft, value)
        draft["audience"] = audience.to_json()
        if audience.node_id is not None and audience.node_id != before.node_id:
            await take_node(draft, audience.node_id, tools_of(manager))
        if then:
            await self._ask(manager, then)
        else:
            await manager.switch_to(self.states.audience)


def _whom() -> tuple[Button, Button]:
    groups, people = Label("audience.to_groups"), Label("audience.to_people")
    return (
        Button(groups, "to_groups", on_click=_turn, when=F["may_groups"]),
        Button(people, "to_people", on_click=_turn, when=F["groups"]),
    )


class _Question(Text):
    """What is asked of the aspect that is being chosen."""

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        return say_of(manager)(f"audience.ask_{manager.dialog_data['aspect']}")


async def _turn(_press: CallbackQuery, button: Any, manager: DialogManager) -> None:
    """From people to the groups of the same place, or back."""
    node_id = audience_of(manager.dialog_data).node_id
    groups = button.widget_id == "to_groups"
    manager.dialog_data["audience"] = Audience(node_id, groups=groups).to_json()


async def _menu(dialog_manager: DialogManager, say: Say, tools: Tools, **_: Any) -> dict[str, Any]:
    draft = dialog_manager.dialog_data
    audience = audience_of(draft)
    groups = Audience(audience.node_id, groups=True)
    places = await tools.database.read(
        node_queries.where_may, person_of(dialog_manager), Power.PUSH
    )
    return {
        **await told(draft, say, tools),
        "places": len(places) > 1,
        "groups": audience.groups,
        "may_groups": not audience.groups and await tools.database.read(queries.count, groups) > 0,
    }


async def _choices(dialog_manager: DialogManager, **_: Any) -> dict[str, Any]:
    offer, _take = _ASPECTS[dialog_manager.dialog_data["aspect"]]
    return {"choices": await offer(dialog_manager)}


# What each aspect offers, and what a choice makes of the audience. Where one question leads to
# another, the name of that comes with it.


async def _places(manager: DialogManager) -> Choices:
    nodes = await tools_of(manager).database.read(
        node_queries.where_may, person_of(manager), Power.PUSH
    )
    return [(str(node.id), node.name) for node in nodes]


def _take_place(audience: Audience, _draft: dict[str, Any], value: str) -> "_Taken":
    return replace(audience, node_id=int(value)), None


async def _who(manager: DialogManager) -> Choices:
    say = say_of(manager)
    standings = [(standing, say.label(f"audience.{standing}")) for standing in Standing]
    roles = [(role, say.label(f"role.{role}")) for role in Role]
    return [(ANY, say.label("audience.everybody")), *standings, *roles]


def _take_who(audience: Audience, _draft: dict[str, Any], value: str) -> "_Taken":
    standing = Standing(value) if value in list(Standing) else None
    role = Role(value) if value in list(Role) else None
    return _narrowed(audience, standing=standing, role=role), None


async def _languages(manager: DialogManager) -> Choices:
    say = say_of(manager)
    return [_no_matter(say), *((each, say.label(f"audience.{each}")) for each in LANGUAGES)]


def _take_language(audience: Audience, _draft: dict[str, Any], value: str) -> "_Taken":
    return _narrowed(audience, language=None if value == ANY else value), None


async def _courses(manager: DialogManager) -> Choices:
    say, courses = say_of(manager), tools_of(manager).courses
    return [_no_matter(say), *((c.id, c.title.in_(say.language)) for c in courses)]


def _take_course(audience: Audience, _draft: dict[str, Any], value: str) -> "_Taken":
    return _narrowed(audience, course_id=None if value == ANY else value), None


def _take_studied(audience: Audience, draft: dict[str, Any], value: str) -> "_Taken":
    if value == ANY:
        return replace(audience, behaviour=None), None
    draft["studied"] = value
    return audience, "item"


async def _items(manager: DialogManager) -> Choices:
    say = say_of(manager)
    course = tools_of(manager).courses.require(manager.dialog_data["studied"])
    numbered = enumerate(course.items, start=1)
    return [(item.id, f"{number}. {item.title.in_(say.language)}") for number, item in numbered]


def _take_item(audience: Audience, draft: dict[str, Any], value: str) -> "_Taken":
    draft["item"] = value
    return audience, "deed"


async def _deeds(manager: DialogManager) -> Choices:
    say = say_of(manager)
    return [
        (_YES, say.label("audience.did_study")),
        (_NO, say.label("audience.did_not_study")),
    ]


def _take_deed(audience: Audience, draft: dict[str, Any], value: str) -> "_Taken":
    behaviour = Behaviour(
        Deed.ACKNOWLEDGED, value == _YES, course_id=draft["studied"], item_id=draft["item"]
    )
    return replace(audience, behaviour=behaviour), None


async def _events(manager: DialogManager) -> Choices:
    tools, node_id = tools_of(manager), audience_of(manager.dialog_data).node_id or 0
    found = await tools.database.read(queries.recent_events, node_id, tools.now())
    say = say_of(manager)
    return [_no_matter(say), *((str(i), screens.event(say, at, title)) for i, at, title in found)]


def _take_event(audience: Audience, draft: dict[str, Any], value: str) -> "_Taken":
    if value == ANY:
        return replace(audience, behaviour=None), None
    draft["event"] = int(value)
    return audience, "came"


async def _came(manager: DialogManager) -> Choices:
    say, tools = say_of(manager), tools_of(manager)
    event = await tools.database.read(event_queries.by_id, manager.dialog_data["event"])
    asked = _AFTER if event.takes_attendance(tools.now()) else _BEFORE
    return [(name, say.label(f"audience.{name}")) for name in asked]


def _take_came(audience: Audience, draft: dict[str, Any], value: str) -> "_Taken":
    return replace(audience, behaviour=replace(_AFTER[value], subject_id=draft["event"])), None


async def _suggestions(manager: DialogManager) -> Choices:
    say, tools = say_of(manager), tools_of(manager)
    node_id = audience_of(manager.dialog_data).node_id or 0
    found = await tools.database.read(
        queries.recent_suggestions, person_of(manager), node_id, tools.now()
    )
    return [_no_matter(say), *((str(i), screens.suggestion(say, *each)) for i, *each in found)]


def _take_suggestion(audience: Audience, draft: dict[str, Any], value: str) -> "_Taken":
    if value == ANY:
        return replace(audience, behaviour=None), None
    draft["suggestion"] = int(value)
    return audience, "supported"


async def _supported(manager: DialogManager) -> Choices:
    say = say_of(manager)
    return [
        (_YES, say.label("audience.did_support")),
        (_NO, say.label("audience.did_not_support")),
    ]


def _take_supported(audience: Audience, draft: dict[str, Any], value: str) -> "_Taken":
    behaviour = Behaviour(Deed.SUPPORTED, value == _YES, subject_id=draft["suggestion"])
    return Audience(audience.node_id, behaviour=behaviour), None  # and no other condition


def _narrowed(audience: Audience, **given: Any) -> Audience:
    """With another condition, which takes the place of "supports": of people narrowed down to one,
    the count would tell who it is."""
    behaviour = None if audience.names_nobody and any(given.values()) else audience.behaviour
    return replace(audience, behaviour=behaviour, **given)


def _no_matter(say: Say) -> tuple[str, str]:
    return ANY, say.label("audience.any")


_Taken = tuple[Audience, str | None]
_ASPECTS: Mapping[
    str,
    tuple[
        Callable[[DialogManager], Awaitable[Choices]],
        Callable[[Audience, dict[str, Any], str], _Taken],
    ],
] = {
    "place": (_places, _take_place),
    "who": (_who, _take_who),
    "language": (_languages, _take_language),
    "course": (_courses, _take_course),
    "studied": (_courses, _take_studied),
    "item": (_items, _take_item),
    "deed": (_deeds, _take_deed),
    "event": (_events, _take_event),
    "came": (_came, _take_came),
    "suggestion": (_suggestions, _take_suggestion),
    "supported": (_supported, _take_supported),
}
_TITLES = ("course", "studied", "item", "event", "suggestion")
_OF_PEOPLE = ("who", "language", "course", "studied", "event", "suggestion")
