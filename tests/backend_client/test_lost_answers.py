"""A write whose answer is lost: whichever it was, the command repeated has one effect and one answer (contract G8)."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

import pytest

from backend_client import FhirHospital, HospitalError, RetryLater
from backend_client.errors import Kind, kind_of
from backend_client.wire import Json
from tests.backend_client.hands import loaded, packed, passed, quoted
from tests.backend_client.wire_fakes import Watched
from tests.backend_client.world import (
    AMBASSADOR,
    CODES,
    COURIER,
    DOCTOR,
    PHARMACIST,
    PHOTO,
    RESIDENT,
    charge,
    draft,
    rx,
)

Step = Callable[[FhirHospital], Awaitable[object]]


async def nothing(hospital: FhirHospital) -> None: ...


async def submitted(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())


async def taken(hospital: FhirHospital) -> None:
    await submitted(hospital)
    await hospital.take("R1", DOCTOR)


async def prescribed(hospital: FhirHospital) -> None:
    await taken(hospital)
    await hospital.prescribe(rx())


async def paid(hospital: FhirHospital) -> None:
    await quoted(hospital)
    await hospital.pay(charge(560), RESIDENT)


async def on_the_road(hospital: FhirHospital) -> None:
    for no in ("R1", "R2"):
        await packed(hospital, no)
    await loaded(hospital, "R1", "R2")


async def handed_over(hospital: FhirHospital) -> None:
    await packed(hospital)
    batch = await loaded(hospital, "R1")
    await hospital.depart(batch, COURIER)
    await hospital.arrive(batch, COURIER)
    await hospital.collected(batch, COURIER, AMBASSADOR)
    await hospital.hand_over("R1", AMBASSADOR, "code")


async def depart(hospital: FhirHospital) -> object:
    batch = await hospital.rest.the("Task", CODES.id("batch"), "R1")
    return await hospital.depart(batch["id"], COURIER)


STEPS: dict[str, tuple[Step, Step]] = {
    "submit": (nothing, lambda h: h.submit(draft(), (PHOTO,))),
    "take": (submitted, lambda h: h.take("R1", DOCTOR)),
    "not_suitable": (taken, lambda h: h.not_suitable("R1", DOCTOR, "no")),
    "prescribe": (taken, lambda h: h.prescribe(rx())),
    "pass": (prescribed, lambda h: h.review("R1", PHARMACIST, "pass", "")),
    "return": (prescribed, lambda h: h.review("R1", PHARMACIST, "return", "dose")),
    "claim": (passed, lambda h: h.claim("R1")),
    "pay": (quoted, lambda h: h.pay(charge(560), RESIDENT)),
    "second charge": (paid, lambda h: h.pay(charge(560, "ch-2"), RESIDENT)),
    "cancel": (paid, lambda h: h.cancel("R1", RESIDENT, "changed my mind")),
    "depart": (on_the_road, depart),
    "confirm": (handed_over, lambda h: h.confirm("R1", RESIDENT)),
}


async def everything(hospital: FhirHospital) -> dict[str, list[Json]]:
    """All that an order leaves behind, without versions and times."""
    kinds = (
        "Task", "Provenance", "MedicationRequest", "Claim", "PaymentReconciliation", "PaymentNotice", "Encounter",
        "DocumentReference", "Binary", "SupplyDelivery", "MedicationDispense",
    )  # fmt: skip
    return {kind: await hospital.rest.search(kind, {}) for kind in kinds}


def ids(found: dict[str, list[Json]]) -> dict[str, list[str]]:
    return {kind: sorted(one["id"] for one in resources) for kind, resources in found.items()}


@pytest.mark.parametrize("name", STEPS)
async def test_a_lost_answer_changes_nothing(hospital: FhirHospital, watched: Watched, name: str) -> None:
    before, step = STEPS[name]
    await before(hospital)
    watched.writes = 0
    dice = random.Random(name)
    watched.lose = lambda number: number == 1 or dice.random() < 0.5
    for _ in range(30):
        try:
            answer = await step(hospital)
        except RetryLater:
            continue
        break
    else:
        pytest.fail("never got through")
    watched.lose = lambda number: False
    left = await everything(hospital)
    assert watched.writes > 1
    assert await step(hospital) == answer
    assert ids(await everything(hospital)) == ids(left)


@pytest.mark.parametrize("status", [409, 412, 400, 422, 403, 405, 501])
@pytest.mark.parametrize("name", ["pay", "second charge", "cancel", "claim", "prescribe", "pass", "confirm"])
async def test_what_is_owed_is_done_once_whatever_a_write_is_answered(
    hospital: FhirHospital, watched: Watched, name: str, status: int
) -> None:
    """It stands 1: nothing is done of the write that is refused; the command comes again, and nothing is undone."""
    before, step = STEPS[name]
    await before(hospital)
    kinds: set[Kind] = set()
    for write in range(1, 20):
        watched.writes, watched.refuse = 0, {write: status}
        try:
            await step(hospital)
            break
        except HospitalError as error:
            kinds.add(kind_of(error, owed=True))
    assert kinds in (set(), {Kind.NOT_YET}, {Kind.OPERATORS})  # none where another way was found at once
    watched.refuse = {}
    answer = await step(hospital)
    left = await everything(hospital)
    assert await step(hospital) == answer
    assert ids(await everything(hospital)) == ids(left)
    back = [one for one in left["PaymentReconciliation"] if one["paymentAmount"]["value"] < 0]
    assert len(back) == (name in ("second charge", "cancel")), "a refund only where the order does not need the money"
