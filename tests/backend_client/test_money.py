"""Paying, paying twice, paying nothing, and what cancelling undoes. All in fen."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from backend_client import FhirHospital, Invalid, Unintelligible, WrongState
from backend_client.models import Settlement
from backend_client.moves import Move, move
from backend_client.orders import task_of
from backend_client.settlement import settlement_of
from backend_client.shapes import money
from backend_client.wire import Json
from tests.backend_client.hands import claim_response, packed, passed, quoted, quoted_anew
from tests.backend_client.world import CODES, DOCTOR, OTHER_DOCTOR, PHARMACIST, RESIDENT, charge, draft, rx


async def payments(hospital: FhirHospital) -> list[tuple[str, Decimal]]:
    found = await hospital.rest.search("PaymentReconciliation", {})
    return [(one["identifier"][0]["value"], one["paymentAmount"]["value"]) for one in found]


async def test_the_quote_has_three_lines(hospital: FhirHospital) -> None:
    seen = await quoted(hospital)
    assert seen.settlement == Settlement(3600, 2040, 1000, 560, insured=True)


async def test_the_claim_is_made_of_the_prescription_and_its_prices(hospital: FhirHospital) -> None:
    await passed(hospital)
    assert (await hospital.claim("R1")).stage == "passed"
    await hospital.claim("R1")
    (claim,) = await hospital.rest.search("Claim", {})
    assert claim["total"] == money(4 * 8484 + 1290)
    assert claim["insurance"][0]["coverage"] == {"reference": "Coverage/cov-1"}
    assert claim["insurer"] == {"reference": "Organization/payer"}
    assert claim["diagnosis"][0]["diagnosisCodeableConcept"] == {"text": "高血压"}


async def test_a_person_without_a_coverage_is_claimed_for_too(hospital: FhirHospital) -> None:
    await passed(hospital, patient="pat-2", condition="")
    await hospital.claim("R1")
    (claim,) = await hospital.rest.search("Claim", {})
    assert claim["insurance"][0]["coverage"] == {"display": "none: self-pay"}
    assert "insurer" not in claim
    assert "diagnosis" not in claim


async def test_no_claim_before_the_pass(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    await hospital.prescribe(rx())
    with pytest.raises(WrongState, match="already-prescribed"):
        await hospital.claim("R1")


async def test_one_payment_pays(hospital: FhirHospital) -> None:
    await quoted(hospital)
    seen = await hospital.pay(charge(560), RESIDENT)
    assert (seen.stage, seen.payment) == ("paid", "ch-1")
    assert await hospital.pay(charge(560), RESIDENT) == seen
    assert await payments(hospital) == [("ch-1", Decimal("5.60"))]
    (notice,) = await hospital.rest.search("PaymentNotice", {})
    (invoice,) = await hospital.rest.search("Invoice", {})
    assert notice["request"] == {"reference": f"Invoice/{invoice['id']}"}


async def test_a_second_charge_is_refunded_and_the_order_stays_paid(hospital: FhirHospital) -> None:
    await quoted(hospital)
    await hospital.pay(charge(560), RESIDENT)
    seen = await hospital.pay(charge(560, "ch-2"), RESIDENT)
    assert (seen.stage, seen.payment) == ("paid", "ch-1")
    assert await payments(hospital) == [
        ("ch-1", Decimal("5.60")),
        ("ch-2", Decimal("5.60")),
        ("ch-2-refund", Decimal("-5.60")),
    ]
    refund = await hospital.rest.the("PaymentReconciliation", CODES.id("payment"), "ch-2-refund")
    assert refund["detail"][0]["predecessor"] == {"system": CODES.id("payment"), "value": "ch-2"}


async def test_a_wrong_amount_is_refunded_and_does_not_pay(hospital: FhirHospital) -> None:
    await quoted(hospital)
    with pytest.raises(Invalid, match="amount-differs"):
        await hospital.pay(charge(500), RESIDENT)
    assert (await hospital.order("R1")).stage == "quoted"
    assert sum(amount for _, amount in await payments(hospital)) == 0


async def test_nothing_to_pay_is_confirmed(hospital: FhirHospital) -> None:
    await quoted(hospital, self_pay=0)
    seen = await hospital.pay(charge(0, "confirm-1"), RESIDENT)
    assert (seen.stage, seen.payment) == ("paid", "")
    assert await hospital.pay(charge(0, "confirm-1"), RESIDENT) == seen
    assert await payments(hospital) == []


async def test_self_pay_cannot_be_confirmed_away(hospital: FhirHospital) -> None:
    await quoted(hospital)
    with pytest.raises(Invalid, match="not-free"):
        await hospital.pay(charge(0), RESIDENT)


async def test_a_payment_for_what_is_not_quoted_is_refunded(hospital: FhirHospital) -> None:
    await passed(hospital)
    assert (await hospital.pay(charge(560), RESIDENT)).stage == "passed"
    assert sum(amount for _, amount in await payments(hospital)) == 0


async def test_a_quote_without_its_lines_cannot_be_paid(hospital: FhirHospital) -> None:
    await quoted(hospital)
    task = await hospital.rest.the("Task", CODES.id("order"), "R1")
    kept = [one for one in task["output"] if one["type"]["coding"][0]["code"] == "prescription"]
    await hospital.rest.update({**task, "output": kept})
    with pytest.raises(Invalid, match="not-settled"):
        await hospital.pay(charge(560), RESIDENT)


async def test_cancelling_a_paid_order_undoes_all_of_it(hospital: FhirHospital) -> None:
    await quoted(hospital)
    await hospital.pay(charge(560), RESIDENT)
    seen = await hospital.cancel("R1", RESIDENT, "found some at home")
    assert (seen.stage, seen.reason) == ("cancelled", "found some at home")
    assert await hospital.cancel("R1", RESIDENT, "found some at home") == seen
    assert [one["status"] for one in await hospital.rest.search("Claim", {})] == ["cancelled"]
    assert {one["status"] for one in await hospital.rest.search("MedicationRequest", {})} == {"cancelled"}
    assert await payments(hospital) == [("ch-1", Decimal("5.60")), ("ch-1-refund", Decimal("-5.60"))]


async def test_cancelling_calls_the_pharmacist_off(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    await hospital.prescribe(rx())
    await hospital.cancel("R1", RESIDENT, "no")
    review = await hospital.rest.the("Task", CODES.id("review"), "R1-1")
    assert review["status"] == "cancelled"
    with pytest.raises(WrongState, match="already-cancelled"):
        await hospital.review("R1", PHARMACIST, "pass", "")


async def test_what_is_packed_cannot_be_cancelled(hospital: FhirHospital) -> None:
    await packed(hospital)
    with pytest.raises(WrongState, match="already-packed"):
        await hospital.cancel("R1", RESIDENT, "too late")
    assert (await hospital.order("R1")).stage == "packed"


async def test_another_currency_keeps_its_name(hospital: FhirHospital) -> None:
    await passed(hospital)
    await hospital.pay(replace(charge(560), currency="EUR"), RESIDENT)
    found = await hospital.rest.search("PaymentReconciliation", {})
    assert {one["paymentAmount"]["currency"] for one in found} == {"EUR"}


def settled(**changes: object) -> Json:
    return claim_response("R1", "Claim/x", 2040, 1000, 560) | changes


def test_lines_that_do_not_add_up_are_refused() -> None:
    answer = settled()
    answer["total"][1]["amount"] = money(2041)
    with pytest.raises(Unintelligible, match="sum-differs"):
        settlement_of(CODES, answer)


def test_a_negative_line_is_refused() -> None:
    with pytest.raises(Unintelligible, match="sum-differs"):
        settlement_of(CODES, claim_response("R1", "Claim/x", 5000, -1000, 560))


def test_an_answer_without_lines_is_refused() -> None:
    with pytest.raises(Unintelligible, match="sum-differs"):
        settlement_of(CODES, settled(total=[]))


def test_a_refusing_insurer_says_why() -> None:
    answer = claim_response("R1", "Claim/x", 0, 0, 3600) | {"outcome": "error", "disposition": "not covered"}
    assert settlement_of(CODES, answer) == Settlement(3600, 0, 0, 3600, insured=False, reason="not covered")


# ---------------------------------------------------------------- returned after it was paid


async def test_what_was_paid_counts_and_only_the_difference_is_due(hospital: FhirHospital) -> None:
    await quoted(hospital)
    await hospital.pay(charge(560), RESIDENT)
    seen = await quoted_anew(hospital, self_pay=900)
    assert (seen.stage, seen.kept) == ("quoted", 560)
    assert seen.settlement is not None
    assert seen.settlement.self_pay == 900
    with pytest.raises(Invalid, match="not-free"):
        await hospital.pay(charge(0, "zero"), RESIDENT)
    with pytest.raises(Invalid, match="amount-differs"):
        await hospital.pay(charge(900, "ch-x"), RESIDENT)
    paid = await hospital.pay(charge(340, "ch-2"), RESIDENT)
    assert (paid.stage, paid.kept) == ("paid", 900)
    assert await hospital.pay(charge(340, "ch-2"), RESIDENT) == paid
    assert sum(amount for _, amount in await payments(hospital)) == Decimal("9.00")


async def test_a_difference_in_her_favour_is_paid_back_once(hospital: FhirHospital) -> None:
    await quoted(hospital)
    await hospital.pay(charge(560), RESIDENT)
    await quoted_anew(hospital, self_pay=900)
    await hospital.pay(charge(340, "ch-2"), RESIDENT)
    await quoted_anew(hospital, self_pay=300, attempt=3)
    paid = await hospital.pay(charge(0, "zero"), RESIDENT)
    assert (paid.stage, paid.kept) == ("paid", 300)
    assert await hospital.pay(charge(0, "zero"), RESIDENT) == paid
    back = [amount for _, amount in await payments(hospital) if amount < 0]
    assert back == [Decimal("-3.40"), Decimal("-2.60")], "the newest charge first"
    await hospital.cancel("R1", RESIDENT, "no more")
    assert sum(amount for _, amount in await payments(hospital)) == 0, "the rest goes back, and no fen twice"


async def test_the_new_claim_replaces_the_old_one(hospital: FhirHospital) -> None:
    await quoted(hospital)
    await quoted_anew(hospital, self_pay=300)
    first = await hospital.rest.the("Claim", CODES.id("claim"), "R1-1")
    second = await hospital.rest.the("Claim", CODES.id("claim"), "R1-2")
    assert (first["status"], second["status"]) == ("cancelled", "active")
    assert second["related"][0]["claim"] == {"reference": f"Claim/{first['id']}"}


async def test_found_not_suitable_after_it_was_paid_all_of_it_goes_back(hospital: FhirHospital) -> None:
    """A4: sent back for a shortage, its doctor gone, another one takes it and ends it: the money is not kept."""
    await quoted(hospital)
    await hospital.pay(charge(560), RESIDENT)
    await move(hospital.rest, await task_of(hospital.rest, "R1"), Move("returned", PHARMACIST, reason="缺货"))
    back = await hospital.give_back("R1", DOCTOR, "role-ended")
    assert (back.stage, back.doctor, back.kept) == ("received", "", 560)
    await hospital.take("R1", OTHER_DOCTOR)
    for _ in range(2):
        assert (await hospital.not_suitable("R1", OTHER_DOCTOR, "other")).stage == "not-suitable"
    assert [amount for _, amount in await payments(hospital)] == [Decimal("5.60"), Decimal("-5.60")]
    (claim,) = await hospital.rest.search("Claim", {})
    assert claim["status"] == "cancelled"


async def test_written_anew_by_another_doctor_what_was_paid_counts(hospital: FhirHospital) -> None:
    await quoted(hospital)
    await hospital.pay(charge(560), RESIDENT)
    await move(hospital.rest, await task_of(hospital.rest, "R1"), Move("returned", PHARMACIST, reason="缺货"))
    await hospital.give_back("R1", DOCTOR, "role-ended")
    await hospital.take("R1", OTHER_DOCTOR)
    written = replace(rx(), key="R1-9", doctor="doc-2")
    assert (await hospital.prescribe(written)).stage == "prescribed"
    seen = await hospital.review("R1", PHARMACIST, "pass", "")
    assert (seen.stage, seen.kept, seen.rx) == ("passed", 560, "R1-9")
