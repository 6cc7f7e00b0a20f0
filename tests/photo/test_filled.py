"""A form filled in by pen is told from print by its ink and by how it is read; blue print is print."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from bot.photo.filled import bluer, by_hand, filled_in, unsure
from bot.photo.hands import box
from bot.photo.pixels import Picture
from bot.photo.words import Word
from tests.photo.drawing import SANS, sized

BLACK, BLUE, VIOLET = (30, 28, 26), (160, 60, 30), (150, 40, 90)  # BGR


def written(inks: list[tuple[tuple[int, int, int], float]], light: float = 1.0) -> tuple[Picture, list[Word]]:
    """A page with a word a line, each as strokes of its ink, and read so surely."""
    picture = np.full((60 * len(inks), 400, 3), 245, np.uint8)
    words = []
    for n, (ink, conf) in enumerate(inks):
        y = 60 * n + 30
        for x in range(60, 300, 12):
            picture[y - 12 : y + 12, x : x + 3] = ink
        words.append(Word("缬沙坦胶囊", conf, conf, 180, y, 260, 30, 0.0))
    return (picture * light).astype(np.uint8), words


FORM = [(BLACK, 0.99)] * 6


@pytest.mark.parametrize("light", [1.0, 0.5])
@pytest.mark.parametrize("ink", [BLUE, VIOLET])
def test_a_form_that_a_pen_filled_in(ink: tuple[int, int, int], light: float) -> None:
    assert filled_in(*written([*FORM, *[(ink, 0.85)] * 6], light))


def test_a_clear_hand_is_told_by_its_least_sure_characters() -> None:
    """Each word read at 0.97 in the mean, and one character of it at 0.85."""
    picture, words = written([*FORM, *[(BLUE, 0.97)] * 6])
    assert not filled_in(picture, words)
    assert filled_in(picture, [replace(w, low=0.85) if w.conf < 0.98 else w for w in words])


@pytest.mark.parametrize(
    "inks",
    [
        [*FORM, *[(BLUE, 0.98)] * 9],  # the values printed in blue, as by a ribbon
        [*FORM, *FORM, *[(BLUE, 0.7)] * 2],  # a note by pen
        [*FORM, *[(BLACK, 0.85)] * 6],  # print that was read badly
        [(BLUE, 0.85)] * 9,  # a carbon copy has one ink
        [],
    ],
    ids=["blue print", "a note", "bad print", "a copy", "nothing"],
)
def test_what_is_no_such_form(inks: list[tuple[tuple[int, int, int], float]]) -> None:
    picture, words = written(inks) if inks else (np.full((60, 60, 3), 245, np.uint8), [])
    assert not filled_in(picture, words)


NUMBERS = ("2026-11-22", "10mg 14 1 10mg", "0.8g 30 3 0.8g", "5g 18 2 5g", "86 3 2026", "100mg 120 2 50mg")


def numbered(sizes: float, jumps: float, *, lean: float = 0.0, dark: bool = False) -> tuple[Picture, list[Word]]:
    """A word a line of letters that differ by so much in size, in shares of it, and jump by so much, pixels; in lines
    of growing size."""
    page = Image.new("RGB", (900, 90 * len(NUMBERS)), (30, 30, 34) if dark else (245, 245, 240))
    pen, words, seed = ImageDraw.Draw(page), list[Word](), 1
    for n, text in enumerate(NUMBERS):
        size, left, y = 30 + 2 * n, 60.0, 90 * n + 45
        x, places = left, list[float]()
        for char in text:
            seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
            off, jump = seed / 0x40000000 - 1, ((seed >> 9) % 1000) / 500 - 1
            font = sized(SANS, round(size * (1 + sizes * off)))
            pen.text(
                (x, y + 10 + jumps * jump + lean * (x - left)), char, (230,) * 3 if dark else (40,) * 3, font, "ls"
            )
            wide = font.getlength(char) + 2
            places.append(x + wide / 2)
            x += wide
        wide, middle = x - left + 20, (x + left) / 2
        at = tuple((p - left + 10) / wide for p in places)
        words.append(Word(text, 0.99, 0.99, middle, y + lean * (middle - left), wide, 1.9 * size, lean, (), at))
    return np.ascontiguousarray(np.asarray(page)[..., ::-1]), words


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("sizes", "jumps"), [(0.2, 4.0), (0.22, 0.0)])
def test_digits_that_differ_from_their_like_were_written(sizes: float, jumps: float, dark: bool) -> None:
    assert by_hand(*numbered(sizes, jumps, dark=dark))


@pytest.mark.parametrize("lean", [0.0, 0.05, -0.08])
@pytest.mark.parametrize("dark", [False, True])
def test_print_of_many_sizes_on_leaning_lines_is_print(lean: float, dark: bool) -> None:
    assert not by_hand(*numbered(0.0, 0.0, lean=lean, dark=dark))


def test_one_line_by_hand_on_a_printed_page_makes_no_page_of_it() -> None:
    picture, words = numbered(0.0, 0.0)
    other, written = numbered(0.2, 4.0)
    picture[270:360] = other[270:360]
    assert not by_hand(picture, [written[3] if n == 3 else w for n, w in enumerate(words)])


def test_few_digits_tell_nothing() -> None:
    picture, words = numbered(0.2, 4.0)
    assert not by_hand(picture, words[4:5])
    assert not by_hand(picture, [])


def test_a_page_of_two_fonts_is_print() -> None:
    """The digits of one are higher than those of the other."""
    picture, words = numbered(0.0, 0.0)
    low = np.asarray(Image.fromarray(picture).resize((picture.shape[1], round(picture.shape[0] * 0.8))))
    squat = [replace(w, y=w.y * 0.8 + picture.shape[0], h=w.h * 0.8) for w in words]
    assert not by_hand(np.vstack([picture, low]), [*words, *squat])


@pytest.mark.parametrize(("least", "long", "hand"), [(0.7, 12, True), (0.8, 12, False), (0.7, 3, False)])
def test_a_page_in_which_each_word_has_an_unsure_character(least: float, long: int, *, hand: bool) -> None:
    words = [
        Word("缬沙坦胶囊", 0.97, least, 180, 60 * n, 260, 30, 0.0, (0.99, 0.99, least, 0.99, 0.99)) for n in range(long)
    ]
    assert unsure(words) == hand
    assert not unsure([])


def test_a_box_to_be_ticked_that_is_read_unsurely_is_no_hand() -> None:
    sure = (0.6, 0.5, 0.99, 0.99, 0.99, 0.99, 0.99)
    words = [Word("□ 缬沙坦胶囊", 0.9, 0.6, 180, 60 * n, 260, 30, 0.0, sure) for n in range(12)]
    assert not unsure(words)
    assert unsure([replace(w, text="缬沙坦 胶 囊") for w in words])


@pytest.mark.parametrize(
    ("inks", "added"),
    [
        ((BLACK, BLACK, BLUE), {2}),
        ((BLACK, BLUE), {1}),
        ((VIOLET, BLACK, BLACK, BLACK), {0}),
        ((BLUE, BLUE, BLUE), set()),  # a carbon copy, or a list on a screen
        ((BLACK,), set()),
        ((), set()),
    ],
)
def test_a_drug_in_the_ink_of_a_pen_among_printed_ones(inks: tuple[tuple[int, int, int], ...], added: set[int]) -> None:
    picture, words = written([(ink, 0.99) for ink in inks or (BLACK,)])
    assert bluer(picture, [box(w) for w in words[: len(inks)]]) == added
    assert bluer(picture, [None]) == set()
