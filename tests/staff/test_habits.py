"""Habits of the staff at the hospital: refusing, a fen off, pricing, a shortage, an order entered at the counter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from backend_client.errors import NotFound, Unintelligible
from backend_client.models import Line, Pricing, Settlement
from backend_client.shapes import concept, extended, extension, fen, identified, ref
from sandbox.staff import checker, counter, doctor, insurer, pharmacist, pricing, sorter
from sandbox.staff.switches import HABITS, apply_habits, habit
from tests.backend_client.hands import passed
from tests.backend_client.world import AMLODIPINE, CODES, DOCTOR, PHARMACIST, RESIDENT, charge, draft, role, rx
from tests.staff.conftest import Office

TOTAL = 4 * 8484 + 1290
UNLISTED = Line("", "阿齐沙坦片", "20mg", 4, "20mg qd", 28)


async def claimed(office: Office, no: str = "R1", **changes: Any) -> None:
    await passed(office.hospital, no, **changes)
    await office.hospital.claim(no)
    await office.play(*insurer.rounds(office.desk))


# what the hospital finds in a prescription
@pytest.mark.parametrize("how", ["off", "finds"])
async def test_a_check_that_finds_something_writes_it_once_an_order(office: Office, how: str) -> None:
    office.desk.habits["checker"] = how
    await office.hospital.submit(draft(), ())
    await office.hospital.take("R1", DOCTOR)
    await office.hospital.prescribe(rx())
    await office.play(*checker.rounds(office.desk), *checker.rounds(office.desk))
    issues = (await office.hospital.cautions("R1")).issues
    assert [(AMLODIPINE.name in one.words, one.severity) for one in issues] == [(True, "high")] * (how == "finds")
    await office.hospital.review("R1", PHARMACIST, "return", "interaction")
    await office.hospital.prescribe(rx(attempt=2))
    await office.play(*checker.rounds(office.desk))
    assert (await office.hospital.cautions("R1")).issues == (), "what is written anew is in order"


# insurer
async def test_an_insurer_that_refuses_leaves_self_pay_only(office: Office) -> None:
    office.desk.habits["insurer"] = "refuses"
    await claimed(office)
    quote = (await office.hospital.order("R1")).settlement
    assert quote == Settlement(TOTAL, 0, 0, TOTAL, insured=False, reason=insurer.NOT_COVERED)


async def test_an_insurer_that_is_a_fen_off_is_so_on_paper_and_still_can_go_on(office: Office) -> None:
    office.desk.habits["insurer"] = "fen-off"
    await claimed(office)
    with pytest.raises(Unintelligible, match="sum-differs"):
        await office.hospital.order("R1")
    rest = office.hospital.rest
    (answer,) = await rest.search("ClaimResponse", {})
    lines = {line["category"]["coding"][0]["code"]: fen(line["amount"]) for line in answer["total"]}
    assert lines["pooled-fund"] + lines["personal-account"] + lines["self-pay"] == lines["submitted"] + 1 == TOTAL + 1
    task = await rest.the("Task", CODES.id("order"), "R1")
    assert task["businessStatus"]["coding"][0]["code"] == "quoted"
    office.desk.habits["insurer"] = "pays"
    await claimed(office, "R2")  # her account is known in spite of the wrong sum before
    assert (await office.hospital.order("R2")).stage == "quoted"
    corrected = await office.hospital.order("R1")
    assert corrected.settlement is not None
    assert corrected.settlement.total == TOTAL


async def test_a_silent_insurer_answers_when_it_speaks_again(office: Office) -> None:
    office.desk.habits["insurer"] = "silent"
    await claimed(office)
    assert (await office.hospital.order("R1")).stage == "passed"
    office.desk.habits["insurer"] = "pays"
    await office.play(*insurer.rounds(office.desk))
    assert (await office.hospital.order("R1")).stage == "quoted"


# pharmacist
async def written(office: Office, *lines: Line) -> None:
    await office.hospital.submit(draft(), ())
    await office.hospital.take("R1", DOCTOR)
    await office.hospital.prescribe(rx(lines=lines))


async def price_lines(office: Office) -> list[dict[str, Any]]:
    return await office.hospital.rest.search("Task", {"code": f"{CODES.system('task')}|price-line"})


async def test_a_pharmacist_prices_what_is_not_in_the_formulary(office: Office) -> None:
    office.desk.habits["pharmacist"] = "prices"
    await written(office, AMLODIPINE, UNLISTED)
    rounds = pricing.rounds(office.desk)
    await office.play(*rounds)
    await office.play(*pricing.rounds(office.desk))  # a new shift sees it all anew
    (line,) = await price_lines(office)
    assert (line["status"], line["owner"]) == ("completed", ref(PHARMACIST.reference))
    assert line["input"][0]["valueString"] == UNLISTED.name
    order = await office.hospital.rest.the("Task", CODES.id("order"), "R1")
    assert line["partOf"] == [ref(f"Task/{order['id']}")]
    await office.play(*pharmacist.rounds(office.desk))
    assert (await office.hospital.order("R1")).stage == "passed"
    price = line["output"][0]["valueMoney"]
    assert Decimal("10") <= price["value"] < Decimal("100")
    assert price["currency"] == "CNY"


async def test_a_pharmacist_prices_only_when_told_to(office: Office) -> None:
    await written(office, UNLISTED)
    await office.play(*pricing.rounds(office.desk))
    assert [line["status"] for line in await price_lines(office)] == ["requested"]
    await office.play(*pharmacist.rounds(office.desk))
    assert (await office.hospital.order("R1")).stage == "prescribed", "what nobody has priced is not passed"


@pytest.mark.parametrize("covered", [True, False])
async def test_the_insurer_pays_for_what_the_pharmacist_says_is_covered(office: Office, covered: bool) -> None:
    await written(office, UNLISTED)
    await office.hospital.price("R1", PHARMACIST, (Pricing(1, "priced", price=3650, covered=covered),))
    await office.play(*pharmacist.rounds(office.desk))
    await office.hospital.claim("R1")
    await office.play(*insurer.rounds(office.desk))
    quote = (await office.hospital.order("R1")).settlement
    assert quote is not None
    assert (quote.total, quote.pooled > 0) == (4 * 3650, covered)


async def test_what_is_listed_needs_no_price(office: Office) -> None:
    office.desk.habits["pharmacist"] = "prices"
    await written(office, AMLODIPINE)
    await office.play(*pricing.rounds(office.desk))
    assert await price_lines(office) == []


# sorter
async def paid(office: Office) -> None:
    for resource in role("sort-1", "sorter"):
        await office.hospital.rest.put(resource)
    await claimed(office, patient="pat-2")
    quote = (await office.hospital.order("R1")).settlement
    assert quote is not None
    await office.hospital.pay(charge(quote.self_pay), RESIDENT)


async def test_a_sorter_who_finds_a_shortage_gives_the_paid_order_back_once(office: Office) -> None:
    rest = office.hospital.rest
    office.desk.habits["sorter"] = "short"
    await paid(office)
    old = await rest.read("Medication/mr0001")
    await rest.put({**old, "extension": [*old["extension"], extension(CODES.extension("stock"), "Integer", 351)]})
    pack, _ = sorter.rounds(office.desk, 0)
    await office.play(pack)
    seen = await office.hospital.order("R1")
    assert (seen.stage, seen.parcel) == ("returned", None)
    assert AMLODIPINE.name in seen.reason
    assert seen.payment, "what was paid is not forgotten"
    (short,) = await rest.search("Task", {"code": f"{CODES.system('task')}|shortage"})
    assert (short["status"], short["input"][0]["valueQuantity"]["value"]) == ("requested", 4)
    drug = await rest.read("Medication/mr0001")
    assert extended(drug, CODES.extension("stock")) == 0
    assert fen(extended(drug, CODES.extension("price"))) == 8484
    await office.play(*doctor.rounds(office.desk))  # the consult was a person's: it stays his
    assert (await office.hospital.order("R1")).stage == "returned"


async def test_after_a_shortage_the_same_order_is_packed(office: Office) -> None:
    office.desk.habits["sorter"] = "short"
    await paid(office)
    pack, _ = sorter.rounds(office.desk, 0)
    await office.play(pack)
    await office.hospital.prescribe(rx(attempt=2))
    await office.play(*pharmacist.rounds(office.desk))
    await office.hospital.claim("R1")
    await office.play(*insurer.rounds(office.desk))
    (invoice,) = await office.hospital.rest.search("Invoice", {"status": "balanced"})
    assert fen(invoice["totalNet"]) == 0, "what was paid counts"
    await office.hospital.pay(charge(0, "zero-2"), RESIDENT)
    await office.play(pack)
    assert (await office.hospital.order("R1")).stage == "packed"
    assert len(await office.hospital.rest.search("Task", {"code": f"{CODES.system('task')}|shortage"})) == 1


async def test_a_power_cut_between_shortage_and_order_is_finished(office: Office) -> None:
    office.desk.habits["sorter"] = "short"
    await paid(office)
    rest = office.hospital.rest
    order = await rest.the("Task", CODES.id("order"), "R1")
    left = {"resourceType": "Task", "status": "requested", "intent": "order"}
    left |= {"identifier": [{"system": CODES.id("shortage"), "value": "R1"}], "partOf": [ref(f"Task/{order['id']}")]}
    await rest.create(left, CODES.id("shortage"), "R1")
    pack, _ = sorter.rounds(office.desk, 0)
    await office.play(pack)
    assert (await office.hospital.order("R1")).stage == "returned"


# counter
async def opened(office: Office) -> None:
    rest = office.hospital.rest
    home = extension(CODES.extension("compound"), "Reference", ref("Location/loc-1"))
    await rest.put({**await rest.read("Patient/pat-1"), "extension": [home]})
    department = await rest.read("Organization/dept-1")
    kind = concept("http://terminology.hl7.org/CodeSystem/organization-type", "dept")
    await rest.put({**department, "type": [kind, concept(CODES.system("specialty"), "general")]})
    for resource in role("desk-9", "desk"):
        await rest.put(resource)
    for number, (day, boxes) in enumerate((("2026-10-20", 9), ("2026-11-01", 4)), 1):
        await rest.put({
            "resourceType": "MedicationDispense", "id": f"md-{number}", "status": "completed",
            "medicationCodeableConcept": concept(CODES.system("drug"), "MR0001", "苯磺酸氨氯地平片"),
            "subject": ref("Patient/pat-1"), "quantity": {"value": boxes, "unit": "box"},
            "whenHandedOver": f"{day}T09:00:00Z", "dosageInstruction": [{"text": "10mg qd"}],
        })  # fmt: skip


async def test_a_counter_enters_an_order_on_the_record_for_who_has_no_phone(office: Office) -> None:
    await opened(office)
    office.desk.habits["counter"] = "pat-1"
    await office.play(*counter.rounds(office.desk))
    await office.play(*counter.rounds(office.desk))  # a new shift on the same day
    (task,) = await office.hospital.rest.search("Task", {"code": f"{CODES.system('task')}|refill-order"})
    seen = await office.hospital.order(identified(task, CODES.id("order")))
    assert (seen.stage, seen.patient.id, seen.requester) == ("submitted", "pat-1", "PractitionerRole/desk-1")
    assert (seen.department, seen.compound) == ("dept-1", "loc-1")
    assert [(line.code, line.boxes, line.sig) for line in seen.asked] == [("MR0001", 4, "10mg qd")]
    (record,) = await office.hospital.rest.search("Provenance", {"target": f"Task/{seen.task}"})
    assert record["agent"][0]["onBehalfOf"] == ref("Patient/pat-1")


@pytest.mark.parametrize("who", ["off", "pat-2", "nobody"])
async def test_a_counter_enters_nothing_without_a_record(office: Office, who: str) -> None:
    await opened(office)
    office.desk.habits["counter"] = who
    await office.play(*counter.rounds(office.desk))
    assert await office.hospital.rest.search("Task", {"code": f"{CODES.system('task')}|refill-order"}) == []


async def test_a_counter_without_a_clerk_says_so(office: Office) -> None:
    rest = office.hospital.rest
    await rest.put({**await rest.read("PractitionerRole/desk-1"), "active": False})
    with pytest.raises(NotFound, match="no-desk"):
        await counter.enter(office.desk, "pat-1")


# switches
def test_habits_are_set_by_what_makes_sense() -> None:
    habits = {who: known[0] for who, known in HABITS.items()}
    said = {"staff.insurer": "fen-off", "staff.sorter": "dances", "staff.counter": "jiang-shufen", "staff.courier": 5}
    apply_habits(habits, said)
    assert habits == {
        **{who: known[0] for who, known in HABITS.items()},
        "insurer": "fen-off",
        "counter": "jiang-shufen",
    }
    apply_habits(habits, {"staff.insurer": "pays", "staff.counter": "off"})
    apply_habits(habits, ["not", "a", "map"])
    assert (habits["insurer"], habits["counter"]) == ("pays", "off")


@pytest.mark.parametrize("word", ["insurer", "insurer=dances", "cook=sings", "counter=a b", ""])
def test_a_habit_that_nobody_has_is_refused_with_what_there_is(word: str) -> None:
    with pytest.raises(ValueError, match="insurer=pays \\| refuses \\| fen-off"):
        habit(word)


def test_a_habit_of_the_command_line() -> None:
    assert (habit("registrar=late"), habit("counter=jiang-shufen")) == (
        ("registrar", "late"),
        ("counter", "jiang-shufen"),
    )
