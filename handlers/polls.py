"""Votes: Telegram tells of each copy of a poll how many it has, and not whose they are."""

from aiogram.types import Poll

from handlers.tools import Tools
from storage.actions import polls
from storage.model.votes import Votes


async def voted(poll: Poll, tools: Tools) -> None:
    votes = Votes(poll.total_voter_count, tuple(option.voter_count for option in poll.options))
    await tools.database.write(polls.count, poll.id, votes, tools.now())
