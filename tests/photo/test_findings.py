"""Readable is not orderable: what speaks against an order, and a reading's way over the pipe."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.photo.findings import findings
from bot.photo.reading import Box, Field, ReadDrug, Reading
from bot.photo.wire import flat, from_wire, to_wire

DRUG = ReadDrug(Field("来曲唑片", 0.9, Box(1, 2, 3, 4)), Field("2.5mg"), 10, 2, "exact", "MR1", known="来曲唑片")


def reading(day: str = "2026-11-08", *drugs: ReadDrug, **more: object) -> Reading:
    base = {"accepted": True, "date": Field(day), "patient": Field("何玉芬"), "found": ("何玉芬",)}
    return Reading(**{**base, "drugs": drugs or (DRUG,), "read_by": "machine", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "old"), [("2026-09-21", False), ("2026-09-20", True), ("2026-11-21", False), ("2025-11-21", True)]
)
def test_two_calendar_months(day: str, old: bool) -> None:
    assert ("too_old" in findings(reading(day), date(2026, 11, 21))) is old


def test_the_months_are_a_setting() -> None:
    assert findings(reading("2026-09-01"), date(2026, 11, 21), months=3) == ()


def test_controlled_by_drug_and_by_form() -> None:
    drug = ReadDrug(Field("地西泮片"), Field("2.5mg"), 20, 1, "unknown", controlled=True)
    assert findings(reading("2026-11-08", drug), date(2026, 11, 21)) == ("controlled", "not_listed")
    assert findings(reading(controlled_mark=True), date(2026, 11, 21)) == ("controlled",)


def test_the_chosen_patient_must_stand_in_the_picture() -> None:
    assert findings(reading(), date(2026, 11, 21), patient="何玉芬") == ()
    assert findings(reading(), date(2026, 11, 21), patient="王五") == ("other_patient",)


def test_a_used_prescription() -> None:
    assert findings(reading(), date(2026, 11, 21), keys=("a", "b"), used={"b"}) == ("used_before",)


def test_a_drug_to_confirm() -> None:
    drug = ReadDrug(Field("瑞舒伐他江钙片"), Field("10mg"), 7, 1, "ask", "MR2", known="瑞舒伐他汀钙片")
    assert findings(reading("2026-11-08", drug), date(2026, 11, 21)) == ("to_confirm",)


def test_a_reading_survives_the_pipe() -> None:
    first = reading(amount_fen=96528, missing=("foot",), sex=Field("女", 0.5))
    assert from_wire(json.loads(json.dumps(to_wire(first)))) == first


def test_nonsense_from_the_pipe_is_refused() -> None:
    with pytest.raises((KeyError, TypeError)):
        from_wire({"accepted": True})


def test_the_flat_form_has_values_with_confidences_and_boxes_beside_them() -> None:
    data = flat(reading())
    assert (data["date"], data["patient"], data["hospital"]) == ("2026-11-08", "何玉芬", None)
    assert data["drugs"][0]["box"] == {"name": [1, 2, 3, 4]}
    assert data["drugs"][0]["confidence"] == {"name": 0.9, "strength": 1.0}
    assert data["confidence"]["patient"] == 1.0
