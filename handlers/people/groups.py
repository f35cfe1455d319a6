"""What happens in Telegram groups: the bot comes with somebody, moves, goes; it does not listen."""

from collections.abc import Iterable, Mapping

from aiogram import Router
from aiogram.filters import Command as Named
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from content.screens import groups as group_screens
from content.screens.home import in_group as in_group_screen
from handlers.commands import Command
from handlers.dispatch import Pressed, follow
from handlers.filters import When, is_private, may_write
from handlers.known import user_language
from handlers.memory import remember, remembered
from handlers.presses import Press
from handlers.tools import Tools
from storage.actions import groups as actions
from storage.actions.people import set_reachable
from storage.model.person import Person
from storage.model.roles import Power
from storage.model.said import Thing
from storage.queries import nodes as node_queries
from storage.queries.people import by_telegram_id

_KINDS = ("group", "supergroup")  # a channel is none


def listen(
    router: Router, commands: Iterable[Command], presses: Mapping[tuple[str, int], Press]
) -> None:
    """Register what happens in groups: the bot says in which chat its `commands` work, and those of
    the `presses` that stand there are answered."""
    there = When(lambda message: not is_private(message))
    named = Named(*{each.name for each in commands})  # none that names another bot
    router.message.register(in_group, there, named)
    moved = When(lambda message: message.migrate_to_chat_id is not None)
    router.message.register(became_a_supergroup, there, moved)
    renamed = When(lambda message: message.new_chat_title is not None)
    router.message.register(was_renamed, there, renamed)
    router.message.register(not_for_us, there)
    on_cards = {key: each for key, each in presses.items() if each.in_groups}
    router.callback_query.register(follow, When(_is_elsewhere), Pressed(on_cards))
    router.callback_query.register(pressed_there, When(_is_elsewhere))
    router.my_chat_member.register(blocked_or_unblocked, When(is_private))
    router.my_chat_member.register(came_or_went, When(lambda event: event.chat.type in _KINDS))


async def in_group(message: Message, state: FSMContext, tools: Tools) -> None:
    """Says where the commands work: once for an album, of which each picture may carry one."""
    if message.from_user is not None and await _is_one_thing(message, state):
        say = tools.texts.in_(user_language(message.from_user, tools))
        screen = in_group_screen(say, tools.start_link(""))
        # Elsewhere Telegram calls the thread of replies so, in which nothing can be sent.
        topic = message.message_thread_id if message.is_topic_message else None
        await tools.chat.send(message.chat.id, screen, topic=topic)


async def _is_one_thing(message: Message, state: FSMContext) -> bool:
    """Whether it is no further part of an album."""
    album = message.media_group_id
    if not album:
        return True
    heard = await remembered(state)
    if heard.of(message.message_id, album):
        return False
    await remember(state, heard.with_thing(Thing((message.message_id,), album)))
    return True


async def became_a_supergroup(message: Message, tools: Tools) -> None:
    moved = (message.chat.id, message.migrate_to_chat_id or 0, tools.now())
    await tools.database.write(actions.move_group, *moved)


async def was_renamed(message: Message, tools: Tools) -> None:
    title = message.new_chat_title or ""
    await tools.database.write(actions.rename_group, message.chat.id, title)


async def not_for_us(_message: Message) -> None:
    """People talk to each other in groups; the bot does not listen."""


def _is_elsewhere(press: CallbackQuery) -> bool:
    """Whether a press is on no message of a chat with one person."""
    return press.message is None or press.message.chat.type != "private"


async def pressed_there(press: CallbackQuery, tools: Tools) -> None:
    """We give groups few buttons, but a changed client sends any press for any message there. What
    others read stays as it is."""
    say = tools.texts.in_(user_language(press.from_user, tools))
    await tools.chat.toast(press.id, say.label("home.group"))


async def blocked_or_unblocked(event: ChatMemberUpdated, tools: Tools) -> None:
    reachable = event.new_chat_member.status != "kicked"
    await tools.database.write(set_reachable, event.from_user.id, reachable, tools.now())


async def came_or_went(event: ChatMemberUpdated, tools: Tools) -> None:
    """The bot may write in a group from now on, or no longer."""
    before, after = may_write(event.old_chat_member), may_write(event.new_chat_member)
    if before and not after:
        await tools.database.write(actions.lose_group, event.chat.id, tools.now())
    elif after and not before:
        person = await tools.database.read(by_telegram_id, event.from_user.id)
        if person is not None and person.may(Power.PUSH):
            await _brought(event, person, tools)


async def _brought(event: ChatMemberUpdated, person: Person, tools: Tools) -> None:
    """By staff: say so in the group, or ask them in private to which of their places it belongs."""
    say, title = tools.texts.in_(person.language), event.chat.title or ""
    came = (person.id, event.chat.id, title, tools.now())
    group = await tools.database.write(actions.bring, *came)
    if group is not None:
        screen = group_screens.linked(say, group.node_name, tools.start_link(""))
        await tools.chat.send(event.chat.id, screen)
    else:
        places = await tools.database.read(node_queries.places, person, Power.PUSH, 0)
        question = group_screens.where(say, event.chat.id, title, places)
        await tools.chat.send(person.telegram_id, question)
