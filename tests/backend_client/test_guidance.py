"""The hospital's guidance for each medicine (True 10): quoted from what was handed out, whole, or not there at all."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client.dosage import taken
from backend_client.fhir import FhirHospital
from backend_client.guidance import handed_out
from backend_client.lines import Amount, Schedule
from backend_client.models import OrderSnapshot
from backend_client.shapes import own_path
from backend_client.transport import Response
from tests.backend_client.hands import loaded, packed
from tests.backend_client.wire_fakes import Script, ok, rest_over
from tests.backend_client.world import AMBASSADOR, COURIER, RESIDENT

SAID = "整片吞下。\n<别>与西柚汁同服。" + "长" * 5000


async def given(hospital: FhirHospital, *items: dict[str, Any], **more: Any) -> OrderSnapshot:
    """With her; ``items`` are the dosageInstruction of what she was given of the first drug."""
    await packed(hospital)
    request = (await hospital.rest.search("MedicationRequest", {"status": "active"}))[0]
    found = await hospital.rest.search("MedicationDispense", {"prescription": own_path(request)})
    await hospital.rest.put({**found[0], "dosageInstruction": [*items], **more})
    batch = await loaded(hospital, "R1")
    await hospital.depart(batch, COURIER)
    await hospital.arrive(batch, COURIER)
    await hospital.collected(batch, COURIER, AMBASSADOR)
    await hospital.hand_over("R1", AMBASSADOR, "code")
    return await hospital.confirm("R1", RESIDENT)


async def test_it_is_read_from_what_was_handed_out(hospital: FhirHospital) -> None:
    seen = await given(hospital, {"text": "5mg qd", "patientInstruction": SAID})
    assert seen.guidance == (SAID, "")
    assert seen.prescribed[0].sig == "5mg qd"


async def test_several_are_all_told_and_each_once(hospital: FhirHospital) -> None:
    items = [{"sequence": n, "text": "5mg", "patientInstruction": said} for n, said in enumerate(("a", "b", "a"), 1)]
    assert (await given(hospital, *items)).guidance == ("a\nb", "")


async def test_where_the_hospital_has_none_nothing_is_told(hospital: FhirHospital) -> None:
    assert (await given(hospital, {"text": "5mg qd"})).guidance == ("", "")


async def test_what_was_entered_in_error_is_not_told(hospital: FhirHospital) -> None:
    item = {"text": "5mg qd", "patientInstruction": SAID}
    assert (await given(hospital, item, status="entered-in-error")).guidance == ("", "")


@pytest.mark.parametrize("answer", [Response(400, {}, b""), ok({"resourceType": "OperationOutcome"}, 403)])
async def test_a_hospital_that_does_not_serve_them_is_no_trouble(answer: Response) -> None:
    assert await handed_out(rest_over(Script(answer, answer)), ["MedicationRequest/1"]) == []


async def test_without_a_prescription_nobody_is_asked() -> None:
    assert await handed_out(rest_over(Script()), []) == []


ITEM = {
    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
    "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
}


@pytest.mark.parametrize(
    ("item", "sig"),
    [({"text": "5mg qd"}, "5mg qd"), (ITEM, "5mg qd"), ({}, SAID), ({"route": {"text": "口服"}}, SAID)],
)
def test_words_to_the_patient_are_how_it_is_taken_only_where_nothing_else_says_so(
    item: dict[str, Any], sig: str
) -> None:
    said, dose, schedule, _ = taken([{**item, "patientInstruction": SAID}])
    assert said == sig
    assert (dose, schedule) == ((Amount("5", "mg"), Schedule(1)) if item is ITEM else (Amount(), Schedule()))
