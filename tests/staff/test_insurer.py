"""The insurer's arithmetic and its writes: three lines that add up, an account that is never overdrawn."""

from __future__ import annotations

import pytest

from backend_client.errors import NotFound, WrongState
from backend_client.models import Eligibility, Settlement
from backend_client.shapes import money
from sandbox.staff import insurer
from tests.backend_client.hands import passed
from tests.backend_client.world import RESIDENT, charge, medication
from tests.staff.conftest import Office

TOTAL = 4 * 8484 + 1290


async def settled(office: Office, no: str = "R1", **changes: object) -> Settlement:
    await passed(office.hospital, no, **changes)
    await office.hospital.claim(no)
    await office.play(*insurer.rounds(office.desk))
    seen = await office.hospital.order(no)
    assert seen.stage == "quoted"
    assert seen.settlement is not None
    return seen.settlement


async def test_pooled_then_account_then_self(office: Office) -> None:
    pooled = TOTAL * 75 // 100
    rest = TOTAL - pooled
    assert await settled(office) == Settlement(TOTAL, pooled, rest, 0, insured=True)
    assert await settled(office, "R2") == Settlement(TOTAL, pooled, 10_000 - rest, 2 * rest - 10_000, insured=True)
    assert await settled(office, "R3") == Settlement(TOTAL, pooled, 0, rest, insured=True)


async def test_a_cancelled_order_gives_the_account_its_money_back(office: Office) -> None:
    first = await settled(office)
    await office.hospital.cancel("R1", RESIDENT, "no")
    await office.play(*insurer.rounds(office.desk))
    assert await settled(office, "R2") == first
    answers = await office.hospital.rest.search("ClaimResponse", {})
    invoices = await office.hospital.rest.search("Invoice", {})
    assert [one["status"] for one in answers] == ["cancelled", "active"]
    assert [one["status"] for one in invoices] == ["cancelled", "balanced"]


async def test_without_a_coverage_all_is_self_pay_and_said(office: Office) -> None:
    got = await settled(office, patient="pat-2")
    assert got == Settlement(TOTAL, 0, 0, TOTAL, insured=False, reason=insurer.NO_COVERAGE)


async def test_an_expired_coverage_is_none(office: Office) -> None:
    coverage = await office.hospital.rest.read("Coverage/cov-1")
    await office.hospital.rest.update({**coverage, "period": {"end": "2026-01-31"}})
    assert (await settled(office)).reason == insurer.NO_COVERAGE


async def test_a_refusing_insurer_says_so(office: Office) -> None:
    office.desk.refusals = 1.0
    assert await settled(office) == Settlement(TOTAL, 0, 0, TOTAL, insured=False, reason=insurer.NOT_COVERED)


async def test_drugs_outside_the_catalogue_are_self_pay(office: Office) -> None:
    for code, name, fen in (("MR0001", "氨氯地平", 8484), ("MR0002", "左旋", 1290)):
        await office.hospital.rest.put(medication(code, name, fen, insurance_class=("Code", "none")))
    assert (await settled(office)).self_pay == TOTAL


async def test_a_coverage_that_says_no_share_pools_nothing(office: Office) -> None:
    coverage = await office.hospital.rest.read("Coverage/cov-1")
    await office.hospital.rest.update({**coverage, "extension": []})
    assert await settled(office) == Settlement(TOTAL, 0, 0, TOTAL, insured=True)


async def test_the_invoice_is_balanced_by_its_payment(office: Office) -> None:
    quote = await settled(office, patient="pat-2")
    await office.hospital.pay(charge(quote.self_pay), RESIDENT)
    await office.play(*insurer.rounds(office.desk))
    (invoice,) = await office.hospital.rest.search("Invoice", {})
    assert (invoice["status"], invoice["totalNet"]) == ("balanced", money(TOTAL))


async def test_a_payment_that_is_not_the_amount_balances_nothing(office: Office) -> None:
    await settled(office, patient="pat-2")
    (invoice,) = await office.hospital.rest.search("Invoice", {})
    place = {"reference": f"Invoice/{invoice['id']}"}
    await insurer.balance_invoice(office.hospital.rest, {"request": place, "amount": money(1)})
    await insurer.balance_invoice(office.hospital.rest, {"amount": money(1)})
    assert (await office.hospital.rest.search("Invoice", {}))[0]["status"] == "issued"


async def test_a_claim_of_a_cancelled_order_is_not_answered(office: Office) -> None:
    await passed(office.hospital)
    await office.hospital.claim("R1")
    (claim,) = await office.hospital.rest.search("Claim", {})
    await office.hospital.cancel("R1", RESIDENT, "no")
    with pytest.raises(WrongState, match="already-cancelled"):
        await insurer.answer_claim(office.hospital.rest, claim, refuses=False)
    await insurer.drop_claim(office.hospital.rest, claim)
    assert await office.hospital.rest.search("ClaimResponse", {}) == []


async def test_answering_twice_is_one_answer(office: Office) -> None:
    await settled(office)
    await office.play(*insurer.rounds(office.desk))  # a new shift sees the claim anew
    assert len(await office.hospital.rest.search("ClaimResponse", {})) == 1
    assert len(await office.hospital.rest.search("Invoice", {})) == 1


async def test_eligibility_is_answered_live(office: Office) -> None:
    assert (await office.hospital.eligibility("pat-1", "2026-11-21")).cover == "unknown"
    office.desk.think = 60
    rounds = insurer.rounds(office.desk)
    await office.play(*rounds)
    office.hand.seconds += 2 * insurer.LIVE_THINK
    await office.play(*rounds)
    assert await office.hospital.eligibility("pat-1", "2026-11-21") == Eligibility("covered")
    (answer,) = await office.hospital.rest.search("CoverageEligibilityResponse", {})
    assert answer["insurance"][0]["item"][0]["benefit"][0]["allowedMoney"] == money(10_000)


async def test_eligibility_of_an_expired_coverage(office: Office) -> None:
    coverage = await office.hospital.rest.read("Coverage/cov-1")
    await office.hospital.rest.update({**coverage, "period": {"start": "2020-01-01", "end": "2026-01-31"}})
    await office.hospital.eligibility("pat-1", "2026-11-21")
    await office.play(*insurer.rounds(office.desk))
    assert await office.hospital.eligibility("pat-1", "2026-11-21") == Eligibility("self-pay", insurer.NO_COVERAGE)


async def test_a_city_without_an_insurer_says_so(office: Office) -> None:
    payer = await office.hospital.rest.read("Organization/payer")
    await office.hospital.rest.update({**payer, "type": []})
    with pytest.raises(NotFound, match="no-insurer"):
        await insurer.insurer(office.hospital.rest)
