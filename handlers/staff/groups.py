"""The Telegram groups of one's places: which there are, to which place each belongs."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import CallbackQuery

from content.screens import groups as screens
from content.texts import Say
from handlers.answering import show
from handlers.filters import is_in, may_write
from handlers.ids import chat_id, group_id, node_id, page
from handlers.presses import press
from handlers.tools import Tools
from storage.actions import groups as actions
from storage.model.person import Person
from storage.model.roles import Power
from storage.queries import groups as queries
from storage.queries import nodes as node_queries


@press("groups", power=Power.PUSH)
@press("groups", page, power=Power.PUSH)
async def every(
    press: CallbackQuery, person: Person, say: Say, tools: Tools, ids: tuple[int] = (0,)
) -> None:
    groups = await tools.database.read(queries.linked, person, *ids)
    reach = await tools.database.read(node_queries.reach, person, Power.PUSH)
    await show(press, screens.every(say, groups, several_places=reach.others), tools)


@press("group", group_id, power=Power.PUSH)
async def one(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    group = await tools.database.read(queries.for_staff, *ids, person)
    if not group.is_linked:
        await show(press, screens.unlinked(say, group), tools)
        return
    reach = await tools.database.read(node_queries.reach, person, Power.PUSH)
    await show(press, screens.one(say, group, several_places=reach.others), tools)


@press("group_where", chat_id, page, power=Power.PUSH)
async def where(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools, bot: Bot
) -> None:
    title = await _title_or_gone(press, ids[0], person, say, tools, bot)
    if title is None:
        return
    places = await tools.database.read(node_queries.places, person, Power.PUSH, ids[1])
    its = await tools.database.read(queries.by_chat, ids[0])
    await show(press, screens.where(say, ids[0], title, places, its), tools)


@press("group_at", chat_id, node_id, power=Power.PUSH)
async def linked(
    press: CallbackQuery, ids: tuple[int, int], person: Person, say: Say, tools: Tools, bot: Bot
) -> None:
    title = await _title_or_gone(press, ids[0], person, say, tools, bot)
    if title is None:
        return
    given = (person.id, ids[0], title, ids[1], tools.now())
    group, is_news = await tools.database.write(actions.link, *given)
    reach = await tools.database.read(node_queries.reach, person, Power.PUSH)
    await show(press, screens.linked_to(say, group, several_places=reach.others), tools)
    if is_news:
        greeting = screens.linked(say, group.node_name, tools.start_link(""))
        await tools.chat.send(group.chat_id, greeting)


async def _title_or_gone(
    press: CallbackQuery, chat: int, person: Person, say: Say, tools: Tools, bot: Bot
) -> str | None:
    """The title of a group that the person may link; None, and the screen says that the bot is not
    there, for any other: one of others, or one in which they are not themselves and that was never
    one of their places'."""
    path, is_linked = await tools.database.read(queries.place_of, chat)
    mine = path is not None and person.may_at(Power.PUSH, path)
    title = None
    if mine or not is_linked:
        title = await title_of(bot, chat, None if mine else person.telegram_id)
    if title is None:
        if mine:  # the bot was not told that it had to leave; it knows by now
            await tools.database.write(actions.lose_group, chat, tools.now())
        await show(press, screens.gone(say), tools, toast=say.label("group.gone"))
    return title


@press("unlink", group_id, power=Power.PUSH)
async def unlink(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    group = await tools.database.read(queries.for_staff, *ids, person)
    screen = screens.confirm_unlink if group.is_linked else screens.unlinked
    await show(press, screen(say, group), tools)


@press("unlinked", group_id, power=Power.PUSH)
async def unlinked(
    press: CallbackQuery, ids: tuple[int], person: Person, say: Say, tools: Tools
) -> None:
    await tools.database.write(actions.unlink, person.id, *ids, tools.now())
    group = await tools.database.read(queries.for_staff, *ids, person)
    await show(press, screens.unlinked(say, group), tools, toast=say.label("group.unlinked"))


async def title_of(bot: Bot, chat: int, with_member: int | None) -> str | None:
    """The title of a group in which the bot may write, and in which somebody is; else None."""
    try:
        here = may_write(await bot.get_chat_member(chat, bot.id))
        if with_member is not None:
            here = here and is_in(await bot.get_chat_member(chat, with_member))
        found = await bot.get_chat(chat)
    except (TelegramBadRequest, TelegramForbiddenError):
        return None
    return found.title if here else None
