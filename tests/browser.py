"""A headless Chromium, for tests that see the pages as people do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright

PHONE = (375, 740)
DESKTOP = (1280, 800)

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Returns the path of the browser; skips the test where there is none."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip(f"no browser found: install one of {', '.join(_NAMES)}")


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A browser with a profile of its own, which is thrown away at the end."""
    path = chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser,
    url: str,
    size: tuple[int, int] = DESKTOP,
    locale: str = "zh-CN",
    expected_errors: tuple[str, ...] = (),
) -> AsyncIterator[Page]:
    """A page at `url`, as somebody in Shanghai sees it; fails if the page reports errors.

    `size` is width and height in CSS pixels. An error that contains one of `expected_errors` is
    no failure.
    """
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale=locale,
        timezone_id="Asia/Shanghai",
        has_touch=size == PHONE,
    )
    context.set_default_timeout(30_000)
    page = await context.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        await page.goto(url)
        yield page
        assert [e for e in errors if not any(part in e for part in expected_errors)] == []
    finally:
        await context.close()
