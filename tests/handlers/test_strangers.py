"""What somebody says before they are known is not lost, and nothing is kept till they agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from handlers import known
from handlers.people import joining
from handlers.strangers import KEEP, MOST, Strangers
from storage.actions import people
from storage.model.person import CONSENT_VERSION
from storage.model.said import Said, Thing
from storage.tables import metadata
from tests.handlers.conftest import MONDAY_NOON
from tests.handlers.content import album, file, photo, submitted
from tests.handlers.room import Room, Shown, Talker


def offers(talker: Talker) -> list[Shown]:
    return [m for m in talker.messages if any("作为建议提交" in label for label, _ in m.buttons)]


async def test_what_a_stranger_says_first_is_offered_when_they_are_at_home(room: Room) -> None:
    ana = Talker(room, "ana")
    said = await ana.says("路灯坏了")
    await room.conversations.load()  # as after a restart
    await ana.presses("English", "中文", "同意")
    assert offers(ana) == []
    await ana.presses("东湖社区")
    assert "东湖社区" in ana.messages[-2].text
    [offer] = offers(ana)
    assert offer.reply_to == said
    await ana.presses("作为建议提交", "设施维修", "提交")
    assert await submitted(room) == [("路灯坏了", [])]


async def test_what_was_edited_before_they_agree_is_offered_as_it_is_then(room: Room) -> None:
    ana = Talker(room, "ana")
    said = await ana.says("路灯坏")
    await ana.edits(said, text="社区电话多少？")
    assert len(ana.messages) == 1
    await ana.presses("同意", "东湖社区")
    assert ana.buttons[0] == "🙋 问工作人员"


async def test_everything_that_a_stranger_said_is_offered_but_no_album_twice(room: Room) -> None:
    ana = Talker(room, "ana")
    await ana.says("路灯坏了")
    await ana.sends(**photo("a", "就在三号楼"))
    await album(ana, "g", "b", "c")
    assert len(ana.messages) == 3
    await ana.sends(**file("sticker", "s"))
    await ana.presses("同意", "东湖社区")
    assert len(offers(ana)) == 3
    assert len({each.reply_to for each in offers(ana)}) == 3


@pytest.mark.parametrize(("most", "under"), [(2, 1), (3, 0), (10, 9)])
async def test_a_strangers_album_is_offered_with_all_of_it(
    room: Room, most: int, under: int
) -> None:
    ana = Talker(room, "ana")
    names = list("abcdefghij"[:most])
    ids = await album(ana, "g", *names, caption="路灯坏", under=under)
    await ana.edits(ids[under], **photo(names[under], "路灯坏了", media_group_id="g"))
    assert len(ana.messages) == 1
    await ana.presses("同意")
    await ana.sends(**photo("late", media_group_id="g"))  # it was still on its way
    await room.conversations.load()  # what they agreed to is kept from then on
    await ana.presses("东湖社区")
    [offer] = offers(ana)
    assert ana.messages[-1] is offer
    await ana.presses("作为建议提交", "设施维修", "提交")
    assert await submitted(room) == [("路灯坏了", [*names, "late"][:10])]


async def test_of_a_strangers_album_what_was_lost_is_said(room: Room) -> None:
    ana = Talker(room, "ana")
    await album(ana, "g", "a", "b", "c")
    room.dispatcher["tools"] = replace(room.tools, strangers=Strangers())  # as after a restart
    await ana.presses("同意", "东湖社区")
    assert "只留下了这一张" in ana.screen
    await ana.presses("作为建议提交", "设施维修", "提交")
    assert await submitted(room) == [("", ["a"])]


async def test_nothing_is_kept_of_a_stranger_who_does_not_agree(room: Room) -> None:
    ana = Talker(room, "ana")
    await ana.says("路灯坏了")
    await ana.sends(**photo("a", "三号楼"))
    await album(ana, "g", "b-file", "c-file", caption="三号楼")
    await ana.edits(await ana.says("电话"), text="电话 5550100")

    def everything(connection: Connection) -> str:
        return "".join(
            str(connection.execute(select(table)).all()) for table in metadata.sorted_tables
        )

    kept = await room.database.read(everything)
    assert not [each for each in ("路灯", "三号楼", "5550100", '"a"', "-file") if each in kept]


@pytest.mark.parametrize("said", ["路灯坏了", "请问怎么报名"])
async def test_what_is_said_where_a_community_is_asked_can_be_kept(room: Room, said: str) -> None:
    ana = Talker(room, "ana")
    await ana.says("/start")
    await ana.presses("同意")
    await ana.says(said)
    note = ana.messages[-2]
    assert "没找到" in note.text
    [(_, data)] = note.buttons
    on = next(n for n, shown in room.phones.chats[ana.id].items() if shown is note)
    await ana.presses_raw(data, on)
    await ana.sends(**photo("a", "还有这个"))
    await ana.presses("东湖社区")
    texts = [ana.said[m.reply_to or 0] for m in ana.messages if m.reply_to][-2:]
    assert [m.text or m.caption for m in texts] == [said, "还有这个"]


@pytest.mark.parametrize("later", [timedelta(0), KEEP + timedelta(seconds=1)])
def test_albums_of_strangers_are_in_memory_for_a_day_and_no_more_than_so_many(
    later: timedelta,
) -> None:
    strangers, thing = Strangers(), Thing((1,), "g")
    for telegram_id in range(MOST):
        strangers.keep(telegram_id, thing, {1: Said("灯")}, MONDAY_NOON)
    strangers.keep(MOST, thing, {1: Said("灯")}, MONDAY_NOON + later)
    kept = [n for n in range(MOST + 1) if strangers.whole(n, thing).parts]
    assert kept == ([MOST] if later else [*range(1, MOST + 1)])
    assert not strangers.whole(MOST, thing).parts


async def test_to_agree_again_on_an_older_screen_offers_nothing_twice(room: Room) -> None:
    ana = Talker(room, "ana")
    await ana.says("路灯坏了")
    first = ana.window
    await ana.says("/start")
    await ana.presses("同意", "东湖社区", "作为建议提交", "设施维修", "提交")
    await ana.presses_raw("agree:zh", first)
    assert len(offers(ana)) == 0
    assert await submitted(room) == [("路灯坏了", [])]


async def test_who_leaves_is_forgotten_with_what_they_sent_and_did_not_use(room: Room) -> None:
    ana = await room.resident("ana")
    await ana.says("路灯坏了")
    await album(ana, "g", "b-file", "c-file", caption="三号楼")
    await ana.says("/suggest 打印机")
    await ana.presses_raw("left")

    def conversations(connection: Connection) -> str:
        return str(connection.execute(select(metadata.tables["conversations"])).all())

    kept = await room.database.read(conversations)
    assert not [each for each in ("路灯", "三号楼", "-file", "打印机") if each in kept]


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_album_of_which_a_part_came_while_there_was_consent_is_taken_up(
    room: Room, monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    ana = await room.resident("ana")
    await album(ana, "g", "a", caption="路灯坏了")
    version = CONSENT_VERSION + 1
    for each in (joining, known, people):
        monkeypatch.setattr(each, "CONSENT_VERSION", version)  # the note changed meanwhile
    await ana.sends(**photo("b", media_group_id="g"))
    if restarted:
        room.dispatcher["tools"] = replace(room.tools, strangers=Strangers())
    await ana.says("/start")
    await ana.presses("同意")
    await ana.sends(**photo("c", media_group_id="g"))
    [offer] = offers(ana)
    on = next(n for n, shown in room.phones.chats[ana.id].items() if shown is offer)
    for label in ("作为建议提交", "设施维修", "提交"):
        shown = room.phones.chats[ana.id][on]
        await ana.presses_raw(next(data for text, data in shown.buttons if label in text), on)
    files = ["a", "c"] if restarted else ["a", "b", "c"]
    assert await submitted(room) == [("路灯坏了", files)]
