"""A period as it is typed behind `--period`, in the words of /stats."""

from datetime import date

from bot.settings import SettingsError
from content.texts import Say
from storage.model.holidays import Holidays
from storage.model.naming import like
from storage.model.period import Period
from storage.model.refusal import Refusal
from storage.model.typed.periods import parse_period

# What is typed most, to be near to.
_USUAL = (
    *("今年", "去年", "上半年", "下半年", "本月", "上个月", "本季度", "上季度", "第一季度", "本周"),
    *("this year", "last year", "this month", "last month", "this quarter", "last quarter"),
    *("first half", "second half", "this week", "last week", "yesterday"),
)
_EXAMPLES = "2026, 2026-03, 去年, 上半年, 3月, last month, 2026Q1, 2026-03-01 2026-05-31"


def period_said(said: str, today: date, holidays: Holidays, say: Say) -> Period:
    """The period that is meant. Raises SettingsError with what could be meant instead."""
    try:
        return parse_period(said, today, holidays)
    except Refusal as refusal:
        if refusal.key != "stats.period_unclear":
            told = say.label(refusal.key, **refusal.names)
            raise SettingsError([f"--period {said!r}: {told}"]) from refusal
    near = [usual for usual, _ in like([(each, each) for each in _USUAL], said)]
    told = f"near it: {', '.join(near)}" if near else f"write for example: {_EXAMPLES}"
    raise SettingsError([f"--period {said!r}: no period; {told}"])
