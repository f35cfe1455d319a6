"""A few stories once more, with the town's records in PostgreSQL."""

import pytest

from tests.stories.test_arriving import test_a_request_is_decided_once
from tests.stories.test_events import (
    test_a_second_thought_is_free,
    test_the_last_seat_goes_to_exactly_one_of_fifty,
)
from tests.stories.test_pushes import test_weekly_goes_on_with_the_next_item_and_can_be_stopped
from tests.stories.test_suggestions import (
    test_a_form_survives_a_restart_and_a_second_submit_is_the_same,
)
from tests.stories.test_the_main_job import test_a_week_in_the_community

__all__ = [
    "test_a_form_survives_a_restart_and_a_second_submit_is_the_same",
    "test_a_request_is_decided_once",
    "test_a_second_thought_is_free",
    "test_a_week_in_the_community",
    "test_the_last_seat_goes_to_exactly_one_of_fifty",
    "test_weekly_goes_on_with_the_next_item_and_can_be_stopped",
]


@pytest.fixture
def town_url(empty_postgres: str) -> str:
    """An empty database on a PostgreSQL server; skips where there is none."""
    return empty_postgres
