"""Takes docs/board.png: the board of a sandbox day by the real command. ``python -m tests.docs.board_picture``."""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

from sandbox.control import Control
from sandbox.play import Play
from sandbox.processes import House, running
from sandbox.scene import set_up
from sandbox.stories.ten_neighbours import ten_neighbours as story
from tests.docs.pages import ROOT

WHERE = ROOT / "docs" / "board.png"
PHONE = 390  # px, the narrowest that is looked at
TAKEN_AT = "a door"  # the first of ten: nine parcels are still with the ambassador


class Taken(Exception):
    """The moment of the picture."""


async def pages(folder: Path) -> dict[str, str]:
    """The page in each language, as it was at that moment; and what the operator got in chat, as ``chat.png``."""
    async with (
        running(folder, civil=story.begins, think=0.1, collect=story.collect, kit=story.kit,
                modes=dict.fromkeys(story.autopilot, "auto"), habits=story.staff) as house,
        Control(house.messenger_url) as control,
    ):  # fmt: skip

        async def moment(name: str) -> None:
            if name == TAKEN_AT:
                raise Taken

        play = Play(await set_up(control), house, moment)
        try:
            await play.perform(story)
        except Taken:
            operator = play.who("operator")
            await operator.types("/board")
            shown = await operator.reads("小时内送到手")
            if "file" not in shown:
                raise SystemExit(f"the board came without its picture: {shown}") from None
            (folder / "chat.png").write_bytes(await control.file(shown["file"]["url"]))
            return {lang: await written(house, folder / f"{lang}.html", lang) for lang in ("en", "zh-CN")}
        raise SystemExit(f"the story did not come to the moment of the picture: {play.told.missed}")


async def written(house: House, file: Path, lang: str) -> str:
    """The command as an operator gives it."""
    words = (sys.executable, "-m", "bot", "board", "--html", str(file), "--lang", lang)
    process = await asyncio.create_subprocess_exec(*words, env=dict(house.parts["bot"].env), cwd=ROOT)
    if await process.wait():
        raise SystemExit("the command failed")
    return file.as_uri()


async def shot(url: str, theme: Any, width: int) -> Image.Image:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page: Any = await browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
        await page.goto(url)
        return Image.open(io.BytesIO(await page.screenshot(full_page=True))).convert("RGB")


def beside(shots: Sequence[Image.Image], gap: int = 16) -> Image.Image:
    wide, tall = sum(one.width + gap for one in shots) - gap, max(one.height for one in shots)
    whole, at = Image.new("RGB", (wide, tall), "#808890"), 0
    for one in shots:
        whole.paste(one, (at, 0))
        at += one.width + gap
    return whole


async def take(folder: Path) -> Image.Image:
    urls = await pages(folder)
    return beside([await shot(urls[lang], theme, PHONE) for lang, theme in (("en", "light"), ("zh-CN", "dark"))])


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        raw = asyncio.run(take(Path(scratch)))
        if sys.argv[1:]:
            shutil.copy(Path(scratch) / "chat.png", sys.argv[1])
    raw.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(WHERE, optimize=True)
    sys.stdout.write(f"{WHERE.relative_to(ROOT)}: {WHERE.stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
