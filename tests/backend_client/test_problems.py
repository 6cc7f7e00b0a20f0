"""Something is wrong with a parcel: a Task `parcel-problem` once, the order at `problem`, and each way out of it."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client import FhirHospital
from backend_client.errors import NotFound, WrongState
from backend_client.models import Actor, Stage
from backend_client.moves import outputs_of
from backend_client.orders import task_of
from backend_client.shapes import target
from backend_client.states import set_status
from sandbox.staff.loading import load
from tests.backend_client.hands import loaded, packed
from tests.backend_client.test_lost_answers import handed_over
from tests.backend_client.world import AMBASSADOR, CODES, COURIER, NOW, PHOTO, RESIDENT

OPERATOR = Actor("PractitionerRole/desk-1")
HOUR = 3_600_000


async def problems(hospital: FhirHospital) -> list[Any]:
    found: list[Any] = await hospital.rest.search("Task", {})
    return [task for task in found if task["code"]["coding"][0]["code"] == "parcel-problem"]


async def test_the_report_names_parcel_kind_and_who_and_moves_the_order_once(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    seen = await hospital.report_problem("R1", RESIDENT, "missing", "R1-a", NOW + HOUR)
    assert (seen.stage, seen.reason) == ("problem", "missing")
    assert await hospital.report_problem("R1", RESIDENT, "missing", "R1-a", NOW + HOUR) == seen, "twice is once"
    (task,) = await problems(hospital)
    assert task["reasonCode"]["coding"][0]["code"] == "missing"
    assert task["focus"]["reference"].startswith("SupplyDelivery/")
    assert task["requester"]["reference"] == RESIDENT.reference
    assert (task["for"]["reference"], task["status"]) == ("Patient/pat-1", "requested")


async def test_two_who_report_the_same_parcel_both_stand_there(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    await hospital.report_problem("R1", RESIDENT, "missing", "R1-a", NOW + HOUR)
    seen = await hospital.report_problem("R1", AMBASSADOR, "damaged", "R1-b", NOW + HOUR)
    assert (seen.stage, seen.reason) == ("problem", "missing")
    assert len(await problems(hospital)) == 2


async def test_nobody_home_leaves_the_order_on_its_road(hospital: FhirHospital) -> None:
    await packed(hospital)
    batch = await loaded(hospital, "R1")
    await hospital.depart(batch, COURIER)
    seen = await hospital.report_problem("R1", COURIER, "nobody-home", "R1-a", NOW + HOUR)
    assert seen.stage == "on-the-way"
    assert len(await problems(hospital)) == 1


async def test_what_is_confirmed_stays_so_and_the_report_stands(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    await hospital.confirm("R1", RESIDENT)
    assert (await hospital.report_problem("R1", RESIDENT, "damaged", "R1-a", NOW)).stage == "confirmed"
    assert len(await problems(hospital)) == 1


async def test_nobody_home_and_what_is_confirmed_end_with_their_exception(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    await hospital.report_problem("R1", COURIER, "nobody-home", "R1-a", NOW + HOUR)
    await hospital.confirm("R1", RESIDENT)
    await hospital.report_problem("R1", RESIDENT, "damaged", "R1-b", NOW)
    for key in ("R1-a", "R1-b", "never-came"):
        await hospital.end_problem(key)
    assert [one["status"] for one in await problems(hospital)] == ["completed", "completed"]
    assert (await hospital.order("R1")).stage == "confirmed"


async def test_what_the_hospital_ended_itself_stays_as_it_is(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    await hospital.report_problem("R1", RESIDENT, "damaged", "R1-a", NOW)
    (task,) = await problems(hospital)
    await set_status(hospital.rest, f"Task/{task['id']}", "rejected")
    await hospital.end_problem("R1-a")
    assert [one["status"] for one in await problems(hospital)] == ["rejected"]


@pytest.mark.parametrize("to", ["packed", "with-ambassador", "handed-over"])
async def test_settled_it_is_on_its_road_again_and_may_go_wrong_again(hospital: FhirHospital, to: Stage) -> None:
    await handed_over(hospital)
    await hospital.report_problem("R1", RESIDENT, "missing", "R1-a", NOW)
    assert (await hospital.settle_problem("R1", OPERATOR, to, "R1-a")).stage == to
    assert (await hospital.settle_problem("R1", OPERATOR, to, "R1-a")).stage == to, "twice is once"
    for _ in range(2):
        await hospital.end_problem("R1-a")
    assert [one["status"] for one in await problems(hospital)] == ["completed"]
    assert (await hospital.report_problem("R1", RESIDENT, "missing", "R1-b", NOW)).stage == "problem"
    assert (await hospital.settle_problem("R1", OPERATOR, to, "R1-b")).stage == to


async def test_sent_again_it_is_on_no_batch(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    await hospital.report_problem("R1", RESIDENT, "missing", "R1-a", NOW)
    await hospital.settle_problem("R1", OPERATOR, "packed", "R1-a")
    task = await task_of(hospital.rest, "R1")
    assert not outputs_of(CODES, task, "batch")
    assert outputs_of(CODES, task, "parcel")


async def test_ended_it_is_paid_back_and_the_parcel_comes_back(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    await hospital.report_problem("R1", RESIDENT, "damaged", "R1-a", NOW)
    seen = await hospital.settle_problem("R1", OPERATOR, "cancelled", "R1-a")
    assert (seen.stage, seen.reason) == ("cancelled", "not-delivered")
    task = await task_of(hospital.rest, "R1")
    (parcel,) = [target(one, "valueReference") for one in outputs_of(CODES, task, "parcel")]
    assert (await hospital.rest.read(parcel))["status"] == "abandoned"
    money: list[Any] = await hospital.rest.search("PaymentReconciliation", {})
    assert sum(one["paymentAmount"]["value"] for one in money) == 0
    assert {one["status"] for one in await hospital.rest.search("MedicationDispense", {})} <= {"cancelled"}


async def test_out_of_no_problem_nothing_is_settled(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    with pytest.raises(WrongState):
        await hospital.settle_problem("R1", OPERATOR, "packed", "R1-a")


async def test_a_word_and_a_photo_are_added_once(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    with pytest.raises(NotFound):
        await hospital.problem_more("R1-a", "少了一盒")
    await hospital.report_problem("R1", RESIDENT, "missing", "R1-a", NOW)
    for _ in range(2):
        await hospital.problem_more("R1-a", "少了一盒", PHOTO)
    (task,) = await problems(hospital)
    assert task["note"] == [{"text": "少了一盒"}]
    (shown,) = task["input"]
    assert (await hospital.rest.read(shown["valueAttachment"]["url"]))["contentType"] == "image/jpeg"


async def test_the_batch_it_was_on_moves_it_no_more(hospital: FhirHospital) -> None:
    await packed(hospital)
    first = await loaded(hospital, "R1")
    await hospital.depart(first, COURIER)
    await hospital.report_problem("R1", COURIER, "damaged", "R1-a", NOW)
    await hospital.settle_problem("R1", OPERATOR, "packed", "R1-a")
    await load(hospital.rest, [await task_of(hospital.rest, "R1")], COURIER.reference)
    again = target(outputs_of(CODES, await task_of(hospital.rest, "R1"), "batch")[0], "valueReference").partition("/")[
        2
    ]
    assert again not in ("", first)
    await hospital.depart(again, COURIER)
    await hospital.arrive(first, COURIER)
    assert (await hospital.order("R1")).stage == "on-the-way"
    await hospital.arrive(again, COURIER)
    assert (await hospital.order("R1")).stage == "arrived"
