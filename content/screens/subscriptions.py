"""Figures that somebody gets each month: the message itself, asking for it, ending it."""

from content.screen import Button, Screen, document, lasting, press
from content.screens.kit import back, button, paged
from content.screens.periods import named
from content.splitting import short
from content.texts import Say
from storage.model.node import Node
from storage.model.page import Page
from storage.model.period import Period


def of_month(say: Say, node: Node, month: Period, made: bytes) -> Screen:
    """The figures of a month."""
    period = named(say, month)
    text = say("subscription.of_month", place=node.name, period=period)
    name = say.label("subscription.file", place=node.name, period=f"{month.first_on:%Y-%m}")
    rows = (
        (button(say, "subscription.look", "stats", node.id, month.compact),),
        (button(say, "subscription.end", "unsubscribe", node.id),),
    )
    return lasting(Screen(text, rows, media=(document(f"{name}.xlsx", made),)))


def subscribed(say: Say, node: Node) -> Screen:
    """It was asked for."""
    ended = button(say, "subscription.end", "unsubscribe", node.id)
    every = button(say, "subscription.all", "subscriptions", 0)
    return Screen(say("subscription.begun", place=node.name), ((ended,), (every,)))


def unsubscribed(say: Say, node: Node) -> Screen:
    """It was ended; it can be had again."""
    again = button(say, "subscription.again", "subscribe", node.id)
    return Screen(say("subscription.ended", place=node.name), ((again,), *back(say, "me")))


def listed(say: Say, places: Page[Node]) -> Screen:
    """All that somebody gets each month; a press ends one."""
    buttons = places.map(
        lambda node: Button(
            say.label("subscription.end_one", place=short(node.name)),
            press("unsubscribe", node.id),
        )
    )
    text = say("subscription.list", places=[node.name for node in places.items])
    return Screen(text, paged(say, buttons, "subscriptions", "settings"))
