"""One test for each of Telegram's refusals that a bot must live with."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyKeyboardRemove,
)

from bot.simulator import Limits, Person, Simulator
from bot.simulator.files import TINY_PNG

from .conftest import keyboard


async def refused(
    call: Awaitable[object], error: type[TelegramAPIError] = TelegramBadRequest
) -> str:
    """The words with which a call is refused."""
    with pytest.raises(error) as caught:
        await call
    return caught.value.message


async def test_an_unknown_tag(bot: Bot, ana: Person) -> None:
    words = await refused(bot.send_message(ana.id, "社区 <x>"))
    assert words == (
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 7'
    )


async def test_a_tag_without_end(bot: Bot, ana: Person) -> None:
    words = await refused(bot.send_message(ana.id, "<b>bold"))
    assert words == (
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""
    )


async def test_a_text_that_is_too_long_after_its_tags_are_gone(bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.id, f"<b>{'社' * 4096}</b>")
    await bot.send_message(ana.id, "👍" * 2048)
    for text in ("社" * 4097, "👍" * 2048 + "x"):
        assert await refused(bot.send_message(ana.id, text)) == "Bad Request: message is too long"


async def test_a_caption_that_is_too_long(bot: Bot, ana: Person) -> None:
    photo = BufferedInputFile(TINY_PNG, "a.png")
    await bot.send_photo(ana.id, photo, caption="<i>" + "x" * 1024 + "</i>")
    words = await refused(bot.send_photo(ana.id, photo, caption="x" * 1025))
    assert words == "Bad Request: message caption is too long"


async def test_an_empty_text(bot: Bot, ana: Person) -> None:
    assert await refused(bot.send_message(ana.id, "")) == "Bad Request: message text is empty"
    words = await refused(bot.send_message(ana.id, " <b> </b>\n"))
    assert words == "Bad Request: text must be non-empty"


async def test_an_edit_that_changes_nothing(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.id, "<b>a</b>", reply_markup=keyboard("ok"))
    words = await refused(sent.edit_text("<strong>a</strong> ", reply_markup=keyboard("ok")))
    assert words == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
    await sent.edit_text("a", reply_markup=keyboard("ok"))
    await sent.edit_text("a")


async def test_callback_data_over_64_bytes(bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.id, "a", reply_markup=keyboard("ok", data="社" * 21 + "x"))
    words = await refused(
        bot.send_message(ana.id, "a", reply_markup=keyboard("ok", data="社" * 22))
    )
    assert words == "Bad Request: BUTTON_DATA_INVALID"


async def test_an_inline_button_that_does_nothing(bot: Bot, ana: Person) -> None:
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a")]])
    words = await refused(bot.send_message(ana.id, "a", reply_markup=markup))
    assert words.endswith("Text buttons are unallowed in the inline keyboard")


async def test_a_button_with_a_bad_address(bot: Bot, ana: Person) -> None:
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", url="a b")]])
    words = await refused(bot.send_message(ana.id, "a", reply_markup=markup))
    assert words == "Bad Request: BUTTON_URL_INVALID"


async def test_a_chat_that_does_not_exist(bot: Bot, ana: Person) -> None:
    for chat_id in (1, -5, "@nobody"):
        assert await refused(bot.send_message(chat_id, "a")) == "Bad Request: chat not found"


async def test_a_person_who_blocked_the_bot(bot: Bot, ana: Person) -> None:
    await ana.blocks()
    words = await refused(bot.send_message(ana.id, "a"), TelegramForbiddenError)
    assert words == "Forbidden: bot was blocked by the user"
    await ana.unblocks()
    await bot.send_message(ana.id, "a")


async def test_a_person_who_never_started_the_bot(sim: Simulator, bot: Bot) -> None:
    kim = sim.person("kim")
    words = await refused(bot.send_message(kim.id, "a"), TelegramForbiddenError)
    assert words == "Forbidden: bot can't initiate conversation with a user"
    await kim.says("hello")
    await bot.send_message(kim.id, "a")


async def test_a_person_who_left_telegram(bot: Bot, ana: Person) -> None:
    await ana.deletes_account()
    words = await refused(bot.send_message(ana.id, "a"), TelegramForbiddenError)
    assert words == "Forbidden: user is deactivated"


async def test_messages_that_are_gone(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.id, "a")
    await sent.delete()
    assert await refused(sent.delete()) == "Bad Request: message to delete not found"
    assert await refused(sent.edit_text("b")) == "Bad Request: message to edit not found"
    words = await refused(sent.edit_reply_markup(reply_markup=keyboard("a")))
    assert words == "Bad Request: message to edit not found"


async def test_messages_that_are_not_the_bots_own(bot: Bot, ana: Person) -> None:
    said = await ana.says("a")
    words = await refused(bot.edit_message_text("b", chat_id=ana.id, message_id=said.message_id))
    assert words == "Bad Request: message can't be edited"


async def test_messages_sent_with_a_reply_keyboard_cannot_be_edited(bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.id, "a", reply_markup=ReplyKeyboardRemove())
    assert await refused(sent.edit_text("b")) == "Bad Request: message can't be edited"


async def test_a_text_in_place_of_a_caption_and_the_reverse(bot: Bot, ana: Person) -> None:
    photo = await bot.send_photo(ana.id, BufferedInputFile(TINY_PNG, "a.png"))
    words = await refused(photo.edit_text("b"))
    assert words == "Bad Request: there is no text in the message to edit"
    text = await bot.send_message(ana.id, "a")
    words = await refused(text.edit_caption(caption="b"))
    assert words == "Bad Request: there is no caption in the message to edit"


async def test_messages_older_than_two_days_stay(sim: Simulator, bot: Bot, ana: Person) -> None:
    sent = await bot.send_message(ana.id, "a")
    sim.clock.advance(timedelta(hours=48, seconds=2))
    assert await refused(sent.delete()) == "Bad Request: message can't be deleted for everyone"
    await sent.edit_text("b")


async def test_an_answer_that_comes_too_late(sim: Simulator, bot: Bot, ana: Person) -> None:
    late = "query is too old and response timeout expired or query ID is invalid"
    sent = await bot.send_message(ana.id, "a", reply_markup=keyboard("ok"))
    await ana.presses("ok", answered=False)
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert update.callback_query.message.message_id == sent.message_id
    sim.clock.advance(timedelta(minutes=2))
    query_id = update.callback_query.id
    assert await refused(bot.answer_callback_query(query_id)) == f"Bad Request: {late}"
    assert await refused(bot.answer_callback_query("1")) == f"Bad Request: {late}"


async def test_a_toast_that_is_too_long(bot: Bot, ana: Person) -> None:
    await bot.send_message(ana.id, "a", reply_markup=keyboard("ok"))
    await ana.presses("ok", answered=False)
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    words = await refused(bot.answer_callback_query(update.callback_query.id, text="x" * 201))
    assert words == "Bad Request: MESSAGE_TOO_LONG"


async def test_too_many_messages_in_a_second(sim: Simulator, bot: Bot, ana: Person) -> None:
    now = 100.0
    sim.world.limits = Limits(overall_per_second=3, per_chat_per_second=2, clock=lambda: now)
    bo, kim = sim.person("bo", start=""), sim.person("kim", start="")
    await bot.send_message(ana.id, "1")
    await bot.send_message(ana.id, "2")
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(ana.id, "3")
    assert "Too Many Requests: retry after 1" in caught.value.message
    assert caught.value.retry_after == 1
    await bot.send_message(bo.id, "1")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(kim.id, "1")
    now = 101.0
    await bot.send_message(kim.id, "1")


async def test_too_many_messages_in_a_group(sim: Simulator, bot: Bot, ana: Person) -> None:
    group = sim.group("东湖", [ana])
    sim.world.limits = Limits(per_group_per_minute=1, retry_after=40, clock=lambda: 0.0)
    await bot.send_message(group.id, "1")
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(group.id, "2")
    assert caught.value.retry_after == 40


async def test_a_group_that_threw_the_bot_out(sim: Simulator, bot: Bot, ana: Person) -> None:
    group = sim.group("东湖", [ana])
    await group.kicks_bot()
    words = await refused(bot.send_message(group.id, "a"), TelegramForbiddenError)
    assert words == "Forbidden: bot was kicked from the group chat"


async def test_a_group_that_the_bot_left(sim: Simulator, bot: Bot, ana: Person) -> None:
    group = sim.group("东湖", [ana], supergroup=True)
    await bot.leave_chat(group.id)
    words = await refused(bot.send_message(group.id, "a"), TelegramForbiddenError)
    assert words == "Forbidden: bot is not a member of the supergroup chat"


async def test_a_group_that_became_a_supergroup(sim: Simulator, bot: Bot, ana: Person) -> None:
    group = sim.group("东湖", [ana])
    old = await group.upgrades()
    with pytest.raises(TelegramMigrateToChat) as caught:
        await bot.send_message(old, "a")
    assert "group chat was upgraded to a supergroup chat" in caught.value.message
    assert caught.value.migrate_to_chat_id == group.id
    await bot.send_message(group.id, "a")


async def test_an_unknown_file(bot: Bot, ana: Person) -> None:
    words = await refused(bot.send_photo(ana.id, "nonsense"))
    assert words == "Bad Request: wrong file identifier/HTTP URL specified"
    words = await refused(bot.get_file("nonsense"))
    assert words == "Bad Request: wrong file_id or the file is temporarily unavailable"


async def test_a_file_of_another_kind(bot: Bot, ana: Person) -> None:
    sent = await bot.send_photo(ana.id, BufferedInputFile(TINY_PNG, "a.png"))
    assert sent.photo is not None
    words = await refused(bot.send_document(ana.id, sent.photo[-1].file_id))
    assert words == "Bad Request: can't use file of type Photo as Document"


async def test_a_photo_that_is_none(bot: Bot, ana: Person) -> None:
    words = await refused(bot.send_photo(ana.id, BufferedInputFile(b"no image", "a.png")))
    assert words == "Bad Request: IMAGE_PROCESS_FAILED"
    words = await refused(bot.send_document(ana.id, BufferedInputFile(b"", "a.txt")))
    assert words == "Bad Request: file must be non-empty"


async def test_a_photo_from_the_web_is_not_fetched(
    bot: Bot, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    words = await refused(bot.send_photo(ana.id, "https://example.org/a.png"))
    assert words == "Bad Request: failed to get HTTP URL content"
    assert "fetches nothing from the web" in caplog.text


async def test_an_album_of_things_that_do_not_go_together(bot: Bot, ana: Person) -> None:
    photo = InputMediaPhoto(media=BufferedInputFile(TINY_PNG, "a.png"))
    paper = InputMediaDocument(media=BufferedInputFile(b"text", "a.txt"))
    words = await refused(bot.send_media_group(ana.id, [photo, paper]))
    assert words == "Bad Request: media of these types can't be sent together in an album"


@pytest.mark.parametrize(
    ("poll", "words"),
    [
        ({"question": "?", "options": ["a"]}, "poll must have at least 2 option"),
        ({"question": "?", "options": ["a"] * 13}, "poll can't have more than 12 options"),
        ({"question": "x" * 301, "options": ["a", "b"]}, "length must not exceed 300"),
        ({"question": "?", "options": ["a", "b" * 101]}, "length must not exceed 100"),
        ({"question": "?", "options": ["a", "b"], "type": "quiz"}, "wrong correct option ID"),
        (
            {"question": "?", "options": ["a", "b"], "type": "quiz", "correct_option_ids": [2]},
            "wrong correct option ID specified",
        ),
    ],
)
async def test_an_impossible_poll(bot: Bot, ana: Person, poll: dict[str, Any], words: str) -> None:
    assert words in await refused(bot.send_poll(ana.id, **poll))


async def test_a_poll_that_is_closed_already(bot: Bot, ana: Person) -> None:
    sent = await bot.send_poll(ana.id, "?", ["a", "b"])
    await bot.stop_poll(ana.id, sent.message_id)
    words = await refused(bot.stop_poll(ana.id, sent.message_id))
    assert words == "Bad Request: poll has already been closed"


async def test_a_reply_to_nothing(bot: Bot, ana: Person) -> None:
    words = await refused(bot.send_message(ana.id, "a", reply_to_message_id=99))
    assert words == "Bad Request: message to be replied not found"


async def test_a_reaction_that_telegram_does_not_have(bot: Bot, ana: Person) -> None:
    said = await ana.says("a")
    reaction = [{"type": "emoji", "emoji": "🥦"}]
    call = bot.set_message_reaction(ana.id, said.message_id, reaction=reaction)  # type: ignore[arg-type]
    assert await refused(call) == "Bad Request: REACTION_INVALID"


async def test_a_method_that_is_not_simulated(
    bot: Bot, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    words = await refused(bot.get_user_profile_photos(ana.id), TelegramNotFound)
    assert words == "Not Found: method getUserProfilePhotos is not simulated"
    assert [r.levelname for r in caplog.records if "not simulated" in r.message] == ["ERROR"]


async def test_a_wrong_token(sim: Simulator, bot: Bot) -> None:
    sim._api.token = "42:ANOTHER"
    assert await refused(bot.get_me(), TelegramUnauthorizedError) == "Unauthorized"


async def test_a_call_without_what_it_needs(sim: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{sim.url}/bot{sim.token}/sendMessage"
        async with session.post(url, json={"text": "a"}) as response:
            assert response.status == 400
            answer = await response.json()
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: chat_id is empty",
    }


async def test_a_body_that_is_too_big(sim: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{sim.url}/bot{sim.token}/sendMessage"
        headers = {"Content-Length": str(10**9)}
        async with session.post(url, data=b"{}", headers=headers) as response:
            assert response.status == 413


async def test_more_than_a_hundred_messages_to_delete_at_once(bot: Bot, ana: Person) -> None:
    words = await refused(bot.delete_messages(ana.id, list(range(1, 102))))
    assert words == "Bad Request: too many message identifiers specified"


async def test_a_crowd_takes_what_it_is_sent_and_nobody_else_is_there(
    bot: Bot, sim: Simulator
) -> None:
    sim.world.crowd = range(7_000, 7_002)
    assert (await bot.send_message(7_001, "a")).chat.id == 7_001
    assert "chat not found" in await refused(bot.send_message(7_002, "a"))
    assert 7_001 not in sim.world.accounts, "no telephone is opened"
