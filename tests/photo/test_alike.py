"""Print has the same characters alike wherever they stand; a hand writes each anew."""

from __future__ import annotations

import random
from collections.abc import Collection

import pytest

from bot.photo import available, reasons

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from bot.photo import alike, serving
from bot.photo.alike import added, copied, uniform, written
from bot.photo.look import Seen
from bot.photo.pixels import Picture
from bot.photo.reading import Box, Field, ReadDrug, Reading
from bot.photo.understand import Understood
from bot.photo.why import reason
from bot.photo.words import Word
from tests.photo.drawing import BOLD, HEI, SANS, SERIF, sized

LINES = (
    "缬沙坦胶囊 80mg*7粒 2盒", "厄贝沙坦片 150mg*7片 3盒", "盐酸二甲双胍片 0.5g*20片 4盒", "阿卡波糖片 50mg*30片 2盒"
)  # fmt: skip
TALL = 90  # pixels from line to line


def page(
    by_hand: Collection[int] = (),
    *,
    lean: float = 0.0,
    bold: Collection[int] = (),
    dark: bool = False,
    faint: bool = False,
) -> tuple[Picture, list[Word]]:
    """The lines, some of them by a hand: each character turned and stretched as it comes."""
    paper, ink = (30, 225) if dark else (245, 165 if faint else 40)
    sheet, words, chance = Image.new("L", (900, TALL * len(LINES) + 60), paper), list[Word](), random.Random(7)
    for n, text in enumerate(LINES):
        x, y, places = 60.0, TALL * n + 60.0, list[float]()
        for char in text:
            font = sized(BOLD if n in bold else SANS, 34)
            if n in by_hand:
                font = sized(chance.choice([SANS, SERIF, HEI]), chance.randint(31, 37))
            wide = font.getlength(char)
            cell = Image.new("L", (72, 72), 0)
            ImageDraw.Draw(cell).text((36 - wide / 2, 48), char, 255, font, "ls")
            if n in by_hand:
                cell = cell.rotate(chance.uniform(-11, 11), Image.Resampling.BICUBIC)
                shear = chance.uniform(-0.25, 0.25)
                cell = cell.transform(cell.size, Image.Transform.AFFINE, (1, shear, -36 * shear, 0, 1, 0))
            sheet.paste(ink, (round(x + wide / 2) - 36, round(y + lean * (x - 60)) - 36), cell)
            places.append(x + wide / 2)
            x += wide
        wide, middle = x - 40.0, (x + 60) / 2
        at = tuple((p - 50) / wide for p in places)
        words.append(Word(text, 0.99, 0.99, middle, y + lean * (middle - 60), wide, 52, lean, (0.99,) * len(text), at))
    return np.repeat(np.asarray(sheet)[..., None], 3, axis=2).copy(), words


def boxes(words: list[Word]) -> list[Box | None]:
    return [Box(40, round(w.y - 20), 800, 40) for w in words]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("lean", [0.0, 0.05])
def test_a_page_that_a_neat_hand_wrote(lean: float, *, dark: bool) -> None:
    assert written(*page(range(len(LINES)), lean=lean, dark=dark))
    assert not written(*page(lean=lean, dark=dark))
    assert not written(*page({3}, lean=lean, dark=dark))
    assert not written(*page(bold={0, 2}, lean=lean, dark=dark))


def test_few_characters_tell_nothing() -> None:
    picture, words = page(range(len(LINES)))
    assert not written(picture, words[:1])
    assert not written(picture, [])


def test_of_a_very_long_page_a_share_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """240 characters, and 40 of a drug, with five others each."""
    compared = list[float]()
    monkeypatch.setattr(alike, "_like", lambda *_: compared.append(0.95) or 0.95)
    picture, words = page()
    assert not written(picture, words * 40)
    assert 5 * 120 < len(compared) <= 5 * 240
    compared.clear()
    assert not added(picture, words * 40, boxes(words))
    assert 5 * 4 * 20 < len(compared) <= 5 * 4 * 40


@pytest.mark.parametrize("line", range(len(LINES)))
def test_a_line_that_a_neat_hand_added(line: int) -> None:
    picture, words = page({line})
    assert added(picture, words, boxes(words)) == {line}


def test_a_printed_line_is_not_added() -> None:
    for picture, words in (page(), page(lean=0.05), page(bold={1})):
        assert added(picture, words, boxes(words)) == set()
        assert added(picture, words, boxes(words[:1])) == set()
        assert added(picture, words, [None, *boxes(words)[1:]]) == set()
        assert added(picture, [], boxes(words)) == set()


def test_a_line_by_hand_is_asked() -> None:
    picture, words = page({3})
    drugs = tuple(
        ReadDrug(Field("阿卡波糖片", 1.0), Field("50mg", 1.0), 30, 2, "exact", "A1", line=line) for line in boxes(words)
    )
    none = ((),) * len(drugs)
    understood = Understood(Reading(True, drugs=drugs), 5, False, (), None, "", none, none, none, none)
    asked = serving._pen(understood.reading, understood, picture, words)  # pyright: ignore[reportPrivateUsage]
    assert [(d.match, d.boxes, d.pen) for d in asked.drugs] == [("exact", 2, False)] * 3 + [("ask", None, True)]


def test_a_faint_copy_of_print_is_no_hand_however_badly_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert copied(*page(faint=True))
    assert not copied(*page())  # a pen may have written it
    assert not copied(*page(range(len(LINES)), faint=True))
    assert not copied(page(faint=True)[0], [])
    monkeypatch.setattr("bot.photo.measures.filled_in", lambda *_: True)

    def found(picture: Picture, words: list[Word]) -> str:
        return reason(("patient", "date"), 3, False, Seen(picture, tuple(words), (), 0), 1.0, 4, 4)

    assert found(*page(faint=True)) == reasons.UNREADABLE
    assert found(*page()) == found(*page(range(len(LINES)), faint=True)) == reasons.HANDWRITTEN


@pytest.mark.parametrize("hand", [range(len(LINES)), ()])
def test_a_page_by_a_neat_hand_says_so_where_something_is_missing(hand: Collection[int]) -> None:
    picture, words = page(hand)
    found = reason(("patient", "date"), 3, False, Seen(picture, tuple(words), (), 0), 1.0, 4, 4)
    assert (found == reasons.HANDWRITTEN) == bool(hand)


@pytest.mark.parametrize(
    ("alike", "hand"),
    [
        ([0.9] * 70 + [0.7] * 30, True),  # neat, and not the same each time
        ([0.9] * 80 + [0.7] * 20, False),  # print with a line by a hand
        ([0.83] * 100, True),
        ([0.9] * 12 + [0.7] * 6, False),  # too few to tell
    ],
)
def test_a_neat_hand_is_told_by_the_quarter_that_is_least_alike(
    monkeypatch: pytest.MonkeyPatch, alike: list[float], hand: bool
) -> None:
    monkeypatch.setattr("bot.photo.alike._all", lambda *_: alike)
    picture, words = page()
    assert written(picture, words) == hand


@pytest.mark.parametrize(
    ("alike", "all_alike"),
    [([0.9] * 95 + [0.6] * 5, True), ([0.9] * 85 + [0.7] * 15, False), ([0.95] * 15, False)],
)
def test_print_is_alike_but_for_a_few_characters(
    monkeypatch: pytest.MonkeyPatch, alike: list[float], all_alike: bool
) -> None:
    monkeypatch.setattr("bot.photo.alike._all", lambda *_: alike)
    assert uniform(*page()) == all_alike
