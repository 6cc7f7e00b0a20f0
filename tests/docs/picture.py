"""Takes docs/page.png in Chromium: the demo's tour at its fourth press. ``python -m tests.docs.picture``."""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

from sandbox.control import Control
from sandbox.demo import lay_out_papers
from sandbox.guide import Guide, announced
from sandbox.processes import running
from sandbox.scene import set_up
from sandbox.spoken import Tongue
from tests.docs.pages import ROOT

WHERE = ROOT / "docs" / "page.png"
WIDTH, HEIGHT = 1640, 900
PRESS = 4  # she pays: four phones have something to show by then
LOOK = """() => {
  document.documentElement.style.fontSize = "16px";
  document.querySelectorAll(".scroll").forEach((chat) => (chat.scrollTop = chat.scrollHeight));
}"""


async def take(folder: Path) -> bytes:
    async with (
        running(
            folder, civil="2026-11-23T08:30", think=0.2, collect=4, settings={"MEDRELAY_GROUP_LANG": "en"}
        ) as house,
        Control(house.messenger_url) as control,
    ):
        scene = await set_up(control, tongue=Tongue("en"))
        await announced(scene)
        guide = Guide(scene, await lay_out_papers(scene, house))
        await guide.opens("en")
        playing = asyncio.create_task(guide.run())
        await control.tell_guide(wish="five")
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                page: Any = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en")
                await page.goto(f"{house.messenger_url}/#theme=light")
                for press in range(1, PRESS + 1):
                    await page.locator(".guide-next", has_text=f"Press {press} of 5 is yours").wait_for(timeout=180_000)
                    await page.locator(".key.pointed").wait_for()
                    if press < PRESS:
                        await page.locator(".key.pointed").click()
                await page.evaluate(LOOK)
                await page.wait_for_timeout(500)
                return await page.screenshot(scale="css")
        finally:
            playing.cancel()


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        raw = asyncio.run(take(Path(scratch)))
    small = (
        Image.open(io.BytesIO(raw))
        .convert("RGB")
        .quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    )
    small.save(WHERE, optimize=True)
    sys.stdout.write(f"{WHERE.relative_to(ROOT)}: {WHERE.stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
