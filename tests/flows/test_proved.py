"""No dose, drug or strength reaches a doctor, a signature or a patient that stands neither in its line's proof nor in
what the doctor entered; over records and papers whose doses are not the list's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from backend_client.codes import Codes
from backend_client.dosage import dosage
from backend_client.drugs import dispense_request, drug_concept, line_extensions, line_of_request
from bot import dosing, wiring
from bot.dosing import Amount, Line, Proof
from bot.linewords import guided_words, proved_words
from bot.render.directions import directions
from bot.render.messages import words_of
from bot.views import SnapshotView
from tests.flows.test_deploys import READ
from tests.flows.test_doses import recorded, sent, signed, signing
from tests.flows.test_reading import form
from tests.inputs import inputs

assert wiring.ROOMS  # all flows are registered
CODES = Codes()
SAID = words_of("Asia/Shanghai")
DRUGS = {code: {"code": code, "name_zh": name, "name_en": "", "strength": strength, "pack": pack, "sig": "1mg qd",
                "controlled": False}
         for code, name, strength, pack in (("a1", "甲药片", "20mg", 7), ("a2", "乙药胶囊", "0.3g", 24),
                                            ("a3", "丙药控释片", "30mg", 14))}  # fmt: skip

UNITS = ["mg", "片", "粒", "单位"]
OFTEN = ["bid", "tid", "qod", "每日2次", "每晚1次", "早晚各1次", "每8小时1次", "必要时", "早1次晚2次", "遵医嘱"]
doses = st.one_of(
    st.builds("{}{} {}".format, st.integers(2, 90), st.sampled_from(UNITS), st.sampled_from(OFTEN)),
    st.sampled_from(["", "口服", "遵医嘱", "每次1片 每日2次; 睡前加服半片", "1-2片 qd", "按说明书"]),
)
recorded_lines = st.lists(
    st.tuples(st.sampled_from([*DRUGS]), doses, st.integers(1, 20)),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)
PLAIN = inputs(40, suppress_health_check=[HealthCheck.too_slow])


def record_of(code: str, sig: str, boxes: int) -> Line:
    drug = DRUGS[code]
    proof = Proof("record", dispense=f"MedicationDispense/{code}", day="2026-10-20", boxes=boxes)
    return dosing.read(Line(code, drug["name_zh"], drug["strength"], boxes, sig, 14, proof=proof))


def printed_of(n: int, code: str, sig: str, boxes: int) -> dict[str, Any]:
    drug = DRUGS[code]
    return {"id": f"line-{n}", "name": drug["name_zh"], "strength": drug["strength"], "boxes": boxes, "match": "exact",
            "code": code, "known": drug["name_zh"], "controlled": False, "sig": sig, "page": 1}  # fmt: skip


def stands(line: Line, sources: Mapping[str, tuple[str, int]]) -> None:
    """Each part of the line is its source's, and the words a person reads say no other dose than that."""
    sig, boxes = sources[line.code]
    assert (line.name, line.strength) == (DRUGS[line.code]["name_zh"], DRUGS[line.code]["strength"])
    assert line.sig == sig
    assert line.boxes == boxes == line.proof.boxes
    said = dosing.understood(sig) if sig else None
    assert line.dose == (said[0] if said else Amount())
    reads_true(line)


def reads_true(line: Line) -> None:
    for shown, proved in zip(guided_words(SnapshotView(asked=(line,))), proved_words([line]), strict=True):
        words = shown[1]
        assert words["sig"] == proved[1]["sig"]
        for lang in ("zh-CN", "en"):
            told = directions(words["sig"], lang) if words["sig"] else ""
            for sentence in (shown, proved):
                assert told in SAID.label(lang, *sentence), "the whole sentence shows how it is taken"
            numbers = set(_numbers(told))
            if told != line.sig:  # in our own words: its own numbers, and the tablets that its own strength makes of it
                own = {*_numbers(line.sig), *_numbers(dosing.counted_out(line).value), "1", "2"}
                assert line.dose.value in numbers or line.dose.value == "0.5"
                assert numbers <= own | {str(line.schedule.times), str(line.schedule.every)}


