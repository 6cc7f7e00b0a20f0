"""What the formulary has no price for: asked of a pharmacist, answered or refused, and then what the Claim carries."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client import FhirHospital
from backend_client.errors import Invalid, WrongState
from backend_client.lines import Line, Pricing
from backend_client.shapes import extension, fen, ref
from tests.backend_client.world import AMLODIPINE, CODES, DOCTOR, NOW, OTHER_PHARMACIST, PHARMACIST, RESIDENT, draft, rx

UNLISTED = Line("", "阿齐沙坦片", "20mg", 4, "20mg qd", 28)
GONE = Pricing(2, "refused", reason="厂家停产了")
PRICED = Pricing(2, "priced", price=3650, covered=True)


async def written(hospital: FhirHospital, *lines: Line, **more: Any) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    await hospital.prescribe(rx(lines=lines or (AMLODIPINE, UNLISTED), **more))


async def items(hospital: FhirHospital) -> list[dict[str, Any]]:
    claims = await hospital.rest.search("Claim", {})
    return claims[0]["item"] if claims else []


async def tasks(hospital: FhirHospital) -> list[dict[str, Any]]:
    return await hospital.rest.search("Task", {"code": f"{CODES.system('task')}|price-line"})


@pytest.mark.parametrize("line", [UNLISTED, Line("MR9999", "?", "", 1)], ids=["no code", "a code of no list"])
async def test_what_has_no_price_is_asked_of_a_pharmacist_when_it_is_signed(hospital: FhirHospital, line: Line) -> None:
    await written(hospital, AMLODIPINE, line, price_by=NOW + 1_800_000)
    (one,) = (await hospital.order("R1")).pricing
    assert (one.line, one.status, one.price, one.until) == (2, "open", 0, NOW + 1_800_000)
    (task,) = await tasks(hospital)
    assert (task["status"], task["input"][0]["valueString"]) == ("requested", line.name)
    order = await hospital.rest.the("Task", CODES.id("order"), "R1")
    assert task["partOf"] == [ref(f"Task/{order['id']}")]
    await hospital.prescribe(rx(lines=(AMLODIPINE, line), price_by=NOW + 1_800_000))  # once more
    assert len(await tasks(hospital)) == 1


async def test_what_is_listed_is_asked_of_nobody(hospital: FhirHospital) -> None:
    await written(hospital, AMLODIPINE)
    assert (await hospital.order("R1")).pricing == ()


async def test_a_drug_of_the_list_without_a_price_is_not_free(hospital: FhirHospital) -> None:
    drug = await hospital.rest.read("Medication/mr0001")
    await hospital.rest.put({**drug, "extension": [extension(CODES.extension("stock"), "Integer", 5)]})
    await written(hospital, AMLODIPINE)
    assert [one.line for one in (await hospital.order("R1")).pricing] == [1]


@pytest.mark.parametrize("covered", [True, False])
async def test_the_claim_carries_what_the_pharmacist_entered(hospital: FhirHospital, covered: bool) -> None:
    await written(hospital)
    said = Pricing(2, "priced", price=3650, covered=covered)
    await hospital.price("R1", PHARMACIST, (said,))
    seen = await hospital.price("R1", PHARMACIST, (said,))
    (one,) = seen.pricing
    assert (one.status, one.price, one.covered) == ("priced", 3650, covered)
    await hospital.review("R1", PHARMACIST, "pass", "")
    await hospital.claim("R1")
    listed, bare = await items(hospital)
    assert fen(bare["unitPrice"]) == 3650
    assert fen(bare["net"]) == 4 * 3650
    assert bare["productOrService"] == {"text": UNLISTED.name}
    assert bare["category"]["coding"][0]["code"] == ("covered" if covered else "not-covered")
    assert "category" not in listed


async def test_a_drug_that_is_in_the_list_after_all_is_claimed_by_its_code(hospital: FhirHospital) -> None:
    await written(hospital)
    with pytest.raises(Invalid, match="no-price"):
        await hospital.price("R1", PHARMACIST, (Pricing(2, "priced", code="MR9999"),))
    await hospital.price("R1", PHARMACIST, (Pricing(2, "priced", code="MR0002"),))
    await hospital.review("R1", PHARMACIST, "pass", "")
    await hospital.claim("R1")
    _, coded = await items(hospital)
    assert (coded["productOrService"]["coding"][0]["code"], fen(coded["unitPrice"])) == ("MR0002", 1290)
    assert "category" not in coded


async def test_a_price_is_told_as_a_change_of_the_order(hospital: FhirHospital) -> None:
    await written(hospital)
    before = await hospital.order("R1")
    cursor = await hospital.changes("", ())
    after = await hospital.price("R1", PHARMACIST, (PRICED,))
    assert after.version != before.version
    (seen,) = (await hospital.changes(cursor.cursor, cursor.seen)).orders
    assert (seen.version, seen.pricing[0].status) == (after.version, "priced")


async def test_two_pharmacists_the_first_price_stands(hospital: FhirHospital) -> None:
    await written(hospital)
    await hospital.price("R1", PHARMACIST, (PRICED,))
    with pytest.raises(WrongState, match="already-priced"):
        await hospital.price("R1", OTHER_PHARMACIST, (Pricing(2, "priced", price=1),))
    assert (await hospital.order("R1")).pricing[0].price == 3650


@pytest.mark.parametrize("stage", ["prescribed", "passed"])
async def test_refused_it_goes_back_to_the_doctor_who_writes_the_others(hospital: FhirHospital, stage: str) -> None:
    await written(hospital)
    if stage == "passed":
        await hospital.review("R1", PHARMACIST, "pass", "")
    await hospital.price("R1", PHARMACIST, (GONE,))
    seen = await hospital.price("R1", PHARMACIST, (GONE,))
    assert (seen.stage, seen.reason) == ("returned", "厂家停产了")
    assert [(one.status, one.reason) for one in seen.pricing] == [("refused", "厂家停产了")]
    await hospital.prescribe(rx(attempt=2, lines=(AMLODIPINE,)))
    assert (await hospital.order("R1")).pricing == ()
    await hospital.review("R1", PHARMACIST, "pass", "")
    await hospital.claim("R1")
    assert len(await items(hospital)) == 1


async def test_passed_without_a_price_nothing_is_claimed_and_a_pharmacist_is_asked(hospital: FhirHospital) -> None:
    """Also where whoever wrote it asked nobody."""
    await written(hospital)
    await hospital.review("R1", PHARMACIST, "pass", "")
    order = await hospital.rest.the("Task", CODES.id("order"), "R1")
    kept = [one for one in order["output"] if one["type"]["coding"][0]["code"] != "price-line"]
    await hospital.rest.update({**order, "output": kept})
    for _ in range(2):
        seen = await hospital.claim("R1")
        assert [(one.line, one.status) for one in seen.pricing] == [(2, "open")]
    assert len(await tasks(hospital)) == 1
    assert await items(hospital) == []
    await hospital.price("R1", PHARMACIST, (PRICED,))
    await hospital.claim("R1")
    assert len(await items(hospital)) == 2


async def test_cancelled_nobody_is_asked_any_more(hospital: FhirHospital) -> None:
    await written(hospital)
    await hospital.cancel("R1", RESIDENT)
    assert [task["status"] for task in await tasks(hospital)] == ["cancelled"]
    with pytest.raises(WrongState, match="already-cancelled"):
        await hospital.price("R1", PHARMACIST, (PRICED,))
