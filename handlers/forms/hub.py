"""A form is a hub: a short path asks what must be asked, then everything stands on one review,
where each line is a button that changes it and comes back with the rest kept.

The draft names what it asks, in order (`steps`), and what is still `missing`; a step is asked in
the state of the same name, and the review is the state `review`.
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.common import Whenable, WhenCondition
from aiogram_dialog.widgets.kbd import Button, SwitchTo

from handlers.forms.drafts import draft_of, keep
from handlers.forms.widgets import Label
from handlers.forms.windows import first_page


class Stepwise(Protocol):
    """A draft that knows what is asked for it."""

    def steps(self) -> tuple[str, ...]:
        """The names of what is asked, in order."""

    def missing(self) -> tuple[str, ...]:
        """Those of them without an answer."""


Draft = TypeVar("Draft", bound=Stepwise)


@dataclass(frozen=True, slots=True)
class Hub(Generic[Draft]):
    """The ways through the form of one kind of draft."""

    kind: type[Draft]
    states: type[StatesGroup]

    def draft(self, manager: DialogManager) -> Draft:
        """What the form holds. Raises Outdated."""
        return draft_of(manager, self.kind)

    def next(self, draft: Draft) -> State:
        """Where the form goes with what is known: to the first thing still asked, or the review."""
        missing = draft.missing()
        return self._state(missing[0] if missing else "review")

    async def take(self, manager: DialogManager, draft: Draft) -> None:
        """Keep the draft with an answer in it, and go on; days are shown from the first again."""
        keep(manager, draft)
        first_page(manager)
        await manager.switch_to(self.next(draft))

    def back(self) -> Button:
        """Leads to the step before; to the review, if that was reached already."""

        async def pressed(_press: CallbackQuery, _button: Button, manager: DialogManager) -> None:
            before = self._before(manager)
            if before is not None:
                first_page(manager)
                await manager.switch_to(before)

        def shown(_data: object, _button: Whenable, manager: DialogManager) -> bool:
            return self._before(manager) is not None

        return Button(Label("button.back"), "back", on_click=pressed, when=shown)

    def _before(self, manager: DialogManager) -> State | None:
        draft, here = self.draft(manager), manager.current_context().state
        if not draft.missing():
            return self._state("review")
        path = [self._state(step) for step in draft.steps()]
        at = path.index(here) if here in path else 0
        return path[at - 1] if at else None

    def line(self, words: str, step: str, when: WhenCondition = None) -> SwitchTo:
        """A line of the review: what was answered to `step`, as a button that asks it again."""
        return SwitchTo(Label(words), step, self._state(step), when=when)

    def _state(self, step: str) -> State:
        state: State = getattr(self.states, step)
        return state
