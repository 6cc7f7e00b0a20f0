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


@pytest.mark.parametrize(
    ("row", "pack", "boxes"),
    [
        *(("硫酸氫氯吡格雷錠  75mg×7錠  2     盒", 7, 2), ("硫酸氫氯吡格雷膜衣錠  75mg×7錠  14     錠", 7, 2)),
        *(("硫酸氫氯吡格雷片  75mg×7顆  14     顆", 7, 2), ("硫酸氫氯吡格雷片  75mg×7粒  14     膠囊", 7, 2)),
        *(("硫酸氫氯吡格雷錠  75mg×7錠×1排  2     盒", 7, 2), ("硫酸氫氯吡格雷錠  75mg×7錠  2     排", 7, None)),
    ],
)
def test_tablets_by_the_word_of_that_place(row: str, pack: int, boxes: int | None) -> None:
    lines = [folded(line.format(day="115/11/08")) for line in PAGE]
    lines[6] = folded(f"{row}      每日1錠")
    reading = understand(page(*lines), TODAY, LISTED).reading
    assert [(d.known, d.pack, d.boxes, d.match) for d in reading.drugs] == [("硫酸氢氯吡格雷片", pack, boxes, "exact")]
    assert reading.accepted


@pytest.mark.parametrize(
    "held", ["每盒30錠，共2盒", "30錠/盒 2盒", "30錠/盒，共2盒", "(30顆/盒)，2盒", "每盒30錠  2盒"]
)
def test_what_one_box_holds_and_how_many_there_are(held: str) -> None:
    head = [folded(line.format(day="115/11/08")) for line in PAGE[:5]]
    lines = ("1. 阿司匹林腸溶錠 100mg", held, "用法:一次100mg，一日1次", PAGE[7])
    reading = understand(page(*head, *map(folded, lines)), TODAY, LISTED).reading
    assert [(d.known, d.pack, d.boxes, d.match) for d in reading.drugs] == [("阿司匹林肠溶片", 30, 2, "exact")]
    assert reading.accepted


def test_granules_and_a_vitamin_in_a_capsule_keep_their_names() -> None:
    head = [folded(line.format(day="115/11/08")) for line in PAGE[:5]]
    lines = ("1. 養血清腦顆粒  4g×15袋  2盒", "2. 維生素D3膠囊  400單位×30粒  1盒", PAGE[7])
    reading = understand(page(*head, *map(folded, lines)), TODAY, LISTED).reading
    assert [(d.name.value, d.pack, d.boxes) for d in reading.drugs] == [
        ("养血清脑颗粒", 15, 2),
        ("维生素D3胶囊", 30, 1),
    ]
