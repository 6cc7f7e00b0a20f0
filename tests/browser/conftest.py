"""A real Chromium on the real sandbox server: what every browser test starts from."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.browser.scene import Scene, open_scene

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
MISSING = "no Chromium here: get it (on Debian and Ubuntu: apt install chromium) and these tests run"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--in-process-gpu",
    "--disable-site-isolation-trials",
    "--disable-features=site-per-process,SpareRendererForSitePerProcess,Translate,OptimizationHints,MediaRouter,AudioServiceOutOfProcess",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what needs Chromium; the page's files are looked at without it."""
    if "chromium" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.browser)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skipped from this one place, so that all of them are one line of the report."""
    if CHROMIUM is None and "CI" not in os.environ and item.get_closest_marker("browser"):
        pytest.skip(MISSING)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Any]:
    """One browser for the whole run; each test has the page for itself, and a server of its own behind it."""
    assert CHROMIUM, MISSING
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def scene(chromium: Any, tmp_path: Path) -> AsyncIterator[Scene]:
    """The sandbox with its people and groups, and a browser; at the end no page may have complained."""
    async with aiohttp.ClientSession() as http, open_scene(chromium, http, tmp_path / "sandbox.db") as opened:
        yield opened
    assert opened.complaints == []
