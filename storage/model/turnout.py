"""How an event turned out: whether it took place, and how many came."""

from dataclasses import dataclass

from storage.model.event import Event


@dataclass(frozen=True, slots=True)
class Turnout:
    """`named` came and are known, `nameless` came besides; `signed_up` held a seat."""

    event: Event
    named: int
    nameless: int
    signed_up: int

    @property
    def came(self) -> int:
        return self.named + self.nameless
