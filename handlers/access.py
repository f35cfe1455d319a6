"""Who may: what every press, command and form declares."""

from dataclasses import dataclass

from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power


@dataclass(frozen=True, slots=True)
class Access:
    """The `power` that something takes; None for what is for everybody, and then `why`.

    `known` is False for what comes before it is known who speaks: arriving, and the buttons that
    are pressed by hundreds at once. Raises ValueError for a declaration that says too little.
    """

    power: Power | None
    why: str = ""
    known: bool = True

    def __post_init__(self) -> None:
        if self.power is None and not self.why:
            raise ValueError("it takes no power: say why everybody may")
        if self.power is not None and (self.why or not self.known):
            raise ValueError("it takes a power: who has it is known, and needs no reason")

    def allows(self, person: Person | None) -> bool:
        """Whether `person` may, at least somewhere."""
        return self.power is None or (person is not None and person.may(self.power))


def not_found() -> Refusal:
    """The one answer to whoever may not, asks for what is not theirs, or for what does not exist:
    which of the three, is not told."""
    return Refusal("refused.not_found")
