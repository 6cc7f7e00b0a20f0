"""A line's way through FHIR: how it is taken, how much of it, where it stands. Nothing gained, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_client.codes import Codes
from backend_client.dosage import ROUTES, WHEN, dosage, taken
from backend_client.drugs import asked_input, line_extensions, line_of_input, line_of_request
from backend_client.lines import SHORT, Amount, Line, Proof, Schedule
from backend_client.wire import dump, load
from tests.backend_client.valid import check_body

CODES = Codes()
LINE = Line("MR0063", "阿托伐他汀钙片", "20mg", 4, "40mg bid", 7, 7, "片", Amount("40", "mg"), Schedule(2), "oral",
            proof=Proof("page", 1, "line-2", boxes=4))  # fmt: skip


def through(item: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from a server: decimals are decimals."""
    return load(dump(item))


amounts = st.builds(Amount, st.sampled_from(["0.5", "1", "40", "12.5"]), st.sampled_from(["mg", "片", "单位"]))
schedules = st.builds(
    Schedule,
    st.integers(1, 6),
    st.integers(1, 4),
    st.sampled_from(["h", "d", "wk"]),
    st.lists(st.sampled_from(sorted(WHEN)), unique=True, max_size=2).map(tuple),
    st.booleans(),
)
proofs = st.one_of(
    st.builds(
        Proof,
        st.just("page"),
        st.integers(0, 5),
        st.sampled_from(["", "line-1"]),
        boxes=st.integers(0, 9),
        pack=st.integers(0, 60),
    ),
    st.just(Proof("record", dispense="MedicationDispense/md-1", day="2026-11-01", boxes=3)),
    st.just(Proof("doctor", dose_by="pr-1")),
    st.just(Proof("typed", none_by="pr-1")),
    st.just(Proof()),
)
lines = st.builds(
    Line,
    st.sampled_from(["", "MR0001"]),
    st.just("药"),
    st.sampled_from(["", "5mg"]),
    st.integers(1, 99),
    st.sampled_from(["每次半片 每晚1次", "as he likes"]),
    st.integers(0, 90),
    st.sampled_from([0, 7]),
    st.just(""),
    amounts,
    schedules,
    st.sampled_from(["", *ROUTES.values(), "静滴"]),
    proof=proofs,
)


@given(lines)
def test_what_is_asked_for_comes_back_as_it_went(line: Line) -> None:
    assert line_of_input(CODES, through(asked_input(CODES, line))) == line


@given(lines)
def test_what_is_taken_in_parts_comes_back_with_its_words(line: Line) -> None:
    said = dosage(line)
    assert said
    assert taken([through(said)]) == (line.sig, line.dose, line.schedule, line.route)


@pytest.mark.parametrize("name", SHORT)
def test_parts_without_words_get_the_short_hand(name: str) -> None:
    said = dosage(replace(LINE, sig="", schedule=SHORT[name]))
    assert said
    assert said["text"] == f"40mg {name}"


REPEAT = {"frequency": 2, "period": 1, "periodUnit": "d"}
DOSE = {"doseQuantity": {"value": Decimal("0.50"), "unit": "片"}}


@pytest.mark.parametrize(
    "more",
    [
        {"maxDosePerPeriod": {"numerator": {"value": 4}}},
        {"additionalInstruction": [{"text": "不可与西柚汁同服"}]},
        {"timing": {"repeat": {**REPEAT, "frequencyMax": 3}}},
        {"timing": {"repeat": {**REPEAT, "dayOfWeek": ["mon"]}}},
        {"timing": {"repeat": {**REPEAT, "period": Decimal("1.5")}}},
        {"timing": {"code": {"coding": [{"code": "SOMETIMES"}]}}},
        {"doseAndRate": [{"doseRange": {"low": {"value": 1}}}]},
        {"doseAndRate": [DOSE, DOSE]},
    ],
)
def test_a_dosage_that_says_more_stays_words(more: dict[str, Any]) -> None:
    item = {"text": "半片", "timing": {"repeat": REPEAT}, "doseAndRate": [DOSE]}
    assert taken([item]) == ("半片", Amount("0.5", "片"), Schedule(2), "")
    sig, dose, schedule, _ = taken([{**item, **more}])
    assert (dose, schedule) == (Amount(), Schedule())
    assert sig.startswith("半片")
    assert sig.endswith("同服") == ("additionalInstruction" in more)


def test_several_dosages_are_quoted_one_after_the_other() -> None:
    assert taken([{"text": "早 1 片"}, {"text": "晚 2 片"}]) == ("早 1 片; 晚 2 片", Amount(), Schedule(), "")


@pytest.mark.parametrize(
    ("quantity", "boxes", "given"),
    [
        ({"value": 4, "unit": "box"}, 4, Amount()),
        ({"value": Decimal("4.0"), "unit": "盒"}, 4, Amount()),
        ({"value": Decimal("2.5"), "unit": "box"}, 0, Amount("2.5", "box")),
        ({"value": 28, "unit": "tab"}, 0, Amount("28", "tab")),
        ({"value": 3}, 0, Amount("3", "")),
        (None, 0, Amount()),
    ],
)
def test_a_quantity_is_boxes_only_where_it_says_boxes(quantity: Any, boxes: int, given: Amount) -> None:
    seen = line_of_request(CODES, {"quantity": quantity} if quantity else {})
    assert (seen.boxes, seen.given) == (boxes, given)


@pytest.mark.parametrize(
    ("supply", "days"),
    [
        ({"value": 28, "unit": "d"}, 28),
        ({"value": 4, "unit": "wk", "code": "wk"}, 28),
        ({"value": 2, "unit": "周"}, 14),
        ({"value": 1, "unit": "mo", "code": "mo"}, 0),
        ({"value": 28}, 0),
    ],
)
def test_days_have_a_unit(supply: dict[str, Any], days: int) -> None:
    assert line_of_request(CODES, {"dispenseRequest": {"expectedSupplyDuration": supply}}).days == days


@pytest.mark.parametrize("proof", [LINE.proof, Proof("record", dispense="MedicationDispense/md-1", day="2026-11-01")])
def test_what_is_written_is_true_r4(proof: Proof) -> None:
    line = replace(LINE, proof=proof)
    task = {"resourceType": "Task", "status": "requested", "intent": "order", "input": [asked_input(CODES, line)]}
    request = {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "Patient/pat-1"},
        "medicationCodeableConcept": {"text": line.name},
        "extension": line_extensions(CODES, line),
        "dosageInstruction": [dosage(line)],
    }
    for resource in (task, request):
        check_body(dump(resource))
    assert line_of_request(CODES, through(request)) == replace(line, code="", boxes=0, days=0)
