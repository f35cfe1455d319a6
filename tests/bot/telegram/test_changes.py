"""Corrections and withdrawals of what people have already."""

from datetime import timedelta

import pytest

from bot.simulator import DropAfterAccept, Person, Simulator, TooManyRequests
from bot.telegram.client import Telegram
from bot.telegram.sending import TelegramSender
from content.screen import Screen
from content.splitting import CAPTION_LIMIT
from scheduler.ports import DELETED_AT_ONCE, Rejected, SlowDown, Unreachable, Unsure
from storage.model.delivery import MessageIds
from storage.model.message import MediaKind

from .scene import (
    LONG,
    MEDIA,
    OTHER,
    POLL,
    ROWS,
    arrived,
    everything,
    mishap,
    missing,
    on_telegram,
    seen,
    shown,
)

# -- corrections ---------------------------------------------------------------------------------


async def test_any_text_becomes_any_other_whatever_stands_beside_it(
    sim: Simulator, sender: TelegramSender
) -> None:
    texts = ["一", "<b>二</b>" * (CAPTION_LIMIT + 1), LONG]
    for name, kinds in {"no media": (), **MEDIA}.items():
        media = tuple(on_telegram(sim, kind) for kind in kinds)
        for poll in (None, POLL):
            for first in texts:
                for second in texts:
                    await becomes(
                        sim,
                        sender,
                        Screen(first, ROWS, media, poll),
                        Screen(second, OTHER, media, poll),
                        f"{name}, {len(first)} to {len(second)}",
                    )


async def becomes(
    sim: Simulator, sender: TelegramSender, before: Screen, after: Screen, name: str
) -> None:
    """What was sent as `before` and edited looks like what is sent as `after` at once; only a poll
    cannot come down past the pieces that are new."""
    ana, kim = arrived(sim, "ana"), arrived(sim, "kim")
    sent = await everything(sender, ana.id, before)
    edited = await sender.edit(ana.id, after, sent)
    await everything(sender, kim.id, after)
    if len(edited) > len(sent) and after.poll:
        assert sorted(map(repr, seen(ana))) == sorted(map(repr, seen(kim))), name
    else:
        assert seen(ana) == seen(kim), name
    assert len(edited) == sender.parts(after), name
    ids = [i for part in edited for i in part]
    assert sorted(ids) == [message.message_id for message in ana.messages], name
    again = await sender.edit(ana.id, after, edited)
    assert again == edited, "not modified counts as done"


async def test_without_buttons_a_caption_on_an_album_is_corrected(
    sim: Simulator, sender: TelegramSender
) -> None:
    media = tuple(on_telegram(sim, MediaKind.PHOTO) for _ in range(3))
    for first in ("一", LONG):
        for second in ("二", LONG + "二"):
            before, after = Screen(first, (), media), Screen(second, (), media)
            await becomes(sim, sender, before, after, f"{len(first)} to {len(second)}")


async def test_pieces_that_are_not_needed_any_more_are_deleted(
    sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen(LONG + LONG))
    assert len(sent) > 2
    assert await sender.edit(ana.id, Screen("短"), sent) == sent[:1]
    assert shown(ana) == ["text: 短"]


