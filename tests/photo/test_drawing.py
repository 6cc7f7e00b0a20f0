"""What prescriptions are drawn with travels with the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import ImageFont

from tests.photo.characters import characters
from tests.photo.drawing import BOLD, FONTS, HEI, SANS, SERIF
from tests.photo.unseen import characters as unseen
from tests.photo.unseen import paper

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", [SANS, BOLD, SERIF, HEI], ids=lambda path: path.stem)
def test_every_character_that_can_be_drawn_has_a_glyph(path: Path) -> None:
    font = ImageFont.truetype(path, 20)
    nothing = bytes(font.getmask("\ue000"))
    lacking = [c for c in characters() if bytes(font.getmask(c)) == nothing and not c.isspace()]
    assert lacking == [], "cut the fonts anew: tests/photo/fonts/README.md"


@pytest.mark.parametrize("path", [paper.SANS, paper.SERIF], ids=lambda path: path.stem)
def test_every_character_of_the_unseen_pictures_has_a_glyph(path: Path) -> None:
    font = ImageFont.truetype(path, 20)
    nothing = bytes(font.getmask("\ue000"))
    assert [c for c in unseen.characters() if bytes(font.getmask(c)) == nothing and not c.isspace()] == []


def test_the_fonts_carry_their_licences() -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert {path.name for path in FONTS.glob("*.[ot]tf")} <= set(re.findall(r"[a-z-]+\.[ot]tf", notice))
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
    assert sum(path.stat().st_size for path in FONTS.glob("*.[ot]tf")) < 2_000_000


def test_no_font_is_read_from_the_machine() -> None:
    """A name of a file or of a folder that only some machines have draws other pictures on each of them."""
    folders = ("bench", "bot", "sandbox", "tests")
    texts = {p: p.read_text("utf-8") for f in folders for p in (ROOT / f).rglob("*.py") if p != Path(__file__)}
    assert [
        p for p, text in texts.items() if re.search(r"/share/fonts|load_default\(|truetype\(\s*f?[\"']", text)
    ] == []
