"""Why a year is sent back or opened again, while the district says it."""

from dataclasses import dataclass, replace

from storage.model.closing import ClosingState, check_reason


@dataclass(frozen=True, slots=True)
class UndoDraft:
    """That the closing of a node and year goes back (`to` is SENT_BACK or REOPENED), and why."""

    node_id: int
    node_name: str
    year: int
    to: ClosingState
    reason: str = ""

    def steps(self) -> tuple[str, ...]:
        """What is asked, in order."""
        return ("reason",)

    def missing(self) -> tuple[str, ...]:
        """What of it was not answered yet."""
        return () if self.reason else ("reason",)

    def with_reason(self, text: str) -> "UndoDraft":
        """Raises Refusal."""
        reason = text.strip()
        check_reason(reason)
        return replace(self, reason=reason)
