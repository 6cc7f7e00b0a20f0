"""A neighbours' desk at the hospital: consent by telephone, money with a receipt, a home visit."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client import FhirHospital, Invalid, WrongState
from backend_client.models import Actor, Charge, MandateDraft, Proxy, VisitDraft
from tests.backend_client.hands import quoted
from tests.backend_client.world import CODES, NOW, draft

DESK = "PractitionerRole/desk-1"
TAKEN = Charge("desk-1-A17", "R1", 560, "CNY", NOW, "desk-1", "A17")


async def test_it_is_told_where_a_patient_lives(hospital: FhirHospital) -> None:
    assert (await hospital.patient("pat-1")).compound == "loc-1"


async def test_both_consents_say_who_said_it_for_her_and_by_which_call(hospital: FhirHospital) -> None:
    held = await hospital.grant_mandate(
        MandateDraft("k1", "pat-1", "desk-1", ("order-refill",), "2099-01-01", "by-telephone", "T-9")
    )
    await hospital.record_consent("h1", "pat-1", True, Proxy(DESK, "by-telephone", "T-9"))
    acts: Any = await hospital.rest.read(f"Consent/{held.id}")
    found = await hospital.rest.search("Consent", {"category": f"{CODES.system('consent')}|health-data"})
    health: Any = found[0]
    for consent in (acts, health):
        told = {one["url"].rpartition("/")[2]: one["valueString"] for one in consent["extension"]}
        assert told == {"consent-proof": "by-telephone", "consent-reference": "T-9"}
    assert health["performer"] == [{"reference": DESK}]


async def test_an_order_by_a_desk_rests_on_its_own_consent(hospital: FhirHospital) -> None:
    held = await hospital.grant_mandate(
        MandateDraft("k1", "pat-1", "desk-1", ("order-refill",), "2099-01-01", "by-telephone", "T-9")
    )
    seen = await hospital.submit(draft(actor=Actor(DESK, "pat-1", held.id)), ())
    assert (seen.requester, seen.patient.id) == (DESK, "pat-1")
    await hospital.revoke_mandate(held.id)
    with pytest.raises(WrongState, match="mandate-ended"):
        await hospital.submit(draft("R2", actor=Actor(DESK, "pat-1", held.id)), ())


async def test_money_at_a_desk_is_a_payment_of_that_kind(hospital: FhirHospital) -> None:
    await quoted(hospital)
    for _ in range(2):
        assert (await hospital.pay(TAKEN, Actor(DESK, "pat-1"))).stage == "paid"
    found: Any = await hospital.rest.search("PaymentReconciliation", {})
    (paid,) = found
    assert paid["paymentIdentifier"] == {"system": CODES.id("desk-receipt"), "value": "A17"}
    assert (paid["formCode"]["coding"][0]["code"], paid["requestor"]["reference"]) == ("desk", DESK)


async def test_money_for_another_sum_goes_back_under_its_receipt(hospital: FhirHospital) -> None:
    await quoted(hospital)
    with pytest.raises(Invalid, match="amount-differs"):
        await hospital.pay(Charge("desk-1-A18", "R1", 550, "CNY", NOW, "desk-1", "A18"), Actor(DESK, "pat-1"))
    assert (await hospital.order("R1")).stage == "quoted"
    found: Any = await hospital.rest.search("PaymentReconciliation", {})
    assert [one["paymentIdentifier"]["value"] for one in found] == ["A18", "A18"]


async def test_a_visit_is_asked_for_once(hospital: FhirHospital) -> None:
    wanted = VisitDraft("v1", "loc-1", NOW + 86_400_000, "pat-1", DESK)
    start = (await hospital.changes("", ())).cursor
    asked = await hospital.ask_visit(wanted)
    assert await hospital.ask_visit(wanted) == asked
    task: Any = await hospital.rest.read(f"Task/{asked.id}")
    assert (task["location"]["reference"], task["requester"]["reference"]) == ("Location/loc-1", DESK)
    seen = [one for one in (await hospital.changes(start, ())).tasks if one.id == asked.id]
    assert [(one.kind, one.status, one.patient) for one in seen] == [("home-visit", "requested", "Patient/pat-1")]


async def test_a_visit_to_somebody_who_is_not_known_yet(hospital: FhirHospital) -> None:
    task: Any = await hospital.rest.read(f"Task/{(await hospital.ask_visit(VisitDraft('v2', 'loc-1', NOW))).id}")
    assert "for" not in task
    assert "requester" not in task
