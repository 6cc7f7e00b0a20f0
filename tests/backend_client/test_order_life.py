"""An order from submit to confirmed against a real hospital: each step, its repeat, and who may not do it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend_client import FhirHospital, Invalid, NotFound, Unintelligible, WrongState
from backend_client.models import Actor, Line, MandateDraft, OrderSnapshot
from backend_client.moves import business_status
from backend_client.orders import build, task_of
from backend_client.shapes import day, ms
from tests.backend_client.hands import loaded, packed, passed, quoted
from tests.backend_client.wire_fakes import Watched
from tests.backend_client.world import (
    AMBASSADOR,
    AMLODIPINE,
    CODES,
    COURIER,
    DOCTOR,
    NOW,
    OTHER_DOCTOR,
    OTHER_PHARMACIST,
    PHARMACIST,
    PHOTO,
    RESIDENT,
    SORGHUM,
    draft,
    rx,
)


async def test_submit_tells_the_order_back(hospital: FhirHospital) -> None:
    seen = await hospital.submit(draft(), (PHOTO,))
    asked = (seen.no, seen.stage, seen.priority, seen.days_left, seen.condition, seen.delivery)
    assert asked == ("R1", "submitted", "urgent", "0-2", "高血压", "home")
    assert (seen.patient.id, seen.requester, seen.department) == ("pat-1", "Patient/pat-1", "dept-1")
    assert (seen.compound, seen.doctor, seen.deadline) == ("loc-1", "", NOW + 72 * 3600_000)
    assert seen.asked == (AMLODIPINE, SORGHUM)
    assert seen == await hospital.order("R1")


async def test_submit_keeps_the_photo_and_names_who_asked(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), (PHOTO,))
    (document,) = await hospital.rest.search("DocumentReference", {})
    picture = await hospital.rest.read(document["content"][0]["attachment"]["url"])
    assert picture["contentType"] == "image/jpeg"
    (record,) = await hospital.rest.search("Provenance", {})
    assert record["agent"][0]["who"] == {"reference": "Patient/pat-1"}


async def test_submit_twice_is_one_order(hospital: FhirHospital) -> None:
    first = await hospital.submit(draft(), (PHOTO,))
    assert await hospital.submit(draft(condition="edited"), (PHOTO,)) == first
    assert len(await hospital.rest.search("Task", {})) == 1


async def test_an_order_from_history_needs_no_photo_and_may_name_a_doctor(hospital: FhirHospital) -> None:
    wanted = draft(read_by="history", rx_date="", questionnaire="", condition="", doctor="doc-2")
    seen = await hospital.submit(wanted, ())
    assert (seen.doctor, seen.doctor_name, seen.stage) == ("doc-2", "医doc-2", "submitted")
    assert await hospital.rest.search("DocumentReference", {}) == []


async def test_an_unknown_order_is_not_found(hospital: FhirHospital) -> None:
    with pytest.raises(NotFound, match="no-such-order"):
        await hospital.order("R404")


async def mandated(hospital: FhirHospital, until: str) -> Actor:
    held = await hospital.grant_mandate(MandateDraft("m1", "pat-1", "amb-1", ("order-refill",), until, "asked at home"))
    return Actor(AMBASSADOR.reference, "pat-1", held.id)


async def test_an_ambassador_orders_under_a_mandate(hospital: FhirHospital) -> None:
    proxy = await mandated(hospital, day(NOW))
    seen = await hospital.submit(draft(actor=proxy), ())
    assert seen.requester == AMBASSADOR.reference
    (record,) = await hospital.rest.search("Provenance", {})
    assert record["agent"][0]["onBehalfOf"] == {"reference": "Patient/pat-1"}
    assert record["entity"][0]["what"] == {"reference": f"Consent/{proxy.mandate}"}


async def test_no_order_under_an_ended_mandate(hospital: FhirHospital) -> None:
    proxy = await mandated(hospital, "2026-01-01")
    with pytest.raises(WrongState, match="mandate-ended"):
        await hospital.submit(draft(actor=proxy), ())
    assert await hospital.rest.search("Task", {}) == []


async def test_no_order_under_somebody_elses_mandate(hospital: FhirHospital) -> None:
    proxy = await mandated(hospital, "2099-01-01")
    with pytest.raises(WrongState, match="mandate-ended"):
        await hospital.submit(draft(patient="pat-2", actor=replace(proxy, on_behalf_of="pat-2")), ())


async def test_take_is_the_first_doctors(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    taken = await hospital.take("R1", DOCTOR)
    assert (taken.stage, taken.doctor, taken.doctor_name) == ("in-consult", "doc-1", "医doc-1")
    assert await hospital.take("R1", DOCTOR) == taken
    with pytest.raises(WrongState, match="already-taken"):
        await hospital.take("R1", OTHER_DOCTOR)
    (encounter,) = await hospital.rest.search("Encounter", {})
    assert encounter["participant"] == [{"individual": {"reference": "Practitioner/doc-1-person"}}]


async def test_a_cancelled_order_is_not_taken(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.cancel("R1", RESIDENT, "found some")
    with pytest.raises(WrongState, match="already-cancelled"):
        await hospital.take("R1", DOCTOR)


async def test_not_suitable_ends_it_with_the_reason(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    with pytest.raises(WrongState, match="already-taken"):
        await hospital.not_suitable("R1", OTHER_DOCTOR, "no")
    seen = await hospital.not_suitable("R1", DOCTOR, "come to the hospital")
    assert (seen.stage, seen.reason) == ("not-suitable", "come to the hospital")
    assert await hospital.not_suitable("R1", DOCTOR, "come to the hospital") == seen
    (encounter,) = await hospital.rest.search("Encounter", {})
    assert (encounter["status"], ms(encounter["period"]["end"])) == ("finished", NOW)


async def prescribed(hospital: FhirHospital) -> OrderSnapshot:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    return await hospital.prescribe(rx())


async def test_prescribe_signs_and_asks_for_a_review(hospital: FhirHospital) -> None:
    seen = await prescribed(hospital)
    assert (seen.stage, seen.prescribed) == ("prescribed", (AMLODIPINE, SORGHUM))
    assert await hospital.prescribe(rx()) == seen
    drafts = await hospital.rest.search("MedicationRequest", {"status": "draft"})
    records = await hospital.rest.search("Provenance", {})
    (signed,) = [record for record in records if "signature" in record]
    assert {target["reference"] for target in signed["target"]} == {f"MedicationRequest/{one['id']}" for one in drafts}
    (review,) = await hospital.rest.search("Task", {"code": f"{CODES.system('task')}|pharmacist-review"})
    assert (review["status"], review["partOf"]) == ("requested", [{"reference": f"Task/{seen.task}"}])


async def test_a_word_to_the_pharmacist_travels_with_the_prescription(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    seen = await hospital.prescribe(replace(rx(), note="kidneys are fine"))
    assert seen.note == "kidneys are fine"
    notes = [one.get("note") for one in await hospital.rest.search("MedicationRequest", {})]
    assert [note[0]["text"] for note in notes if note] == ["kidneys are fine"] * 2


async def test_only_the_doctor_who_took_it_prescribes_something(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    with pytest.raises(WrongState, match="already-taken"):
        await hospital.prescribe(rx(doctor="doc-2"))
    with pytest.raises(Invalid, match="nothing-prescribed"):
        await hospital.prescribe(rx(lines=()))


async def test_a_long_prescription_goes_in_several_steps(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    lines = tuple(Line(f"MR{n:04d}", f"drug {n}", "", n, "", 0) for n in range(1, 12))
    assert (await hospital.prescribe(rx(lines=lines))).prescribed == lines


async def test_the_pharmacist_who_claims_the_review_decides_it(hospital: FhirHospital) -> None:
    await prescribed(hospital)
    seen = await hospital.review("R1", PHARMACIST, "pass", "")
    assert seen.stage == "passed"
    assert await hospital.review("R1", PHARMACIST, "pass", "") == seen
    with pytest.raises(WrongState, match="already-passed"):
        await hospital.review("R1", OTHER_PHARMACIST, "return", "dose")
    with pytest.raises(WrongState, match="already-passed"):
        await hospital.review("R1", PHARMACIST, "return", "dose")
    assert len(await hospital.rest.search("MedicationRequest", {"status": "active"})) == 2


async def test_a_returned_prescription_is_written_again(hospital: FhirHospital) -> None:
    await prescribed(hospital)
    back = await hospital.review("R1", PHARMACIST, "return", "dose too high")
    assert (back.stage, back.reason) == ("returned", "dose too high")
    with pytest.raises(WrongState, match="already-returned"):
        await hospital.review("R1", OTHER_PHARMACIST, "pass", "")
    assert {one["status"] for one in await hospital.rest.search("MedicationRequest", {})} == {"cancelled"}
    again = await hospital.prescribe(rx(attempt=2, lines=(AMLODIPINE,)))
    assert (again.stage, again.prescribed, again.reason) == ("prescribed", (AMLODIPINE,), "")
    assert (await hospital.review("R1", OTHER_PHARMACIST, "pass", "")).stage == "passed"


async def test_a_return_carries_the_pharmacists_own_words(hospital: FhirHospital) -> None:
    await prescribed(hospital)
    back = await hospital.review("R1", PHARMACIST, "return", "dose", "40 mg twice is too much")
    assert (back.reason, back.words) == ("dose", "40 mg twice is too much")
    assert await hospital.review("R1", PHARMACIST, "return", "dose", "40 mg twice is too much") == back
    again = await hospital.prescribe(rx(attempt=2, lines=(AMLODIPINE,)))
    assert (again.words, back.rx, again.rx) == ("", rx().key, rx(attempt=2).key)


async def test_she_accepts_what_only_the_doctor_wrote_and_twice_is_once(hospital: FhirHospital) -> None:
    seen = await prescribed(hospital)
    for _ in range(2):
        await hospital.accept("R1", Actor("Patient/pat-1"), "accepted:R1:0")
    records = await hospital.rest.search("Provenance", {})
    accepted = [one for one in records if one["activity"]["coding"][0]["code"] == "accepted"]
    assert [one["agent"][0]["who"]["reference"] for one in accepted] == ["Patient/pat-1"]
    assert len(accepted[0]["target"]) == len(seen.prescribed)


@pytest.mark.parametrize("after_the_pass", [False, True])
async def test_she_sends_it_back_with_her_words(hospital: FhirHospital, after_the_pass: bool) -> None:
    await prescribed(hospital)
    if after_the_pass:
        await hospital.review("R1", PHARMACIST, "pass", "")
    back = await hospital.send_back("R1", Actor("Patient/pat-1"), "asked-by-patient", "is it for me?")
    assert (back.stage, back.reason, back.words) == ("returned", "asked-by-patient", "is it for me?")
    assert await hospital.send_back("R1", Actor("Patient/pat-1"), "asked-by-patient", "is it for me?") == back
    (review,) = await hospital.rest.search("Task", {"code": f"{CODES.system('task')}|pharmacist-review"})
    assert review["status"] == ("completed" if after_the_pass else "cancelled")
    assert {one["status"] for one in await hospital.rest.search("MedicationRequest", {})} == {"cancelled"}
    assert (await hospital.prescribe(rx(attempt=2))).stage == "prescribed"


async def test_nothing_to_review_before_a_prescription(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    with pytest.raises(NotFound, match="no-prescription"):
        await hospital.review("R1", PHARMACIST, "pass", "")


async def test_a_prescription_is_too_late_after_the_pass(hospital: FhirHospital) -> None:
    await passed(hospital)
    with pytest.raises(WrongState, match="already-passed"):
        await hospital.prescribe(rx(attempt=2))


async def test_the_road_to_the_door(hospital: FhirHospital) -> None:
    ready = await packed(hospital)
    assert ready.parcel is not None
    assert (ready.parcel.label, ready.parcel.code, ready.parcel.fridge) == ("A-R1", "4711", True)
    batch = await loaded(hospital, "R1")
    assert (await hospital.depart(batch, COURIER)).stage == "on-the-way"
    arrived = await hospital.arrive(batch, COURIER)
    assert (arrived.stage, arrived.compound, arrived.courier) == ("arrived", "loc-1", "courier-1")
    assert [(line.order, line.label, line.fridge) for line in arrived.manifest] == [("R1", "A-R1", True)]
    assert (await hospital.collected(batch, COURIER, AMBASSADOR)).stage == "with-ambassador"
    assert (await hospital.hand_over("R1", AMBASSADOR, "code")).stage == "handed-over"
    done = await hospital.confirm("R1", RESIDENT)
    assert done.stage == "confirmed"
    assert done == await hospital.confirm("R1", RESIDENT)
    assert {one["status"] for one in await hospital.rest.search("SupplyDelivery", {})} == {"completed"}
    assert {one["status"] for one in await hospital.rest.search("MedicationDispense", {})} == {"completed"}
    assert {one["status"] for one in await hospital.rest.search("MedicationRequest", {})} == {"completed"}


async def test_custody_is_written_for_each_parcel(hospital: FhirHospital) -> None:
    for no in ("R1", "R2"):
        await packed(hospital, no)
    batch = await loaded(hospital, "R1", "R2")
    await hospital.depart(batch, COURIER)
    await hospital.arrive(batch, COURIER)
    await hospital.collected(batch, COURIER, AMBASSADOR)
    await hospital.hand_over("R2", AMBASSADOR, "two-identifiers")
    parcel = await hospital.rest.the("SupplyDelivery", CODES.id("parcel"), "R2")
    records = await hospital.rest.search("Provenance", {"target": f"SupplyDelivery/{parcel['id']}"})
    held = [
        (one["activity"]["coding"][0]["code"], [who["who"]["reference"] for who in one["agent"]]) for one in records
    ]
    assert sorted(held) == [
        ("custody-arrived", ["PractitionerRole/courier-1"]),
        ("custody-handed-over", ["PractitionerRole/amb-1"]),
        ("custody-on-the-way", ["PractitionerRole/courier-1"]),
        ("custody-with-ambassador", ["PractitionerRole/amb-1", "PractitionerRole/courier-1"]),
    ]
    assert records[-1]["reason"][0]["coding"][0]["code"] == "two-identifiers"


async def test_a_batch_moves_once(hospital: FhirHospital) -> None:
    await packed(hospital)
    batch = await loaded(hospital, "R1")
    first = await hospital.depart(batch, COURIER)
    assert await hospital.depart(batch, COURIER) == first
    with pytest.raises(WrongState, match="already-on-the-way"):
        await hospital.depart(batch, Actor("PractitionerRole/amb-1"))
    assert await hospital.batch(batch) == first


async def test_an_order_that_is_elsewhere_does_not_stop_its_batch(hospital: FhirHospital) -> None:
    for no in ("R1", "R2"):
        await packed(hospital, no)
    batch = await loaded(hospital, "R1", "R2")
    await hospital.depart(batch, COURIER)
    task = await task_of(hospital.rest, "R1")
    lost = {"coding": [{"system": CODES.system("order-status"), "code": "problem"}]}
    await hospital.rest.update({**task, "status": "on-hold", "businessStatus": lost, "statusReason": {"text": "wet"}})
    await hospital.arrive(batch, COURIER)
    assert ((await hospital.order("R1")).stage, (await hospital.order("R1")).reason) == ("problem", "wet")
    assert (await hospital.order("R2")).stage == "arrived"


async def test_hand_over_waits_for_the_road(hospital: FhirHospital) -> None:
    await quoted(hospital)
    with pytest.raises(WrongState, match="already-quoted"):
        await hospital.hand_over("R1", AMBASSADOR, "code")


async def test_an_order_without_its_patient_is_unintelligible(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    task = await task_of(hospital.rest, "R1")
    with pytest.raises(Unintelligible, match="order-without-patient"):
        build(hospital.rest, task, {})


async def test_a_parcel_without_a_prescription_can_be_confirmed(hospital: FhirHospital) -> None:
    """What the hospital packed without telling us its prescription is received all the same (G10)."""
    await hospital.submit(draft(), ())
    task = await task_of(hospital.rest, "R1")
    there = business_status(CODES, "handed-over")
    await hospital.rest.update({**task, "status": "in-progress", "businessStatus": there})
    assert (await hospital.confirm("R1", RESIDENT)).stage == "confirmed"


async def test_the_whole_life_without_json_patch(url: str, hospital: FhirHospital, watched: Watched) -> None:
    plain = FhirHospital(url, now=lambda: NOW, transport=watched, patches=False)
    await packed(plain)
    batch = await loaded(plain, "R1")
    await plain.depart(batch, COURIER)
    await plain.arrive(batch, COURIER)
    assert (await plain.hand_over("R1", AMBASSADOR, "code")).stage == "handed-over"
    assert (await plain.confirm("R1", RESIDENT)).stage == "confirmed"
    assert not [line for line in watched.log if line.startswith("PATCH")]


async def test_a_photo_may_be_undated_and_a_doctor_may_be_a_practitioner(hospital: FhirHospital) -> None:
    await hospital.submit(draft(rx_date=""), (PHOTO,))
    (document,) = await hospital.rest.search("DocumentReference", {})
    assert "context" not in document
    await hospital.take("R1", Actor("Practitioner/doc-1-person"))
    (encounter,) = await hospital.rest.search("Encounter", {})
    assert encounter["participant"] == [{"individual": {"reference": "Practitioner/doc-1-person"}}]


# ---------------------------------------------------------------- given back, returned late, problems


async def test_given_back_it_is_nobodys_and_the_next_doctor_has_a_consult_of_his_own(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await hospital.take("R1", DOCTOR)
    with pytest.raises(WrongState, match="already-taken"):
        await hospital.give_back("R1", OTHER_DOCTOR)
    seen = await hospital.give_back("R1", DOCTOR, "given-back")
    assert (seen.stage, seen.doctor, seen.doctor_name) == ("received", "", "")
    assert await hospital.give_back("R1", DOCTOR, "given-back") == seen
    taken = await hospital.take("R1", OTHER_DOCTOR)
    assert (taken.stage, taken.doctor) == ("in-consult", "doc-2")
    with pytest.raises(WrongState, match="already-taken"):
        await hospital.give_back("R1", DOCTOR, "given-back")
    states = [(one["identifier"][0]["value"], one["status"]) for one in await hospital.rest.search("Encounter", {})]
    assert sorted(states) == [("R1", "finished"), ("R1-2", "in-progress")]


async def test_the_same_doctor_takes_it_again(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    for _ in range(3):
        assert (await hospital.take("R1", DOCTOR)).stage == "in-consult"
        assert (await hospital.take("R1", DOCTOR)).stage == "in-consult"
        assert (await hospital.give_back("R1", DOCTOR)).stage == "received"


async def test_only_an_order_in_consult_is_given_back(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    with pytest.raises(WrongState, match="already-submitted"):
        await hospital.give_back("R1", DOCTOR)
    await hospital.take("R1", DOCTOR)
    await hospital.prescribe(rx())
    with pytest.raises(WrongState, match="already-prescribed"):
        await hospital.give_back("R1", DOCTOR)


async def test_the_orders_of_one_patient_are_found_by_whomever_they_were_entered(hospital: FhirHospital) -> None:
    await hospital.submit(draft("R1"), ())
    await hospital.submit(draft("R2"), ())
    assert sorted(one.no for one in (await hospital.orders_of("pat-1")).orders) == ["R1", "R2"]
    assert (await hospital.orders_of("pat-none")).orders == ()
