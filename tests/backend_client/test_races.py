"""Two at the same moment: one wins, the other is told so, and only the winner's act is on record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from backend_client import Clash, FhirHospital, HospitalError
from backend_client.models import OrderSnapshot
from backend_client.moves import Move, business_status, move
from backend_client.orders import task_of
from backend_client.transport import Request
from tests.backend_client.hands import quoted
from tests.backend_client.wire_fakes import Watched
from tests.backend_client.world import (
    CODES,
    DOCTOR,
    NOW,
    OTHER_DOCTOR,
    OTHER_PHARMACIST,
    PHARMACIST,
    RESIDENT,
    charge,
    draft,
    rx,
)


async def outcomes(*acts: Awaitable[OrderSnapshot]) -> list[str]:
    """``stage`` of who got through, the code of who did not."""
    answers = await asyncio.gather(*acts, return_exceptions=True)
    return sorted(one.code if isinstance(one, HospitalError) else getattr(one, "stage", repr(one)) for one in answers)


def meeting(watched: Watched, method: str, parties: int) -> None:
    """The first ``parties`` requests of a method wait for one another, so that all have read before any writes."""
    here = asyncio.Event()
    came: list[Request] = []

    async def wait(request: Request) -> None:
        if request.method == method and len(came) < parties:
            came.append(request)
            if len(came) == parties:
                here.set()
            await here.wait()

    watched.before = wait


async def test_two_doctors_take_one_order(hospital: FhirHospital, watched: Watched) -> None:
    await hospital.submit(draft(), ())
    meeting(watched, "PATCH", 2)
    assert await outcomes(hospital.take("R1", DOCTOR), hospital.take("R1", OTHER_DOCTOR)) == [
        "already-taken",
        "in-consult",
    ]
    records = await hospital.rest.search("Provenance", {})
    taken = [one for one in records if one["activity"]["coding"][0]["code"] == "in-consult"]
    owner = (await task_of(hospital.rest, "R1"))["owner"]["reference"]
    assert [one["agent"][0]["who"]["reference"] for one in taken] == [owner]


async def test_two_pharmacists_review_one_prescription(hospital: FhirHospital, watched: Watched) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    await hospital.prescribe(rx())
    meeting(watched, "PUT", 2)
    got = await outcomes(
        hospital.review("R1", PHARMACIST, "pass", ""), hospital.review("R1", OTHER_PHARMACIST, "pass", "")
    )
    assert got[1] == "passed"
    assert got[0] in ("already-in-review", "already-passed")


async def test_one_pharmacist_pressing_twice_is_one_review(hospital: FhirHospital, watched: Watched) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    await hospital.prescribe(rx())
    meeting(watched, "PUT", 2)
    pass_it = [hospital.review("R1", PHARMACIST, "pass", "") for _ in range(2)]
    assert await outcomes(*pass_it) == ["passed", "passed"]


async def test_without_json_patch_one_doctor_wins_as_well(hospital: FhirHospital, watched: Watched, url: str) -> None:
    await hospital.submit(draft(), ())
    plain = FhirHospital(url, now=lambda: NOW, transport=watched, patches=False)
    meeting(watched, "PUT", 2)
    got = await outcomes(plain.take("R1", DOCTOR), plain.take("R1", OTHER_DOCTOR))
    assert got == ["already-taken", "in-consult"]
    assert not [line for line in watched.log if line.startswith("PATCH")]


async def test_cancel_against_pay_leaves_no_money_behind(hospital: FhirHospital, watched: Watched) -> None:
    await quoted(hospital)
    meeting(watched, "PATCH", 2)
    await outcomes(hospital.pay(charge(560), RESIDENT), hospital.cancel("R1", RESIDENT, "too dear"))
    seen = await hospital.order("R1")
    moved = [one["paymentAmount"]["value"] for one in await hospital.rest.search("PaymentReconciliation", {})]
    assert (seen.stage, sum(moved)) == ("cancelled", 0)


async def test_the_same_press_twice_is_one_act(hospital: FhirHospital, watched: Watched) -> None:
    await hospital.submit(draft(), ())
    meeting(watched, "PATCH", 2)
    assert await outcomes(hospital.take("R1", DOCTOR), hospital.take("R1", DOCTOR)) == ["in-consult", "in-consult"]


async def test_a_task_that_never_rests_is_given_up(hospital: FhirHospital, watched: Watched) -> None:
    await hospital.submit(draft(), ())
    task = await task_of(hospital.rest, "R1")
    stages = iter(["received", "submitted"] * 20)

    async def meddle(request: Request) -> None:
        if request.method == "PATCH":
            watched.before = None
            stage = next(stages)
            status = "received" if stage == "received" else "requested"
            now = await task_of(hospital.rest, "R1")
            await hospital.rest.update({**now, "status": status, "businessStatus": business_status(CODES, stage)})
            watched.before = meddle

    watched.before = meddle
    with pytest.raises(Clash, match="contended"):
        await move(hospital.rest, task, Move("in-consult", DOCTOR))


async def test_a_move_the_hospital_does_not_accept_is_no_race(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    task = await task_of(hospital.rest, "R1")
    with pytest.raises(HospitalError, match="rejected"):
        await move(hospital.rest, task, Move("in-consult", DOCTOR, owner="PractitionerRole/nobody"))
