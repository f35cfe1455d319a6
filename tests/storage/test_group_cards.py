"""The card of an event in a group, as rows: it is owed, sent, followed, and kept until its end."""

from storage.actions import group_cards as actions
from storage.actions import groups as group_actions
from storage.actions.outbox import claim_due, record
from storage.model.delivery import DeliveryState, Outcome
from storage.model.kinds import DeliveryKind
from storage.queries import group_cards as queries
from storage.tables import group_cards

from .district import COURIER, NOW, ZONE, District

CHAT = -1001


async def test_a_card_is_followed_from_its_delivery_on(district: District) -> None:
    write, read = district.database.write, district.database.read
    await write(group_actions.link, district.mei.id, CHAT, "东湖大家庭", district.east.id, NOW)
    event = await district.event(capacity=3)
    [claimed] = [
        each
        for each in await write(claim_due, COURIER, NOW, 10, ZONE)
        if each.kind is DeliveryKind.EVENT_GROUP
    ]
    assert (claimed.chat_id, claimed.subject_id) == (CHAT, event.id)
    sent = Outcome(claimed.id, claimed.broadcast_id, DeliveryState.SENT, ((7,),), shown="first")
    await write(record, COURIER, [sent], NOW)
    [card] = await read(queries.open_cards, NOW)
    assert (card.chat_id, card.message_id, card.shown) == (CHAT, 7, "first")
    assert await read(queries.is_open, card)
    before = card.signs
    assert (await read(queries.card, event.id, card.sent_at)).waiting == 0
    await write(actions.note_shown, card, "second")
    await write(group_actions.move_group, CHAT, -1009, NOW)
    [card] = await read(queries.open_cards, event.starts_at)
    assert (card.chat_id, card.shown) == (-1009, "second")
    assert card.signs != before, "it has begun"
    await write(actions.drop, card)
    assert await district.rows(group_cards) == []
    assert not await read(queries.is_open, card)
