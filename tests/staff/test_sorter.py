"""Packing and loading: labels and codes, the fridge, the window, runs and batches, and finishing what a crash left."""

from __future__ import annotations

import random

import pytest

from backend_client.errors import NotFound
from backend_client.models import OrderSnapshot
from backend_client.orders import task_of
from backend_client.shapes import own_path
from sandbox.staff import loading, sorter
from sandbox.staff.labels import Labels, label, midnight
from sandbox.staff.loading import assign, load, waiting_orders
from tests.backend_client.hands import quoted
from tests.backend_client.world import CODES, NOW, RESIDENT, charge, medication, role
from tests.staff.conftest import Office


async def staffed(office: Office) -> None:
    for resource in role("sort-1", "sorter"):
        await office.hospital.rest.put(resource)


async def paid(office: Office, no: str, **changes: object) -> None:
    await quoted(office.hospital, no, **changes)
    await office.hospital.pay(charge(560, f"ch-{no}", no), RESIDENT)


async def packed(office: Office, *numbers: str, **changes: object) -> list[OrderSnapshot]:
    await staffed(office)
    for no in numbers:
        await paid(office, no, **changes)
    pack, _ = sorter.rounds(office.desk, 0)
    await office.play(pack)
    return [await office.hospital.order(no) for no in numbers]


async def test_a_paid_order_becomes_a_parcel(office: Office) -> None:
    (seen,) = await packed(office, "R1")
    assert (seen.stage, seen.parcel is not None) == ("packed", True)
    assert seen.parcel is not None
    assert (seen.parcel.label, seen.parcel.fridge, seen.parcel.urgent, seen.parcel.batch) == ("A-01", False, True, "")
    assert len(seen.parcel.code) == 4
    dispenses = await office.hospital.rest.search("MedicationDispense", {"status": "in-progress"})
    assert [one["daysSupply"]["value"] for one in dispenses] == [28, 14]


async def test_labels_and_codes_of_a_day_differ(office: Office) -> None:
    seen = await packed(office, "R1", "R2", "R3", priority="routine")
    parcels = [one.parcel for one in seen if one.parcel]
    assert sorted(one.label for one in parcels) == ["A-01", "A-02", "A-03"]
    assert len({one.code for one in parcels}) == 3
    assert not any(one.urgent for one in parcels)


async def test_a_fridge_drug_marks_its_parcel(office: Office) -> None:
    cold = {"fridge": ("Boolean", True), "insurance_class": ("Code", "A")}
    await office.hospital.rest.put(medication("MR0001", "胰岛素", 8484, **cold))
    (seen,) = await packed(office, "R1")
    assert seen.parcel is not None
    assert seen.parcel.fridge


async def test_what_is_cancelled_is_not_packed(office: Office) -> None:
    await staffed(office)
    await paid(office, "R1")
    pack, _ = sorter.rounds(office.desk, 0)
    office.desk.think = 5
    slow, _ = sorter.rounds(office.desk, 0)
    await slow()
    await office.hospital.cancel("R1", RESIDENT, "no")
    office.hand.seconds += 5
    await slow()
    await pack()
    assert (await office.hospital.order("R1")).stage == "cancelled"
    assert await office.hospital.rest.search("SupplyDelivery", {}) == []


async def test_nobody_packs_where_nobody_sorts(office: Office) -> None:
    with pytest.raises(NotFound, match="no-sorter"):
        await sorter.whoever(office.desk)


async def test_what_the_pharmacy_tells_of_a_drug_goes_onto_what_is_handed_out(office: Office) -> None:
    told = {"guidance": ("String", "整片吞下。"), "insurance_class": ("Code", "A")}
    await office.hospital.rest.put(medication("MR0001", "苯磺酸氨氯地平片", 8484, **told))
    (seen,) = await packed(office, "R1")
    items = [one["dosageInstruction"][0] for one in await office.hospital.rest.search("MedicationDispense", {})]
    assert [item.get("patientInstruction") for item in items] == ["整片吞下。", None]
    assert [item["text"] for item in items] == [line.sig for line in seen.prescribed]


async def test_a_parcel_for_the_window_needs_no_courier(office: Office) -> None:
    (seen,) = await packed(office, "R1", delivery="window")
    assert seen.stage == "ready-at-window"
    assert await waiting_orders(office.hospital.rest) == []


async def test_one_compound_one_batch(office: Office) -> None:
    await packed(office, "R1", "R2")
    _, ship = sorter.rounds(office.desk, 0)
    await ship()
    seen = [await office.hospital.order(no) for no in ("R1", "R2")]
    batches = {one.parcel.batch for one in seen if one.parcel}
    assert len(batches) == 1
    batch = await office.hospital.batch(batches.pop())
    assert (batch.stage, batch.courier, batch.compound) == ("packed", "courier-1", "loc-1")
    assert [line.order for line in batch.manifest] == ["R1", "R2"]


