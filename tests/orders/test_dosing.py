"""How a drug is taken, read from words: understood as a whole, or quoted as it stands (R17)."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.lines import Amount, Line, Schedule
from bot import dosing

FORMULARY = Path(__file__).parents[2] / "sandbox" / "hospital" / "seed" / "formulary.csv"
STATIN = Line("MR0063", "阿托伐他汀钙片", "20mg", 4, "40mg bid", 28, 7)


@pytest.mark.parametrize(
    ("text", "dose", "schedule", "route"),
    [
        ("5mg qd", "5 mg", Schedule(1), ""),
        ("每次20mg  每晚1次  口服", "20 mg", Schedule(1, when=("NIGHT",)), "oral"),
        ("每次半片，每日2次，餐后", "0.5 片", Schedule(2, when=("PC",)), ""),
        ("1片 早晚各1次", "1 片", Schedule(2, when=("MORN", "EVE")), ""),
        ("每周一次 每次70mg", "70 mg", Schedule(1, 1, "wk"), ""),
        ("每8小时1次 每次1粒", "1 粒", Schedule(1, 8, "h"), ""),
        ("1次20mg 1日2次", "20 mg", Schedule(2), ""),
        ("1/2片 隔日1次", "0.5 片", Schedule(1, 2), ""),
        ("0.5mg prn 舌下", "0.5 mg", Schedule(as_needed=True), "sublingual"),
        ("1 tablet in the morning", "1 片", Schedule(1, when=("MORN",)), ""),
        ("20 mg twice a day after meals", "20 mg", Schedule(2, when=("PC",)), ""),
        ("１２单位 qn 皮下", "12 单位", Schedule(1, when=("NIGHT",)), "subcutaneous"),
    ],
)
def test_what_is_understood(text: str, dose: str, schedule: Schedule, route: str) -> None:
    for _ in range(2):  # and again: nothing of a reading stays behind
        assert dosing.understood(text) == (Amount(*dose.split()), schedule, route)
    assert dosing.tells_dose(dosing.in_words(text))


@pytest.mark.parametrize(
    "text",
    [
        "1-2片 qd",
        "早1片 晚2片",
        "每次1片 每日2次; 睡前加服1片",
        "每日1次 qd 5mg",
        "10mg qd 遵医嘱",
        "5mg 每日1次 早 晚",
    ],
)
def test_what_is_not_understood_as_a_whole_stays_words(text: str) -> None:
    assert dosing.understood(text) is None
    line = dosing.read(replace(STATIN, sig=text, dose=Amount("40", "mg"), schedule=Schedule(2)))
    assert (line.sig, line.dose, line.schedule) == (text, Amount(), Schedule())
    assert dosing.tells_dose(line)


@pytest.mark.parametrize("text", ["", "遵医嘱", "口服", "每日2次", "20mg", "1 tablet"])
def test_what_does_not_say_how_much_how_often(text: str) -> None:
    assert not dosing.tells_dose(dosing.in_words(text))


def test_the_lists_own_short_hand_is_understood() -> None:
    with FORMULARY.open(encoding="utf-8", newline="") as file:
        assert [row["sig"] for row in csv.DictReader(file) if dosing.understood(row["sig"]) is None] == []


@pytest.mark.parametrize(
    ("line", "agree"),
    [
        (replace(STATIN, dose=Amount("40", "mg"), schedule=Schedule(2)), True),
        (replace(STATIN, dose=Amount("0.04", "g")), True),
        (replace(STATIN, schedule=Schedule(1)), False),
        (replace(STATIN, dose=Amount("20", "mg")), False),
        (replace(STATIN, sig="40mg bid 口服", route="subcutaneous"), False),
    ],
)
def test_words_that_contradict_their_parts_stand_alone(line: Line, agree: bool) -> None:
    assert bool(dosing.read(line).dose.value) == agree


@pytest.mark.parametrize(
    ("strength", "sig", "name", "counted"),
    [
        ("20mg", "40mg bid", "阿托伐他汀钙片", "2 片"),
        ("20mg", "10mg qd", "阿托伐他汀钙片", "0.5 片"),
        ("0.5g", "1000mg qd", "二甲双胍片", "2 片"),
        ("20mg", "15mg qd", "阿托伐他汀钙片", ""),
        ("30mg", "15mg qd", "硝苯地平控释片", ""),
        ("0.3g", "0.6g bid", "血脂康胶囊", "2 粒"),
        ("0.3g", "0.15g bid", "血脂康胶囊", ""),
        ("80mg:5mg", "80mg qd", "缬沙坦氨氯地平片", ""),
        ("", "40mg bid", "阿托伐他汀钙片", ""),
        ("3ml:300单位", "12单位 qn", "甘精胰岛素注射液", ""),
        ("20mg", "2片 bid", "阿托伐他汀钙片", ""),
    ],
)
def test_tablets_only_where_the_lines_own_strength_divides_the_dose(
    strength: str, sig: str, name: str, counted: str
) -> None:
    line = dosing.read(Line(name=name, strength=strength, sig=sig))
    assert dosing.counted_out(line) == (Amount(*counted.split()) if counted else Amount())


@pytest.mark.parametrize(
    ("line", "days"),
    [
        (Line(name="二甲双胍片", strength="0.5g", boxes=2, pack=100, sig="1g tid"), 33),
        (Line(name="阿托伐他汀钙片", strength="20mg", boxes=16, pack=7, sig="40mg bid"), 28),
        (Line(name="甘精胰岛素注射液", strength="3ml:300单位", boxes=2, pack=1, sig="12单位 qn"), 50),
        (Line(name="阿仑膦酸钠片", strength="70mg", boxes=1, pack=4, sig="70mg qw"), 28),
        (Line(name="二甲双胍片", strength="", boxes=2, pack=100, sig="1g tid"), 0),
        (Line(name="二甲双胍片", strength="0.5g", boxes=2, pack=100, sig="1g prn"), 0),
        (Line(name="二甲双胍片", strength="0.5g", boxes=2, pack=0, sig="1g tid"), 0),
    ],
)
def test_how_long_the_boxes_last(line: Line, days: int) -> None:
    assert dosing.supply_days(dosing.read(line)) == days


@pytest.mark.parametrize(
    ("given", "pack", "boxes"),
    [("28 片", 7, 4), ("28 tab", 7, 4), ("30 片", 7, 0), ("28 片", 0, 0), ("2.5 box", 7, 0), ("28 ", 7, 0)],
)
def test_tablets_become_boxes_by_the_pack_or_are_asked(given: str, pack: int, boxes: int) -> None:
    value, _, unit = given.partition(" ")
    assert dosing.boxes_given(Line(given=Amount(value, unit)), pack) == boxes
