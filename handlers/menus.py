"""Telegram's menu of commands, for whoever may use which."""

from collections.abc import Iterable

from content.texts import Say
from handlers.commands import Command, words_for
from handlers.tools import Tools
from storage.model.person import Person


def menu_for(person: Person | None, say: Say, commands: Iterable[Command]) -> list[tuple[str, str]]:
    """The commands that `person` may use, as (name, description), in the order of the subjects."""
    return [(name, say.label(key)) for name, key in words_for(person, commands).items()]


async def refresh_menu(person: Person, tools: Tools) -> None:
    """Give staff the menu of their role. Everybody else has the menu of the language."""
    if person.is_staff:
        await renew_menu(person, tools)


async def renew_menu(person: Person, tools: Tools) -> None:
    """The same for somebody whose role has ended: the menu of another one, or of the language."""
    say = tools.texts.in_(person.language)
    own = menu_for(person, say, tools.commands) if person.is_staff else []
    await tools.chat.menu(person.telegram_id, own)
