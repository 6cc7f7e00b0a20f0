"""Takes docs/page.png in Chromium: five phones at the moment the parcels arrive. ``python -m tests.docs.picture``."""

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
from sandbox.processes import running
from sandbox.scene import PEOPLE, set_up
from sandbox.story import DAY, Story
from tests.docs.pages import ROOT

WHERE = ROOT / "docs" / "page.png"
WIDTH, HEIGHT = 2052, 860
#: Five phones fit, with the tools below the names; then every chat stands at its end again.
LOOK = """() => {
  document.documentElement.style.fontSize = "16px";
  document.querySelector(".strip-row").style.flexBasis = "100%";
  document.querySelectorAll(".scroll").forEach((chat) => (chat.scrollTop = chat.scrollHeight));
}"""


class Arrived(Exception):
    """The moment of the picture."""


class Until(Story):
    """The story up to the ambassador at the gate."""

    async def met_ambassador(self) -> None:
        await self.see("resident", "请出示取件码")
        await self.press("ambassador", "我来取")
        await self.see("ambassador", "都在")
        raise Arrived


async def take(folder: Path) -> bytes:
    async with (
        running(folder, civil=f"{DAY}T08:30", think=0.1, collect=4) as house,
        Control(house.messenger_url) as control,
    ):
        scene = await set_up(control)
        story = Until(scene, house)
        try:
            await story.play()
        except Arrived:
            return await shot(house.messenger_url, await phones(story))
        raise SystemExit(f"the story did not come to the moment of the picture: {story.told.missed}")


async def phones(story: Story) -> list[str]:
    """Each phone opened where its work is."""
    scene = story.scene
    topic = await story.see("doctor", "王桂兰", chat=scene.chats["endocrinology"])
    places = {
        "resident": "", "ambassador": "", "courier": "", "pharmacist": f"@{scene.chats['review']}",
        "doctor": f"@{scene.chats['endocrinology']}/{topic['thread']}",
    }  # fmt: skip
    order = ("resident", "ambassador", "doctor", "pharmacist", "courier")
    return [f"{PEOPLE[key][0]}{places[key] or '@' + str(PEOPLE[key][0])}" for key in order]


async def shot(url: str, opened: list[str]) -> bytes:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page: Any = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en")
        await page.goto(f"{url}/#phones={','.join(opened)}&lang=en&theme=light")
        for phone in opened:
            await page.locator(f"#phone-{phone.split('@')[0]} .bar h3").wait_for()
        await page.evaluate(LOOK)
        return await page.screenshot(scale="css")


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
