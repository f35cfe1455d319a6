"""Who may take the calendar file of an event, and how it stays the same one."""

import pytest

from storage.actions import calendar_files as actions
from storage.actions import events as event_actions
from storage.actions.sign_ups import cancel, sign_up
from storage.model.refusal import Refusal
from storage.queries import calendar_files as queries
from storage.tables import calendar_files, events

from .district import DAY, NOW, ZONE, District


async def test_who_holds_a_seat_takes_it_and_is_known_to_have(district: District) -> None:
    ana, bo = await district.resident("ana"), await district.resident("bo")
    event = await district.event()
    read, write = district.database.read, district.database.write
    with pytest.raises(Refusal, match="no_seat"):
        await write(actions.take, ana.telegram_id, event.id, NOW)
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    first = await write(actions.take, ana.telegram_id, event.id, NOW)
    assert await write(actions.take, ana.telegram_id, event.id, NOW + DAY / 2) == first
    assert await read(queries.taken, event.id, ana.telegram_id) == first
    assert await read(queries.taken, event.id, bo.telegram_id) is None
    assert len(await district.rows(calendar_files)) == 1


async def test_it_has_one_name_for_ever_and_its_number_rises(district: District) -> None:
    ana = await district.resident("ana")
    event, other = await district.event(), await district.event()
    read, write = district.database.read, district.database.write
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    first = await write(actions.take, ana.telegram_id, event.id, NOW)
    await write(_is_changed, event.id)
    changed = await read(queries.entry, event.id)
    await write(event_actions.cancel, district.mei.id, event.id, NOW)
    off = await read(queries.entry, event.id)
    assert first.uid == changed.uid == off.uid
    assert first.sequence < changed.sequence < off.sequence
    assert (await read(queries.entry, other.id)).uid != first.uid


async def test_not_after_the_seat_is_given_back_or_the_event_called_off(
    district: District,
) -> None:
    ana = await district.resident("ana")
    event = await district.event()
    write = district.database.write
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    with pytest.raises(Refusal, match=r"event\.over"):
        await write(actions.take, ana.telegram_id, event.id, NOW + 2 * DAY)
    await write(cancel, ana.telegram_id, event.id, NOW, ZONE)
    with pytest.raises(Refusal, match="no_seat"):
        await write(actions.take, ana.telegram_id, event.id, NOW)
    await write(sign_up, ana.telegram_id, event.id, NOW, ZONE)
    await write(event_actions.cancel, district.mei.id, event.id, NOW)
    with pytest.raises(Refusal, match=r"event\.cancelled"):
        await write(actions.take, ana.telegram_id, event.id, NOW)


def _is_changed(connection, event_id):
    here = events.update().where(events.c.id == event_id)
    connection.execute(here.values(revision=1, starts_at=NOW + 3 * DAY))
