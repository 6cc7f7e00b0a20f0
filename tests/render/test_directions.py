"""A prescription's short hand in words; what is not understood stays as it was written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.render.directions import directions

FORMULARY = Path(__file__).parents[2] / "sandbox/hospital/seed/formulary.csv"


@pytest.mark.parametrize(
    ("sig", "zh", "en"),
    [
        ("5mg qd", "每次 5mg，每天 1 次", "5mg each time, once a day"),
        ("20mg qn", "每次 20mg，每晚 1 次", "20mg each time, once every night"),
        ("0.5g tid 餐前", "每次 0.5g，每天 3 次，饭前", "0.5g each time, three times a day, before meals"),
        (
            "10u tid 餐前皮下",
            "每次 10u，每天 3 次，饭前，皮下注射",
            "10u each time, three times a day, before meals, injected under the skin",
        ),
        ("as told", "as told", "as told"),
        ("", "", ""),
    ],
)
def test_short_hand_becomes_words(sig: str, zh: str, en: str) -> None:
    assert directions(sig, "zh-CN") == zh
    assert directions(sig, "en") == en


def test_every_direction_of_the_sample_formulary_is_understood() -> None:
    with FORMULARY.open(encoding="utf-8") as file:
        given = {row["sig"] for row in csv.DictReader(file)}
    assert len(given) > 20
    assert [sig for sig in given if directions(sig, "zh-CN") == sig] == []
