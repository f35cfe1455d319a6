"""What somebody was writing when they supported a neighbour's suggestion instead: it can still be
submitted, and as long as it waits, an edit or one more picture reaches it."""

from typing import Any

from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager, ShowMode

from content.screens import suggestions as screens
from content.texts import Say
from handlers.filters import is_edit
from handlers.forms.drafts import started_with
from handlers.forms.heard import all_heard, heard_before
from handlers.forms.hearing import hear
from handlers.forms.open import make_room, touched
from handlers.forms.widgets import begin, say_of
from handlers.ids import suggestion_id
from handlers.people.suggest import hub
from handlers.people.supports import Unsent, keep_unsent, unsent
from handlers.presses import press
from handlers.tools import Tools
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.queries import suggestions as queries

WHY = "one's own, that waits"


@press("submit_own", suggestion_id, power=None, why=WHY)
async def submit_own(
    press: CallbackQuery,
    ids: tuple[int],
    person: Person,
    tools: Tools,
    state: FSMContext,
    dialog_manager: DialogManager,
) -> None:
    waits = await unsent(state)
    if waits is None or waits.behind != ids[0] or person.node_id is None:
        raise Refusal("home.form_over")
    # They may have moved meanwhile; what they wrote is for where they live.
    draft = waits.draft.for_node(person.node_id)
    glimpse = await tools.database.read(queries.for_supporter, *ids, person.id)
    dialog_manager.show_mode = ShowMode.SEND
    if not await begin(press, dialog_manager, hub.next(draft), draft):
        return
    await state.set_data({})
    heard_before(dialog_manager.current_context(), waits.heard)
    touched(dialog_manager)
    if press.message is not None:  # the receipt stays above, and has nothing waiting any more
        receipt = screens.supported(say_of(dialog_manager), glimpse)
        await tools.chat.edit(press.message.chat.id, press.message.message_id, receipt)


class OfUnsent(Filter):
    """Whether a message is of what waits: an edit of it, or one more picture of its album."""

    async def __call__(self, message: Message, state: FSMContext) -> bool | dict[str, Any]:
        waits = await unsent(state)
        if waits is None or not any(each.has(message) for each in waits.heard):
            return False
        return {"waits": waits}


async def heard(
    message: Message,
    waits: Unsent,
    say: Say,
    tools: Tools,
    state: FSMContext,
    dialog_manager: DialogManager,
    **data: Any,
) -> None:
    """Let its form take the message for a moment, without a window."""
    make_room(dialog_manager)
    started = started_with(waits.draft)
    await dialog_manager.start(hub.next(waits.draft), started, show_mode=ShowMode.NO_UPDATE)
    heard_before(dialog_manager.current_context(), waits.heard)
    changed = await hear(message, dialog_manager, again=is_edit(data))
    now = hub.draft(dialog_manager), all_heard(dialog_manager.current_context())
    await dialog_manager.mark_closed()
    await keep_unsent(state, Unsent(waits.behind, *now))
    if changed and is_edit(data):
        await tools.chat.send(message.chat.id, screens.unsent_changed(say, waits.behind))
