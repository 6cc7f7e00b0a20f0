"""What happened meanwhile: nothing missed, nothing told twice, one broken order does not hide the others."""

from __future__ import annotations

from dataclasses import replace

from backend_client import FhirHospital
from backend_client.feed import BEGINNING
from backend_client.models import Changes, TaskSnapshot, Unread
from backend_client.orders import task_of
from backend_client.shapes import concept, money, ms
from tests.backend_client.hands import loaded, packed, quoted
from tests.backend_client.world import CODES, COURIER, DOCTOR, PHARMACIST, RESIDENT, draft, rx


async def following(hospital: FhirHospital, last: Changes) -> Changes:
    return await hospital.changes(last.cursor, last.seen)


def told(changes: Changes) -> list[tuple[str, str]]:
    return [(order.no, order.stage) for order in changes.orders]


async def test_an_empty_hospital_is_read_from_the_beginning(hospital: FhirHospital) -> None:
    start = await hospital.changes("", ())
    assert start == Changes((), (), BEGINNING)
    await hospital.submit(draft(), ())
    assert told(await following(hospital, start)) == [("R1", "submitted")]


async def test_from_now_leaves_out_what_was(hospital: FhirHospital) -> None:
    await hospital.submit(draft("R1"), ())
    start = await hospital.changes("", ())
    assert told(start) == []
    await hospital.submit(draft("R2"), ())
    assert told(await following(hospital, start)) == [("R2", "submitted")]


async def test_each_change_is_told_once(hospital: FhirHospital) -> None:
    start = await hospital.changes("", ())
    await hospital.submit(draft("R1"), ())
    first = await following(hospital, start)
    assert told(await following(hospital, first)) == []
    await hospital.take("R1", DOCTOR)
    second = await following(hospital, first)
    assert told(second) == [("R1", "in-consult")]
    assert ms(second.cursor) > ms(first.cursor)
    assert (await following(hospital, second)).cursor == second.cursor


async def test_the_overlap_is_read_again_but_not_told_again(hospital: FhirHospital) -> None:
    await hospital.submit(draft("R1"), ())
    await hospital.submit(draft("R2"), ())
    everything = await hospital.changes(BEGINNING, ())
    late = replace(everything, seen=everything.seen[1:])  # as if the first had become visible only now
    assert told(await following(hospital, late)) == [("R1", "submitted")]


async def test_a_step_of_an_order_tells_the_order(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    await hospital.prescribe(rx())
    start = await hospital.changes("", ())
    review = await hospital.rest.the("Task", CODES.id("review"), "R1-1")
    await hospital.rest.update({**review, "status": "in-progress", "owner": {"reference": PHARMACIST.reference}})
    assert told(await following(hospital, start)) == [("R1", "prescribed")]


async def test_a_step_of_something_else_is_ignored(hospital: FhirHospital) -> None:
    await packed(hospital)
    batch = await loaded(hospital, "R1")
    start = await hospital.changes("", ())
    review = await hospital.rest.the("Task", CODES.id("review"), "R1-1")
    await hospital.rest.update({**review, "partOf": [{"reference": f"Task/{batch}"}]})
    assert told(await following(hospital, start)) == []


async def test_a_batch_is_told_with_its_manifest(hospital: FhirHospital) -> None:
    await packed(hospital)
    start = await hospital.changes("", ())
    batch = await loaded(hospital, "R1")
    (seen,) = (await following(hospital, start)).batches
    assert (seen.id, seen.stage, seen.courier, [line.order for line in seen.manifest]) == (
        batch, "packed", "courier-1", ["R1"],
    )  # fmt: skip
    assert seen.run
    await hospital.depart(batch, COURIER)
    after = await following(hospital, start)
    assert ([one.stage for one in after.batches], told(after)) == (["on-the-way"], [("R1", "on-the-way")])


async def test_one_that_breaks_the_contract_is_named_and_left_out(hospital: FhirHospital) -> None:
    start = await hospital.changes("", ())
    await quoted(hospital, "R1")
    (answer,) = await hospital.rest.search("ClaimResponse", {})
    answer["total"][0]["amount"] = money(1)
    await hospital.rest.update(answer)
    await hospital.submit(draft("R2"), ())
    seen = await following(hospital, start)
    assert told(seen) == [("R2", "submitted")]
    assert seen.unreadable == (Unread(f"Task/{(await task_of(hospital.rest, 'R1'))['id']}", "sum-differs", "R1"),)


async def test_an_unknown_stage_is_named_and_left_out(hospital: FhirHospital) -> None:
    start = await hospital.changes("", ())
    await hospital.submit(draft(), ())
    task = await task_of(hospital.rest, "R1")
    strange = concept(CODES.system("order-status"), "teleported")
    await hospital.rest.update({**task, "businessStatus": strange})
    assert (await following(hospital, start)).unreadable == (Unread(f"Task/{task['id']}", "unknown-stage", "R1"),)


async def test_a_batch_at_a_strange_stage_is_named_and_left_out(hospital: FhirHospital) -> None:
    await packed(hospital)
    start = await hospital.changes("", ())
    batch = await hospital.rest.read(f"Task/{await loaded(hospital, 'R1')}")
    await hospital.rest.update({**batch, "businessStatus": concept(CODES.system("order-status"), "paid")})
    seen = await following(hospital, start)
    assert (seen.batches, seen.unreadable) == ((), (Unread(f"Task/{batch['id']}", "unknown-stage"),))


async def test_a_cancelled_order_tells_its_reason(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.cancel("R1", RESIDENT, "found some")
    (seen,) = (await hospital.changes(BEGINNING, ())).orders
    assert (seen.stage, seen.reason) == ("cancelled", "found some")


async def test_other_tasks_of_the_contract_are_told_and_strange_ones_counted(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    order = await task_of(hospital.rest, "R1")
    start = await hospital.changes("", ())

    async def made(kind: str, **more: object) -> str:
        task = {"resourceType": "Task", "status": "requested", "intent": "order", **more,
                "identifier": [{"system": CODES.id("problem"), "value": kind}],
                "code": concept(CODES.system("task"), kind)}  # fmt: skip
        return str((await hospital.rest.create(task, CODES.id("problem"), kind))["id"])

    visit = await made(
        "home-visit",
        businessStatus=concept(CODES.system("order-status"), "on-my-way"),
        statusReason={"text": "third floor"},
        **{"for": {"reference": order["for"]["reference"]}, "owner": {"reference": COURIER.reference}},
    )
    problem = await made("parcel-problem", partOf=[{"reference": f"Task/{order['id']}"}])
    await made("horoscope")
    await made("deliver-run")
    seen = await following(hospital, start)
    assert seen.tasks[0] == TaskSnapshot(
        visit, "home-visit", seen.tasks[0].version, seen.tasks[0].updated, "requested", "on-my-way",
        patient=order["for"]["reference"], owner=COURIER.reference, reason="third floor",
    )  # fmt: skip
    assert [(task.id, task.kind, task.part_of) for task in seen.tasks[1:]] == [
        (problem, "parcel-problem", f"Task/{order['id']}")
    ]
    assert seen.unknown == ("horoscope",)
    assert told(seen) == [("R1", "submitted")]  # the problem is a step of it
    again = await following(hospital, seen)
    assert (again.tasks, again.unknown) == ((), ())
