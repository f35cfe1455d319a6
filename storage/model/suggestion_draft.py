"""A suggestion that a resident is writing, and an answer that staff are writing to one."""

from dataclasses import dataclass, replace

from storage.model.adding import new_among, stands_in, with_each, with_words
from storage.model.message import Media
from storage.model.refusal import Refusal
from storage.model.suggestion import (
    MEDIA_LIMIT,
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
    media: tuple[Media, ...] = ()
    anonymous: bool = False
    similar: tuple[int, ...] = ()
    different: bool = False

    def __post_init__(self) -> None:
        """Raises Refusal for more than a suggestion may be, however it was put together."""
        check_length(self.text)
        if len(self.media) > MEDIA_LIMIT:
            raise Refusal("suggestion.too_many_media", limit=MEDIA_LIMIT)

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return ("category", "text")

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet; a picture does for a text."""
        category = () if self.category else ("category",)
        return category if self.text or self.media else (*category, "text")

    def with_category(self, category: str) -> "SuggestionDraft":
        return replace(self, category=category)

    def with_more(self, said: str, media: tuple[Media, ...] = ()) -> "SuggestionDraft":
        """A further message: its text, if anything of it can be seen, is added, and its files as
        long as there is room for them; what was said or sent before is there already. Raises
        Refusal if it says nothing, or too much text."""
        said = said if is_visible(said) else ""
        if not said and not media:
            raise Refusal("suggestion.empty")
        full = len(self.media) >= MEDIA_LIMIT
        if not said and full and new_among(self.media, media):
            raise Refusal("suggestion.too_many_media", limit=MEDIA_LIMIT)
        text, cut = self._followed_by(said)
        return replace(self, text=text, cut=cut, media=with_each(self.media, media, MEDIA_LIMIT))

    def _followed_by(self, said: str) -> tuple[str, bool]:
        """The text with one more behind it, and whether that was cut off."""
        if not said or stands_in(self.text, said):
            return self.text, self.cut and bool(said)
        if self.cut:
            return self.text + said, was_cut(said)
        return with_words(self.text, said), was_cut(said)

    def with_other_text(self, said: str, media: tuple[Media, ...] = ()) -> "SuggestionDraft":
        """A message whose text, if it has one, takes the place of the old, and of what came with
        that if something comes with this. Raises Refusal."""
        if not is_visible(said):
            return self.with_more(said, media)
        before = replace(self, text="", cut=False, media=() if media else self.media)
        return before.with_more(said, media)

    def with_other_media(self, said: str, media: tuple[Media, ...] = ()) -> "SuggestionDraft":
        """A message whose files, if it has some, take the place of the old. Raises Refusal."""
        return (self.without_media() if media else self).with_more(said, media)

    def without_media(self) -> "SuggestionDraft":
        return replace(self, media=())

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
            self.key, self.category, self.text, self.media, self.anonymous, self.node_id
        )


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """An answer to a suggestion, which moves it to `target`. `before` is the text that the last one
    took the place of."""

    suggestion_id: int
    number: str
    target: SuggestionState
    reply: str = ""
    before: str = ""

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
        if reply == self.reply:
            return self
        return replace(self, reply=reply, before=self.reply or self.before)

    def swapped(self) -> "ReplyDraft":
        """With the text before the last one, which is kept in its place."""
        return replace(self, reply=self.before, before=self.reply)

    def complete(self) -> Answer:
        """What the action takes."""
        return Answer(self.target, self.reply)
