"""Saying "me too" to a neighbour's suggestion, and thinking again.

What somebody was writing themselves waits beside the form, which is over. It waits behind one
support, so that an old receipt never brings up a newer draft.
"""

from dataclasses import dataclass

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from content.screens import suggestions as screens
from content.texts import Say
from handlers.answering import show, show_below
from handlers.forms.heard import Hearing
from handlers.ids import suggestion_id
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import supports
from storage.model.draft import from_json, to_json
from storage.model.person import Person
from storage.model.suggestion import Glimpse
from storage.model.suggestion_draft import SuggestionDraft
from storage.queries import suggestions as queries

WHY = "anybody may support a neighbour"


@dataclass(frozen=True, slots=True)
class Unsent:
    """A draft that waits behind the support of another suggestion, that with the id `behind`; and
    what its form heard, so that an edit or one more picture still reaches it."""

    behind: int
    draft: SuggestionDraft
    heard: tuple[Hearing, ...] = ()


@press("supported", suggestion_id, power=None, why=WHY)
async def supported(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    glimpse = await tools.database.read(queries.for_supporter, *ids, person.id)
    await show_below(press, screens.supported(say, glimpse), tools)


@press("support", suggestion_id, power=None, why=WHY)
async def support(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools, state: FSMContext
) -> None:
    glimpse = await tools.database.write(supports.support, person.id, *ids, tools.now())
    await _changed(press, glimpse, say, tools, state)


@press("withdraw", suggestion_id, power=None, why=WHY)
async def withdraw(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools, state: FSMContext
) -> None:
    glimpse = await tools.database.write(supports.withdraw, person.id, *ids, tools.now())
    await _changed(press, glimpse, say, tools, state)


async def _changed(
    press: CallbackQuery, glimpse: Glimpse, say: Say, tools: Tools, state: FSMContext
) -> None:
    kept = await unsent(state)
    waits = kept is not None and kept.behind == glimpse.id
    await show(press, screens.supported(say, glimpse, unsent=waits), tools)


async def keep_unsent(state: FSMContext, waits: Unsent) -> None:
    """Let a draft wait behind a support, instead of any other."""
    await state.set_data(to_json(waits))


async def unsent(state: FSMContext) -> Unsent | None:
    """The draft that waits, if there is one that this version can read."""
    try:
        return from_json(Unsent, await state.get_data())
    except ValueError:
        return None
