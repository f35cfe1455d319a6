"""What people are called: as on Telegram, also after they changed it there."""

from aiogram.types import User

from content.texts import Say
from handlers.tools import Tools
from storage.actions.people import rename
from storage.model.person import NAME_LIMIT, Person
from storage.model.visible import one_line
from storage.queries.people import by_telegram_id
from storage.receipts import unmarked


def name_of(user: User, say: Say) -> str:
    """What somebody is called here; a plain word for whose name shows nothing."""
    shown = one_line(user.full_name)[:NAME_LIMIT].rstrip()
    return shown or (f"@{user.username}" if user.username else say.label("home.nameless"))


async def follow_name(person: Person, user: User, tools: Tools) -> str:
    """The name that they have on Telegram now; it is written only if it is another one."""
    name = name_of(user, tools.texts.in_(person.language))
    if name != person.name:
        with unmarked():
            await tools.database.write(rename, person.id, name)
    return name


async def follow_name_of(user: User, tools: Tools) -> None:
    """The same where nobody asked yet who they are; looked up once for each name."""
    if tools.names.are_known(user.id, user.full_name):
        return
    person = await tools.database.read(by_telegram_id, user.id)
    if person is not None:
        await follow_name(person, user, tools)
        tools.names.keep(user.id, user.full_name)
