"""The control interface that the page is written against."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import BotCommand, BufferedInputFile

from bot.simulator import Person, Simulator
from bot.simulator.files import TINY_PNG
from tests.waiting import HANG

from .conftest import keyboard

Json = dict[str, Any]


class Page:
    """What the page in the browser can do: JSON there and back."""

    def __init__(self, session: aiohttp.ClientSession, person: int = 0) -> None:
        self.session = session
        self.chat = f"/sim/persons/{person}/chats/{person}"

    async def get(self, path: str) -> Any:
        async with self.session.get(path) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        async with self.session.post(path, json=body) as response:
            assert response.status == status, await response.text()
            return await response.json()


@pytest.fixture
async def session(sim: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(sim.url) as made:
        yield made


@pytest.fixture
def page(session: aiohttp.ClientSession, ana: Person) -> Page:
    return Page(session, ana.id)


async def test_the_state_of_the_world(sim: Simulator, page: Page, ana: Person) -> None:
    group = sim.group("东湖", [ana])
    state = await page.get("/sim/state")
    assert state["bot"] == {"id": 42, "username": "linli_bot", "first_name": "邻里"}
    assert state["clock"] == {"can_move": True, "next_slot": None}
    assert datetime.fromisoformat(state["now"]).tzinfo is not None
    assert state["persons"] == [
        {
            "id": ana.id,
            "first_name": "ana",
            "username": "ana",
            "language_code": "zh",
            "label": "ana",
            "blocked": False,
        }
    ]
    assert state["groups"] == [{"id": group.id, "title": "东湖", "members": [ana.id]}]


async def test_persons_and_groups_are_added(page: Page) -> None:
    bo = await page.post("/sim/persons", first_name="bo", language_code="en", label="居民")
    assert (bo["first_name"], bo["language_code"], bo["label"]) == ("bo", "en", "居民")
    group = await page.post("/sim/groups", title="东湖", members=[bo["id"]])
    assert group["id"] < 0
    await page.post("/sim/groups", status=409, title="空", members=[])
    await page.post("/sim/groups", status=404, title="空", members=[1])


async def test_a_chat_as_the_page_draws_it(bot: Bot, page: Page, ana: Person) -> None:
    await bot.set_my_commands([BotCommand(command="events", description="活动")])
    await bot.send_message(ana.id, "<b>a</b> &lt;", reply_markup=keyboard("报名"))
    chat = await page.get(f"{page.chat}/messages")
    said, shown = chat["messages"]
    assert chat["commands"] == [{"command": "events", "description": "活动"}]
    assert (chat["reply_keyboard"], chat["toast"]) == (None, None)
    assert (said["outgoing"], said["html"]) == (True, "/start")
    assert datetime.fromisoformat(shown.pop("date")).tzinfo is not None
    assert shown == {
        "message_id": 2,
        "from_id": 42,
        "from_name": "邻里",
        "outgoing": False,
        "edited": False,
        "html": "<b>a</b> &lt;",
        "media": None,
        "poll": None,
        "buttons": [[{"text": "报名", "data": "go", "url": None}]],
    }


async def test_media_polls_and_places_are_described(bot: Bot, page: Page, ana: Person) -> None:
    await bot.send_document(ana.id, BufferedInputFile(b"text", "a.txt"))
    await bot.send_location(ana.id, 31.2, 121.5)
    await bot.send_poll(ana.id, "?", ["a", "b"])
    messages = (await page.get(f"{page.chat}/messages"))["messages"]
    paper, place, poll = messages[-3:]
    assert (paper["media"]["kind"], paper["media"]["name"]) == ("document", "a.txt")
    assert place["media"]["latitude"] == 31.2
    assert poll["poll"]["options"] == [{"text": "a", "voters": 0}, {"text": "b", "voters": 0}]
    await page.post(f"{page.chat}/vote", poll_id=poll["poll"]["id"], options=[1])
    poll = (await page.get(f"{page.chat}/messages"))["messages"][-1]["poll"]
    assert (poll["chosen"], poll["options"][1]["voters"]) == ([1], 1)
    await page.post(f"{page.chat}/vote", status=409, poll_id=poll["id"], options=[5])


@pytest.mark.usefixtures("club")
async def test_a_press_waits_for_the_answer(page: Page, ana: Person) -> None:
    await page.post(f"/sim/persons/{ana.id}/start", payload="")
    card = await ana.sees("您好")
    body: Json = {"message_id": card.message_id, "data": "go"}
    answer = await page.post(f"{page.chat}/press", **body)
    assert answer == {"toast": "第 1 位", "alert": False}


@pytest.mark.usefixtures("club")
async def test_a_label_of_the_keyboard_acts_as_the_button(page: Page, ana: Person) -> None:
    await page.post(f"{page.chat}/text", text="/keys")
    await ana.sees("请选择")
    chat = await page.get(f"{page.chat}/messages")
    assert chat["reply_keyboard"] == [["💡 提建议", "📱 手机号"]]
    await page.post(f"{page.chat}/text", text="📱 手机号")
    await ana.sees("号码 +86138")


async def test_things_are_sent(bot: Bot, page: Page) -> None:
    await page.post(f"{page.chat}/location", latitude=31.2, longitude=121.5)
    await page.post(f"{page.chat}/sticker")
    form = aiohttp.FormData({"kind": "photo", "caption": "坏了"})
    form.add_field("file", TINY_PNG, filename="图.png", content_type="image/png")
    async with page.session.post(f"{page.chat}/file", data=form) as response:
        assert response.status == 200
    place, sticker, photo = (u.message for u in await bot.get_updates())
    assert place is not None
    assert place.location is not None
    assert sticker is not None
    assert sticker.sticker is not None
    assert photo is not None
    assert photo.photo is not None
    assert photo.caption == "坏了"


async def test_files_are_shown_only_if_they_cannot_do_harm(page: Page, ana: Person) -> None:
    photo = await ana.sends_photo()
    paper = await ana.sends_document(b"<script>alert(1)</script>", "a.html")
    async with page.session.get(f"/sim/files/{photo.file_id}") as response:
        assert response.content_type == "image/png"
        assert await response.read() == TINY_PNG
    async with page.session.get(f"/sim/files/{paper.file_id}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_blocking_and_the_refusal_to_speak(page: Page, ana: Person) -> None:
    blocked = await page.post(f"/sim/persons/{ana.id}/block", blocked=True)
    assert blocked["blocked"] is True
    refused = await page.post(f"{page.chat}/text", status=409, text="a")
    assert "blocked the bot" in refused["error"]


async def test_the_clock_moves(sim: Simulator, page: Page) -> None:
    there = await page.post("/sim/clock", to="2026-11-23T08:00:00+00:00")
    assert there["now"].startswith("2026-11-23T08:00:0")
    there = await page.post("/sim/clock", seconds=3600)
    assert there["now"].startswith("2026-11-23T09:00:0")
    await page.post("/sim/clock", status=409, next_slot=True)
    await page.post("/sim/clock", status=400, to="2026-11-23T08:00:00")
    await page.post("/sim/clock", status=400, seconds="soon")
    await page.post("/sim/clock", status=400)


async def test_the_clock_moves_to_the_next_slot() -> None:
    slot = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)

    async def next_slot() -> datetime:
        return slot

    async with Simulator(next_slot=next_slot) as sim, aiohttp.ClientSession(sim.url) as session:
        page = Page(session)
        state = await page.get("/sim/state")
        assert state["clock"]["next_slot"] == slot.isoformat()
        await page.post("/sim/clock", next_slot=True)
        assert abs(sim.clock.now() - slot) < timedelta(seconds=5)


async def test_changes_are_told(sim: Simulator, page: Page, ana: Person) -> None:
    async with page.session.get("/sim/events") as stream:
        assert stream.content_type == "text/event-stream"
        await stream.content.readuntil(b"\n\n")
        await ana.says("hello")
        assert await _event(stream) == {"chat_id": ana.id}
        sim.person("bo")
        assert await _event(stream) == {"persons": True}
        sim.clock.advance(timedelta(days=1))
        assert await _event(stream) == {"clock": True}
        await sim.stop()
        assert await stream.content.read() == b""


async def _event(stream: aiohttp.ClientResponse) -> Any:
    line = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), HANG)
    return json.loads(line.removeprefix(b"data: "))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Host": "example.org"},
        {"Host": "127.0.0.1.example.org"},
        {"Host": "["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_another_page_cannot_drive_it(page: Page, headers: dict[str, str]) -> None:
    for method, path in (("POST", "/sim/persons"), ("GET", "/sim/state"), ("GET", "/sim/events")):
        async with page.session.request(method, path, json={}, headers=headers) as response:
            assert response.status == 403


async def test_its_own_page_can_drive_it(sim: Simulator, page: Page) -> None:
    headers = {"Origin": sim.url, "Sec-Fetch-Site": "same-origin"}
    async with page.session.post("/sim/clock", json={"seconds": 1}, headers=headers) as response:
        assert response.status == 200


async def test_too_much_and_nonsense_are_refused(page: Page, ana: Person) -> None:
    await page.post(f"{page.chat}/text", status=413, text="a" * 70_000)
    await page.post(f"{page.chat}/text", status=409, text=5)
    await page.post(f"{page.chat}/text", status=409, text=" ")
    await page.post(f"{page.chat}/press", status=400)
    await page.post(f"{page.chat}/location", status=409, latitude=100, longitude=0)
    await page.post("/sim/persons/1/start", status=404, payload="")
    await page.post(f"/sim/persons/{ana.id}/chats/-1/text", status=404, text="a")
    async with page.session.post("/sim/clock", data=b"[") as response:
        assert response.status == 400


async def test_the_page_is_served_and_nothing_beside_it(page: Page) -> None:
    async with page.session.get("/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
    for path in ("/server.py", "/..%2Fserver.py", "/nothing.js"):
        async with page.session.get(path) as response:
            assert response.status == 404
