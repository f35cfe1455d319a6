"""What the windows of the form that records work share: see log.py and log_saving.py."""

from aiogram.fsm.state import State, StatesGroup
from aiogram.types import Message
from aiogram_dialog import DialogManager
from aiogram_dialog.widgets.input import MessageInput

from content.recording import counting
from content.screens import ledger as screens
from content.texts import Say
from handlers.forms.drafts import keep
from handlers.forms.hub import Hub
from handlers.forms.saying import HasMedia, remark, said_to
from handlers.forms.widgets import OnText, leave_out, tools_of
from handlers.staff.work_days import calendar_of, check_open
from handlers.tools import Tools
from storage.model.adding import too_many
from storage.model.ledger import MEDIA_LIMIT
from storage.model.ledger_draft import Counting, EntryDraft
from storage.model.refusal import Refusal
from storage.queries import nodes as node_queries


class LogForm(StatesGroup):
    """The steps by the names that EntryDraft gives them, the review, what a text means, and what
    may be counted twice."""

    node_id = State()
    indicator = State()
    on = State()
    number = State()
    place = State()
    note = State()
    media = State()
    reason = State()
    review = State()
    said = State()
    doubt = State()


hub = Hub(EntryDraft, LogForm)


def counting_of(draft: EntryDraft, tools: Tools) -> Counting:
    return counting(tools.programme, draft.indicator or "")


async def take(manager: DialogManager, draft: EntryDraft) -> None:
    """Keep the draft with an answer in it, and go on. Raises Refusal for a closed year."""
    await check_open(draft.node_id, draft.on, tools_of(manager))
    await hub.take(manager, draft)


async def answer(manager: DialogManager, step: str, text: str) -> None:
    """Take a text for the answer to `step`. Raises Refusal."""
    tools, draft = tools_of(manager), hub.draft(manager)
    answered = draft.answered(step, text, calendar_of(tools), counting_of(draft, tools))
    await take(manager, answered)


def more(manager: DialogManager, words: str) -> EntryDraft:
    """The draft with the files that were sent, and `words` that stood under them; says what of them
    is not taken. Raises Refusal."""
    said, draft = said_to(manager), hub.draft(manager)
    leave_out(manager)
    if too_many(draft.media, said.media, MEDIA_LIMIT):
        remark(manager, "ledger.many_media", limit=MEDIA_LIMIT)
    return draft.with_more(words, said.media)


def photos_besides(on_text: OnText) -> MessageInput:
    """Keeps photos that come before they are asked for; what stands under them is the answer, and
    where that is none, it is said, and the photos are kept all the same."""

    async def both(message: Message, given: MessageInput, manager: DialogManager) -> None:
        words = said_to(manager).text
        keep(manager, more(manager, ""))
        if words:
            as_text = {"text": words, "entities": None, "caption": None}
            try:
                await on_text(message.model_copy(update=as_text), given, manager)
                return
            except Refusal as refusal:
                remark(manager, refusal.key, **refusal.names)
        remark(manager, "ledger.photos_kept")

    return MessageInput(both, filter=HasMedia())


async def facts(
    dialog_manager: DialogManager, say: Say, tools: Tools, **_: object
) -> dict[str, object]:
    """What is known of the entry, for texts and buttons."""
    draft = hub.draft(dialog_manager)
    node = await tools.database.read(node_queries.by_id, draft.node_id or 0)
    return screens.review(say, draft, node.name, tools.programme)
