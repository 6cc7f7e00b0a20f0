"""A denial of 'Confirmed for her' stands at the hospital as a problem of this order's parcel, once."""

from __future__ import annotations

from typing import Any

from backend_client import FhirHospital
from backend_client.states import set_status
from tests.backend_client.test_lost_answers import handed_over
from tests.backend_client.test_proxy import helper
from tests.backend_client.world import CODES, NOW

DAY = 86_400_000


async def test_who_denies_and_which_receipt_stand_in_the_task(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    await hospital.confirm("R1", await helper(hospital), "code")
    start = (await hospital.changes("", ())).cursor
    asked = await hospital.deny_receipt("R1", "PractitionerRole/desk-1", NOW + DAY)
    assert await hospital.deny_receipt("R1", "PractitionerRole/desk-1", NOW + DAY) == asked, "twice is once"
    assert (asked.kind, asked.key, asked.status) == ("parcel-problem", "R1-denied", "requested")
    task: Any = await hospital.rest.read(f"Task/{asked.id}")
    receipt: Any = await hospital.rest.the("Task", CODES.id("receipt-confirmation"), "R1")
    assert task["reasonCode"]["coding"][0]["code"] == "confirmation-denied"
    assert task["focus"]["reference"] == f"Task/{receipt['id']}"
    assert task["requester"]["reference"] == "PractitionerRole/desk-1"
    assert task["for"]["reference"] == "Patient/pat-1"
    await set_status(hospital.rest, f"Task/{asked.id}", "completed")
    told = [one for one in (await hospital.changes(start, ())).tasks if one.key == "R1-denied"]
    assert told[-1].status == "completed"
    assert (await hospital.order("R1")).stage == "confirmed"
