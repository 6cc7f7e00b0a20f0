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
from sandbox.play import Play
from sandbox.processes import running
from sandbox.scene import PEOPLE, set_up
from sandbox.stories.day import day
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


async def take(folder: Path) -> bytes:
    async with (
        running(folder, civil=day.begins, think=0.1, collect=4) as house,
        Control(house.messenger_url) as control,
    ):

        async def at_the_gate(moment: str) -> None:
            if moment == "T5":
                await play.who("ambassador").presses("我来取")
                await play.who("ambassador").reads("都在")
                raise Arrived

        play = Play(await set_up(control), house, at_the_gate)
        try:
            await play.perform(day)
        except Arrived:
            return await shot(house.messenger_url, await phones(play))
        raise SystemExit(f"the story did not come to the moment of the picture: {play.told.missed}")


async def phones(play: Play) -> list[str]:
    """Each phone opened where its work is."""
    scene = play.scene
    topic = await play.who("doctor").reads("王桂兰", in_="endocrinology")
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