async def test_each_step_of_a_correction_is_one_call_and_what_stays_is_none(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    album = tuple(on_telegram(sim, MediaKind.PHOTO) for _ in range(2))
    short, long = (Screen(text, ROWS, album, POLL) for text in ("短", LONG))
    sent = await everything(sender, ana.id, short)
    for screen, expected in (
        (long, ["", "editMessageText", "sendMessage", ""]),
        (long, ["", "editMessageText", "editMessageText", ""]),
        (short, ["", "editMessageText", "deleteMessages", ""]),
    ):
        before, calls, ids = len(sim.calls()), [], []
        for step in sender.edits(ana.id, screen, sent):
            ids.append(step if isinstance(step, tuple) else await step())
            calls.append("".join(call.method for call in sim.calls()[before:]))
            before = len(sim.calls())
        assert calls == expected
        sent = tuple(filter(None, ids))
        assert len(sent) == sender.parts(screen)


async def test_what_is_deleted_last_leaves_the_order_of_what_stays(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    """The courier goes on from what is there when a pause comes before the deletion."""
    sent = await everything(sender, ana.id, Screen(LONG, poll=POLL))
    short = Screen("短", poll=POLL)
    [edited, deleted, poll] = sender.edits(ana.id, short, sent)
    assert not isinstance(edited, tuple)
    assert not isinstance(deleted, tuple)
    done = await edited()
    there = (done, *(ids for ids in sent if ids != done))
    assert await sender.edit(ana.id, short, there) == (done, poll)
    assert shown(ana)[0] == "text: 短"
    assert len(shown(ana)) == 2


@pytest.mark.parametrize("paid", [False, True])
async def test_no_phone_rings_for_a_correction(
    sim: Simulator, telegram: Telegram, ana: Person, paid: bool
) -> None:
    sender = TelegramSender(telegram, missing, paid=paid)
    photo = on_telegram(sim, MediaKind.PHOTO)
    for media in ((), (photo,)):
        sent = await everything(sender, ana.id, Screen("一", media=media))
        before = len(sim.calls())
        await sender.edit(ana.id, Screen(LONG, media=media), sent)
        new = [call.params for call in sim.calls()[before:] if call.method == "sendMessage"]
        assert new
        assert {params.get("disable_notification") for params in new} == {True}
        assert {params.get("allow_paid_broadcast") for params in new} == {True if paid else None}


async def test_a_correction_that_stopped_half_way_is_made_again(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen("一"))
    sim.faults.next(TooManyRequests(), method="sendMessage")
    assert isinstance(await mishap(sender.edit(ana.id, Screen(LONG), sent)), SlowDown)
    edited = await sender.edit(ana.id, Screen(LONG), sent)
    assert shown(ana) == ["text: 很长的一段话。很长"] * 2
    assert len(edited) == 2


async def test_what_cannot_be_corrected_is_rejected(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen("一"))
    assert isinstance(await mishap(sender.edit(ana.id, Screen("<x>"), sent)), Rejected)
    await sender.delete(ana.id, sent[0])
    assert isinstance(await mishap(sender.edit(ana.id, Screen("二"), sent)), Rejected)
    photo = on_telegram(sim, MediaKind.PHOTO)
    assert isinstance(await mishap(sender.edit(ana.id, Screen("", media=(photo,)), ())), Rejected)
    await ana.blocks()
    assert isinstance(await mishap(sender.edit(ana.id, Screen("二"), sent)), Unreachable)


async def test_a_lost_answer_to_a_correction_does_no_harm(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    sent = await everything(sender, ana.id, Screen("一"))
    sim.faults.next(DropAfterAccept(), method="editMessageText")
    assert isinstance(await mishap(sender.edit(ana.id, Screen("二"), sent)), Unsure)
    assert await sender.edit(ana.id, Screen("二"), sent) == sent
    assert shown(ana) == ["text: 二"]


# -- withdrawals ---------------------------------------------------------------------------------


async def test_a_hundred_messages_are_deleted_in_one_call(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    ids = [i for n in range(DELETED_AT_ONCE) for i in await sender.send(ana.id, Screen(f"{n}"))]
    await sender.delete(ana.id, ids)
    assert ana.messages == []
    [call] = sim.calls("deleteMessages")
    assert call.params["message_ids"] == ids
    await sender.delete(ana.id, ids)  # all are gone already


async def test_pieces_that_are_too_many_for_one_call_are_deleted_in_several(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    """Each is a step of its own, so that a pause comes between them."""
    sent = tuple([await sender.send(ana.id, Screen(f"{n}")) for n in range(231)])
    assert len(sender.edits(ana.id, Screen("短"), sent)) == 1 + 3
    assert await sender.edit(ana.id, Screen("短"), sent) == sent[:1]
    assert shown(ana) == ["text: 短"]
    numbers = [len(call.params["message_ids"]) for call in sim.calls("deleteMessages")]
    assert numbers == [100, 100, 30]


async def test_what_is_too_old_cannot_be_deleted(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    ids = await sender.send(ana.id, Screen("a"))
    sim.clock.advance(timedelta(hours=49))
    assert isinstance(await mishap(sender.delete(ana.id, ids)), Rejected)
    assert shown(ana) == ["text: a"]


async def test_a_withdrawal_can_fail_for_now(
    sim: Simulator, sender: TelegramSender, ana: Person
) -> None:
    ids = await sender.send(ana.id, Screen("a"))
    sim.faults.next(TooManyRequests(3))
    assert isinstance(await mishap(sender.delete(ana.id, ids)), SlowDown)
    sim.faults.next(DropAfterAccept())
    assert isinstance(await mishap(sender.delete(ana.id, ids)), Unsure)
    await sender.delete(ana.id, ids)
    assert ana.messages == []


# -- corrections of what was sent only half ------------------------------------------------------


async def go_on(sender: TelegramSender, chat_id: int, screen: Screen, sent: MessageIds) -> None:
    """What the first delivery does when a correction has left `sent`."""
    for part in range(len(sent), sender.parts(screen)):
        await sender.send(chat_id, screen, part)


async def half_edited(
    sender: TelegramSender, chat_id: int, screen: Screen, sent: MessageIds
) -> MessageIds:
    """All steps of a correction of the beginning of a delivery; the ids afterwards."""
    steps = sender.edits(chat_id, screen, sent, whole=False)
    done = [step if isinstance(step, tuple) else await step() for step in steps]
    return tuple(filter(None, done))


@pytest.mark.parametrize("new", ["新", LONG])
async def test_a_poll_that_was_never_sent_is_not_looked_for_nor_sent_by_a_correction(
    sim: Simulator, sender: TelegramSender, ana: Person, new: str
) -> None:
    old, corrected = (Screen(text, poll=POLL) for text in ("旧", new))
    sent = (await sender.send(ana.id, old, 0),)
    there = await half_edited(sender, ana.id, corrected, sent)
    assert there[0] == sent[0]
    assert sim.calls("sendPoll") == []
    assert "旧" not in "".join(shown(ana))
    assert len(there) == len(ana.messages) == sender.parts(corrected) - 1
    assert await half_edited(sender, ana.id, corrected, there) == there, "again, it does no harm"


async def test_pieces_of_half_a_text_that_are_not_needed_any_more_are_deleted(
    sender: TelegramSender, ana: Person
) -> None:
    sent = (await everything(sender, ana.id, Screen(LONG + LONG, poll=POLL)))[:2]
    for surplus in ana.messages[2:]:
        await sender.delete(ana.id, [surplus.message_id])
    there = await half_edited(sender, ana.id, Screen("短", poll=POLL), sent)
    assert there == sent[:1]
    assert shown(ana) == ["text: 短"]


async def test_wherever_a_delivery_stopped_it_goes_on_behind_its_correction(
    sim: Simulator, sender: TelegramSender
) -> None:
    for name, kinds in {"no media": (), **MEDIA}.items():
        media = tuple(on_telegram(sim, kind) for kind in kinds)
        for first, second in (("一", "二"), ("一", LONG), (LONG, "二"), (LONG, LONG + "二")):
            before, after = Screen(first, ROWS, media, POLL), Screen(second, OTHER, media, POLL)
            for parts in range(1, sender.parts(before)):
                ana, kim = arrived(sim, "ana"), arrived(sim, "kim")
                sent = tuple([await sender.send(ana.id, before, n) for n in range(parts)])
                there = await half_edited(sender, ana.id, after, sent)
                await go_on(sender, ana.id, after, there)
                await everything(sender, kim.id, after)
                where = f"{name}, {len(first)} to {len(second)}, after {parts}"
                assert seen(ana) == seen(kim), where
