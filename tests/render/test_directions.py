"""A prescription's short hand in words; what is not understood stays as it was written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from backend_client.lines import Line
from bot import dosing
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
            "每次 10 单位，每天 3 次，饭前，皮下注射",
            "10 units each time, three times a day, before meals, injected under the skin",
        ),
        ("as told", "as told", "as told"),
        ("", "", ""),
    ],
)
def test_short_hand_becomes_words(sig: str, zh: str, en: str) -> None:
    assert directions(sig, "zh-CN") == zh
    assert directions(sig, "en") == en


@pytest.mark.parametrize(
    ("name", "sig", "zh", "en"),
    [
        ("阿托伐他汀钙片", "20mg 早上", "每次 1 片（20mg），每天早上 1 次", "1 tablet (20mg) in the morning"),
        ("阿托伐他汀钙片", "40mg bid", "每次 2 片（40mg），每天 2 次", "2 tablets (40mg) each time, twice a day"),
        (
            "阿托伐他汀钙片",
            "10mg qn",
            "每次 半 片（10mg），每晚 1 次",
            "half a tablet (10mg) each time, once every night",
        ),
        ("阿托伐他汀钙片", "15mg qd", "每次 15mg，每天 1 次", "15mg each time, once a day"),
        ("硝苯地平控释片", "10mg qd", "每次 10mg，每天 1 次", "10mg each time, once a day"),
        ("某胶囊", "1粒 每8小时1次", "每次 1 粒，每 8 小时 1 次", "1 capsule each time, every 8 hours"),
        ("某片", "1-2片 qd", "1-2片 qd", "1-2片 qd"),
        ("某片", "1片 6次/日", "1片 6次/日", "1片 6次/日"),
    ],
)
def test_tablets_are_counted_out_of_the_lines_own_strength(name: str, sig: str, zh: str, en: str) -> None:
    line = Line(name=name, strength="20mg", sig=sig)
    for said in (dosing.read(line), dosing.taken(line)):
        assert (directions(said, "zh-CN"), directions(said, "en")) == (zh, en)


def test_every_direction_of_the_sample_formulary_is_understood() -> None:
    with FORMULARY.open(encoding="utf-8") as file:
        given = {row["sig"] for row in csv.DictReader(file)}
    assert len(given) > 20
    assert [sig for sig in given if directions(sig, "zh-CN") == sig] == []
