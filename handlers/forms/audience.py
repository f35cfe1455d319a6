"""Windows in which staff choose for whom something is. Nothing has to be chosen.

The draft of a form that has them is `Addressed`; what each aspect offers stands in
audience_choices.py.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiogram import F
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager, Window
from aiogram_dialog.widgets.common import WhenCondition
from aiogram_dialog.widgets.kbd import Button, Group, SwitchTo
from aiogram_dialog.widgets.text import Text
from markupsafe import Markup

from content.screens import compose as screens
from content.texts import Say
from handlers.forms.audience_choices import offered
from handlers.forms.drafts import draft_of, keep
from handlers.forms.searching import Search, begin_anew
from handlers.forms.widgets import (
    Label,
    Words,
    anything_else,
    back_to,
    ending,
    person_of,
    say_of,
)
from handlers.tools import Tools
from storage.model.audience import Audience, Deed
from storage.model.audience_draft import Addressed, Aspect
from storage.model.roles import Power
from storage.queries import audience as queries
from storage.queries import events as event_queries
from storage.queries import nodes as node_queries
from storage.queries import suggestions as suggestion_queries

_TITLES = frozenset({Aspect.COURSE, Aspect.STUDIED, Aspect.ITEM, Aspect.EVENT, Aspect.SUGGESTION})
_OF_PEOPLE = (
    Aspect.WHO,
    Aspect.LANGUAGE,
    Aspect.COURSE,
    Aspect.STUDIED,
    Aspect.EVENT,
    Aspect.SUGGESTION,
)


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


@dataclass(frozen=True, slots=True)
class Told:
    """Whom something is for, in words with names, and how many they are."""

    whom: Markup
    count: int

    def names(self) -> dict[str, object]:
        """For the getter of a window."""
        return {"whom": self.whom, "count": self.count}


async def told(form: str, audience: Audience, say: Say, tools: Tools) -> Told:
    """An audience as the form whose draft has the key `form` shows it."""
    count = await tools.counts.of(form, audience, tools.database, tools.now())
    names = await tools.database.read(queries.sample, audience) if count else []
    words = await describe(audience, say, tools)
    return Told(screens.whom(say, audience, words, count, names), count)


class AudienceStates(Protocol):
    """The states that a form gives to these windows."""

    audience: State
    narrow: State
    titles: State


def audience_windows(
    kind: type[Addressed],
    states: AudienceStates,
    following: State,
    on_place: Callable[[DialogManager, int], Awaitable[None]] | None,
    aspects: Sequence[Aspect] = _OF_PEOPLE,
) -> tuple[Window, ...]:
    """What can be chosen, and the choices of one aspect, short ones or titles; then `following`.

    A form opens the first at `states.audience`. `on_place` is told of another place; None: the form
    asks for the place itself, and groups are not meant.
    """
    asking = _Asking(kind, states, on_place, aspects)
    return (
        asking.menu(following),
        asking.aspect(states.narrow, "narrow", 2),
        asking.aspect(states.titles, "titles", 1),
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """The windows of one form, and where each of them leads."""

    kind: type[Addressed]
    states: AudienceStates
    on_place: Callable[[DialogManager, int], Awaitable[None]] | None
    aspects: Sequence[Aspect]

    def draft(self, manager: DialogManager) -> Addressed:
        return draft_of(manager, self.kind)

    def menu(self, following: State) -> Window:
        narrowing = [self._button(aspect, ~F["groups"]) for aspect in self.aspects]
        return Window(
            Words("audience.choose"),
            SwitchTo(Label("audience.chosen"), "chosen", following),
            Group(self._button(Aspect.PLACE, F["places"]), *narrowing, *self._whom(), width=2),
            anything_else("audience.choose_first"),
            ending(back_to(following)),
            state=self.states.audience,
            getter=self._menu,
        )

    async def _menu(
        self, dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
    ) -> dict[str, object]:
        draft = self.draft(dialog_manager)
        audience, read = draft.whom.audience, tools.database.read
        groups = Audience(audience.node_id, groups=True)
        reach = await read(node_queries.reach, person_of(dialog_manager), Power.PUSH)
        return {
            **(await told(draft.key, audience, say, tools)).names(),
            "places": reach.others and self.on_place is not None,
            "groups": audience.groups,
            "may_groups": not audience.groups
            and self.on_place is not None
            and await read(queries.count, groups) > 0,
        }

    def _whom(self) -> tuple[Button, Button]:
        async def turn(_press: CallbackQuery, button: Button, manager: DialogManager) -> None:
            draft = self.draft(manager)
            keep(manager, draft.with_whom(draft.whom.of(groups=button.widget_id == "to_groups")))

        groups, people = Label("audience.to_groups"), Label("audience.to_people")
        return (
            Button(groups, "to_groups", on_click=turn, when=F["may_groups"]),
            Button(people, "to_people", on_click=turn, when=F["groups"]),
        )

    def _button(self, aspect: Aspect, when: WhenCondition) -> Button:
        async def pressed(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
            draft = self.draft(manager)
            await self._ask(manager, draft.with_whom(draft.whom.asking(aspect)))

        return Button(Label(f"audience.{aspect}"), aspect, on_click=pressed, when=when)

    async def _ask(self, manager: DialogManager, draft: Addressed) -> None:
        """Keep the draft, and ask its question; without one, go back to the menu."""
        keep(manager, draft)
        if draft.whom.question is None:
            await manager.switch_to(self.states.audience)
            return
        titles = draft.whom.question.aspect in _TITLES
        await begin_anew(manager, "titles" if titles else "narrow")
        await manager.switch_to(self.states.titles if titles else self.states.narrow)

    def aspect(self, state: State, name: str, width: int) -> Window:
        search = Search(name, self._offered, self._take, width)
        return search.window(_Question(self.kind), state, back_to(self.states.audience))

    async def _offered(self, dialog_manager: DialogManager, **_: object) -> dict[str, object]:
        whom = self.draft(dialog_manager).whom
        return {"choices": await offered(whom, dialog_manager)}

    async def _take(self, manager: DialogManager, value: str) -> None:
        draft = self.draft(manager)
        answered = draft.with_whom(draft.whom.answered(value))
        await self._ask(manager, answered)
        if answered.whom.node_id != draft.whom.node_id and self.on_place is not None:
            await self.on_place(manager, answered.whom.node_id)


class _Question(Text):
    """What is asked of the aspect that is being chosen."""

    def __init__(self, kind: type[Addressed]) -> None:
        super().__init__()
        self._kind = kind

    async def _render_text(self, data: dict[str, Any], manager: DialogManager) -> str:
        aspect = draft_of(manager, self._kind).whom.asked().aspect
        return say_of(manager)(f"audience.ask_{aspect}")
