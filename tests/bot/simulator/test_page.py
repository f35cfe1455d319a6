"""The chat page of the simulator in a real browser, with a small bot on the other side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
import pytest_asyncio
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)
from playwright.async_api import Browser, Locator, Page, expect

from bot.simulator import Clock, Person, Simulator
from bot.simulator.files import TINY_PNG
from tests.browser import DESKTOP, PHONE, launched, opened

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
ANA = 7001
KIM = 7002
expect.set_options(timeout=30_000)


# --- the other side: a small bot --------------------------------------------------------------


async def welcome(message: Message, command: CommandObject) -> None:
    link = f"https://t.me/{(await _bot(message).me()).username}?start=lake"
    rows = [
        [_key("报名", data="join"), _key("提醒", data="alert")],
        [_key("东湖社区", url=link)],
    ]
    await message.answer(
        f'欢迎来到 <b>{command.args or "邻里"}</b>。<a href="{link}">换社区</a>',
        reply_markup=InlineKeyboardMarkup(inline_keyboard=rows),
    )


async def join(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.message.edit_text("已报名，第 35 位。")
    await query.answer("报名成功")


async def alert(query: CallbackQuery) -> None:
    await query.answer("已满，可以排队候补。", show_alert=True)


async def quiz(message: Message) -> None:
    await message.answer_poll(
        "“安全账户”是什么？", ["骗局", "银行业务"], type="quiz", correct_option_id=0
    )


async def picture(message: Message) -> None:
    await message.answer("收到照片：" + escape(message.caption or "没有说明"))


async def echo(message: Message) -> None:
    await message.answer("您说：" + escape(message.text or ""))


def _bot(message: Message) -> Bot:
    assert message.bot is not None
    return message.bot


def _key(text: str, data: str | None = None, url: str | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data, url=url)


def _dispatcher() -> Dispatcher:
    dispatcher = Dispatcher()
    dispatcher.message.register(welcome, CommandStart())
    dispatcher.message.register(quiz, F.text == "/quiz")
    dispatcher.message.register(picture, F.photo)
    dispatcher.message.register(echo, F.text)
    dispatcher.callback_query.register(join, F.data == "join")
    dispatcher.callback_query.register(alert, F.data == "alert")
    return dispatcher


@asynccontextmanager
async def answering(simulator: Simulator, session: AiohttpSession) -> AsyncIterator[None]:
    """Runs the small bot against the simulator."""
    session.api = TelegramAPIServer.from_base(simulator.url)
    bot = Bot(simulator.token, session=session)
    bot.default.parse_mode = "HTML"
    await bot.set_my_commands([BotCommand(command="quiz", description="做一题")])
    dispatcher = _dispatcher()
    polling = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
    )
    try:
        yield
    finally:
        await dispatcher.stop_polling()
        await polling


class Slots:
    """When the product will next do something by itself."""

    def __init__(self) -> None:
        self.next: datetime | None = None

    async def __call__(self) -> datetime | None:
        return self.next


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session() -> AsyncIterator[AiohttpSession]:
    """Shared: closing one takes aiogram a quarter of a second."""
    async with AiohttpSession() as session:
        yield session


@pytest.fixture
def slots() -> Slots:
    return Slots()


@pytest_asyncio.fixture(loop_scope="module")
async def simulator(slots: Slots, session: AiohttpSession) -> AsyncIterator[Simulator]:
    async with Simulator(clock=Clock(at=MORNING), next_slot=slots) as simulator:
        simulator.person("ana", id=ANA, label="居民")
        simulator.person("kim", id=KIM, label="工作人员", language="en")
        async with answering(simulator, session):
            yield simulator


# --- what a person does on the page -----------------------------------------------------------


def phone_of(page: Page, name: str) -> Locator:
    return page.locator(f'[data-person="{name}"]')


async def begin(page: Page, name: str) -> Locator:
    """Presses the button of an empty chat and waits for the bot's first words."""
    phone = phone_of(page, name)
    await phone.get_by_test_id("start").click()
    await expect(phone.get_by_text("欢迎来到 邻里")).to_be_visible()
    return phone


async def write(phone: Locator, text: str) -> None:
    await phone.get_by_test_id("text-box").fill(text)
    await phone.get_by_test_id("text-box").press("Enter")


