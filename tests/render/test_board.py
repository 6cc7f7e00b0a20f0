"""The board as text, page and picture, in each language: the same words, with no order, with one, with many."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from bot import drawing, showing
from bot.decoding import jsonable
from bot.drawing import NotDrawn, draw
from bot.drawing.worker import FONTS, NO_LETTER, drawn, font, missing, strings
from bot.model.board import Board, Day
from bot.render.messages import words_of
from locales import sentences, tags
from tests.handlers.test_board import FULL

WORDS = words_of("Asia/Shanghai")
NONE = Board(at=FULL.at, days=tuple(Day(f"2026-11-{n:02}", 0) for n in range(1, 31)))
ONE = replace(NONE, waiting=FULL.waiting[2:3], days=(*NONE.days[:-1], Day("2026-11-30", 1)))
MANY = replace(FULL, waiting=tuple(replace(one, count=25_000) for one in FULL.waiting))
BOARDS = {"none": NONE, "one": ONE, "full": FULL, "many": MANY}


@pytest.mark.parametrize("lang", tags())
@pytest.mark.parametrize("name", BOARDS)
def test_page_text_and_picture_say_the_same(lang: str, name: str) -> None:
    told = showing.shown(WORDS, lang, BOARDS[name])
    page, text = unescape(showing.page(WORDS, lang, BOARDS[name])), showing.text(WORDS, lang, BOARDS[name])
    for one in told["facts"]:
        assert one["value"] in page
        assert f"{one['what']}: {one['value']}" in text
    for stage, count, waits in told["stands"]:
        assert re.search(rf">{re.escape(stage)}</th><td class=\"n\">{count}</td><td>{re.escape(waits)}<", page)
        assert f"{stage}: {count} ({waits})" in text
    assert (told["nothing"] in page) == (told["stands"] == [])


@pytest.mark.parametrize("lang", tags())
def test_a_page_needs_nothing_else_and_says_its_language(lang: str) -> None:
    page = showing.page(WORDS, lang, FULL)
    assert f'<html lang="{lang}">' in page
    assert "<title>" in page
    assert not re.findall(r"<script|src=|href=|url\(|@import|https?://(?!www\.w3\.org)", page)
    assert page.count("<rect") == 30


@pytest.mark.parametrize("lang", tags())
def test_every_letter_that_a_board_can_have_stands_in_both_fonts(lang: str) -> None:
    """Any word of the house, too: sentences are reworded."""
    letters = {c for key, text in sentences(lang).items() for c in text if key.startswith(("board.", "stage."))}
    told = "".join(letters | set("".join(strings(showing.shown(WORDS, lang, MANY)))))
    assert [name for name in ("regular", "bold") if missing(told, font(name, 24))] == []


@pytest.mark.parametrize("name", BOARDS)
def test_it_is_drawn_whole(name: str) -> None:
    told = json.loads(json.dumps(showing.shown(WORDS, "zh-CN", BOARDS[name])))
    image = drawn(told)
    assert image.width == 1080
    assert 900 < image.height < 2400
    bottom = image.crop((0, image.height - 40, 1080, image.height))
    assert bottom.getcolors() == [(1080 * 40, (255, 255, 255))], "nothing is cut off"


async def test_the_worker_gives_a_picture_and_nothing_of_it_stays() -> None:
    picture = await showing.picture(WORDS, f"en:{json.dumps(jsonable(FULL))}")
    assert Image.open(io.BytesIO(picture)).format == "PNG"
    assert len(picture) < 300_000


@pytest.mark.parametrize(
    "command",
    [
        ("/no/such/program",),
        (sys.executable, "-c", "raise SystemExit(3)"),
        (sys.executable, "-c", "pass"),
        (sys.executable, "-c", "import time; time.sleep(60)"),
    ],
)
async def test_what_goes_wrong_with_the_worker_is_no_picture(command: tuple[str, ...]) -> None:
    with pytest.raises(NotDrawn):
        await draw({}, command, seconds=1.0)


async def test_a_letter_that_stands_in_no_font_is_no_picture(caplog: pytest.LogCaptureFixture) -> None:
    strange = replace(ONE, waiting=(replace(ONE.waiting[0], stage="ཨོཾ"),))
    assert await showing.picture(WORDS, f"en:{json.dumps(jsonable(strange))}") == b""
    assert f"ended with {NO_LETTER}" in caplog.text
    assert "ཨོཾ" not in caplog.text


async def test_without_the_fonts_there_is_no_picture(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = (
        f"import bot.drawing.worker as w, pathlib, sys; w.FONTS = pathlib.Path({str(tmp_path)!r}); sys.exit(w.main())"
    )
    monkeypatch.setattr(drawing, "COMMAND", (sys.executable, "-c", script))
    assert await showing.picture(WORDS, f"en:{json.dumps(jsonable(FULL))}") == b""


async def test_what_a_later_release_kept_is_no_picture(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert await showing.picture(WORDS, "en:[]") == b""
    assert (FONTS / "OFL.txt").exists()
