"""A page may say anything: what a dialog gets of it is bounded, and each line keeps its own id."""

from __future__ import annotations

from dataclasses import replace

from bot.photo.reading import Field, ReadDrug, Reading
from bot.photo.reasons import UNREADABLE
from bot.reading import LONGEST, MOST_DRUGS, as_json

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
