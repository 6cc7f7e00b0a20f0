"""Every typed step takes its number, code or day in any width and with a final stop, and asks what may mean several.

The checks are read off the flows: a new one fails here until it is said what it takes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import dosing, flows, oneself, rules, strengths
from bot.dialog import Either, Now, Wrong
from bot.flows import callers, enrol, hand_over, paying
from locales import BASE, sentences

NOW = Now(1_795_393_800_000, "2026-11-23")
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
Check = Callable[[str, Now], str | Either | Wrong]


@dataclass(frozen=True)
class Takes:
    """``right``: what is taken. ``loose``: what may mean several. ``apart``: spaces and dashes inside do not matter."""

    check: Check
    right: tuple[str, ...]
    loose: tuple[str, ...] = ()
    apart: bool = False


NUMBERS = ("1 2", "-1", "－1", "1-2", "1.5", "1,5", "1 2盒", "- 3 boxes")
DOSES = ("1 2 tablets twice a day", "-1 tablet twice a day", "每次1 2片，每日2次", "每次-1片，每日2次")
DAY = Takes(
    rules.paper_day(2),
    ("2026-11-03", "20261103", "2026年11月3日", "二〇二六年十一月三日", "3 Nov 2026"),
    ("3/11/2026",),
)
#: The check as it stands in a flow -> what it takes; None: words of a person, which nobody reads as a number.
CHECKS: Mapping[str, Takes | None] = {
    "rules.box_count()": Takes(rules.box_count(), ("5", "5盒", "12", "5 boxes", "两盒", "十二"), NUMBERS),
    "rules.box_count(most)": Takes(rules.box_count(6), ("5", "6盒"), NUMBERS),
    "rules.box_price": Takes(rules.box_price, ("36.5", "36", "¥36.50", "36.5元"), ("3 6.5", "-36", "36,5", "36-37")),
    "rules.dose_words": Takes(rules.dose_words, ("1 tablet twice a day", "每次1片，每日2次"), DOSES),
    "rules.line_change": Takes(rules.line_change, ("5", "5盒", "每次1片，每日2次"), (*NUMBERS, *DOSES)),
    "rules.drug_words": Takes(rules.drug_words, (), ("氨氯地平 2 5mg", "氨氯地平 -5mg", "amlodipine 2 5 mg")),
    "strengths.typed": Takes(strengths.typed, ("0.5g", "80mg/12.5mg", "3ml:300单位"), ("2 5mg", "-5mg", "1 2.5g")),
    "rules.paper_day(oldest)": DAY,
    "rules.pickup_code": Takes(rules.pickup_code, ("4821", "A4821"), apart=True),
    "credential": Takes(
        enrol.credential,
        ("80010012", "A8001001X"),
        ("She says she is fine", "hello 123", "Hello １２３。", "call 80010012", "8001-0012 please", "help-80010012"),
        apart=True,
    ),
    "birthday": Takes(enrol.birthday, ("1951-03-08",)),  # of the day that ask.date has read
    "call_number": Takes(callers.call_number, ("A17", "2026110312"), apart=True),
    "year_of": Takes(hand_over.year_of, ("1951", "1951年", "一九五一"), ("19 51", "-1951")),
    "two_of": Takes(hand_over.two_of, ("12", "2X"), apart=True),
    "oneself.phone_number": Takes(oneself.phone_number, ("13800001122", "+8613800001122"), apart=True),
    "rules.own_words": None,
    "oneself.real_name": None,
    "public_names.public_name": None,
    "own_words.allowed(own.numbers, own.links)": None,
    "_part": None,
    "called": None,
}
TAKES = {name: takes for name, takes in CHECKS.items() if takes}
RIGHT = [(name, typed) for name, takes in TAKES.items() for typed in takes.right]
APART = [(name, typed) for name, takes in TAKES.items() if takes.apart for typed in takes.right]
LOOSE = [(name, typed) for name, takes in TAKES.items() for typed in takes.loose]


def test_every_check_of_every_typed_step_is_here() -> None:
    found = set[str]()
    for file in Path(flows.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "check":
                found.add(ast.unparse(node.value))
    assert found == set(CHECKS)
    assert paying.called.__name__ in CHECKS


@given(st.sampled_from(RIGHT), st.booleans(), st.sampled_from(["", "。", ".", "．", "！", " 。", " "]))
def test_in_any_width_and_with_a_final_stop(where: tuple[str, str], wide: bool, stop: str) -> None:
    name, typed = where
    if name == "birthday":
        return
    meant = TAKES[name].check(typed, NOW)
    assert isinstance(meant, str)
    said = TAKES[name].check((typed.translate(WIDE) if wide else typed) + stop, NOW)
    assert said == meant or name in ("rules.dose_words", "rules.line_change")
    assert isinstance(said, str)


@given(st.sampled_from(APART), st.sampled_from([" ", "-", "－", "—", " - "]), st.data())
def test_spaces_and_dashes_inside_codes(where: tuple[str, str], gap: str, data: st.DataObject) -> None:
    name, typed = where
    at = data.draw(st.integers(1, len(typed) - 1))
    assert TAKES[name].check(typed[:at] + gap + typed[at:], NOW) == TAKES[name].check(typed, NOW) == typed


@pytest.mark.parametrize(("name", "typed"), LOOSE)
def test_what_may_mean_several_is_asked_with_a_sentence_that_says_what_to_type(name: str, typed: str) -> None:
    found = TAKES[name].check(typed, NOW)
    assert not isinstance(found, str)
    assert f"wrong.{'either' if isinstance(found, Either) else found.code}" in sentences(BASE) or name == "year_of"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1½ tablets twice a day", "1.5 tablets twice a day"), ("每日1次，每次１½片", "每日1次,每次1.5片"),
     ("½片 每日1次", "0.5片 每日1次"), ("每次1⅓片 每日1次", "每次1⅓片 每日1次"), ("2²片 每日1次", "2²片 每日1次")],
)  # fmt: skip
def test_a_part_of_a_tablet_never_grows(typed: str, kept: str) -> None:
    assert rules.dose_words(typed, NOW) == kept
    assert dosing.read(dosing.in_words(kept)).dose.value in {"1.5", "0.5", ""}


def test_words_with_raised_figures_are_not_understood() -> None:
    assert dosing.understood("2²片 每日1次") is None
    assert dosing.understood("1½片 每日1次") is None
