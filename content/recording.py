"""What of a programme staff record by hand, how it is typed, and what counts the rest."""

from collections.abc import Collection, Sequence

from content.programme import Counted, Indicator, Programme
from content.texts import Say
from storage.model.ledger_draft import Counting
from storage.model.naming import named
from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal

_OF_EVENTS = frozenset({"events", "occasions", "attendances"})
_TOLD = 3  # indicators in one answer


def counting(programme: Programme, indicator: str) -> Counting:
    """How an indicator is counted; whoever types a number may use the units of all of them."""
    found = programme.indicator(indicator)
    return Counting(found.decimals if found else 0, units_of(programme))


def units_of(programme: Programme) -> tuple[str, ...]:
    """All units of a programme, in every language, each once."""
    units = (each.unit.in_(language) for each in programme.indicators for language in LANGUAGES)
    return tuple(dict.fromkeys(units))


def typed_examples(say: Say, programme: Programme) -> list[str]:
    """Names to show how work and targets are typed, the heaviest of each kind: what staff record,
    then what the bot counts."""
    heavy = sorted(programme.indicators, key=lambda each: -each.weight)
    plain = [each for each in heavy if each.planned and not each.is_share]
    by_hand, by_bot = (
        [each for each in plain if each.is_by_hand],
        [each for each in plain if not each.is_recorded],
    )
    return [each.name.in_(say.language) for each in (*by_hand[:1], *by_bot[:1])]


def not_recorded(say: Say, programme: Programme, text: str) -> tuple[str, ...]:
    """The indicators that a text names and that nobody records, as the bot counts them."""
    others = [each for each in programme.indicators if not each.is_recorded]
    names = [(each.id, each.name.in_(say.language)) for each in others]
    return tuple(value for value, _ in named(names, text))


class CountedByBot(Refusal):
    """Nobody records these `indicators` by hand."""

    def __init__(self, indicators: Collection[str], found: Sequence[tuple[str, str]]) -> None:
        super().__init__("ledger.counted_by_bot", found=found)
        self.indicators = indicators


def counted_by_bot(say: Say, programme: Programme, indicators: Collection[str]) -> CountedByBot:
    """Why these are not recorded by hand: of what the bot counts them."""
    told = [
        (each.name.in_(say.language), counted_from(say, programme, each))
        for each in programme.indicators
        if each.id in indicators
    ]
    return CountedByBot(indicators, told[:_TOLD])


def recorded_as(programme: Programme, indicators: Collection[str]) -> tuple[str, ...]:
    """The categories of the events of which these are counted: whatever was held without the bot is
    recorded as an event of one. Empty for indicators of which no event is counted."""
    meant = [each for each in programme.indicators if each.id in indicators]
    counts = [each for one in meant for each in one.counts if each.source in _OF_EVENTS]
    some = dict.fromkeys(category for each in counts for category in each.where.get("category", []))
    every = tuple(each.id for each in programme.event_categories)
    return tuple(some) or (every if counts else ())


def counted_from(say: Say, programme: Programme, indicator: Indicator) -> str:
    """Of what the bot makes an indicator's figure, without the ledger."""
    told = (_told(say, programme, each) for each in indicator.counts if not each.is_ledger)
    return say.label("ledger.and", parts=list(dict.fromkeys(told)))


def related_categories(programme: Programme, indicator: str) -> frozenset[str]:
    """The categories of events that are counted in the section of an indicator: an event of one may
    be the very work that is recorded."""
    found = programme.indicator(indicator)
    alike = [each for each in programme.indicators if found and each.section == found.section]
    counts = [counted for each in alike for counted in each.counts]
    return frozenset(category for each in counts for category in each.where.get("category", []))


def _told(say: Say, programme: Programme, counted: Counted) -> str:
    categories = counted.where.get("category", [])
    names = [programme.category_name(each, say.language) for each in categories]
    kinds = counted.where.get("kind", [])
    return say.label(f"ledger.by_{counted.source}", names=names, kinds=kinds)
