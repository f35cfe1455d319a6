"""What people send into a form: each message, an album as one, and what they change in it later.

A form remembers of what it heard what it held before and after. When a message is edited, or one
more picture of an album comes, all of it is heard again at the step where it was heard first, and
what is otherwise then is brought to the draft as it is now: what was answered since is not lost.
"""

from dataclasses import dataclass, replace

from aiogram.fsm.state import State
from aiogram.types import Message
from aiogram_dialog import DialogManager, ShowMode, Window
from aiogram_dialog.api.entities import Context

from handlers.answering import tell
from handlers.forms.drafts import DraftForm, Outdated, check, started_with
from handlers.forms.heard import HEARD, Hearing, heard_in, kept_in, read_kept
from handlers.forms.labels import called, press_called
from handlers.forms.open import touched
from handlers.forms.saying import HERE, Here
from handlers.forms.widgets import say_of, tools_of
from storage.model.draft import Json, to_json
from storage.model.merging import rebased
from storage.model.refusal import Refusal
from storage.model.said import Thing, together

REMEMBERED = 20  # things that a form remembers: the newest
_ANSWERED_SINCE = "hearing.answered_since"


@dataclass(frozen=True, slots=True)
class _Held:
    """What a form holds, without what it remembers of what it heard, and where it stands.

    Nobody changes a value of a form in place (a draft is kept as a new object), so this stays.
    """

    data: Json
    state: State

    @classmethod
    def by(cls, context: Context) -> "_Held":
        data = {key: value for key, value in context.dialog_data.items() if key != HEARD}
        return cls(data, context.state)

    @property
    def step(self) -> str:
        return str(self.state.state)

    def put_back(self, context: Context) -> None:
        """From now on the form holds this and stands here."""
        heard = kept_in(context)
        context.dialog_data.clear()
        context.dialog_data.update(self.data)
        if heard:
            context.dialog_data[HEARD] = heard
        context.state = self.state


async def hear(message: Message, manager: DialogManager, *, again: bool = False) -> bool:
    """Let the form on top take a message, or one that was edited (`again`), and show what became of
    it. Returns whether that changed anything; not, if another answer took its place since, which is
    told. Raises Outdated.
    """
    context = manager.current_context()
    now, known = _Held.by(context), heard_in(context, message)
    if known and manager.show_mode is not ShowMode.NO_UPDATE:
        manager.show_mode = ShowMode.EDIT
    hearing = (known or Hearing({}, now.step, now.step, now.data, now.data)).with_message(message)
    here, held, led_to = Here(together(hearing.parts.values())), now, None
    try:
        new = await _answered(message, manager, hearing, here)
        held, led_to = _brought(manager, hearing, now, new), new
    except Refusal as refusal:
        here.remarks.insert(0, refusal)
    if not manager.has_context() or manager.current_context() is not context:
        return True  # the form is over
    held.put_back(context)
    changed = held.data != now.data
    if led_to and not changed and led_to.data != hearing.after:
        here.remarks = [Refusal(_ANSWERED_SINCE)]
    news = [each for each in here.remarks if _is_news(each, hearing, again=again)]
    _remember(context, hearing.with_told(news), led_to)
    if led_to and (changed or not again):
        await manager.show()
    for each in news:
        await tell(message, say_of(manager), each, tools_of(manager))
    return changed


def _is_news(remark: Refusal, hearing: Hearing, *, again: bool) -> bool:
    """Of one thing each is said once; but an edit may be refused for the same reason again."""
    return remark.key not in hearing.told or (again and remark.key != _ANSWERED_SINCE)


def _form(manager: DialogManager) -> DraftForm:
    form = manager.dialog()  # type: ignore[attr-defined]
    assert isinstance(form, DraftForm)
    return form


async def _answered(
    message: Message, manager: DialogManager, hearing: Hearing, here: Here
) -> _Held:
    """What the form would hold if the window that heard it first took it now, with what the form
    held then. Raises Refusal."""
    context, form = manager.current_context(), _form(manager)
    state = next((each for each in form.windows if each.state == hearing.at), None)
    if state is None:
        raise Outdated(f"no step {hearing.at}")
    held, window = _Held(hearing.before, state), form.windows[state]
    held.put_back(context)
    manager.middleware_data[HERE] = here
    assert isinstance(window, Window)
    button = await called(message, window, form, manager)
    try:
        if button and button.ours:
            await press_called(button, manager)
        else:
            await window.process_message(message, form, manager)
    except Refusal:
        if button is None or button.ours:
            raise
        held.put_back(context)
        await press_called(button, manager)
    return _Held.by(context)


def _brought(manager: DialogManager, hearing: Hearing, now: _Held, new: _Held) -> _Held:
    """What the form holds `now`, with what the thing that was heard says in a `new` way; it stands
    where that leads to, unless it was led on since. Raises Refusal if that is more than may be."""
    data = rebased(now.data, hearing.after, new.data)
    if data not in (now.data, new.data):
        check(_form(manager), data)
    return _Held(data, new.state if now.step == hearing.led_to else now.state)


def begun_with(
    manager: DialogManager, thing: Thing, before: object, at: State, *, command: bool = False
) -> None:
    """The form was opened with something that was said outside: it remembers that as if it had been
    heard at the step `at`, with the draft `before`."""
    touched(manager)
    context = manager.current_context()
    held = _Held.by(context)
    parts = {str(m): said for m, said in zip(thing.messages, thing.parts, strict=False)}
    empty = {**held.data, **started_with(before)}
    hearing = Hearing(parts, str(at.state), held.step, empty, empty, thing.album, (), command)
    _remember(context, hearing, held)


def meant(manager: DialogManager, at: State) -> None:
    """What was heard last answers the step `at`, which was not clear when it was heard."""
    context = manager.current_context()
    for last in read_kept(kept_in(context)[-1:]):
        _remember(context, replace(last, at=str(at.state)), _Held.by(context))


def _remember(context: Context, hearing: Hearing, led_to: _Held | None) -> None:
    """The newest last; what is heard again keeps its place, and what was heard after that was heard
    by a form that would have held the same. `led_to`: what the form held then, if it took it."""
    kept, key = kept_in(context), next(iter(hearing.parts))
    at = next((n for n, each in enumerate(kept) if key in each.get("parts", ())), len(kept))
    later = kept[at + 1 :]
    if led_to is not None:
        if later and led_to.data != hearing.after:
            moved = (each.rebased(hearing.after, led_to.data) for each in read_kept(later))
            later = [to_json(each) for each in moved]
        hearing = replace(hearing, after=led_to.data, led_to=led_to.step)
    context.dialog_data[HEARD] = [*kept[:at], to_json(hearing), *later][-REMEMBERED:]
