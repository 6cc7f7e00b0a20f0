"""The board's page in a browser: axe finds nothing, it fits on a phone, in each theme and language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import showing
from bot.render.messages import words_of
from tests.browser.test_access import violations
from tests.render.test_board import MANY, NONE

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), ("dark", "zh-CN")])
async def test_axe_finds_nothing_and_nothing_is_cut_off(chromium: Any, tmp_path: Path, theme: str, lang: str) -> None:
    page = await chromium.new_page(viewport={"width": 390, "height": 800}, color_scheme=theme)
    for name, board in (("many", MANY), ("none", NONE)):
        file = tmp_path / f"{name}.html"
        file.write_text(showing.page(words_of("Asia/Shanghai"), lang, board), "utf-8")
        await page.goto(file.as_uri())
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        assert await page.evaluate("document.documentElement.lang") == lang
        assert await violations(page) == []
    await page.close()
