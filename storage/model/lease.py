"""How long what a courier claimed is its own: a lease, which it renews while it lives.

Short, because after a crash what was in flight waits for its end: shorter than it takes to start
again. Long enough for a process that is busy, or a disk that stands still for a moment.
"""

from datetime import datetime, timedelta

LEASE = timedelta(seconds=9)
RENEWED = LEASE / 3  # so often it is renewed
SPARE = LEASE / 3  # and with no more than that left no call is begun: it would end too late


def runs(until_at: datetime, now: datetime) -> bool:
    """Whether a lease that was taken until then still holds.

    One that ends later than any could was taken before the clock was set back: nobody should wait
    hours for it.
    """
    return now < until_at <= now + LEASE
