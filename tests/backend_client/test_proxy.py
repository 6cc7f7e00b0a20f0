"""Somebody without a phone, at the hospital: what was read to her and confirmed for her says so, and who did it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from backend_client import FhirHospital, Invalid, RetryLater, WrongState
from backend_client.catalogue import drug_of
from backend_client.models import Actor, Charge, MandateDraft, OrderSnapshot
from backend_client.patients import patient_of
from tests.backend_client.hands import quoted
from tests.backend_client.test_lost_answers import handed_over, paid
from tests.backend_client.wire_fakes import Watched
from tests.backend_client.world import CODES, NOW

NOTHING = Charge("zero-R1", "R1", 0, "CNY", NOW)
HELPER = "PractitionerRole/amb-1"


async def helper(hospital: FhirHospital) -> Actor:
    draft = MandateDraft("k1", "pat-1", "amb-1", ("order-refill",), "2099-01-01", "read_aloud")
    return Actor(HELPER, "pat-1", (await hospital.grant_mandate(draft)).id)


async def told(hospital: FhirHospital, activity: str) -> dict[str, Any]:
    found: Any = await hospital.rest.search("Provenance", {})
    (one,) = [one for one in found if one["activity"]["coding"][0]["code"] == activity]
    return one


@pytest.mark.parametrize("proof", ["code", "slip-qr", "two-identifiers"])
async def test_what_is_confirmed_for_her_has_its_own_mark(hospital: FhirHospital, proof: Any) -> None:
    await handed_over(hospital)
    by = await helper(hospital)
    done = await hospital.confirm("R1", by, proof)
    assert done == await hospital.confirm("R1", by, proof)
    record = await told(hospital, "confirmed-for-her")
    assert record["reason"][0]["coding"][0]["code"] == proof
    assert record["agent"][0]["who"]["reference"] == HELPER
    assert record["agent"][0]["onBehalfOf"]["reference"] == "Patient/pat-1"
    receipt: Any = await hospital.rest.the("Task", CODES.id("receipt-confirmation"), "R1")
    assert receipt["reasonCode"]["coding"][0]["code"] == "confirmed-for-her"


async def test_a_mandate_that_ended_confirms_nothing(hospital: FhirHospital) -> None:
    await handed_over(hospital)
    by = await helper(hospital)
    await hospital.revoke_mandate(by.mandate)
    with pytest.raises(WrongState, match="mandate-ended"):
        await hospital.confirm("R1", by, "code")
    assert (await hospital.order("R1")).stage == "handed-over"


async def nothing_due(hospital: FhirHospital) -> None:
    await quoted(hospital, self_pay=0)


Before = Callable[[FhirHospital], Awaitable[None]]
Act = Callable[[FhirHospital, Actor], Awaitable[OrderSnapshot]]


@pytest.mark.parametrize(
    ("before", "act"),
    [
        (handed_over, lambda hospital, by: hospital.confirm("R1", by, "code")),
        (nothing_due, lambda hospital, by: hospital.pay(NOTHING, by)),
        (paid, lambda hospital, by: hospital.cancel("R1", by, "no more")),
        (nothing_due, lambda hospital, by: hospital.send_back("R1", by, "dose", "")),
    ],
    ids=["confirm", "pay", "cancel", "send back"],
)
async def test_what_was_done_under_a_mandate_stays_done(
    hospital: FhirHospital, watched: Watched, before: Before, act: Act
) -> None:
    """The answer was lost, and the mandate ends before it is asked again: what follows the step is still written."""
    await before(hospital)
    by = await helper(hospital)
    first = watched.writes + 1
    watched.lose = lambda number: number >= first
    with pytest.raises(RetryLater):
        await act(hospital, by)
    watched.lose = lambda number: False
    await hospital.revoke_mandate(by.mandate)
    seen = await act(hospital, by)
    assert seen.stage in ("confirmed", "paid", "cancelled", "returned")
    assert await act(hospital, by) == seen


async def test_a_share_of_more_than_nothing_is_not_confirmed_for_her(hospital: FhirHospital) -> None:
    await quoted(hospital)
    with pytest.raises(Invalid, match="not-free"):
        await hospital.pay(NOTHING, await helper(hospital))
    assert (await hospital.order("R1")).stage == "quoted"


@pytest.mark.parametrize(
    ("identifiers", "tail"),
    [([("id/e-credential", "80010129")], "29"), ([("id/other", "80010129")], ""), ([], ""),
     ([("id/e-credential", "1"), ("id/e-credential", "80010129")], "")],
)  # fmt: skip
def test_the_last_two_of_her_number_where_there_is_one(identifiers: list[tuple[str, str]], tail: str) -> None:
    known = [{"system": f"{CODES.ns}/{system}", "value": value} for system, value in identifiers]
    assert patient_of({"resourceType": "Patient", "id": "p", "identifier": known}, CODES).number_tail == tail


@pytest.mark.parametrize("flagged", [True, False])
def test_a_drug_may_be_flagged(flagged: bool) -> None:
    drug = {
        "code": {"text": "华法林", "coding": [{"system": CODES.system("drug"), "code": "d1"}]},
        "extension": [{"url": CODES.extension("flagged"), "valueBoolean": flagged}],
    }
    assert drug_of(CODES, drug).flagged is flagged


async def test_who_read_the_risks_at_a_link_stands_in_the_record(hospital: FhirHospital) -> None:
    await nothing_due(hospital)
    await hospital.pay(replace(NOTHING, family=True), Actor("Patient/pat-1"))
    assert (await told(hospital, "paid"))["reason"][0]["coding"][0]["code"] == "read-by-family"
