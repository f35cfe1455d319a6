"""What somebody sent outside a form, remembered beside their forms as long as it can be meant."""

from dataclasses import replace

from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.filters import is_command
from handlers.incoming import after_command, said_in
from storage.model.draft import from_json, to_json
from storage.model.said import Heard, Thing

_PLACE = "heard"


async def remembered(state: FSMContext) -> Heard:
    """What is remembered of a person; nothing of what another version of the bot kept."""
    try:
        return from_json(Heard, await _beside(state).get_data())
    except ValueError:
        return Heard()


async def remember(state: FSMContext, heard: Heard) -> None:
    await _beside(state).set_data(to_json(heard))


async def thing_of(state: FSMContext, message: Message) -> Thing:
    """What a message is, or is part of: all of an album, as far as it is remembered."""
    heard = await remembered(state)
    thing = heard.of(message.message_id, message.media_group_id or "")
    if thing is not None and thing.parts:
        return thing
    words = after_command(message) if is_command(message) else message
    return Thing((), message.media_group_id or "").with_part(message.message_id, said_in(words))


async def forget(state: FSMContext, thing: Thing) -> None:
    """It went into a form, which remembers it from now on."""
    heard = await remembered(state)
    left = tuple(each for each in heard.things if each.messages[0] != thing.messages[0])
    if left != heard.things:
        await remember(state, replace(heard, things=left))


def _beside(state: FSMContext) -> FSMContext:
    return FSMContext(state.storage, replace(state.key, destiny=_PLACE))
