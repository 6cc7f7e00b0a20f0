"""A batch none of whose parcels is on its way any more ends at the hospital; one that has any stays as it is."""

from __future__ import annotations

import pytest

from backend_client import FhirHospital
from backend_client.errors import WrongState
from backend_client.models import Actor
from backend_client.orders import task_of
from backend_client.shapes import own_path, word
from sandbox.staff.loading import load
from tests.backend_client.hands import loaded, packed
from tests.backend_client.world import COURIER, NOW

OPERATOR = Actor("PractitionerRole/desk-1")


async def on_the_way(hospital: FhirHospital) -> str:
    await packed(hospital)
    batch = await loaded(hospital, "R1")
    await hospital.depart(batch, COURIER)
    return batch


async def settled(hospital: FhirHospital, to: str) -> None:
    await hospital.report_problem("R1", COURIER, "damaged", "R1-a", NOW)
    await hospital.settle_problem("R1", OPERATOR, "cancelled" if to == "cancelled" else "packed", "R1-a")


@pytest.mark.parametrize("to", ["cancelled", "packed"])
async def test_the_last_one_was_stopped_or_is_sent_again(hospital: FhirHospital, to: str) -> None:
    batch = await on_the_way(hospital)
    await settled(hospital, to)
    assert (await hospital.end_batch(batch)).stage == "cancelled"
    assert (await hospital.end_batch(batch)).stage == "cancelled", "twice is once"
    task = await hospital.rest.read(f"Task/{batch}")
    assert word(task, "status") == "cancelled"
    with pytest.raises(WrongState, match="already-cancelled"):
        await hospital.arrive(batch, COURIER)
    assert (await hospital.batch(batch)).stage == "cancelled"


async def test_it_lies_on_another_batch_by_now(hospital: FhirHospital) -> None:
    batch = await on_the_way(hospital)
    await settled(hospital, "packed")
    await load(hospital.rest, [await task_of(hospital.rest, "R1")], COURIER.reference)
    assert (await hospital.end_batch(batch)).stage == "cancelled"


@pytest.mark.parametrize("at", ["on-the-way", "problem", "with-ambassador"])
async def test_one_that_has_a_parcel_goes_on(hospital: FhirHospital, at: str) -> None:
    batch = await on_the_way(hospital)
    if at == "problem":
        await hospital.report_problem("R1", COURIER, "damaged", "R1-a", NOW)
    if at == "with-ambassador":
        await hospital.arrive(batch, COURIER)
        await hospital.collected(batch, COURIER, COURIER)
    was = (await hospital.batch(batch)).stage
    assert (await hospital.end_batch(batch)).stage == was


async def test_what_the_hospital_ended_by_itself_is_over_whatever_its_business_status_says(
    hospital: FhirHospital,
) -> None:
    batch = await on_the_way(hospital)
    task = await hospital.rest.read(f"Task/{batch}")
    await hospital.rest.update(task | {"status": "failed"})
    assert (await hospital.batch(own_path(task).rpartition("/")[2])).stage == "cancelled"
