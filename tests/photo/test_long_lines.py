"""Lines far longer than any on paper: each pattern comes to its end, or pytest's timeout stops the test."""

from __future__ import annotations

import re

import pytest

from bot.photo import drugnames, drugs, tables
from bot.photo.borders import begins
from bot.photo.formulary import Formulary
from bot.photo.houses import HOSPITAL_RE
from bot.photo.latin import HOUSE_RE
from bot.photo.names import ENDS_WITH_FORM, fold
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


@pytest.mark.parametrize(
    ("pattern", "text"), [(re.compile(AMOUNT), "80mg"), (HOSPITAL_RE, "仁和医院"), (HOUSE_RE, "GP Clinic")]
)
def test_a_run_is_tried_from_its_beginning_alone(pattern: re.Pattern[str], text: str) -> None:
    """Not from each of its characters: of a long one that leads to nothing, that is half its square of steps."""
    assert pattern.match(text)
    assert not pattern.match(text, 1)


def test_of_what_a_number_may_be_a_part_of_only_the_end_is_looked_at() -> None:
    assert begins("5%" * (LONG // 2), LONG) == LONG - 200


def test_a_form_does_not_begin_with_a_long_run_of_the_same_word() -> None:
    assert ENDS_WITH_FORM.match("肠溶缓释软胶囊")
    assert not ENDS_WITH_FORM.match("缓释" * LONG + "片")


@pytest.mark.parametrize("line", ["1、甲乙丙丁", "甲乙丙丁 代文 80mg×7粒", "代文 甲乙丙丁片 80mg×7粒 2盒"])
def test_a_word_is_folded_as_often_however_long_the_list_is(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    asked: list[str] = []
    for module in (drugnames, drugs, tables):
        monkeypatch.setattr(module, "fold", lambda text: asked.append(text) or fold(text))

    def folds(listed: Formulary) -> int:
        asked.clear()
        understand(page(line), TODAY, listed)
        return len(asked)

    assert folds(Formulary(LISTED.drugs * 3, LISTED.stems)) == folds(LISTED)


@pytest.mark.parametrize("head", ["", "出院带药：1)缬沙坦胶囊 80mg×7粒"], ids=["alone", "in running text"])
@pytest.mark.parametrize("piece", ["1", "药", "二", " ", "(", "A1", "1 ", "1、药片", "5%", "5mg×7片，2盒，口服；"])
def test_a_line_that_is_all_of_one_kind_is_read_to_its_end(piece: str, head: str) -> None:
    line = head + piece * (LONG // len(piece)) + "药"
    assert not read(line).reading.accepted
    assert not read(*(line[at : at + 50] for at in range(0, len(line), 50))).reading.accepted
