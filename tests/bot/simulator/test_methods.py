"""Every simulated method, called through aiogram's client and read back by aiogram's models."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BufferedInputFile,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    MenuButtonCommands,
    Message,
    MessageOriginUser,
    ReactionTypeEmoji,
)
from pydantic import BaseModel

from bot.simulator import Group, Person, Simulator
from bot.simulator.files import TINY_PNG
from bot.simulator.methods import REGISTRY

from .conftest import keyboard


@dataclass
class Scene:
    """What the calls below need to be possible."""

    bot: Bot
    ana: int
    group: int
    text: Message
    poll: Message
    photo: Message
    said: int
    query: str

    @property
    def file_id(self) -> str:
        assert self.photo.photo is not None
        return self.photo.photo[-1].file_id


Caller = Callable[[Scene], Awaitable[object]]


def _upload(name: str = "a.png", data: bytes = TINY_PNG) -> BufferedInputFile:
    return BufferedInputFile(data, name)


def _album() -> list[InputMediaPhoto]:
    return [InputMediaPhoto(media=_upload(), caption="<b>a</b>", parse_mode="HTML")] * 2


CALLS: dict[str, Caller] = {
    "answerCallbackQuery": lambda s: s.bot.answer_callback_query(s.query, "ok", show_alert=True),
    "copyMessage": lambda s: s.bot.copy_message(s.ana, s.ana, s.photo.message_id, caption="b"),
    "copyMessages": lambda s: s.bot.copy_messages(s.ana, s.ana, [s.text.message_id]),
    "deleteMessage": lambda s: s.bot.delete_message(s.ana, s.text.message_id),
    "deleteMessages": lambda s: s.bot.delete_messages(s.ana, [s.text.message_id, 9999]),
    "deleteMyCommands": lambda s: s.bot.delete_my_commands(),
    "deleteWebhook": lambda s: s.bot.delete_webhook(drop_pending_updates=True),
    "editMessageCaption": lambda s: s.bot.edit_message_caption(
        chat_id=s.ana, message_id=s.photo.message_id, caption="<i>b</i>"
    ),
    "editMessageMedia": lambda s: s.bot.edit_message_media(
        InputMediaDocument(media=_upload("a.txt", b"text"), caption="c"),
        chat_id=s.ana,
        message_id=s.photo.message_id,
    ),
    "editMessageReplyMarkup": lambda s: s.bot.edit_message_reply_markup(
        chat_id=s.ana, message_id=s.text.message_id, reply_markup=keyboard("b")
    ),
    "editMessageText": lambda s: s.bot.edit_message_text(
        "<b>b</b>", chat_id=s.ana, message_id=s.text.message_id
    ),
    "forwardMessage": lambda s: s.bot.forward_message(s.ana, s.ana, s.said),
    "forwardMessages": lambda s: s.bot.forward_messages(s.ana, s.ana, [s.said]),
    "getChat": lambda s: s.bot.get_chat(s.group),
    "getChatAdministrators": lambda s: s.bot.get_chat_administrators(s.group),
    "getChatMember": lambda s: s.bot.get_chat_member(s.group, s.ana),
    "getChatMemberCount": lambda s: s.bot.get_chat_member_count(s.group),
    "getChatMenuButton": lambda s: s.bot.get_chat_menu_button(),
    "getFile": lambda s: s.bot.get_file(s.file_id),
    "getMe": lambda s: s.bot.get_me(),
    "getMyCommands": lambda s: s.bot.get_my_commands(),
    "getMyDescription": lambda s: s.bot.get_my_description(),
    "getMyName": lambda s: s.bot.get_my_name(language_code="zh"),
    "getMyShortDescription": lambda s: s.bot.get_my_short_description(),
    "getUpdates": lambda s: s.bot.get_updates(),
    "getWebhookInfo": lambda s: s.bot.get_webhook_info(),
    "leaveChat": lambda s: s.bot.leave_chat(s.group),
    "pinChatMessage": lambda s: s.bot.pin_chat_message(s.ana, s.text.message_id),
    "sendAnimation": lambda s: s.bot.send_animation(s.ana, _upload("a.gif")),
    "sendAudio": lambda s: s.bot.send_audio(s.ana, _upload("a.mp3")),
    "sendChatAction": lambda s: s.bot.send_chat_action(s.ana, "typing"),
    "sendContact": lambda s: s.bot.send_contact(s.ana, "+86", "li"),
    "sendDocument": lambda s: s.bot.send_document(s.ana, _upload("表.xlsx"), caption="<b>a</b>"),
    "sendLocation": lambda s: s.bot.send_location(s.ana, 31.2, 121.5),
    "sendMediaGroup": lambda s: s.bot.send_media_group(s.ana, [*_album()]),
    "sendMessage": lambda s: s.bot.send_message(
        s.group, "<b>a</b> /start", reply_markup=keyboard("a"), protect_content=True
    ),
    "sendPhoto": lambda s: s.bot.send_photo(s.ana, s.file_id, caption="a", has_spoiler=True),
    "sendPoll": lambda s: s.bot.send_poll(
        s.ana,
        "<b>?</b>",
        ["a", "b"],
        type="quiz",
        correct_option_ids=[1],
        explanation="<i>because</i>",
        is_anonymous=False,
        open_period=60,
    ),
    "sendSticker": lambda s: s.bot.send_sticker(s.ana, _upload("a.webp")),
    "sendVenue": lambda s: s.bot.send_venue(s.ana, 31.2, 121.5, "广场", "东湖"),
    "sendVideo": lambda s: s.bot.send_video(s.ana, _upload("a.mp4")),
    "sendVoice": lambda s: s.bot.send_voice(s.ana, _upload("a.ogg")),
    "setChatMenuButton": lambda s: s.bot.set_chat_menu_button(
        chat_id=s.ana, menu_button=MenuButtonCommands()
    ),
    "setMessageReaction": lambda s: s.bot.set_message_reaction(
        s.ana, s.said, reaction=[ReactionTypeEmoji(emoji="👍")]
    ),
    "setMyCommands": lambda s: s.bot.set_my_commands([BotCommand(command="a", description="b")]),
    "setMyDescription": lambda s: s.bot.set_my_description("a"),
    "setMyName": lambda s: s.bot.set_my_name("a", language_code="zh"),
    "setMyShortDescription": lambda s: s.bot.set_my_short_description("a"),
    "setWebhook": lambda s: s.bot.set_webhook("https://example.org/hook", secret_token="s"),
    "stopPoll": lambda s: s.bot.stop_poll(s.ana, s.poll.message_id),
    "unpinAllChatMessages": lambda s: s.bot.unpin_all_chat_messages(s.ana),
    "unpinChatMessage": lambda s: s.bot.unpin_chat_message(s.ana, message_id=s.said),
}


@pytest.fixture
async def group(sim: Simulator, ana: Person) -> Group:
    made = sim.group("东湖", [ana, sim.person("bo")])
    await made.promotes(ana)
    return made


@pytest.fixture
async def scene(sim: Simulator, bot: Bot, ana: Person, group: Group) -> Scene:
    text = await bot.send_message(ana.id, "a", reply_markup=keyboard("ok"))
    shown = ana.last
    photo = await bot.send_photo(ana.id, _upload(), caption="a")
    poll = await bot.send_poll(ana.id, "?", ["a", "b"])
    said = await ana.says("hello")
    sim.world.chats[ana.id].pinned.append(said.message_id)
    await ana.presses("ok", on=shown, answered=False)
    return Scene(
        bot, ana.id, group.id, text, poll, photo, said.message_id, next(iter(sim.world.queries))
    )


def test_the_table_below_is_complete() -> None:
    assert sorted(name.lower() for name in CALLS) == sorted(REGISTRY)


@pytest.mark.parametrize("name", CALLS)
async def test_each_method_answers_what_aiogram_reads(name: str, scene: Scene) -> None:
    result = await CALLS[name](scene)
    assert result is not None
    assert strangers(result) == []


def strangers(thing: object) -> list[str]:
    """The fields that aiogram does not know, wherever in an object they stand."""
    if isinstance(thing, list | tuple):
        return [name for item in thing for name in strangers(item)]
    if not isinstance(thing, BaseModel):
        return []
    found = [f"{type(thing).__name__}.{name}" for name in thing.model_extra or {}]
    values = [getattr(thing, name) for name in type(thing).model_fields]
    return found + strangers(values)


async def test_a_text_has_entities_and_the_keyboard(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.id, "<b>报名</b> 👍", reply_markup=keyboard("好", "不"))
    assert sent.html_text == "<b>报名</b> 👍"
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    assert ana.screen == "报名 👍"
    assert ana.buttons() == ["好", "不"]


async def test_dates_come_from_the_clock(sim: Simulator, bot: Bot, ana: Person) -> None:
    sim.clock.move_to(datetime(2027, 1, 1, 8, 30, tzinfo=UTC))
    sent = await bot.send_message(ana.id, "a")
    assert abs(sent.date - datetime(2027, 1, 1, 8, 30, tzinfo=UTC)) < timedelta(seconds=5)


async def test_files_are_kept_sent_again_and_downloaded(bot: Bot, ana: Person) -> None:
    data = TINY_PNG + b"rest"
    sent = await bot.send_photo(ana.id, BufferedInputFile(data, "图.png"), caption="a")
    assert sent.photo is not None
    again = await bot.send_photo(ana.id, sent.photo[-1].file_id)
    assert again.photo == sent.photo
    found = await bot.get_file(sent.photo[-1].file_id)
    assert found.file_path is not None
    stream = await bot.download_file(found.file_path, destination=io.BytesIO())
    assert stream is not None
    assert stream.read() == data


async def test_what_people_send_can_be_downloaded(bot: Bot, ana: Person) -> None:
    await ana.sends_voice(b"voice")
    await ana.sends_document(b"text", "表 1.txt", caption="/log 见附件")
    voice, paper = await bot.get_updates()
    assert voice.message is not None
    assert voice.message.voice is not None
    stream = await bot.download(voice.message.voice, destination=io.BytesIO())
    assert stream is not None
    assert stream.read() == b"voice"
    assert paper.message is not None
    assert paper.message.document is not None
    assert paper.message.document.file_name == "表 1.txt"
    assert paper.message.caption_entities is not None
    assert paper.message.caption_entities[0].type == "bot_command"


async def test_every_kind_of_update_is_complete(sim: Simulator, bot: Bot, ana: Person) -> None:
    first = await bot.send_message(ana.id, "<b>a</b>", reply_markup=keyboard("ok"))
    shown = ana.last
    poll = await bot.send_poll(ana.id, "?", ["a", "b"], is_anonymous=False)
    said = await ana.says("hello @linli_bot", reply_to=ana.messages[-2])
    await ana.edits(said, "hello again")
    await ana.presses("ok", on=shown, answered=False)
    await ana.sends_album(caption="two")
    await ana.sends_sticker()
    await ana.sends_video()
    await ana.sends_location(31.2, 121.5)
    await ana.shares_contact()
    await ana.forwards(ana.messages[-1])
    await ana.votes("b")
    await ana.blocks()
    await ana.unblocks()
    sim.group("东湖", [ana])
    seen: list[str] = []
    for update in await bot.get_updates():
        seen.append(update.event_type)
        assert strangers(update) == []
        if update.callback_query is not None:
            pressed = update.callback_query.message
            assert isinstance(pressed, Message)
            assert (pressed.message_id, pressed.text) == (first.message_id, "a")
            assert pressed.entities == first.entities
            assert pressed.reply_markup == first.reply_markup
        if update.poll_answer is not None:
            assert poll.poll is not None
            assert update.poll_answer.poll_id == poll.poll.id
            assert update.poll_answer.option_ids == [1]
    assert seen == [
        *("message", "edited_message", "callback_query"),
        *["message"] * 7,
        *("poll", "poll_answer", "my_chat_member", "my_chat_member"),
        *("my_chat_member", "message"),
    ]


async def test_a_forwarded_message_names_its_origin(bot: Bot, ana: Person) -> None:
    sent = await bot.send_poll(ana.id, "?", ["a", "b"])
    await ana.forwards(ana.last)
    [update] = await bot.get_updates()
    assert update.message is not None
    assert isinstance(update.message.forward_origin, MessageOriginUser)
    assert update.message.forward_origin.sender_user.id == bot.id
    assert update.message.poll == sent.poll
    again = await bot.forward_message(ana.id, ana.id, update.message.message_id)
    assert again.forward_origin == update.message.forward_origin
    copy = await bot.copy_message(ana.id, ana.id, (await ana.says("b")).message_id)
    assert ana.last.message_id == copy.message_id
    assert (ana.screen, ana.last.extras) == ("b", {})


async def test_a_press_on_a_message_that_is_gone(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.id, "a", reply_markup=keyboard("ok"))
    message = ana.last
    await sent.delete()
    await ana.presses_raw(message, "go", answered=False)
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert not isinstance(update.callback_query.message, Message)


async def test_commands_by_scope_and_language(sim: Simulator, bot: Bot, ana: Person) -> None:
    kim = sim.person("kim", language="en", start="")

    def menu(name: str) -> list[BotCommand]:
        return [BotCommand(command=name, description=name)]

    await bot.set_my_commands(menu("everywhere"))
    assert ana.commands == kim.commands == ["everywhere"]
    private = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands(menu("private"), scope=private)
    await bot.set_my_commands(menu("english"), scope=private, language_code="en")
    assert (ana.commands, kim.commands) == (["private"], ["english"])
    await bot.set_my_commands(menu("staff"), scope=BotCommandScopeChat(chat_id=ana.id))
    assert ana.commands == ["staff"]
    [english] = await bot.get_my_commands(scope=private, language_code="en")
    assert english.command == "english"
    await bot.delete_my_commands(scope=private, language_code="en")
    assert kim.commands == ["private"]
    group = sim.group("东湖", [ana])
    assert ana.in_group(group).commands == ["everywhere"]


async def test_a_quiz_counts_votes_and_ends_by_the_clock(
    sim: Simulator, bot: Bot, ana: Person
) -> None:
    sent = await bot.send_poll(
        ana.id, "?", ["a", "b"], type="quiz", correct_option_ids=[1], open_period=600
    )
    await ana.votes("b")
    with pytest.raises(Exception, match="cannot be changed"):
        await ana.votes("a")
    sim.clock.advance(timedelta(minutes=11))
    voted, closed = await bot.get_updates()
    assert voted.poll is not None
    assert [option.voter_count for option in voted.poll.options] == [0, 1]
    assert voted.poll.correct_option_ids == [1]
    assert closed.poll is not None
    assert closed.poll.is_closed
    assert sent.poll is not None
    assert closed.poll.id == sent.poll.id


async def test_an_empty_inline_keyboard_removes_the_buttons(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.id, "a", reply_markup=keyboard("ok"))
    await sent.edit_reply_markup(reply_markup=InlineKeyboardMarkup(inline_keyboard=[]))
    assert ana.buttons() == []


@pytest.mark.parametrize("form", ["json", "urlencoded", "query", "multipart"])
async def test_parameters_come_in_any_form(form: str, sim: Simulator, ana: Person) -> None:
    markup = keyboard("好").model_dump(exclude_none=True)
    params = {"chat_id": str(ana.id), "text": "[1]", "reply_markup": json.dumps(markup)}
    url = f"{sim.url}/bot{sim.token}/SENDmessage"
    sent: dict[str, dict[str, object]] = {
        "json": {"json": {**params, "reply_markup": markup}},
        "urlencoded": {"data": params},
        "query": {"params": params},
        "multipart": {"data": aiohttp.FormData(params, default_to_multipart=True)},
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, **sent[form]) as response,  # type: ignore[arg-type]
    ):
        assert (await response.json())["ok"] is True
    assert ana.screen == "[1]"
    assert ana.buttons() == ["好"]


async def test_the_bots_calls_are_remembered(sim: Simulator, bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.id, "a")
    with pytest.raises(Exception, match="too long"):
        await bot.send_message(ana.id, "a" * 5000)
    first, second = sim.calls("sendMessage")
    assert (first.params["text"], first.error) == ("a", None)
    assert second.error == "Bad Request: message is too long"
