"""Why a picture was refused: what is found in it, and nothing else."""

from __future__ import annotations

import pytest

from bot.photo import available, reasons

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from bot.photo.look import Seen
from bot.photo.ocr import Found
from bot.photo.why import reason, spot
from bot.photo.words import Word
from tests.photo.drawing import SANS, sized

LINES = (
    "上海市明珠区中心医院处方笺",
    "姓名何玉芬性别女年龄七十六岁",
    "临床诊断原发性高血压二级",
    "医师何志金审核药师杨芬德",
) * 3


def seen(
    texts: tuple[str, ...] = LINES, *, sure: float = 0.98, paper: int = 215, ink: int = 40, blot: bool = False
) -> Seen:
    """A sharp page on a dark table, its lines read with this confidence."""
    page = Image.new("RGB", (1400, 1300), (90, 80, 70))
    pen = ImageDraw.Draw(page)
    pen.rectangle((100, 60, 1300, 1240), fill=(paper,) * 3)
    words, boxes = [], []
    for n, text in enumerate(texts):
        y = 130 + 90 * n
        pen.text((180, y - 22), text, (ink,) * 3, sized(SANS, 36))
        w = 36.0 * len(text) + 12
        boxes.append(Found(180 + w / 2, y, w, 52, 0.0, 0.9))
        words.append(Word(text, sure, sure, 180 + w / 2, y, w, 52, 0.0, (sure,) * len(text)))
    if blot:
        pen.ellipse((300, 300, 1100, 1000), fill=(255, 255, 255))
    return Seen(np.ascontiguousarray(np.asarray(page)[..., ::-1]), tuple(words), tuple(boxes), 0)


def why(page: Seen, missing: tuple[str, ...] = ("drug",), *, labels: int = 5, drugs: int = 0) -> str:
    return reason(missing, labels, False, page, 1.0, drugs)


def test_words_read_badly_in_a_sharp_picture_are_handwriting() -> None:
    assert why(seen(sure=0.5)) == reasons.HANDWRITTEN
    assert why(seen(sure=0.5), labels=1) == reasons.HANDWRITTEN  # not: no prescription


def test_letters_of_another_script() -> None:
    english = ("Riverside Community Hospital", "Patient name Mary Whitfield", "Take one tablet every morning") * 3
    assert why(seen(english), ("patient", "date", "drug"), labels=0) == reasons.FOREIGN


def test_a_clear_page_with_a_drug_that_is_covered_is_a_prescription() -> None:
    assert why(seen(), drugs=2) == reasons.UNREADABLE
    assert why(seen(), drugs=0) == reasons.NOT_A_PRESCRIPTION
    assert why(seen(), ("drug", "foot"), drugs=0) == reasons.NOT_A_PRESCRIPTION  # a laboratory's sheet
    assert why(seen(), ("date", "drug"), drugs=0) == reasons.UNREADABLE


def test_a_reflection_is_a_blot_on_darker_paper() -> None:
    assert why(seen(blot=True), ("strength",), drugs=2) == reasons.GLARE
    assert spot(seen(blot=True), 1.0) == reasons.GLARE
    assert why(seen(paper=255), ("strength",), drugs=2) == reasons.UNREADABLE
    assert spot(seen(paper=255), 1.0) == ""
