"""Pages in traditional characters: the eyes fold them, so what is left are the words that other places use."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.photo import ocr
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, value

PAIRS = dict(p for p in Path(ocr.__file__).with_name("traditional.txt").read_text(encoding="utf-8").split())
PAGE = (
    "上海市明珠區中心醫院",
    "慢性病連續處方箋",
    "病患姓名：何玉芬  性別：女  年齡：76歲  科別：心臟內科",
    "診斷：原發性高血壓",
    "就醫日期：{day}  病歷號：20261108",
    "藥品名稱          規格         總量   單位   用法",
    "苯磺酸氨氯地平片  5mg×7片     2      盒     每日1次 飯後",
    "醫師：何志金  調劑藥師：楊芬德",
)


def folded(text: str) -> str:
    """The text as the eyes give it out."""
    return "".join(PAIRS.get(c, c) for c in text)


@pytest.mark.parametrize("day", ["民國115年11月08日", "115/11/08", "2026年11月08日"])
def test_a_page_of_another_place(day: str) -> None:
    reading = understand(
        page(*(folded(line.format(day=day)) for line in PAGE)), TODAY, LISTED, names=("何玉芬",)
    ).reading
    assert (reading.accepted, reading.missing, reading.found) == (True, (), ("何玉芬",))
    assert (value(reading.date), value(reading.hospital)) == ("2026-11-08", "上海市明珠区中心医院")
    assert (value(reading.doctor), value(reading.pharmacist)) == ("何志金", "杨芬德")
    (drug,) = reading.drugs
    assert (drug.known, drug.strength.value, drug.pack, drug.boxes, drug.match) == (
        "苯磺酸氨氯地平片",
        "5mg",
        7,
        2,
        "exact",
    )


def test_a_count_in_tablets_is_converted_there_too() -> None:
    lines = [folded(line.format(day="115/11/08")) for line in PAGE]
    lines[6] = "苯磺酸氨氯地平片  5mg×7片     28     片     每日1次"
    assert [d.boxes for d in understand(page(*lines), TODAY, LISTED).reading.drugs] == [4]
