"""A notice in the making: what is written so far, for whom, and when it shall be sent."""

from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from storage.model.audience import Audience
from storage.model.audience_draft import AudienceDraft
from storage.model.message import Link, Message
from storage.model.notice import NewNotice, Piece, check_size, with_piece, without_body
from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal
from storage.model.rhythm_draft import RhythmDraft, sent_now

PARAGRAPH = "\n\n"


class Remark(StrEnum):
    """What became of the last piece, where that is not plain."""

    REPLACED = "replaced"  # the text before it
    CONTINUED = "continued"  # the text before it, which Telegram had cut off
    NEW_POLL = "new_poll"
    REST_OF_ALBUM = "rest_of_album"  # did not come along


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """`language` is that of who writes. `rewritten` is the message that another is to replace, and
    that stands until the first piece of it comes. `adding`: the next text goes on in a paragraph of
    its own; `cut`: it goes on where Telegram cut the one before off. `sender` is the place in whose
    name it is said. `before` is the message that the last one took the place of; `said` a text
    (Telegram HTML) of which it is not clear whether it is one.
    """

    key: str
    language: str
    whom: AudienceDraft
    when: RhythmDraft
    message: Message | None = None
    rewritten: Message | None = None
    adding: bool = False
    cut: bool = False
    remark: Remark | None = None
    urgent: bool = False
    at_most_once: bool = False
    sender: str = ""
    before: Message | None = None
    said: str = ""

    def __post_init__(self) -> None:
        """Raises Refusal for more than a notice may say, however it was put together."""
        if self.message is not None:
            check_size(self.message)

    # What is said

    def with_piece(self, piece: Piece, *, cut: bool) -> "NoticeDraft":
        """One more piece: files add up, a text or poll takes the place of the one before. `cut`:
        Telegram cut its text off. Raises Refusal for too much."""
        glue = "" if self.cut else PARAGRAPH if self.adding else None
        message = with_piece(self.message, piece, self.language, glue)
        adding = self.adding and not piece.text
        if message == self.message:  # the same again takes the place of nothing
            return replace(self, adding=adding, cut=cut, remark=None)
        remark = self._remark(piece)
        replaced = self.message if remark in (Remark.REPLACED, Remark.NEW_POLL) else self.rewritten
        return replace(
            self,
            message=message,
            rewritten=None,
            before=replaced or self.before,
            adding=adding,
            cut=cut,
            remark=remark,
        )

    def swapped(self) -> "NoticeDraft":
        """With the message before the last one, which is kept in its place."""
        if self.before is None:
            raise Refusal("home.form_over")
        return replace(self, message=self.before, before=self.message, cut=False, remark=None)

    def unclear(self, said: str) -> "NoticeDraft":
        """With a text of which it is to be asked what it means."""
        return replace(self, said=said)

    def _remark(self, piece: Piece) -> Remark | None:
        old = self.message
        if old and piece.text and self.language in old.bodies:
            if self.cut:
                return Remark.CONTINUED
            return None if self.adding else Remark.REPLACED
        return Remark.NEW_POLL if old and old.poll and piece.poll else None

    def without_rest(self) -> "NoticeDraft":
        """Of an album, only what is here came along."""
        return replace(self, remark=Remark.REST_OF_ALBUM)

    def add(self) -> "NoticeDraft":
        return replace(self, adding=True, remark=None)

    def rewrite(self) -> "NoticeDraft":
        """Begin the message anew; it stays as it was until something comes."""
        rewritten = self.message or self.rewritten
        return replace(
            self, rewritten=rewritten, message=None, adding=False, cut=False, remark=None
        )

    @property
    def may_keep(self) -> bool:
        return self.adding or self.rewritten is not None

    def as_before(self) -> "NoticeDraft":
        """Back from adding or rewriting, with everything as it was."""
        message = self.message or self.rewritten
        return replace(self, message=message, rewritten=None, adding=False, remark=None)

    def written(self) -> Message:
        """The message. Raises Refusal before there is one."""
        if self.message is None:
            raise Refusal("notice.empty")
        return replace(self.message, sender=self.sender)

    def signed(self, sender: str) -> "NoticeDraft":
        """Said by the staff of the place with this name."""
        return replace(self, sender=sender)

    # Options

    @property
    def other_language(self) -> str:
        return next(each for each in LANGUAGES if each != self.language)

    def with_other(self, body: str) -> "NoticeDraft":
        """With a text (Telegram HTML) in the other language. Raises Refusal if it is too long."""
        message = with_piece(self.written(), Piece(body), self.other_language)
        return replace(self, message=message, remark=None)

    def without_other(self) -> "NoticeDraft":
        """Raises Refusal if nothing would be left."""
        message = without_body(self.written(), self.other_language)
        return replace(self, message=message, remark=None)

    def with_link(self, link: Link | None) -> "NoticeDraft":
        """With a button, or without one. Raises Refusal if nothing can hold it."""
        return replace(self, message=replace(self.written(), link=link), remark=None)

    def with_urgent(self, urgent: bool) -> "NoticeDraft":
        return replace(self, urgent=urgent, remark=None)

    def with_at_most_once(self, at_most_once: bool) -> "NoticeDraft":
        return replace(self, at_most_once=at_most_once, remark=None)

    # For whom, and when

    @property
    def audience(self) -> Audience:
        return self.whom.audience

    def with_whom(self, whom: AudienceDraft) -> "NoticeDraft":
        """Only who is in a course has joined it: the rhythm goes by the course of the audience."""
        when = self.when.with_course(whom.audience.course_id)
        return replace(self, whom=whom, when=when, remark=None)

    def with_when(self, when: RhythmDraft) -> "NoticeDraft":
        return replace(self, when=when, remark=None)

    # All of it

    def missing(self) -> tuple[str, ...]:
        """What is still to be asked: all but the message has a beginning that serves."""
        return () if self.message else ("message",)

    def complete(self) -> NewNotice:
        """What is to be sent. Raises Refusal before something is written."""
        return NewNotice(
            draft_key=self.key,
            audience=self.audience,
            message=self.written(),
            urgent=self.urgent,
            at_most_once=self.at_most_once,
        )


def new_notice(key: str, language: str, node_id: int, zone: ZoneInfo) -> NoticeDraft:
    """An empty draft, for everybody at a place, to be sent now."""
    return NoticeDraft(key, language, AudienceDraft(Audience(node_id)), sent_now(zone))
