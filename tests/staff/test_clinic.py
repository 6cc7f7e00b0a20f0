"""Doctor, pharmacist and courier on autopilot, and that they leave alone what a person does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client.errors import NotFound
from backend_client.models import Line
from sandbox.staff import courier, doctor, pharmacist
from tests.backend_client.hands import loaded, packed
from tests.backend_client.world import AMLODIPINE, CODES, DOCTOR, PHARMACIST, SORGHUM, draft, medication, rx
from tests.staff.conftest import Office


async def seen_by_doctor(office: Office, **changes: object) -> str:
    await office.hospital.submit(draft(**changes), ())
    await office.play(*doctor.rounds(office.desk))
    return (await office.hospital.order("R1")).stage


async def test_the_doctor_renews_as_before(office: Office) -> None:
    assert await seen_by_doctor(office) == "prescribed"
    seen = await office.hospital.order("R1")
    assert (seen.doctor, seen.prescribed) == ("doc-1", (AMLODIPINE, SORGHUM))


async def test_the_doctor_who_was_asked_for_takes_it(office: Office) -> None:
    await seen_by_doctor(office, doctor="doc-2")
    assert (await office.hospital.order("R1")).doctor == "doc-2"


async def test_any_doctor_helps_a_department_without_one(office: Office) -> None:
    await office.hospital.rest.put({"resourceType": "Organization", "id": "dept-2", "name": "眼科"})
    assert await seen_by_doctor(office, department="dept-2") == "prescribed"


async def test_a_hospital_without_doctors_says_so(office: Office) -> None:
    for id_ in ("doc-1", "doc-2"):
        role = await office.hospital.rest.read(f"PractitionerRole/{id_}")
        await office.hospital.rest.update({**role, "active": False})
    assert await seen_by_doctor(office) == "submitted"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((), doctor.NOT_HERE),
        ((Line("", "herbs", "", 1),), doctor.NOT_HERE),
        ((Line("MR0009", "吗啡", "", 1),), doctor.CONTROLLED),
    ],
)
async def test_what_cannot_be_prescribed_is_not_suitable(office: Office, lines: tuple[Line, ...], reason: str) -> None:
    await office.hospital.rest.put(medication("MR0009", "吗啡", 100, controlled=("Boolean", True)))
    assert await seen_by_doctor(office, lines=lines) == "not-suitable"
    assert (await office.hospital.order("R1")).reason == reason


async def test_a_refusing_doctor(office: Office) -> None:
    office.desk.refusals = 1.0
    assert await seen_by_doctor(office) == "not-suitable"
    assert (await office.hospital.order("R1")).reason == doctor.REFUSED


async def test_a_persons_consult_is_left_alone(office: Office) -> None:
    await office.hospital.submit(draft(), ())
    await office.hospital.take("R1", DOCTOR)
    await office.play(*doctor.rounds(office.desk))
    assert (await office.hospital.order("R1")).stage == "in-consult"


async def test_thinking_takes_its_time(office: Office) -> None:
    office.desk.think = 3
    rounds = doctor.rounds(office.desk)
    await office.hospital.submit(draft(), ())
    for stage in ("submitted", "in-consult", "prescribed"):
        await office.play(*rounds)
        assert (await office.hospital.order("R1")).stage == stage
        office.hand.seconds += 3


async def test_what_is_returned_is_written_again(office: Office) -> None:
    rounds = doctor.rounds(office.desk)
    await office.hospital.submit(draft(), ())
    await office.play(*rounds)
    office.desk.refusals = 1.0
    await office.play(*pharmacist.rounds(office.desk))
    back = await office.hospital.order("R1")
    assert (back.stage, back.reason) == ("returned", pharmacist.RETURNED)
    await office.play(*rounds)  # a doctor does not refuse what he prescribed already
    assert (await office.hospital.order("R1")).stage == "prescribed"
    office.desk.refusals = 0.0
    await office.play(*pharmacist.rounds(office.desk))
    assert (await office.hospital.order("R1")).stage == "passed"
    keys = {one["groupIdentifier"]["value"] for one in await office.hospital.rest.search("MedicationRequest", {})}
    assert keys == {"R1-1", "R1-2"}


async def test_attempts_are_counted_on_anybodys_key(office: Office) -> None:
    await office.hospital.submit(draft(), ())
    await office.hospital.take("R1", DOCTOR)
    await office.hospital.prescribe(replace(rx(), key="R1-second"))
    rest = office.hospital.rest
    assert await doctor.attempt(rest, await rest.the("Task", CODES.id("order"), "R1")) == 1


async def test_a_review_that_a_person_claimed_is_left_alone(office: Office) -> None:
    await seen_by_doctor(office)
    review = await office.hospital.rest.the("Task", CODES.id("review"), "R1-1")
    await office.hospital.rest.update({**review, "status": "in-progress", "owner": {"reference": PHARMACIST.reference}})
    await office.play(*pharmacist.rounds(office.desk))
    assert (await office.hospital.order("R1")).stage == "prescribed"


async def test_a_review_is_asked_for_before_its_order_says_so(office: Office) -> None:
    """A prescription is several writes: between two of them the pharmacist waits, and forgets nothing."""
    rounds = pharmacist.rounds(office.desk)
    await seen_by_doctor(office)
    rest = office.hospital.rest
    order = await rest.the("Task", CODES.id("order"), "R1")
    said, before = order["businessStatus"], order["businessStatus"]["coding"][0]
    order = await rest.update({**order, "businessStatus": {"coding": [{**before, "code": "in-consult"}]}})
    await office.play(*rounds)
    review = await rest.the("Task", CODES.id("review"), "R1-1")
    assert review["status"] == "requested"
    await rest.update({**order, "businessStatus": said})
    await office.play(*rounds)
    assert (await office.hospital.order("R1")).stage == "passed"


async def test_what_was_begun_is_ended_in_the_same_way(office: Office) -> None:
    """Cut short after the review's own write, she does not draw anew: a review that is passed cannot be returned."""
    await seen_by_doctor(office)
    review = await office.hospital.rest.the("Task", CODES.id("review"), "R1-1")
    done = {**review, "status": "completed", "owner": {"reference": PHARMACIST.reference}}
    office.desk.refusals = 0.5
    drawn = office.desk.refuses(f"Task/{review['id']}")
    await office.hospital.rest.update({**done, "status": "rejected" if drawn else "completed"})
    for _ in range(5):
        assert office.desk.refuses(f"Task/{review['id']}") == drawn
    await pharmacist.decide(office.desk, review)
    assert (await office.hospital.order("R1")).stage == ("returned" if drawn else "passed")


async def test_a_hospital_without_pharmacists_says_so(office: Office) -> None:
    for id_ in ("pharm-1", "pharm-2"):
        role = await office.hospital.rest.read(f"PractitionerRole/{id_}")
        await office.hospital.rest.update({**role, "active": False})
    with pytest.raises(NotFound, match="no-pharmacist"):
        await pharmacist.decide(office.desk, {})


async def test_the_courier_departs_and_arrives(office: Office) -> None:
    await packed(office.hospital)
    batch = await loaded(office.hospital, "R1")
    rounds = courier.rounds(office.desk)
    await rounds[0]()
    assert (await office.hospital.batch(batch)).stage == "on-the-way"
    await rounds[1]()
    assert (await office.hospital.batch(batch)).stage == "arrived"
    assert (await office.hospital.order("R1")).stage == "arrived"