def texts(phone: Locator) -> Locator:
    return phone.get_by_test_id("text")


# --- stories ----------------------------------------------------------------------------------


async def test_a_chat_begins_with_the_start_button(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await write(ana, "路灯坏了")
        await expect(texts(ana)).to_have_text(
            ["/start", "欢迎来到 邻里。换社区", "路灯坏了", "您说：路灯坏了"]
        )
        await expect(ana.get_by_test_id("message").last.locator("time")).to_have_text("08:00")


async def test_a_text_is_shown_as_typed(browser: Browser, simulator: Simulator):
    typed = "<b>&{{7*7}}<script>alert(1)</script>\n第二行"
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        box = ana.get_by_test_id("text-box")
        first, second = typed.split("\n")
        await box.fill(first)
        await box.press("Shift+Enter")
        await box.press_sequentially(second)
        await box.press("Enter")
        await expect(texts(ana).last).to_have_text("您说：" + typed)
        assert await texts(ana).nth(2).inner_text() == typed


async def test_a_press_shows_the_toast_and_the_edited_message(
    browser: Browser, simulator: Simulator
):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await ana.get_by_role("button", name="报名").click()
        await expect(ana.get_by_test_id("toast")).to_have_text("报名成功")
        await expect(texts(ana).last).to_have_text("已报名，第 35 位。")
        await expect(ana.get_by_test_id("edited")).to_be_visible()
        await expect(ana.get_by_role("button", name="报名")).to_have_count(0)


async def test_an_alert_stays_until_it_is_put_away(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await ana.get_by_role("button", name="提醒").click()
        await expect(ana.get_by_test_id("alert")).to_contain_text("可以排队候补")
        await ana.get_by_test_id("alert-ok").click()
        await expect(ana.get_by_test_id("alert")).to_be_hidden()


async def test_a_photo_is_sent_with_its_caption(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await ana.get_by_test_id("file-photo").set_input_files(
            {"name": "lamp.png", "mimeType": "image/png", "buffer": TINY_PNG}
        )
        await page.get_by_test_id("caption").fill("很黑 & <暗>")
        await page.get_by_test_id("submit").click()
        await expect(texts(ana).last).to_have_text("收到照片：很黑 & <暗>")
        image = ana.get_by_test_id("media-photo").locator("img")
        assert await image.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0


async def test_a_place_and_a_sticker_are_shown(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await ana.get_by_test_id("attach").click()
        await ana.get_by_test_id("attach-location").click()
        await page.get_by_test_id("submit").click()
        await expect(ana.get_by_test_id("media-location")).to_contain_text("31.23040, 121.47370")
        await ana.get_by_test_id("attach").click()
        await ana.get_by_test_id("attach-sticker").click()
        await expect(ana.get_by_test_id("media-sticker")).to_be_visible()


async def test_links_to_the_bot_open_here(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await ana.get_by_role("link", name="换社区").click()
        await expect(texts(ana).last).to_contain_text("欢迎来到 lake")
        await ana.get_by_role("button", name="东湖社区").last.click()
        await expect(texts(ana).filter(has_text="/start lake")).to_have_count(2)
        await ana.get_by_test_id("panel-menu").click()
        await ana.get_by_test_id("open-start-link").click()
        await page.get_by_test_id("link").fill("https://t.me/another_bot?start=x")
        await page.get_by_test_id("submit").click()
        await expect(page.get_by_test_id("problem")).to_contain_text("@another_bot")
        await page.get_by_test_id("link").fill("hill")
        await page.get_by_test_id("link").press("Enter")
        await expect(texts(ana).last).to_contain_text("欢迎来到 hill")


async def test_a_quiz_is_answered_from_the_command_menu(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await ana.get_by_test_id("commands-button").click()
        await ana.get_by_test_id("command").filter(has_text="做一题").click()
        await ana.get_by_test_id("poll-option").filter(has_text="骗局").click()
        chosen = ana.locator('[data-testid="poll-result"][data-chosen="true"]')
        await expect(chosen).to_contain_text("骗局")


async def test_two_persons_sit_side_by_side(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana,kim") as page:
        ana, kim = await begin(page, "ana"), await begin(page, "kim")
        await write(kim, "only kim says this")
        await expect(texts(kim).last).to_have_text("您说：only kim says this")
        await expect(texts(ana)).to_have_count(2)
        left, right = await ana.bounding_box(), await kim.bounding_box()
        assert left is not None
        assert right is not None
        assert left["x"] + left["width"] <= right["x"]
        await page.locator('[data-chip="ana"]').click()
        await expect(ana).to_have_count(0)
        assert page.url.endswith("?open=kim")


async def test_a_group_stands_on_the_phones_of_its_members(browser: Browser, simulator: Simulator):
    simulator.group("东湖大家庭", [Person(simulator.world, simulator.world.person(ANA))])
    async with opened(browser, f"{simulator.url}/?open=ana,kim") as page:
        chats = page.get_by_test_id("chat").filter(has_text="东湖大家庭")
        await chats.click()  # there is one
        await expect(phone_of(page, "ana").get_by_text("群“东湖大家庭”")).to_be_visible()


async def test_a_phone_shows_one_person_and_never_scrolls_sideways(
    browser: Browser, simulator: Simulator
):
    async with opened(browser, f"{simulator.url}/?open=ana,kim", PHONE) as page:
        ana = await begin(page, "ana")
        await write(ana, "一" * 60 + " " + "w" * 90)
        await expect(texts(ana)).to_have_count(4)
        await expect(phone_of(page, "kim")).to_be_hidden()
        for width in (360, 375):
            await page.set_viewport_size({"width": width, "height": 740})
            wide = await page.evaluate(
                """() => [...document.querySelectorAll('html, body, main, .panel, .scroller, .bar')]
                    .filter(node => node.scrollWidth > node.clientWidth)
                    .map(node => node.className || node.tagName)"""
            )
            assert wide == [], f"wider than {width} px"
        await page.locator('[data-chip="kim"]').click()
        await expect(phone_of(page, "kim")).to_be_visible()
        await expect(ana).to_be_hidden()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_no_newcomer_hides_in_the_bar(
    browser: Browser, simulator: Simulator, size: tuple[int, int]
) -> None:
    """They slid under the button that adds one, and nothing told that there were more."""
    for number in range(6):
        simulator.person(f"lin{number}", label="")
    async with opened(browser, f"{simulator.url}/?open=ana", size) as page:
        chips = page.get_by_test_id("chip")
        await expect(chips).to_have_count(8)
        for chip in await chips.all():
            assert await chip.evaluate(
                """each => {
                    const { left, right, top, bottom } = each.getBoundingClientRect();
                    const y = (top + bottom) / 2;
                    return [left + 8, (left + right) / 2, right - 8].every(
                        (x) => each.contains(document.elementFromPoint(x, y)));
                }"""
            ), await chip.inner_text()


async def test_the_mark_of_something_unread_leaves_the_name_readable(
    browser: Browser, simulator: Simulator
):
    async with opened(browser, f"{simulator.url}/?open=ana", PHONE) as page:
        await begin(page, "ana")
        await Person(simulator.world, simulator.world.person(KIM)).says("/start")
        chip = page.locator('[data-chip="kim"]')
        await expect(chip.locator(".dot")).to_be_visible()
        for size in (360, 375, 1280):
            await page.set_viewport_size({"width": size, "height": 740})
            for large in (False, True):
                covered = await chip.evaluate(
                    """(chip, large) => {
                        document.documentElement.classList.toggle("large", large);
                        const box = (part) => chip.querySelector(part).getBoundingClientRect();
                        const [dot, name] = [box(".dot"), box("b")];
                        return dot.left < name.right && name.left < dot.right
                            && dot.top < name.bottom && name.top < dot.bottom;
                    }""",
                    large,
                )
                assert not covered, f"{size} px, large text: {large}"


async def test_every_button_is_large_enough_for_a_thumb(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana", PHONE) as page:
        await begin(page, "ana")
        small = await page.evaluate(
            """() => [...document.querySelectorAll('button:not(.command), .key')]
                .map(b => [b.ariaLabel ?? b.textContent, b.getBoundingClientRect()])
                .filter(([, box]) => box.width > 0 && (box.height < 44 || box.width < 44))
                .map(([name]) => name)"""
        )
        assert small == []


async def test_a_person_is_added(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=") as page:
        await expect(page.get_by_test_id("nobody")).to_be_visible()
        await page.get_by_test_id("add-person-button").click()
        await page.get_by_test_id("first_name").fill("mei")
        await page.get_by_test_id("language_code").select_option("en")
        await page.get_by_test_id("submit").click()
        await expect(page.locator('[data-chip="mei"]')).to_be_visible()
        await begin(page, "mei")
        state = await (await page.request.get(f"{simulator.url}/sim/state")).json()
        assert [p["language_code"] for p in state["persons"] if p["first_name"] == "mei"] == ["en"]


async def test_a_person_blocks_the_bot_and_takes_it_back(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        await ana.get_by_test_id("panel-menu").click()
        await ana.get_by_test_id("block").click()
        await expect(ana.get_by_test_id("text-box")).to_be_hidden()
        await ana.get_by_test_id("unblock").click()
        await expect(ana.get_by_test_id("text-box")).to_be_visible()


async def test_the_clock_moves_and_explains_when_it_cannot(
    browser: Browser, simulator: Simulator, slots: Slots
):
    async with opened(browser, f"{simulator.url}/?open=") as page:
        now = page.get_by_test_id("now")
        await expect(now).to_have_text("08:00")
        await page.get_by_test_id("plus-hour").click()
        await expect(now).to_have_text("09:00")
        await page.get_by_test_id("next-slot").click(force=True)
        await expect(page.get_by_test_id("page-toast")).to_contain_text("没有排定的时点")
        slots.next = MORNING + timedelta(days=2, minutes=30)
        await page.get_by_test_id("plus-hour").click()
        await expect(page.get_by_test_id("slot-hint")).to_have_text("周三 08:30")
        await page.get_by_test_id("next-slot").click()
        await expect(now).to_have_text("08:30")
        assert simulator.clock.now() >= slots.next


async def test_messages_are_dated_in_the_zone_of_the_page_s_clock(
    browser: Browser, simulator: Simulator
):
    async with opened(browser, f"{simulator.url}/?open=ana") as page:
        ana = await begin(page, "ana")
        at = ana.get_by_test_id("message").last.locator("time")
        await expect(at).to_have_text("08:00")
        await page.get_by_test_id("settings").click()
        await page.get_by_test_id("zone").select_option("UTC")
        await expect(page.get_by_test_id("now")).to_have_text("00:00")
        await expect(at).to_have_text("00:00")


async def test_a_reader_who_scrolled_up_is_left_alone(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=ana", PHONE) as page:
        ana = await begin(page, "ana")
        for number in range(12):
            await write(ana, f"第 {number} 句")
        await expect(texts(ana).last).to_have_text("您说：第 11 句")
        await expect(texts(ana).last).to_be_in_viewport()
        scroller = ana.locator(".scroller")
        await scroller.evaluate("node => node.scrollTop = 0")
        await expect(ana.get_by_role("button", name="回到最新")).to_be_visible()
        await Person(simulator.world, simulator.world.person(ANA)).says("背后的话")
        await expect(texts(ana).last).to_have_text("您说：背后的话")
        assert await scroller.evaluate("node => node.scrollTop") == 0
        await ana.get_by_role("button", name="回到最新").click()
        await expect(texts(ana).last).to_be_in_viewport()


async def test_a_lost_connection_is_shown_and_comes_back(browser: Browser, simulator: Simulator):
    port = int(simulator.url.rpartition(":")[2])
    errors = ("net::ERR", "Failed to load resource")
    async with opened(browser, f"{simulator.url}/?open=ana", expected_errors=errors) as page:
        await expect(phone_of(page, "ana").get_by_test_id("start")).to_be_visible()
        await simulator.stop()
        await expect(page.get_by_test_id("connection-lost")).to_be_visible()
        await simulator.start(port=port)
        await expect(page.get_by_test_id("connection-lost")).to_be_hidden()
        await begin(page, "ana")


async def test_the_page_speaks_english(browser: Browser, simulator: Simulator):
    async with opened(browser, f"{simulator.url}/?open=kim", locale="en-GB") as page:
        await expect(phone_of(page, "kim").get_by_test_id("start")).to_have_text("Start")
        await expect(page.get_by_test_id("plus-day")).to_have_text("+1 day")
