"""The district of the storage tests, on SQLite; and time that passes only while all wait for it."""

from collections.abc import Callable, Mapping

import pytest

from storage.database import Database
from tests.storage.district import District, founded

from .clock import TimelessDatabase, VirtualLoop
from .post import Post, Telegram


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], VirtualLoop]]:
    """What these tests run on."""
    return {"virtual": VirtualLoop}


@pytest.fixture
async def district(sqlite: Database) -> District:
    return await founded(TimelessDatabase(sqlite))


@pytest.fixture
async def post(district: District) -> Post:
    return Post(district, Telegram())
