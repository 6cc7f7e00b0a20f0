"""A page may say anything: what a dialog gets of it is bounded, and each line keeps its own id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from bot.photo.reader import Examined, PhotoReader
from bot.photo.reading import Box, Field, ReadDrug, Reading
from bot.photo.reasons import UNREADABLE
from bot.reading import LONGEST, MOST_DRUGS, ReadingDesk, as_json

DRUG = ReadDrug(Field("二甲双胍片", 0.98), Field("0.5g", 0.913), 20, 2, "exact", "d1", known="二甲双胍片")
PAGE = Reading(True, date=Field("2026-11-02", 0.999), hospital=Field("第二医院"), drugs=(DRUG, DRUG), found=("王",))


def test_what_was_read_is_told_by_its_names() -> None:
    told = as_json(PAGE)
    assert (told["accepted"], told["date"], told["hospital"], told["patient"]) == (True, "2026-11-02", "第二医院", "")
    assert told["confidence"] == {"date": 1.0, "hospital": 1.0}
    assert [(drug["id"], drug["code"], drug["boxes"], drug["confidence"]) for drug in told["drugs"]] == [
        ("line-1", "d1", 2, 0.91), ("line-2", "d1", 2, 0.91)
    ]  # fmt: skip
    assert told["names"] == ["王"]


def test_endless_words_are_cut() -> None:
    told = as_json(replace(PAGE, hospital=Field("院" * 5000), drugs=(replace(DRUG, name=Field("片" * 5000)),)))
    assert (len(told["hospital"]), len(told["drugs"][0]["name"])) == (LONGEST, LONGEST)


def test_a_page_of_too_many_lines_is_not_confirmed_by_buttons() -> None:
    assert as_json(replace(PAGE, drugs=(DRUG,) * MOST_DRUGS))["accepted"]
    told = as_json(replace(PAGE, drugs=(DRUG,) * (MOST_DRUGS + 1)))
    assert (told["accepted"], told["reason"], len(told["drugs"])) == (False, UNREADABLE, MOST_DRUGS)


class TwoPages:
    """Stands in for the reader: the first page lies on its side, the second has one drug that a pen wrote on."""

    def __init__(self) -> None:
        first = replace(PAGE, drugs=(replace(DRUG, line=Box(10, 20, 300, 40)),), by_hand=(Box(10, 90, 200, 30),))
        second = replace(PAGE, drugs=(DRUG, replace(DRUG, line=Box(5, 60, 310, 44), pen=True)))
        self.pages = [Examined(first, turned=1), Examined(second)]

    async def examine(self, data: bytes, **_: Any) -> Examined:
        return self.pages[int(data)]


async def test_each_line_is_shown_alone_by_the_id_of_its_drug() -> None:
    async def fetch(file: str) -> bytes:
        return file[-1:].encode()

    desk = ReadingDesk(cast("PhotoReader", TwoPages()), tuple, b"")
    args: Mapping[str, Any] = {"photos": ["file-0", "file-1"], "today": "2026-11-27", "names": ["王"]}
    told = await desk.read(fetch, args)
    assert told["by_hand"] == [{"id": "hand-1-1", "page": 1, "cut": "cut:10,90,200,30,1:file-0"}]
    assert told["printed"] == [
        {"id": "line-1", "page": 1, "cut": "cut:10,20,300,40,1:file-0", "pen": False},
        {"id": "line-3", "page": 2, "cut": "cut:5,60,310,44,0:file-1", "pen": True},
    ]
    assert [(drug["id"], drug["page"]) for drug in told["drugs"]] == [("line-1", 1), ("line-2", 2), ("line-3", 2)]