def _numbers(text: str) -> Iterator[str]:
    return iter(re.findall(r"\d+(?:\.\d+)?", text))


def enters_the_rest(flow: str, lines: Sequence[Line], dose: str) -> list[Line]:
    """What is signed when the doctor types this wherever a dose is not known."""
    t = signing(flow, *lines)
    while t.last.last.step.startswith("taken["):
        t.says(dose)
    return signed(t)


def proved(lines: Sequence[Line], signed_: Sequence[Line], dose: str) -> None:
    for asked, written in zip(lines, signed_, strict=True):
        assert (written.code, written.name, written.strength, written.boxes) == (
            asked.code, asked.name, asked.strength, asked.boxes,
        )  # fmt: skip
        assert written.sig == (asked.sig if dosing.tells_dose(asked) else dose)
        assert (written.proof.dose_by == "pr-1") == (written.sig != asked.sig)
        assert dosing.tells_dose(written)
        reads_true(written)


Rows = list[tuple[str, str, int]]


@pytest.mark.slow
@PLAIN
@given(recorded_lines)
def test_from_the_record_to_the_signature(rows: Rows) -> None:
    from_the_record(rows)


@pytest.mark.trial("records, a thousand")
@pytest.mark.timeout(900)
@inputs(100, PLAIN)  # a thousand: it is a trial
@given(recorded_lines)
def test_from_a_thousand_records_to_the_signature(rows: Rows) -> None:
    from_the_record(rows)


def from_the_record(rows: Rows) -> None:
    """Asked for, signed and on the wire: each line is its record's, or the doctor's where that says no dose."""
    lines = [record_of(code, sig, boxes) for code, sig, boxes in rows]
    t = recorded(*lines, **{"local.drugs": DRUGS})
    t.taps("all")
    asked = sent(t)
    for line in asked:
        stands(line, {code: (sig, boxes) for code, sig, boxes in rows})
    signed_ = enters_the_rest("sign", asked, "3 片 每日3次")
    proved(asked, signed_, "3 片 每日3次")
    for line in signed_:
        on_the_wire(dosing.read(line))


def on_the_wire(line: Line) -> None:
    """The MedicationRequest, read back, is the line that was signed."""
    request: dict[str, Any] = {
        "medicationCodeableConcept": drug_concept(CODES, line),
        "dispenseRequest": dispense_request(line, "2026-11-25T00:00:00Z"),
        "dosageInstruction": [dosage(line)],
        "extension": line_extensions(CODES, line),
    }
    back = line_of_request(CODES, request)
    same = ("code", "name", "strength", "boxes", "sig", "proof")
    assert [getattr(back, name) for name in same] == [getattr(line, name) for name in same]
    assert back.dose in (line.dose, Amount())
    assert back.schedule.times in (line.schedule.times, 0)


@pytest.mark.slow
@PLAIN
@given(recorded_lines)
def test_from_the_paper_to_the_signature(rows: list[tuple[str, str, int]]) -> None:
    drugs = [printed_of(n, code, sig, boxes) for n, (code, sig, boxes) in enumerate(rows, 1)]
    t = form({**READ, "drugs": drugs}, **{"local.drugs": DRUGS})
    t.taps("right")
    asked = sent(t)
    for line in asked:
        stands(line, {code: (sig, boxes) for code, sig, boxes in rows})
        assert (line.proof.kind, line.proof.page) == ("page", 1)
    proved(asked, enters_the_rest("sign", asked, "3 片 每日3次"), "3 片 每日3次")


@pytest.mark.parametrize("line", [replace(record_of("a1", "40mg bid", 4), sig="20mg qd")])
def test_the_property_sees_a_dose_that_stands_nowhere(line: Line) -> None:
    with pytest.raises(AssertionError):
        stands(line, {"a1": ("40mg bid", 4)})
