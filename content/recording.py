"""What of a programme staff record by hand, how it is typed, and what counts the rest."""

from content.programme import Counted, Indicator, Programme
from content.texts import Say
from storage.model.ledger_draft import Counting
from storage.model.naming import named
from storage.model.person import LANGUAGES
from storage.model.refusal import Refusal

_TOLD = 3  # indicators in one answer


def counting(programme: Programme, indicator: str) -> Counting:
    """How an indicator is counted; whoever types a number may use the units of all of them."""
    found = programme.indicator(indicator)
    return Counting(found.decimals if found else 0, units_of(programme))


def units_of(programme: Programme) -> tuple[str, ...]:
    """All units of a programme, in every language, each once."""
    units = (each.unit.in_(language) for each in programme.indicators for language in LANGUAGES)
    return tuple(dict.fromkeys(units))


def counted_by_bot(say: Say, programme: Programme, text: str) -> Refusal | None:
    """Why what a text names is not recorded by hand: the bot counts it. None for anything else."""
    others = [each for each in programme.indicators if not each.is_recorded]
    names = [(each.id, each.name.in_(say.language)) for each in others]
    found = {value for value, _ in named(names, text)}
    told = [
        (each.name.in_(say.language), counted_from(say, programme, each))
        for each in others
        if each.id in found
    ]
    return Refusal("ledger.counted_by_bot", found=told[:_TOLD]) if told else None


def counted_from(say: Say, programme: Programme, indicator: Indicator) -> str:
    """Of what the bot makes an indicator's figure, without the ledger."""
    told = (_told(say, programme, each) for each in indicator.counts if not each.is_ledger)
    return say.label("ledger.and", parts=list(dict.fromkeys(told)))


def _told(say: Say, programme: Programme, counted: Counted) -> str:
    categories = counted.where.get("category", [])
    names = [programme.category_name(each, say.language) for each in categories]
    kinds = counted.where.get("kind", [])
    return say.label(f"ledger.by_{counted.source}", names=names, kinds=kinds)
