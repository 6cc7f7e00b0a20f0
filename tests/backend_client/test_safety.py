"""Allergies and findings as a hospital keeps them: what cannot be read is not known, what is not known is not none."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import pytest

from backend_client.cautions import Allergy, Issue
from backend_client.fhir import FhirHospital
from tests.backend_client.hands import DOCTOR, draft, rx

SNOMED = "http://snomed.info/sct"


def entry(id: str, code: Any = None, **more: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {"resourceType": "AllergyIntolerance", "id": id, "patient": {"reference": "Patient/pat-1"}}
    return whole | ({"code": code} if code else {}) | more


def snomed(code: str, **more: str) -> dict[str, Any]:
    return {"coding": [{"system": SNOMED, "code": code}], **more}


NONE = entry("none", snomed("716186003"))
PENICILLIN = entry("pen", snomed("91936005", text="青霉素 <过敏>"), criticality="high")
WRONG = snomed("x") | {"coding": [{"code": "entered-in-error"}]}
CASES = {
    "empty": ([], None),
    "says none": ([NONE], ()),
    "one": ([PENICILLIN], (Allergy("青霉素 <过敏>", "high"),)),
    "one wins over none": ([NONE, PENICILLIN], (Allergy("青霉素 <过敏>", "high"),)),
    "unknown code as given": ([entry("a", snomed("4711"))], (Allergy("4711"),)),
    "by its reaction": ([entry("a", reaction=[{"substance": {"text": "虾"}, "manifestation": [{"text": "疹"}]}])],
                        (Allergy("虾"),)),
    "unreadable": ([entry("a")], None),
    "unreadable beside none": ([entry("a"), NONE], None),
    "unreadable beside one": ([entry("a"), PENICILLIN], (Allergy(""), Allergy("青霉素 <过敏>", "high"))),
    "taken back": ([entry("a", snomed("91936005"), verificationStatus=WRONG)], None),
}  # fmt: skip


async def put(hospital: FhirHospital, *resources: dict[str, Any]) -> None:
    for one in resources:
        await hospital.rest.put(one)


@pytest.mark.parametrize("case", CASES)
async def test_what_is_not_said_is_not_known(hospital: FhirHospital, case: str) -> None:
    entries, known = CASES[case]
    await hospital.submit(draft(), ())
    await put(hospital, *entries)
    found = (await hospital.cautions("R1")).allergies
    assert found == known or sorted(map(astuple, found or ())) == sorted(map(astuple, known or ()))


async def test_what_stands_under_a_record_that_was_merged_counts(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    (record,) = [await hospital.rest.read("Patient/pat-1")]
    old = {"resourceType": "Patient", "id": "pat-old", "active": False,
           "link": [{"type": "replaced-by", "other": {"reference": "Patient/pat-1"}}]}  # fmt: skip
    await put(hospital, old, {**record, "link": [{"type": "replaces", "other": {"reference": "Patient/pat-old"}}]})
    await put(hospital, NONE, {**PENICILLIN, "patient": {"reference": "Patient/pat-old"}})
    assert (await hospital.cautions("R1")).allergies == (Allergy("青霉素 <过敏>", "high"),)


async def test_a_finding_is_of_this_very_prescription(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    seen = await hospital.prescribe(rx())
    (first, *_) = await hospital.rest.search("MedicationRequest", {"status": "draft"})
    found = {"resourceType": "DetectedIssue", "status": "final", "severity": "high", "detail": "do not go together",
             "implicated": [{"reference": f"MedicationRequest/{first['id']}"}]}  # fmt: skip
    await put(hospital, {**found, "id": "d1"}, {**found, "id": "d2", "status": "entered-in-error"},
              {**found, "id": "d3", "implicated": [{"reference": "Patient/pat-1"}]})  # fmt: skip
    said = await hospital.cautions("R1")
    assert (said.rx, said.issues) == (seen.rx, (Issue("do not go together", "high"),))
