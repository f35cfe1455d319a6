"""Telegram groups to which notices may go."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A Telegram group, and the node whose notices it gets, or got until it was left."""

    id: int
    chat_id: int
    title: str
    node_id: int
    node_name: str
    is_linked: bool = True
