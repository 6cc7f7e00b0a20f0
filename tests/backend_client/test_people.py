"""People, mandates, consents, staff, what can be ordered, insurance, history, questions, consult messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend_client import FhirHospital, Invalid, NotFound, Unintelligible
from backend_client.catalogue import prices, staff_of
from backend_client.consent import mandate_of
from backend_client.lines import Proof
from backend_client.models import (
    Actor,
    Area,
    Attachment,
    Compound,
    Department,
    Dispensed,
    Drug,
    Eligibility,
    Line,
    MandateDraft,
    MessageDraft,
    Staff,
)
from backend_client.patients import find_patient, patient_of
from backend_client.shapes import concept, extension, instant, money, ref
from tests.backend_client.wire_fakes import Naps, Script, ok, page, patience, rest_over
from tests.backend_client.world import CODES, DOCTOR, NOW, PHOTO, RESIDENT, draft

DAY = 24 * 3600_000
DEPT = "http://terminology.hl7.org/CodeSystem/organization-type"
TRANSLATED = "http://hl7.org/fhir/StructureDefinition/translation"


def both(name: str, zh: str, en: str) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": en}]
    other = [{"url": TRANSLATED, "extension": parts}, {"url": TRANSLATED}, {"url": "else"}]
    return {name: zh, f"_{name}": {"extension": other}}


# patients
async def test_a_patient_is_found_by_both_or_not_at_all(hospital: FhirHospital) -> None:
    found = await hospital.find_patient("11", "1950-01-02")
    assert (found.id, found.name, found.sex, found.address, found.building, found.phone_tail) == (
        "pat-1", "张三", "female", "5号楼301室", "5号楼", "0101",
    )  # fmt: skip
    assert await hospital.patient("pat-1") == found
    for credential, birth in (("11", "1950-01-03"), ("12", "1950-01-02")):
        with pytest.raises(NotFound, match="no-such-patient"):
            await hospital.find_patient(credential, birth)


async def test_twins_of_a_credential_are_nobody(hospital: FhirHospital) -> None:
    twin = await hospital.rest.read("Patient/pat-1")
    await hospital.rest.put({**twin, "id": "pat-3"})
    with pytest.raises(NotFound, match="no-such-patient"):
        await hospital.find_patient("11", "1950-01-02")


async def test_a_patient_who_is_no_longer_active_is_nobody(hospital: FhirHospital) -> None:
    await hospital.rest.update({**await hospital.rest.read("Patient/pat-1"), "active": False})
    with pytest.raises(NotFound, match="no-such-patient"):
        await hospital.find_patient("11", "1950-01-02")


# a record that is merged, closed, corrected
async def merged(hospital: FhirHospital, old: str, into: str, **more: Any) -> None:
    """As the hospital writes it (FHIR R4, Patient.link); where ``into`` is not there it is made of the old one."""
    before = await hospital.rest.read(f"Patient/{old}")
    after = {name: value for name, value in before.items() if name not in ("identifier", "link", "active")}
    links = [{"type": "replaces", "other": ref(f"Patient/{old}")}]
    await hospital.rest.put({**after, "id": into, "link": links, **more})
    link = [{"type": "replaced-by", "other": ref(f"Patient/{into}")}]
    await hospital.rest.update({**before, "active": False, "link": link})


async def test_a_merged_record_is_read_where_it_went(hospital: FhirHospital) -> None:
    await merged(hospital, "pat-1", "pat-8")
    await merged(hospital, "pat-8", "pat-9", name=[{"text": "张三丰"}])
    for known in (await hospital.patient("pat-1"), await hospital.find_patient("11", "1950-01-02")):
        assert (known.id, known.name, known.active) == ("pat-9", "张三丰", True)
        assert known.formerly == ("pat-1", "pat-8")
    assert (await hospital.patient("pat-9")).formerly == ("pat-8",)


async def test_two_records_of_one_credential_that_were_merged_are_one(hospital: FhirHospital) -> None:
    credential = (await hospital.rest.read("Patient/pat-1"))["identifier"]
    await merged(hospital, "pat-1", "pat-8", identifier=credential)
    assert (await hospital.find_patient("11", "1950-01-02")).id == "pat-8"


@pytest.mark.parametrize("chain", [("pat-1",), ("pat-8", "pat-1"), tuple(f"pat-1{n}" for n in range(7))])
async def test_a_circle_or_a_chain_without_end_is_an_operators_to_mend(
    hospital: FhirHospital, chain: tuple[str, ...]
) -> None:
    before, last = await hospital.rest.read("Patient/pat-1"), "pat-1"
    for into in chain:
        if into != "pat-1":
            await hospital.rest.put({**before, "id": into, "identifier": []})
        link = [{"type": "replaced-by", "other": ref(f"Patient/{into}")}]
        await hospital.rest.update({**await hospital.rest.read(f"Patient/{last}"), "link": link})
        last = into
    with pytest.raises(Unintelligible, match="merged-without-end"):
        await hospital.patient("pat-1")


@pytest.mark.parametrize("told", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-11-20"}])
async def test_after_a_death_there_is_no_order_until_the_record_is_corrected(
    hospital: FhirHospital, told: dict[str, Any]
) -> None:
    alive = await hospital.rest.read("Patient/pat-1")
    await hospital.rest.update({**alive, **told})
    assert (await hospital.patient("pat-1")).deceased
    with pytest.raises(NotFound, match="no-such-patient"):
        await hospital.find_patient("11", "1950-01-02")
    with pytest.raises(Invalid, match="deceased"):
        await hospital.submit(draft(), ())
    now = await hospital.rest.read("Patient/pat-1")
    kept = {name: value for name, value in now.items() if name not in told}
    await hospital.rest.update({**kept, "deceasedBoolean": False})
    assert (await hospital.submit(draft(), ())).stage == "submitted"


async def test_no_order_for_a_record_that_was_closed(hospital: FhirHospital) -> None:
    await hospital.rest.update({**await hospital.rest.read("Patient/pat-1"), "active": False})
    with pytest.raises(Invalid, match="record-closed"):
        await hospital.submit(draft(), ())


async def test_an_order_is_placed_for_the_record_that_hers_went_into(hospital: FhirHospital) -> None:
    await merged(hospital, "pat-1", "pat-8")
    placed = await hospital.submit(draft(), ())
    assert (placed.patient.id, placed.requester) == ("pat-8", "Patient/pat-8")


async def test_an_order_that_still_names_the_old_record_is_of_the_new_one(hospital: FhirHospital) -> None:
    """Merged in the middle of a consult: the hospital need not have written every Task anew."""
    await hospital.submit(draft(), ())
    await merged(hospital, "pat-1", "pat-8")
    seen = (await hospital.order("R1")).patient
    assert (seen.id, seen.formerly) == ("pat-8", ("pat-1",))


async def test_a_mandate_for_the_old_record_is_one_for_the_new(hospital: FhirHospital) -> None:
    granted = await hospital.grant_mandate(MandateDraft("k1", "pat-1", "amb-1", ("order-refill",), "2027-05-01", "x"))
    await merged(hospital, "pat-1", "pat-8")
    by = Actor("PractitionerRole/amb-1", "pat-1", granted.id)
    assert (await hospital.submit(draft(actor=by), ())).patient.id == "pat-8"


def test_a_patient_of_whom_little_is_known() -> None:
    told = {"resourceType": "Patient", "id": "p", "gender": "male", "address": [{"text": "somewhere"}]}
    bare = patient_of(told, CODES)
    assert (bare.sex, bare.address, bare.building, bare.phone_tail) == ("male", "somewhere", "", "")
    assert patient_of({"resourceType": "Patient", "id": "p"}, CODES).sex == "unknown"


# consents and mandates
async def test_consent_is_given_once_and_withdrawn(hospital: FhirHospital) -> None:
    for _ in range(2):
        await hospital.record_consent("c1", "pat-1", True)
    (consent,) = await hospital.rest.search("Consent", {})
    assert (consent["status"], consent["scope"]["coding"][0]["code"]) == ("active", "patient-privacy")
    for _ in range(2):
        await hospital.record_consent("c1", "pat-1", False)
    assert [one["status"] for one in await hospital.rest.search("Consent", {})] == ["inactive"]


async def test_withdrawing_consent_leaves_mandates_alone(hospital: FhirHospital) -> None:
    held = await hospital.grant_mandate(MandateDraft("m1", "pat-1", "amb-1", ("pay",), "2099-01-01", "at home"))
    await hospital.record_consent("c1", "pat-1", False)
    assert (await hospital.mandate(held.id)).active


async def test_a_mandate_is_granted_once_and_revoked(hospital: FhirHospital) -> None:
    wanted = MandateDraft("m1", "pat-1", "amb-1", ("order-refill", "collect"), "2099-01-01", "asked at home")
    held = await hospital.grant_mandate(wanted)
    assert (held.patient, held.ambassador, held.actions, held.until, held.active) == (
        "pat-1", "amb-1", ("order-refill", "collect"), "2099-01-01", True,
    )  # fmt: skip
    assert await hospital.grant_mandate(wanted) == held
    gone = await hospital.revoke_mandate(held.id)
    assert not gone.active
    assert await hospital.revoke_mandate(held.id) == await hospital.mandate(held.id) == gone


async def test_a_mandate_ends_with_its_last_day(hospital: FhirHospital) -> None:
    for until, active in ((instant(NOW)[:10], True), (instant(NOW - DAY)[:10], False), ("", True)):
        consent = {"id": "x", "status": "active", "provision": {"period": {"end": until}}}
        assert mandate_of(hospital.rest, consent).active is active


# staff, places, drugs
async def test_staff_have_names_and_places(hospital: FhirHospital) -> None:
    assert await hospital.staff("ambassador") == (
        Staff("amb-1", "ambassador", "医amb-1", {"zh-CN": "医amb-1"}, "dept-1", ("loc-1",), "amb-1-person"),
    )
    assert [one.id for one in await hospital.doctors("dept-1")] == ["doc-1", "doc-2"]
    assert await hospital.doctors("dept-404") == ()
    assert await hospital.staff("operator") == ()


async def test_staff_who_left_are_left_out(hospital: FhirHospital) -> None:
    await hospital.rest.update({**await hospital.rest.read("PractitionerRole/doc-2"), "active": False})
    assert [one.id for one in await hospital.staff("doctor")] == ["doc-1"]


def test_an_unknown_role_is_no_staff() -> None:
    role = {"id": "x", "code": [concept(CODES.system("role"), "astrologer")]}
    assert staff_of(CODES, role, {}) is None


async def test_departments_have_two_names(hospital: FhirHospital) -> None:
    kinds = [concept(DEPT, "dept"), concept(CODES.system("specialty"), "cardiology")]
    dept = {"resourceType": "Organization", "id": "d2", "type": kinds, "partOf": ref("Organization/hosp")}
    hospital.rest = rest_over(Script(page(dept | both("name", "心内科", "Cardiology"), {**dept, "active": False})))
    assert await hospital.departments() == (
        Department("d2", "cardiology", {"zh-CN": "心内科", "en": "Cardiology"}, "hosp"),
    )


async def test_compounds_are_locations_with_our_key(hospital: FhirHospital) -> None:
    await hospital.rest.put({"resourceType": "Location", "id": "ward", "status": "active", "name": "Ward 3"})
    assert await hospital.compounds() == (Compound("loc-1", {"zh-CN": "幸福里"}, ""),)


def area(id: str, within: str = "") -> dict[str, Any]:
    own = {"system": CODES.id("area"), "value": id}
    above = {"partOf": ref(f"Location/{within}")} if within else {}
    return {"resourceType": "Location", "id": id, "status": "active", "name": id, "identifier": [own], **above}


async def test_areas_lie_in_areas_and_compounds_in_them(hospital: FhirHospital) -> None:
    place = {**await hospital.rest.read("Location/loc-1"), "partOf": ref("Location/sub-1")}
    hospital.rest = rest_over(Script(page(area("sub-1", "dist-1"), place), page(area("sub-1", "dist-1"), place)))
    assert await hospital.compounds() == (Compound("loc-1", {"zh-CN": "幸福里"}, "", "sub-1"),)
    assert await hospital.areas() == (Area("sub-1", {"zh-CN": "sub-1"}, "dist-1"),)


async def test_an_area_that_lies_in_itself_is_told(hospital: FhirHospital) -> None:
    turning = [area("a", "a"), area("b", "c"), area("c", "b"), area("d", "c"), area("e")]
    hospital.rest = rest_over(Script(page(*turning)))
    found = await hospital.areas()
    assert {one.id: one.within for one in found} == {"a": "", "b": "", "c": "", "d": "c", "e": ""}
    assert found.left_out == ("a", "b", "c")


async def test_the_formulary_tells_all_of_a_drug(hospital: FhirHospital) -> None:
    def told(name: str, kind: str, value: object) -> dict[str, Any]:
        return extension(CODES.extension(name), kind, value)

    insulin = {
        "resourceType": "Medication",
        "id": "mr0003",
        "status": "active",
        "form": {"text": "注射液"},
        "code": concept(CODES.system("drug"), "MR0003") | both("text", "胰岛素", "insulin"),
        "extension": [
            told("price", "Money", money(4500)),
            told("stock", "Integer", 7),
            told("pack", "Quantity", {"value": 5, "unit": "支"}),
            told("strength", "String", "3ml"),
            told("sig", "String", "10u qn"),
            told("insurance-class", "Code", "A"),
            told("fridge", "Boolean", True),
            told("controlled", "Boolean", False),
        ],
    }
    rest = hospital.rest
    hospital.rest = rest_over(Script(page(insulin)))
    assert await hospital.formulary() == (
        Drug("MR0003", {"zh-CN": "胰岛素", "en": "insulin"}, "3ml", 5, "注射液", 4500, False, True, "A", 7, "10u qn"),
    )
    hospital.rest = rest
    assert [one.code for one in await hospital.formulary()] == ["MR0001", "MR0002"]
    assert await prices(rest, ["MR0001", "MR0404", ""]) == {"MR0001": 8484}
    assert await prices(rest, [""]) == {}


# insurance
def answered(request: str, **more: object) -> dict[str, Any]:
    return {
        "resourceType": "CoverageEligibilityResponse",
        "status": "active",
        "purpose": ["validation"],
        "patient": ref("Patient/pat-1"),
        "created": instant(NOW),
        "request": ref(request),
        "outcome": "complete",
        "insurer": ref("Organization/payer"),
        **more,
    }


async def ask_first(hospital: FhirHospital) -> str:
    assert await hospital.eligibility("pat-1", "2026-11-21") == Eligibility("unknown", "no-answer-yet")
    (request,) = await hospital.rest.search("CoverageEligibilityRequest", {})
    return f"CoverageEligibilityRequest/{request['id']}"


async def test_covered_once_the_insurer_says_so(hospital: FhirHospital) -> None:
    request = await ask_first(hospital)
    yes = {"insurance": [{"coverage": ref("Coverage/cov-1"), "inforce": True}]}
    await hospital.rest.create(answered(request, **yes), CODES.id("x"), "1")
    assert await hospital.eligibility("pat-1", "2026-11-21") == Eligibility("covered")
    assert len(await hospital.rest.search("CoverageEligibilityRequest", {})) == 1


async def test_a_queued_answer_is_none_and_a_no_has_its_reason(hospital: FhirHospital) -> None:
    request = await ask_first(hospital)
    await hospital.rest.create(answered(request, outcome="queued"), CODES.id("x"), "1")
    assert (await hospital.eligibility("pat-1", "2026-11-21")).cover == "unknown"
    await hospital.rest.create(answered(request, disposition="suspended"), CODES.id("x"), "2")
    assert await hospital.eligibility("pat-1", "2026-11-21") == Eligibility("self-pay", "suspended")


async def test_a_no_without_words(hospital: FhirHospital) -> None:
    await hospital.rest.create(answered(await ask_first(hospital)), CODES.id("x"), "1")
    assert await hospital.eligibility("pat-1", "2026-11-21") == Eligibility("self-pay", "not-in-force")


async def test_without_a_coverage_nobody_is_asked(hospital: FhirHospital) -> None:
    assert await hospital.eligibility("pat-2", "2026-11-21") == Eligibility("self-pay", "no-coverage")


async def test_six_seconds_are_waited_for_the_insurer() -> None:
    naps = Naps()
    coverage = {"resourceType": "Coverage", "id": "c", "status": "active", "payor": [ref("Organization/payer")]}
    request = {"resourceType": "CoverageEligibilityRequest", "id": "q"}
    script = Script(page(coverage), page(), ok(request, 201), *[page()] * 12)
    hospital = FhirHospital("http://hospital.test/fhir", transport=script, patience=patience(naps))
    assert (await hospital.eligibility("p", "2026-11-21")).cover == "unknown"
    assert naps.taken == [0.5] * 11


# history
async def test_history_is_what_was_handed_over(hospital: FhirHospital) -> None:
    request = {
        "resourceType": "MedicationRequest",
        "id": "old-rx",
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": concept(CODES.system("drug"), "MR0001", "氨氯地平"),
        "subject": ref("Patient/pat-1"),
        "authoredOn": "2026-09-01",
        "reasonCode": [{"text": "高血压"}],
        "dispenseRequest": {
            "quantity": {"value": 2, "unit": "box"},
            "expectedSupplyDuration": {"value": 14, "unit": "d"},
        },
    }
    await hospital.rest.put(request)
    proof = Proof("record", dispense="MedicationRequest/old-rx", day="2026-09-01", boxes=2)
    line = Line("MR0001", "氨氯地平", "", 2, "", 14, proof=proof)
    assert await hospital.history("pat-1", "2026-08-01") == (Dispensed(line, "2026-09-01", "高血压"),)
    given = {
        "resourceType": "MedicationDispense",
        "medicationCodeableConcept": request["medicationCodeableConcept"],
        "subject": ref("Patient/pat-1"),
        "authorizingPrescription": [ref("MedicationRequest/old-rx")],
        "quantity": {"value": 3, "unit": "盒"},
        "daysSupply": {"value": 21},
        "dosageInstruction": [{"text": "5mg qd"}],
        "performer": [{"actor": {"display": "市一"}}],
    }
    for id_, day, status in (("a", "02", "completed"), ("b", "09", "completed"), ("c", "08", "cancelled")):
        await hospital.rest.put({**given, "id": id_, "whenHandedOver": f"2026-09-{day}", "status": status})
    line = Line("MR0001", "氨氯地平", "", 3, "5mg qd", 21)

    def of(id_: str, day: str) -> Dispensed:
        proof = Proof("record", dispense=f"MedicationDispense/{id_}", day=day, boxes=3)
        return Dispensed(replace(line, proof=proof), day, "高血压", "市一")

    assert await hospital.history("pat-1", "2026-08-01") == (of("b", "2026-09-09"), of("a", "2026-09-02"))
    assert [one.day for one in await hospital.history("pat-1", "2026-09-05")] == ["2026-09-09"]


# questions
def asked(version: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "id": f"pre-{version}",
        "url": f"{CODES.ns}/Questionnaire/pre-consult",
        "version": version,
        "status": "active",
        "item": list(items),
    }


async def test_a_questionnaire_in_its_languages(hospital: FhirHospital) -> None:
    option = {"valueCoding": {"code": "none", **both("display", "没有", "None")}}
    choice = {"linkId": "2", "type": "choice", "required": True, **both("text", "过敏吗", "Allergies?")}
    items = [
        {"linkId": "0", "type": "display", "text": "hello"},
        {"linkId": "1", "type": "boolean", "text": "不适?"},
        choice | {"answerOption": [option]},
    ]
    hospital.rest = rest_over(Script(page(asked("1"), {**asked("2", *items), "meta": {"lastUpdated": "2026-11-21"}})))
    found = await hospital.questionnaire("pre-consult")
    assert (found.version, [one.link_id for one in found.questions]) == ("2", ["1", "2"])
    first, second = found.questions
    assert (first.kind, first.required, first.text) == ("boolean", False, {"zh-CN": "hello\n不适?"}), (
        "with what stood above"
    )
    assert (second.kind, second.required) == ("choice", True)
    assert second.text == {"zh-CN": "过敏吗", "en": "Allergies?"}
    assert [(one.code, one.text) for one in second.options] == [("none", {"zh-CN": "没有", "en": "None"})]


@pytest.mark.parametrize(
    "item",
    [
        {"linkId": "1", "type": "reference", "text": "whom?"},
        {"linkId": "1", "type": "choice", "text": "Which?", "answerOption": [{"valueString": "x"}]},
    ],
)
async def test_a_question_we_cannot_ask_is_refused(hospital: FhirHospital, item: dict[str, Any]) -> None:
    await hospital.rest.put(asked("1", item))
    with pytest.raises(Invalid, match="question-kind"):
        await hospital.questionnaire("pre-consult")
    with pytest.raises(NotFound, match="no-such-questionnaire"):
        await hospital.questionnaire("other")


# the consult
async def test_messages_are_recorded_once_and_edited_in_place(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    hello = MessageDraft("tg:1:5", "R1", RESIDENT.reference, DOCTOR.reference, NOW, "135/85", PHOTO)
    for _ in range(2):
        await hospital.say(hello)
    (kept,) = await hospital.rest.search("Communication", {})
    assert kept["payload"][0] == {"contentString": "135/85"}
    assert kept["payload"][1]["contentAttachment"]["contentType"] == "image/jpeg"
    assert "encounter" not in kept
    await hospital.take("R1", DOCTOR)
    await hospital.say(MessageDraft("tg:1:5", "R1", RESIDENT.reference, DOCTOR.reference, NOW, "edited"))
    await hospital.say(MessageDraft("tg:1:6", "R1", DOCTOR.reference, RESIDENT.reference, NOW, "good"))
    first, second = await hospital.rest.search("Communication", {"_sort": "identifier"})
    assert (first["payload"], second["payload"]) == ([{"contentString": "edited"}], [{"contentString": "good"}])
    assert second["encounter"]["reference"].startswith("Encounter/")


async def test_a_document_is_kept_as_it_came_and_one_too_big_is_named(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    pdf = Attachment("a.pdf", 4, replace(PHOTO, mime="application/pdf"), "application/pdf")
    said = MessageDraft("tg:1:5", "R1", RESIDENT.reference, DOCTOR.reference, NOW, attached=pdf)
    for one in (said, said, replace(said, key="tg:1:6", attached=Attachment("b.pdf", 30_000_000, None))):
        await hospital.say(one)
    first, second = await hospital.rest.search("Communication", {"_sort": "identifier"})
    kept, big = (one["payload"][0]["contentAttachment"] for one in (first, second))
    assert (kept["title"], kept["contentType"]) == ("a.pdf", "application/pdf")
    assert kept["url"].startswith("Binary/")
    assert big == {"title": "b.pdf", "size": 30_000_000}


async def test_a_word_that_was_taken_back_is_entered_in_error_for_good(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    said = MessageDraft("tg:1:5", "R1", RESIDENT.reference, DOCTOR.reference, NOW, "50", PHOTO)
    for one in (said, replace(said, withdrawn=True), replace(said, withdrawn=True), replace(said, text="100")):
        await hospital.say(one)
    (kept,) = await hospital.rest.search("Communication", {})
    assert (kept["status"], kept["payload"][0]) == ("entered-in-error", {"contentString": "50"})


# the ping
async def test_watching_is_one_subscription_that_is_revived(hospital: FhirHospital) -> None:
    place = await hospital.watch("http://127.0.0.1:9/hook", "s1")
    assert await hospital.watch("http://127.0.0.1:9/hook", "s1") == place
    off = await hospital.rest.read(place)
    await hospital.rest.update({**off, "status": "off"})
    assert await hospital.watch("http://127.0.0.1:9/hook", "s2") == place
    again = await hospital.rest.read(place)
    assert again["status"] in ("requested", "active")
    assert again["channel"]["header"] == ["X-Hook-Secret: s2"]


@pytest.mark.parametrize(
    ("born", "fits"),
    [("1951", True), ("1951-03", True), ("1951-03-12", True), ("1950", False), ("1951-04", False), ("195", False),
     ("1951-03-1", False), ("", False), ("1951-", False)],
)  # fmt: skip
async def test_a_birthday_is_compared_at_the_precision_that_there_is(born: str, fits: bool) -> None:
    """B7: and the answer tells how much of it there was."""
    record = {"resourceType": "Patient", "id": "p1", "birthDate": born, "name": [{"text": "王"}],
              "identifier": [{"system": CODES.id("e-credential"), "value": "700100"}]}  # fmt: skip
    asked = find_patient(rest_over(Script(page(record))), "700100", "1951-03-12")
    if fits:
        assert (await asked).birth_date == born
    else:
        with pytest.raises(NotFound):
            await asked
