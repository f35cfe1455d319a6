"""The votes of a poll, as Telegram tells them: totals, and never whose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Votes:
    """How many people voted, and how many votes each option has, in the poll's order."""

    voters: int = 0
    options: tuple[int, ...] = ()

    def to_text(self) -> str:
        """As a column keeps it."""
        return ",".join(map(str, (self.voters, *self.options)))

    def since(self, before: "Votes") -> list[int]:
        """What changed: of the voters, then of each option."""
        counted = [(self.voters, *self.options), (before.voters, *before.options)]
        length = max(map(len, counted))
        now, then = ([*each, *[0] * (length - len(each))] for each in counted)
        return [a - b for a, b in zip(now, then, strict=True)]


NO_VOTES = Votes()


def votes_from_text(text: str) -> Votes:
    """The other way round; no votes for an empty text."""
    if not text:
        return NO_VOTES
    voters, *options = map(int, text.split(","))
    return Votes(voters, tuple(options))
