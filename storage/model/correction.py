"""Correcting a notice that was sent: the new text of each language, before it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from storage.model.message import Message
from storage.model.notice import require_length
from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal
from storage.model.visible import is_visible


@dataclass(frozen=True, slots=True)
class CorrectionDraft:
    """`languages` are those that the notice was written in, `language` the one that is asked.

    `changed` has the new texts (Telegram HTML); `cut`: Telegram cut the last one off; `put_back`:
    they are what it said before.
    """

    key: str
    broadcast_id: int
    languages: tuple[str, ...]
    language: str
    changed: Mapping[str, str] = field(default_factory=dict, hash=False)
    cut: bool = False
    put_back: bool = False

    def __post_init__(self) -> None:
        """Raises Refusal for a text that is longer than a notice may be."""
        for body in self.changed.values():
            require_length(body)

    @property
    def several(self) -> bool:
        return len(self.languages) > 1

    def asking(self, language: str) -> "CorrectionDraft":
        return replace(self, language=language, cut=False)

    def with_text(self, text: str, before: Message, *, cut: bool) -> "CorrectionDraft":
        """With the new text, or the rest of one that Telegram cut off. `before` is what was sent.

        Raises Refusal for a text that cannot be sent, or that changes nothing.
        """
        begun = self.changed.get(self.language, "") if self.cut else ""
        body = begun + text
        if not is_visible(body):
            raise Refusal("notice.empty")
        if body == before.bodies.get(self.language, ""):
            raise Refusal("broadcast.unchanged")
        changed = {**self.changed, self.language: body}
        return replace(self, changed=changed, cut=cut, put_back=False)

    def with_old(self, old: Message, before: Message) -> "CorrectionDraft":
        """With what the notice said once, in each language in which `before`, what it says now, is
        otherwise; what was typed so far is dropped. Raises Refusal if that is none."""
        changed = {
            each: old.bodies.get(each, "")
            for each in LANGUAGES
            if old.bodies.get(each, "") != before.bodies.get(each, "")
        }
        if not changed:
            raise Refusal("broadcast.unchanged")
        language = self.language if self.language in changed else next(iter(changed))
        return replace(self, changed=changed, language=language, cut=False, put_back=True)

    @property
    def may_restore(self) -> bool:
        """Whether something stays changed without the change in the language that is asked."""
        return self.language in self.changed and len(self.changed) > 1

    def restored(self) -> "CorrectionDraft":
        """The language that is asked stays as it was. Raises Refusal if nothing else is changed."""
        if not self.may_restore:
            raise Refusal("broadcast.unchanged")
        changed = {each: body for each, body in self.changed.items() if each != self.language}
        return replace(self, changed=changed, language=next(iter(changed)), cut=False)

    def body(self, before: Message) -> str:
        """The text in the language that is asked, as it is now."""
        return {**before.bodies, **self.changed}.get(self.language, "")

    def look(self, before: Message) -> Message:
        """The message as those read it who read the language that is asked, without its poll:
        that stays as it is."""
        language = self.language
        bodies = {**before.bodies, language: self.body(before)}
        return replace(before, bodies=bodies, poll=None)

    def missing(self) -> tuple[str, ...]:
        return () if self.changed else ("text",)

    def complete(self, before: Message) -> Message:
        """What the notice says from now on. Raises Refusal if nothing was changed."""
        if not self.changed:
            raise Refusal("broadcast.unchanged")
        return replace(before, bodies={**before.bodies, **self.changed})


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a notice said until a correction took its place: which one, when, and by whom (a name,
    if it is known)."""

    correction_id: int
    message: Message
    at: datetime
    by: str


def only_for(before: Message, after: Message) -> str | None:
    """The one language whose readers see another message after a correction; None for all."""
    changed = [each for each in LANGUAGES if before.body(each) != after.body(each)]
    same_else = replace(before, bodies=after.bodies) == replace(after, bodies=after.bodies)
    return changed[0] if same_else and len(changed) == 1 else None


def new_correction(key: str, broadcast_id: int, content: Message, language: str) -> CorrectionDraft:
    """The first text that is asked is one that was written; `language` if none was."""
    written = tuple(each for each in LANGUAGES if is_visible(content.bodies.get(each, "")))
    languages = written or (language,)
    return CorrectionDraft(key, broadcast_id, languages, languages[0])
