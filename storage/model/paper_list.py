"""A list on paper: who stands on it, and what of that the register knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage.model.event import Event
from storage.model.naming import folded
from storage.model.refusal import Refusal


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A line of a list: a name, the number that tells them from namesakes (None: none is given),
    and whether they came (None: it does not say). Where it stands: its sheet, its row (from 1), and
    its columns (from 0)."""

    name: str
    number: int | None
    came: bool | None
    sheet: str
    row: int
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of whom a line may speak. `came` and `missed`: what is recorded already."""

    id: int
    name: str
    joined_at: datetime
    seated: bool
    came: bool
    missed: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line, in which of its columns."""

    line: OnPaper
    column: str
    why: Refusal


@dataclass(slots=True)
class PaperList:
    """What a list would record of an event. `same`: lines that say what is recorded already;
    `nameless`: those who came and are not known here, which are counted only."""

    event: Event
    came: list[Known] = field(default_factory=list)
    missed: list[Known] = field(default_factory=list)
    nameless: list[OnPaper] = field(default_factory=list)
    same: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def walk_ins(self) -> int:
        """How many of those who came hold no seat."""
        return sum(not each.seated for each in self.came)


def sort_out(event: Event, lines: Sequence[OnPaper], known: Iterable[Known]) -> PaperList:
    """Who is meant by each line. Nobody is guessed: what may mean several people is wrong."""
    of_name = dict[str, list[Known]]()
    for each in known:
        of_name.setdefault(folded(each.name), []).append(each)
    found, rows = PaperList(event), dict[int, int]()
    for line in lines:
        try:
            person = _meant(line, of_name.get(folded(line.name), []))
            _take(line, person, found, rows)
        except _Unclear as unclear:
            found.wrong.append(Wrong(line, unclear.column, unclear.why))
    return found


class _Unclear(Exception):
    def __init__(self, column: str, key: str, **names: object) -> None:
        super().__init__(key)
        self.column, self.why = column, Refusal(key, **names)


def _meant(line: OnPaper, known: Sequence[Known]) -> Known | None:
    """None for somebody whom the register does not know."""
    if line.number is not None:
        exact = [each for each in known if each.id == line.number]
        if not exact:
            raise _Unclear("number", "door.list_no_such", name=line.name, number=line.number)
        return exact[0]
    if len(known) > 1:
        choices = [(each.id, each.joined_at) for each in known]
        raise _Unclear("name", "door.list_namesakes", name=line.name, choices=choices)
    return known[0] if known else None


def _take(line: OnPaper, person: Known | None, found: PaperList, rows: dict[int, int]) -> None:
    if person is not None and rows.setdefault(person.id, line.row) != line.row:
        raise _Unclear("name", "door.list_twice", name=line.name, row=rows[person.id])
    if line.came is None and (person is None or not person.seated):
        raise _Unclear("came", "door.list_no_mark", name=line.name)
    if person is None:
        if line.came:
            found.nameless.append(line)
    elif line.came:
        _note(found, found.came, person, known=person.came)
    elif line.came is False and person.seated:
        _note(found, found.missed, person, known=person.missed)


def _note(found: PaperList, among: list[Known], person: Known, *, known: bool) -> None:
    if known:
        found.same += 1
    else:
        among.append(person)


@dataclass(frozen=True, slots=True)
class Recording:
    """What is to be recorded: who came, who did not, and the lines without a name, each with a key
    of its own and for how many people it stands."""

    came: tuple[int, ...]
    missed: tuple[int, ...]
    nameless: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """What a list says of people without a name, beside what was counted of it before: `names` that
    are on no register, of which `new` are not counted yet; and how many `others`, of whom so many
    were counted (`before`)."""

    names: int
    new: int
    others: int
    before: int

    @property
    def same(self) -> int:
        """How many people are counted already."""
        return self.names - self.new + (self.others if self.others == self.before else 0)

    @property
    def changes(self) -> bool:
        """Whether another number would be recorded."""
        return self.new > 0 or self.others != self.before


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many people of a list were not recorded yet."""

    came: int
    missed: int
    nameless: int
