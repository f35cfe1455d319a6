"""What people send into a form: each message, an album as one, and what they change in it later.

A form remembers of what it heard what it held before and after. When a message is edited, or one
more picture of an album comes, all of it is heard again at the step where it was heard first, and
what is otherwise then is brought to the draft as it is now: what was answered since is not lost.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from aiogram.fsm.state import State
from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager, ShowMode
from aiogram_dialog.api.entities import Context

from handlers.answering import tell
from handlers.filters import is_command
from handlers.forms.drafts import Outdated, started_with
from handlers.forms.open import touched
from handlers.forms.saying import HERE, Here
from handlers.forms.widgets import say_of, tools_of
from handlers.incoming import after_command, said_in
from storage.model.draft import from_json, to_json
from storage.model.merging import rebased
from storage.model.refusal import Refusal
from storage.model.said import Said, Thing, together

REMEMBERED = 20  # things that a form remembers: the newest
_KEY = "heard"
_ANSWERED_SINCE = "hearing.answered_since"


@dataclass(frozen=True, slots=True)
class Hearing:
    """A message, or an album, that a form heard: at the step `at`, from where it went to `led_to`;
    what it held `before` and `after`, as JSON; and the remarks that were `told`.

    `command`: the words stood behind one.
    """

    parts: Mapping[str, Said]
    at: str
    led_to: str
    before: str
    after: str
    album: str = ""
    told: tuple[str, ...] = ()
    command: bool = False

    def has(self, message: Message) -> bool:
        """Whether a message is of it."""
        if is_command(message) and not self.command:
            return False
        album = message.media_group_id
        return str(message.message_id) in self.parts or bool(album and album == self.album)

    def with_message(self, message: Message) -> "Hearing":
        """With one more part, or one that is another now."""
        words = after_command(message) if self.command and is_command(message) else message
        parts = {**self.parts, str(message.message_id): said_in(words)}
        return replace(self, parts=parts, album=self.album or message.media_group_id or "")

    def rebased(self, old: str, new: str) -> "Hearing":
        """As if the form had held `new` before, where it had held `old`."""
        before, after = (_rebased(each, old, new) for each in (self.before, self.after))
        return replace(self, before=before, after=after)


@dataclass(frozen=True, slots=True)
class _Held:
    """What a form holds, without what it remembers of what it heard, and where it stands."""

    data: str
    state: State

    @classmethod
    def by(cls, context: Context) -> "_Held":
        data = {key: value for key, value in context.dialog_data.items() if key != _KEY}
        return cls(json.dumps(data, ensure_ascii=False), context.state)

    @property
    def step(self) -> str:
        return str(self.state.state)

    def put_back(self, context: Context) -> None:
        """From now on the form holds this and stands here."""
        heard = context.dialog_data.get(_KEY)
        context.dialog_data.clear()
        context.dialog_data.update(json.loads(self.data))
        if heard is not None:
            context.dialog_data[_KEY] = heard
        context.state = self.state


async def hear(message: Message, manager: DialogManager, *, again: bool = False) -> bool:
    """Let the form on top take a message, or one that was edited (`again`), and show what became of
    it. Returns whether that changed anything; not, if another answer took its place since, which is
    told. Raises Outdated.
    """
    context, now = manager.current_context(), _Held.by(manager.current_context())
    known = heard_in(context, message)
    if known and manager.show_mode is not ShowMode.NO_UPDATE:
        manager.show_mode = ShowMode.EDIT
    hearing = (known or Hearing({}, now.step, now.step, now.data, now.data)).with_message(message)
    here = Here(together(hearing.parts.values()))
    taken = await _by_window(message, manager, hearing, here)
    if not manager.has_context() or manager.current_context() != context:
        return True  # the form is over
    new = _Held.by(context)
    (_brought(hearing, now, new) if taken else now).put_back(context)
    changed = _Held.by(context).data != now.data
    if taken and not changed and new.data != hearing.after:
        here.remarks = [Refusal(_ANSWERED_SINCE)]
    news = [each for each in here.remarks if _is_news(each, hearing, again=again)]
    told = dict.fromkeys((*hearing.told, *(each.key for each in news)))
    _remember(context, replace(hearing, told=tuple(told)), new if taken else None)
    if taken and (changed or not again):
        await manager.show()
    for each in news:
        await tell(message, say_of(manager), each, tools_of(manager))
    return changed


def _is_news(remark: Refusal, hearing: Hearing, *, again: bool) -> bool:
    """Of one thing each is said once; but an edit may be refused for the same reason again."""
    return remark.key not in hearing.told or (again and remark.key != _ANSWERED_SINCE)


async def _by_window(
    message: Message, manager: DialogManager, hearing: Hearing, here: Here
) -> bool:
    """Let the window take it that heard it first, with what the form held then. False if that was
    refused: why, stands among the remarks."""
    form = manager.dialog()  # type: ignore[attr-defined]
    assert isinstance(form, Dialog)
    state = next((each for each in form.windows if each.state == hearing.at), None)
    if state is None:
        raise Outdated(f"no step {hearing.at}")
    _Held(hearing.before, state).put_back(manager.current_context())
    manager.middleware_data[HERE] = here
    try:
        await form.windows[state].process_message(message, form, manager)
    except Refusal as refusal:
        here.remarks.append(refusal)
        return False
    return True


def _brought(hearing: Hearing, now: _Held, new: _Held) -> _Held:
    """What the form holds `now`, with what the thing that was heard says in a `new` way; it stands
    where that leads to, unless it was led on since."""
    state = new.state if now.step == hearing.led_to else now.state
    return _Held(_rebased(now.data, hearing.after, new.data), state)


def _rebased(now: str, old: str, new: str) -> str:
    if old == new:
        return now
    data = rebased(json.loads(now), json.loads(old), json.loads(new))
    return json.dumps(data, ensure_ascii=False)


def heard_in(context: Context, message: Message) -> Hearing | None:
    """What a form heard, of which a message is a part."""
    return next((each for each in all_heard(context) if each.has(message)), None)


def heard_before(context: Context, every: Iterable[Hearing]) -> None:
    """A form that was over goes on, and knows again what it had heard."""
    context.dialog_data[_KEY] = [to_json(each) for each in every][-REMEMBERED:]


def begun_with(
    manager: DialogManager, thing: Thing, before: object, at: State, *, command: bool = False
) -> None:
    """The form was opened with something that was said outside: it remembers that as if it had been
    heard at the step `at`, with the draft `before`."""
    touched(manager)
    context = manager.current_context()
    held = _Held.by(context)
    data = {**json.loads(held.data), **started_with(before)}
    parts = {str(m): said for m, said in zip(thing.messages, thing.parts, strict=True)}
    empty = json.dumps(data, ensure_ascii=False)
    hearing = Hearing(parts, str(at.state), held.step, empty, empty, thing.album, (), command)
    _remember(context, hearing, held)


def meant(manager: DialogManager, at: State) -> None:
    """What was heard last answers the step `at`, which was not clear when it was heard."""
    context = manager.current_context()
    *_, last = all_heard(context)
    _remember(context, replace(last, at=str(at.state)), _Held.by(context))


def all_heard(context: Context) -> tuple[Hearing, ...]:
    """What a form remembers, the newest last."""
    try:
        return tuple(from_json(Hearing, each) for each in _kept(context))
    except ValueError:  # of another version; its edits do not count
        return ()


def _kept(context: Context) -> list[object]:
    kept = context.dialog_data.get(_KEY)
    return list(kept) if isinstance(kept, list) else []


def _remember(context: Context, hearing: Hearing, led_to: _Held | None) -> None:
    """The newest last; what is heard again keeps its place, and what was heard after that was heard
    by a form that would have held the same. `led_to`: what the form held then, if it took it."""
    every = {next(iter(each.parts)): each for each in all_heard(context)}
    key = next(iter(hearing.parts))
    later = [*every][[*every].index(key) + 1 :] if key in every else []
    every[key] = hearing
    if led_to is not None:
        every[key] = replace(hearing, after=led_to.data, led_to=led_to.step)
        for each in later:
            every[each] = every[each].rebased(hearing.after, led_to.data)
    heard_before(context, every.values())
