"""The commands: one short list, from which the menus, the help and the handlers' order follow."""

from dataclasses import dataclass

from content.texts import Say
from handlers.tools import Tools
from storage.model.person import Person
from storage.model.roles import Power


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command and the power it takes; `staff` ones need some role."""

    name: str
    staff: bool = False
    power: Power | None = None


COMMANDS = (
    CommandEntry("start"),
    CommandEntry("study"),
    CommandEntry("events"),
    CommandEntry("suggest"),
    CommandEntry("track"),
    CommandEntry("me"),
    CommandEntry("settings"),
    CommandEntry("help"),
    CommandEntry("cancel"),
    CommandEntry("staff", staff=True),
    CommandEntry("inbox", staff=True, power=Power.ANSWER),
    CommandEntry("notice", staff=True, power=Power.PUSH),
    CommandEntry("broadcasts", staff=True, power=Power.PUSH),
    CommandEntry("push", staff=True, power=Power.PUSH),
    CommandEntry("post", staff=True, power=Power.POST_EVENT),
    CommandEntry("stats", staff=True, power=Power.SEE_FIGURES),
    CommandEntry("invite", staff=True, power=Power.INVITE_MEMBER),
    CommandEntry("communities", staff=True, power=Power.ADD_COMMUNITY),
)


def commands_for(person: Person | None) -> list[CommandEntry]:
    """The commands that `person` may use, in the order of the menu."""
    return [entry for entry in COMMANDS if _may_use(person, entry)]


def _may_use(person: Person | None, entry: CommandEntry) -> bool:
    if not entry.staff:
        return True
    if person is None or not person.is_staff:
        return False
    return entry.power is None or person.may(entry.power)


def menu_for(person: Person | None, say: Say) -> list[tuple[str, str]]:
    """The same as (name, description), for Telegram's menu of commands."""
    return [(entry.name, say.label(f"command.{entry.name}")) for entry in commands_for(person)]


async def refresh_menu(person: Person, tools: Tools) -> None:
    """Give staff the menu of their role. Everybody else has the menu of the language."""
    if person.is_staff:
        say = tools.texts.in_(person.language)
        await tools.chat.menu(person.telegram_id, menu_for(person, say))
