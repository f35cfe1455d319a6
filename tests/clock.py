"""A Monday at noon, for whatever asks for the time and stands still."""

from datetime import UTC, datetime


def monday_noon() -> datetime:
    """2026-11-23, 12:00 in Shanghai."""
    return datetime(2026, 11, 23, 4, tzinfo=UTC)
