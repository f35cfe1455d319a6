"""Names follow Telegram, show what can be seen, and tell people apart."""

from datetime import datetime

import pytest
from sqlalchemy import Connection

from storage.queries.people import by_telegram_id
from tests.handlers.room import Room, Talker
from tests.handlers.test_post import at_the_review


async def called(room: Room, who: Talker) -> str:
    person = await room.database.read(by_telegram_id, who.id)
    assert person is not None
    return person.name


def renamed(who: Talker, name: str, username: str | None = None) -> None:
    who.account = who.account.model_copy(update={"first_name": name, "username": username})


async def joined(room: Room, name: str, username: str | None = None) -> Talker:
    """Somebody who came through the door, as Telegram names them."""
    talker = Talker(room, "x")
    renamed(talker, name, username)
    await talker.says(f"/start {room.communities['东湖社区'].code}")
    await talker.presses("同意")
    return talker


@pytest.mark.parametrize(
    ("name", "username", "kept"),
    [
        ("ana\u202e\n2. bo", None, "ana 2. bo"),
        ("\u3164", None, "邻居"),
        ("\u200b\u2800", "ana_1", "@ana_1"),
        ("  bo  ", "bo_1", "bo"),
    ],
)
async def test_a_name_is_cleaned_at_the_door(
    room: Room, name: str, username: str | None, kept: str
) -> None:
    newcomer = await joined(room, name, username)
    assert await called(room, newcomer) == kept
    assert f"{kept}，您好" in newcomer.screen


async def test_a_new_name_on_telegram_is_followed_by_a_message_and_a_press(room: Room) -> None:
    bo = await joined(room, "bo")
    renamed(bo, "bo li")
    await bo.says("/start")
    assert "bo li，您好" in bo.screen
    renamed(bo, "\u3164")  # shows nothing
    await bo.presses("我的")
    assert await called(room, bo) == "邻居"


async def test_a_new_name_is_followed_by_the_button_under_an_event(room: Room) -> None:
    bo = await joined(room, "bo")
    kim = await at_the_review(room)
    await kim.presses("发布")
    await bo.presses_raw("join:1")
    renamed(bo, "bo li")
    await bo.presses_raw("unjoin:1")
    await bo.presses_raw("join:1")
    await kim.presses("名单")
    assert "1. bo li" in kim.screen


async def test_nothing_is_written_while_the_name_stays(room: Room) -> None:
    bo = await joined(room, "bo")

    def watch(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE seen (name)")
        connection.exec_driver_sql(
            "CREATE TRIGGER watch AFTER UPDATE OF name ON persons "
            "BEGIN INSERT INTO seen VALUES (new.name); END"
        )

    def written(connection: Connection) -> list[str]:
        return list(connection.exec_driver_sql("SELECT name FROM seen").scalars())

    await room.database.write(watch)
    for _ in range(3):
        await bo.says("/me")
        await bo.presses_raw("join:1")
    assert await room.database.read(written) == []
    renamed(bo, "bo li")
    for _ in range(3):
        await bo.presses_raw("join:1")
        await bo.says("/me")
    assert await room.database.read(written) == ["bo li"]


async def test_namesakes_are_told_apart_on_the_roster_and_in_the_inbox(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("发布")
    for at in ("2026-11-22T09:05:00+08:00", "2026-11-23T12:00:00+08:00"):
        room.clock.at = datetime.fromisoformat(at)
        li = await joined(room, "li")
        await li.presses("申请成员")
        await li.presses_raw("join:1")
    ana = await joined(room, "ana")
    await ana.presses_raw("join:1")
    await kim.presses("名单")
    assert "1. li（周日 11月22日 9:05 加入）" in kim.screen
    assert "2. li（周一 11月23日 12:00 加入）" in kim.screen
    assert "3. ana\n" in kim.screen + "\n"
    room.clock.at = datetime.fromisoformat("2026-11-28T09:30:00+08:00")
    await kim.presses("刷新")
    assert len(set(kim.buttons)) == len(kim.buttons)
    await kim.says("/inbox")
    assert [label for label in kim.buttons if "11月22日" in label]
    assert len(set(kim.buttons)) == len(kim.buttons)


async def test_namesakes_of_one_minute_are_counted(room: Room) -> None:
    kim = await at_the_review(room)
    await kim.presses("发布")
    for _ in range(2):
        li = await joined(room, "li")
        await li.presses_raw("join:1")
    await kim.presses("名单")
    assert "1. li（周一 11月23日 12:00 加入 · 1）" in kim.screen
    assert "2. li（周一 11月23日 12:00 加入 · 2）" in kim.screen
