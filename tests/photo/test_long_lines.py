"""Lines far longer than any on paper: each pattern comes to its end, or pytest's timeout stops the test."""

from __future__ import annotations

import re

import pytest

from bot.photo.borders import begins
from bot.photo.houses import HOSPITAL_RE
from bot.photo.strength import AMOUNT
from bot.photo.understand import Understood, understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, word

LONG = 5000  # characters


def read(*lines: str) -> Understood:
    return understand([word(line, 40, 60 + 44 * n) for n, line in enumerate(lines)], TODAY, LISTED)


def test_a_long_number_before_a_character_is_looked_through_once() -> None:
    """Its characters can be cut into runs in 2 to the power of 400 ways: what tries them all does not end."""
    code = "12" * 200
    assert begins(f"{code}药.5", len(code) + 2) == len(code) + 1
    words = page(f"1. 苯磺酸氨氯地平片  5mg×7片  {code}药.2盒")
    assert [d.boxes for d in understand(words, TODAY, LISTED).reading.drugs] == [None]


@pytest.mark.parametrize(("pattern", "text"), [(re.compile(AMOUNT), "80mg"), (HOSPITAL_RE, "仁和医院")])
def test_a_run_is_tried_from_its_beginning_alone(pattern: re.Pattern[str], text: str) -> None:
    """Not from each of its characters: of a long one that leads to nothing, that is half its square of steps."""
    assert pattern.match(text)
    assert not pattern.match(text, 1)


@pytest.mark.parametrize("head", ["", "出院带药：1)缬沙坦胶囊 80mg×7粒"], ids=["alone", "in running text"])
@pytest.mark.parametrize("piece", ["1", "药", "二", " ", "(", "A1", "1 ", "1、药片", "5mg×7片，2盒，口服；"])
def test_a_line_that_is_all_of_one_kind_is_read_to_its_end(piece: str, head: str) -> None:
    line = head + piece * (LONG // len(piece)) + "药"
    assert not read(line).reading.accepted
    assert not read(*(line[at : at + 50] for at in range(0, len(line), 50))).reading.accepted
