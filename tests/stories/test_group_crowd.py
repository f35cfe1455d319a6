"""A whole group presses the card of an event at once. The gate plays it with a few people, `make
soak` with 500 (CROWD=500)."""

import asyncio
import os
from datetime import timedelta

from sqlalchemy import select

from bot.simulator import acts
from storage.actions.people import choose_community, consent
from storage.model.roles import Role
from storage.tables import sign_ups
from tests.stories.conftest import Town
from tests.stories.people import Neighbour
from tests.stories.test_events import an_event
from tests.waiting import HANG

PEOPLE = int(os.environ.get("CROWD", "60"))
PLACES = PEOPLE // 5
MOST_EDITS = 3  # while they press, which is some seconds: as few as a group bears


async def _neighbours(town: Town) -> list[Neighbour]:
    """So many, who live here already and have nothing in their own chats."""
    found = [town.person(f"p{number}") for number in range(PEOPLE)]
    node, now = town.communities["东湖社区"].id, town.clock.now()
    for each in found:
        known = await town.database.write(consent, each.id, each.name, "zh", now)
        await town.database.write(choose_community, known.id, node, now)
    return found


async def test_a_group_that_presses_at_once_is_served_in_order_by_one_card(town: Town) -> None:
    kim = await town.staff("kim", Role.COMMUNITY, "东湖社区")
    crowd = await _neighbours(town)
    group = town.simulator.group("东湖大家庭", [kim, *crowd])
    event_id = await an_event(town, capacity=PLACES)
    card = await crowd[0].in_group(group).sees("家庭消防演练")
    town.hurries = False  # as in a group: six seconds from one edit to the next
    town.clock.advance(timedelta(seconds=5))
    pressed = [
        acts.press(each.world, each.account, group.chat, card.message_id, f"here:{event_id}")
        for each in crowd
    ]
    async with asyncio.timeout(HANG):
        answers = await asyncio.gather(*(query.answer for query in pressed))
    told = [str(answer["text"]) for answer in answers]
    for number, each in enumerate(told, start=1):
        place = f"第 {number} 位" if number <= PLACES else f"候补第 {number - PLACES} 位"
        assert place in each, (number, each)
    edits = town.simulator.calls("editMessageText")
    assert len([each for each in edits if each.params["chat_id"] == group.chat.id]) <= MOST_EDITS
    town.hurries = True
    last = await crowd[0].in_group(group).sees(f"{PEOPLE - PLACES} 组候补中")
    assert f"{PLACES} / {PLACES} 人" in last.text
    rows = await town.database.read(lambda c: c.execute(select(sign_ups.c.state)).scalars().all())
    assert sorted(rows) == ["signed_up"] * PLACES + ["waiting"] * (PEOPLE - PLACES)