async def test_two_compounds_are_two_batches_of_one_run(office: Office) -> None:
    await office.hospital.rest.put({"resourceType": "Location", "id": "loc-2", "status": "active"})
    await packed(office, "R1")
    await paid(office, "R2", compound="loc-2")
    pack, ship = sorter.rounds(office.desk, 0)
    await office.play(pack)
    await ship()
    seen = [await office.hospital.order(no) for no in ("R1", "R2")]
    batches = [await office.hospital.batch(one.parcel.batch) for one in seen if one.parcel]
    assert [one.compound for one in batches] == ["loc-1", "loc-2"]
    assert len({one.run for one in batches}) == 1


async def test_parcels_wait_a_while_for_others(office: Office) -> None:
    await packed(office, "R1")
    _, ship = sorter.rounds(office.desk, 10)
    await ship()
    office.hand.seconds += 9
    await ship()
    assert len(await waiting_orders(office.hospital.rest)) == 1
    office.hand.seconds += 1
    await ship()
    assert await waiting_orders(office.hospital.rest) == []


async def test_without_a_courier_they_wait(office: Office) -> None:
    courier = await office.hospital.rest.read("PractitionerRole/courier-1")
    await office.hospital.rest.update({**courier, "active": False})
    await packed(office, "R1")
    _, ship = sorter.rounds(office.desk, 0)
    await ship()
    assert len(await waiting_orders(office.hospital.rest)) == 1


async def test_the_next_run_is_the_next_couriers(office: Office) -> None:
    for resource in role("courier-2", "courier"):
        await office.hospital.rest.put(resource)
    _, ship = sorter.rounds(office.desk, 0)
    for no in ("R1", "R2"):
        await packed(office, no)
        await ship()
    seen = [await office.hospital.order(no) for no in ("R1", "R2")]
    couriers = [(await office.hospital.batch(one.parcel.batch)).courier for one in seen if one.parcel]
    assert couriers == ["courier-1", "courier-2"]


async def test_a_crash_between_manifest_and_orders_is_finished(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await packed(office, "R1", "R2")
    rest = office.hospital.rest
    waiting = await waiting_orders(rest)

    async def die(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(loading, "assign", die)
    with pytest.raises(RuntimeError, match="power cut"):
        await load(rest, waiting, "PractitionerRole/courier-1")
    monkeypatch.undo()
    _, ship = sorter.rounds(office.desk, 0)
    await ship()
    assert await waiting_orders(rest) == []
    assert len(await rest.search("List", {})) == 1


async def test_a_manifest_without_its_batch_does_not_hold_parcels(office: Office) -> None:
    await packed(office, "R1")
    rest = office.hospital.rest
    (task,) = await waiting_orders(rest)
    item = {"item": {"reference": loading.parcel_of(rest, task)}}
    await rest.put({"resourceType": "List", "id": "stray", "status": "current", "mode": "snapshot", "entry": [item]})
    _, ship = sorter.rounds(office.desk, 0)
    await ship()
    assert await waiting_orders(rest) == []


async def test_an_order_that_left_already_is_told_its_batch(office: Office) -> None:
    await packed(office, "R1")
    rest = office.hospital.rest
    old = await task_of(rest, "R1")
    await rest.patch(old, [{"op": "add", "path": "/output/-", "value": {**old["output"][0]}}])
    for _ in range(2):  # told once, however often
        await assign(rest, old, own_path(old))
    assert [one["type"]["coding"][0]["code"] for one in (await task_of(rest, "R1"))["output"]].count("batch") == 1


async def test_packing_twice_is_one_parcel(office: Office) -> None:
    await staffed(office)
    await paid(office, "R1")
    task = await task_of(office.hospital.rest, "R1")
    labels = Labels(office.hospital.rest, office.desk.dice)
    parcel = await sorter._parcel(office.hospital.rest, task, "R1", labels, fridge=False)  # and then the power went
    await sorter.pack(office.desk, labels, task)
    seen = await office.hospital.order("R1")
    assert seen.parcel is not None
    assert seen.parcel.id == parcel["id"]


@pytest.mark.parametrize(
    ("number", "text"), [(0, "A-01"), (98, "A-99"), (99, "B-01"), (26 * 99, "AA-01"), (27 * 99 + 4, "AB-05")]
)
def test_labels_go_on(number: int, text: str) -> None:
    assert label(number) == text


def test_the_day_is_the_citys() -> None:
    assert midnight(NOW) == 1_794_931_200_000  # 2026-11-18 00:00 in UTC+8


async def test_labels_go_on_after_a_restart_and_begin_anew_tomorrow(office: Office) -> None:
    await packed(office, "R1")
    rest = office.hospital.rest
    restarted = Labels(rest, random.Random(7))
    assert (await restarted.next(NOW))[0] == "A-02"
    assert (await restarted.next(NOW + 24 * 3600_000))[0] == "A-01"
    parcel = await rest.the("SupplyDelivery", CODES.id("parcel"), "R1")
    parcel["extension"][0]["valueString"] = "A-02"
    await rest.update(parcel)
    again = Labels(rest, random.Random(7))
    assert (await again.next(NOW))[0] == "A-03"


async def test_codes_may_repeat_only_when_all_are_used(office: Office) -> None:
    labels = Labels(office.hospital.rest, random.Random(7))
    codes = {(await labels.next(NOW))[1] for _ in range(10_000)}
    assert len(codes) == 10_000
    assert (await labels.next(NOW))[1] in codes
