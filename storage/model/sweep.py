"""How long what is of no use any more is kept, and in steps of which size it goes."""

from datetime import datetime, timedelta

# Telegram keeps an unconfirmed update for at most 24 hours (Bot API, "Getting updates"), so a
# known id cannot come again after this time.
KEEP_HANDLED = timedelta(days=3)
# What was set aside is for the operator, who may let a version that mends it take it up again.
KEEP_SET_ASIDE = timedelta(days=30)
# A card is dropped when its broadcast is over; one that could not be edited then is given up.
KEEP_CARDS = timedelta(days=3)
# By the ids of its messages a broadcast is corrected, and by those of its copies a poll is counted.
KEEP_MESSAGES = timedelta(days=90)

FEWEST, MOST = 20, 5_000  # keys in one step; both databases take so many values in a statement
# Half of the 50 ms for which anybody else may have to wait: the next step is not always as quick as
# the last one, and the commit takes its time, too.
STEP_SECONDS = 0.025


def next_size(size: int, seconds: float) -> int:
    """How many keys the next step takes, if one of `size` took so many seconds: never more than
    twice as many, because the first rows of a table may be the lightest."""
    fits = size * STEP_SECONDS / max(seconds, 1e-6)
    return int(max(FEWEST, min(fits, 2 * size, MOST)))


def is_past_change(finished_at: datetime | None, now: datetime) -> bool:
    """Whether a broadcast that ended at `finished_at` cannot be changed any more: the ids of its
    messages are forgotten from now on."""
    return finished_at is not None and finished_at < now - KEEP_MESSAGES
