"""Where people are in their forms (the FSM storage that aiogram wants), kept in the database.

The rows are few, so all of them are held in memory too and a read costs nothing. What one update
changes is written in one go when it was handled, and of somebody with an open conversation the
update is marked as handled in that same transaction: a killed bot never finds half a step.
"""

import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey

from storage.actions.conversations import save, sweep
from storage.database import Database
from storage.queries.conversations import all_open, untouched
from storage.receipts import hold_mark
from storage.steps import in_steps

_Row = tuple[str | None, str | None]
_NOTHING: _Row = (None, None)


class ConversationStore(BaseStorage):
    """What the product needs of wherever conversations are kept: aiogram's FSM storage, in steps.

    Another one (of several processes, say) can take the place of `Conversations` in bot/app.py.
    """

    @abstractmethod
    async def load(self) -> None:
        """Take up what was open when the bot stopped."""

    @abstractmethod
    def step(self) -> AbstractAsyncContextManager[None]:
        """One update's changes: written together at the end, or all undone if it fails."""

    @abstractmethod
    async def sweep(self) -> None:
        """Forget what people left open and did not touch for a month: all of a person's, or
        nothing. A form that waits below another is open as long as that is filled in."""


class Conversations(ConversationStore):
    """Conversations in our database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._rows: dict[str, _Row] = {}
        self._before: ContextVar[dict[str, _Row] | None] = ContextVar("before", default=None)
        self._name = DefaultKeyBuilder(prefix="", with_destiny=True, with_bot_id=False).build

    async def load(self) -> None:
        """Take up what was open when the bot stopped."""
        self._rows = await self._database.read(all_open)

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """One update's changes: written together at the end, or all undone if it fails."""
        before: dict[str, _Row] = {}
        token = self._before.set(before)
        try:
            yield
            hold_mark(False)
            changed = {k: self._rows.get(k, _NOTHING) for k, was in before.items()}
            changed = {k: row for k, row in changed.items() if row != before[k]}
            if changed:
                await self._database.write(save, changed, self._now())
        except BaseException:
            for key, was in before.items():
                self._put(key, was)
            raise
        finally:
            self._before.reset(token)

    async def sweep(self) -> None:
        """Forget what people left open and did not touch for a month: all of a person's, or
        nothing. A form that waits below another is open as long as that is filled in."""
        old = await self._database.read(untouched, self._now())
        seen = dict(self._rows)
        here = {_whose(key) for key in seen.keys() - old}
        over = sorted(key for key in old if _whose(key) not in here)
        async for dropped in in_steps(self._database, over, sweep, self._now()):
            for key in dropped:
                if self._rows.get(key) == seen.get(key):  # else they came back at this moment
                    self._rows.pop(key, None)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = self._key(key)
        text = state.state if isinstance(state, State) else state
        self._change(name, (text, self._rows.get(name, _NOTHING)[1]))

    async def get_state(self, key: StorageKey) -> str | None:
        return self._row(key)[0]

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        name = self._key(key)
        text = json.dumps(data, ensure_ascii=False) if data else None
        self._change(name, (self._rows.get(name, _NOTHING)[0], text))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        text = self._row(key)[1]
        return json.loads(text) if text else {}

    async def close(self) -> None:
        """The database is closed by whoever opened it."""

    def _row(self, key: StorageKey) -> _Row:
        row = self._rows.get(self._key(key), _NOTHING)
        if row != _NOTHING:
            hold_mark(True)
        return row

    def _key(self, key: StorageKey) -> str:
        return self._name(key)

    def _change(self, name: str, row: _Row) -> None:
        before = self._before.get()
        if before is not None:
            before.setdefault(name, self._rows.get(name, _NOTHING))
        self._put(name, row)

    def _put(self, name: str, row: _Row) -> None:
        if row == _NOTHING:
            self._rows.pop(name, None)
        else:
            self._rows[name] = row


def _whose(key: str) -> tuple[str, ...]:
    """Of a conversation's key, the chat and the person, with which it begins (":1:1:…")."""
    return tuple(key.split(":", 3)[1:3])
