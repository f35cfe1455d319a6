"""Following and steering broadcasts: the card, the list, stopping, taking back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram.types import CallbackQuery, Message
from aiogram_dialog import DialogManager

from content.screen import Screen
from content.screens import broadcasts as screens
from content.texts import Say
from handlers.answering import show, way_back
from handlers.commands import command
from handlers.explaining import toast_of
from handlers.forms.widgets import (
    finish,
    person_of,
    say_of,
    tools_of,
)
from handlers.ids import broadcast_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import broadcasts as actions
from storage.actions import cards as card_actions
from storage.actions import retries
from storage.model.card import Card
from storage.model.delivery import DeliveryState
from storage.model.kinds import CHANGES
from storage.model.person import Person
from storage.model.refusal import Refusal
from storage.model.roles import Power
from storage.model.sweep import is_past_change
from storage.queries import broadcasts as queries
from storage.queries import cards as card_queries

# The card


async def open_card(press: CallbackQuery, manager: DialogManager, broadcast_id: int) -> None:
    """End a form; its message becomes the card of the broadcast that it began."""
    tools, person = tools_of(manager), person_of(manager)
    screen = await _card(press, broadcast_id, person, say_of(manager), tools)
    await finish(press, manager, screen)


async def _show_card(
    press: CallbackQuery, broadcast_id: int, person: Person, say: Say, tools: Tools, toast: str = ""
) -> None:
    screen = await _card(press, broadcast_id, person, say, tools)
    await show(press, screen, tools, toast=toast)


async def _card(
    press: CallbackQuery, broadcast_id: int, person: Person, say: Say, tools: Tools
) -> Screen:
    """The card as it is now; the message that was pressed is kept up to date from here on."""
    card = await look(broadcast_id, person, tools)
    acknowledged = await tools.database.read(card_queries.acknowledged, broadcast_id)
    card = replace(card, acknowledged=acknowledged)
    home = way_back(press, "broadcasts")
    screen = screens.card(say, card, tools.courses, tools.now(), home)
    if card.is_over or home != "broadcasts":  # what is kept up to date would lose its way back
        await _leave(press, person, tools)
    elif press.message is not None:
        shown = screens.fingerprint(screen)
        given = (broadcast_id, person.id, press.message.message_id, shown)
        await tools.database.write(card_actions.follow, *given)
    return screen


async def look(broadcast_id: int, person: Person, tools: Tools) -> Card:
    """What is known of a broadcast now. Raises Refusal for one that is not the person's to see."""
    return await tools.database.read(card_queries.card_for, broadcast_id, person, tools.now())


async def _leave(event: Message | CallbackQuery, person: Person, tools: Tools) -> None:
    """A message that was pressed is to show something else: no card comes back into it."""
    if isinstance(event, CallbackQuery) and event.message is not None:
        await tools.database.write(card_actions.forget, person.id, event.message.message_id)


@press("broadcast", broadcast_id, power=Power.PUSH)
async def one(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _show_card(press, *ids, person, say, tools)


@command("broadcasts", "broadcast.command", power=Power.PUSH)
@press("broadcasts", power=Power.PUSH)
@press("broadcasts", page, power=Power.PUSH)
async def recent(
    event: Message | CallbackQuery,
    person: Person,
    say: Say,
    tools: Tools,
    ids: tuple[int] = (0,),
) -> None:
    found = await tools.database.read(card_queries.recent, person, *ids)
    await _leave(event, person, tools)
    await show(event, screens.listed(say, found, tools.courses), tools)


@press("broadcast_lost", broadcast_id, page, power=Power.PUSH)
async def lost(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools
) -> None:
    card = await look(ids[0], person, tools)
    troubles = await tools.database.read(queries.troubles, *ids)
    await show_instead(press, screens.lost(say, card, troubles, tools.courses), person, tools)


# Steering


@press("broadcast_pause", broadcast_id, power=Power.PUSH)
async def pause(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _move(press, ids[0], actions.pause, person, say, tools)


@press("broadcast_resume", broadcast_id, power=Power.PUSH)
async def resume(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _move(press, ids[0], actions.resume, person, say, tools)


@press("broadcast_stopped", broadcast_id, power=Power.PUSH)
async def stopped(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await _move(press, ids[0], actions.cancel, person, say, tools)


async def _move(
    press: CallbackQuery,
    broadcast_id: int,
    action: Callable[[Any, int, int, datetime], None],
    person: Person,
    say: Say,
    tools: Tools,
) -> None:
    """Do it and show the card; if that moment has passed, say so and show it all the same."""
    moving = tools.database.write(action, person.id, broadcast_id, tools.now())
    toast = await toast_of(moving, say, "broadcast.over")
    await _show_card(press, broadcast_id, person, say, tools, toast)


@press("broadcast_stop", broadcast_id, power=Power.PUSH)
async def stop(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    card = await look(*ids, person, tools)
    if card.is_over:
        await _show_card(press, *ids, person, say, tools, say.label("broadcast.over"))
        return
    await show_instead(press, screens.confirm_stop(say, card, tools.courses), person, tools)


async def show_instead(press: CallbackQuery, screen: Screen, person: Person, tools: Tools) -> None:
    """Show another screen where a card was."""
    await _leave(press, person, tools)
    await show(press, screen, tools)


@press("broadcast_retry", broadcast_id, power=Power.PUSH)
async def retry(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    card = await look(*ids, person, tools)
    failed = card.broadcast.count(DeliveryState.FAILED)
    if card.broadcast.at_most_once and card.broadcast.unsure and failed:
        await show_instead(press, screens.confirm_retry(say, card, tools.courses), person, tools)
    else:
        await retried(press, ids, person, say, tools)


@press("broadcast_retried", broadcast_id, power=Power.PUSH)
async def retried(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    if (await look(*ids, person, tools)).withdrawal_id is not None:
        toast = say.label("broadcast.withdrawn_before")
    else:
        again = await tools.database.write(retries.retry, person.id, *ids, tools.now())
        key = "broadcast.retried" if again else "broadcast.none_back"
        toast = say.label(key, n=again)
    await _show_card(press, *ids, person, say, tools, toast)


# Taking back


@press("broadcast_withdraw", broadcast_id, power=Power.PUSH)
async def withdraw(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    card = changeable(await look(*ids, person, tools), tools.now())
    await show_instead(press, screens.confirm_withdraw(say, card, tools.courses), person, tools)


@press("broadcast_withdrawn", broadcast_id, power=Power.PUSH)
async def withdrawn(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    card = await look(*ids, person, tools)
    withdrawal_id = card.withdrawal_id
    if withdrawal_id is None:
        changeable(card, tools.now())
        stopped = await tools.database.read(card_queries.stopped_withdrawals, *ids)
        key = f"withdraw {ids[0]} {stopped}"  # pressed twice, or by two at once, it is one
        withdrawal_id = await tools.database.write(
            actions.withdraw, person.id, *ids, key, tools.now()
        )
    await _show_card(press, withdrawal_id, person, say, tools)


def changeable(card: Card, now: datetime) -> Card:
    """The card of what went out and still stands. Raises Refusal."""
    if card.withdrawal_id is not None:
        raise Refusal("broadcast.withdrawn_before")
    if card.broadcast.kind in CHANGES or not card.broadcast.total:
        raise Refusal("broadcast.over")
    if is_past_change(card.broadcast.finished_at, now):
        raise Refusal("broadcast.too_old")
    return card
