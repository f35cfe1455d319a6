"""What somebody sends, as a piece of a message."""

from datetime import UTC, datetime

import pytest
from aiogram.types import Chat, Dice, Message, MessageEntity

from handlers.incoming import after_command, pieces_of, said_in


def said(text: str, *entities: tuple[str, int, int]) -> Message:
    return Message(
        message_id=1,
        date=datetime(2026, 11, 23, tzinfo=UTC),
        chat=Chat(id=1, type="private"),
        text=text,
        entities=[MessageEntity(type=kind, offset=at, length=n) for kind, at, n in entities],
    )


@pytest.mark.parametrize(
    ("message", "html"),
    [
        (said("/notice", ("bot_command", 0, 7)), ""),
        (said("/notice  停水 ", ("bot_command", 0, 7)), "停水 "),
        (said("/notice\n停水 <3", ("bot_command", 0, 7)), "停水 &lt;3"),
        (said("/notice@linli_bot 停水", ("bot_command", 0, 17)), "停水"),
        (said("/notice 明天停水", ("bot_command", 0, 7), ("bold", 10, 2)), "明天<b>停水</b>"),
        (said("/notice 停水", ("bot_command", 0, 7), ("bold", 0, 10)), "<b>停水</b>"),
        (said("/notice 🚱停水", ("bot_command", 0, 7), ("bold", 8, 4)), "<b>🚱停水</b>"),
    ],
)
def test_a_command_leaves_what_stands_after_it_as_it_was_written(
    message: Message, html: str
) -> None:
    rest = after_command(message)
    assert rest.html_text == html
    if html:
        assert pieces_of(rest, said_in(rest))[0].text == html


def test_what_cannot_be_taken_is_named_as_the_texts_name_it() -> None:
    rolled = said("").model_copy(update={"text": None, "dice": Dice(emoji="🎲", value=1)})
    assert [f"{each}" for each in said_in(rolled).left_out] == ["dice"]
