"""A suggestion that a resident is writing, and an answer that staff are writing to one."""

from dataclasses import dataclass, replace

from storage.model.refusal import Refusal
from storage.model.suggestion import (
    Answer,
    NewSuggestion,
    SuggestionState,
    check_length,
    check_reply,
    was_cut,
)
from storage.model.visible import is_visible


@dataclass(frozen=True, slots=True)
class SuggestionDraft:
    """What is known of it. `key` makes a repeated submit the same suggestion.

    `node_id` is the community that it is for. `cut`: Telegram cut off the text, so the next message
    goes on with it. `similar` are the suggestions that seem alike, `different` that this one was
    said not to be.
    """

    key: str
    node_id: int
    category: str | None = None
    text: str = ""
    cut: bool = False
    photo: str | None = None
    anonymous: bool = False
    similar: tuple[int, ...] = ()
    different: bool = False

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return ("category", "text")

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet; a photo does for a text."""
        category = () if self.category else ("category",)
        return category if self.text or self.photo else (*category, "text")

    def with_category(self, category: str) -> "SuggestionDraft":
        return replace(self, category=category)

    def with_more(self, said: str, photo: str | None = None) -> "SuggestionDraft":
        """A further message: its text, if anything of it can be seen, is added; its photo takes the
        place of another. Raises Refusal."""
        said = said if is_visible(said) else ""
        if not said and photo is None:
            raise Refusal("suggestion.empty")
        glue = "\n" if self.text and said and not self.cut else ""
        text = self.text + glue + said
        check_length(text)
        return replace(self, text=text, cut=was_cut(said), photo=photo or self.photo)

    def with_other_text(self, said: str, photo: str | None = None) -> "SuggestionDraft":
        """A message whose text, if it has one, takes the place of the old. Raises Refusal."""
        before = replace(self, text="", cut=False) if is_visible(said) else self
        return before.with_more(said, photo)

    def without_photo(self) -> "SuggestionDraft":
        return replace(self, photo=None)

    def signed(self, *, anonymous: bool) -> "SuggestionDraft":
        return replace(self, anonymous=anonymous)

    def for_node(self, node_id: int) -> "SuggestionDraft":
        return replace(self, node_id=node_id)

    def with_similar(self, ids: tuple[int, ...]) -> "SuggestionDraft":
        return replace(self, similar=ids)

    def unlike_others(self) -> "SuggestionDraft":
        """It was compared with what seemed alike, and is something else."""
        return replace(self, similar=(), different=True)

    def complete(self) -> NewSuggestion:
        """What is submitted. Nothing may be missing."""
        if self.category is None:
            raise ValueError("a suggestion without a category")
        return NewSuggestion(
            self.key, self.category, self.text, self.photo, self.anonymous, self.node_id
        )


@dataclass(frozen=True, slots=True)
class Unsent:
    """A draft that waits behind the support of another suggestion, that with the id `behind`."""

    behind: int
    draft: SuggestionDraft


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """An answer to a suggestion, which moves it to `target`."""

    suggestion_id: int
    number: str
    target: SuggestionState
    reply: str = ""

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return ("reply",)

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return () if self.reply else ("reply",)

    def with_reply(self, text: str) -> "ReplyDraft":
        """Raises Refusal."""
        reply = text.strip()
        check_reply(reply)
        return replace(self, reply=reply)

    def complete(self) -> Answer:
        """What the action takes."""
        return Answer(self.target, self.reply)
