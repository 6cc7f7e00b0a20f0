"""The hospital's edge: what servers nobody here wrote answer, and what the client must make of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from backend_client import FhirHospital, NotFound, RetryLater
from backend_client.errors import Broken, HospitalError, Refusal, Unintelligible
from backend_client.history import history
from backend_client.patients import find_patient, patient_of
from backend_client.questions import questionnaire
from backend_client.transport import AiohttpTransport, Request, Response, Transport
from sandbox.hospital.server import running
from tests.backend_client.hands import passed, quoted
from tests.backend_client.wire_fakes import Naps, Script, ok, page, patience, rest_over
from tests.backend_client.world import CODES, DOCTOR, NOW, PHOTO, RESIDENT, charge, draft, settle

NOTHING: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "entry": []}
Habit = Callable[[Request], Response | None]


class Mannered:
    """A real hospital behind a habit: what the habit answers, the hospital is not asked."""

    def __init__(self, real: Transport) -> None:
        self._real = real
        self.habit: Habit = lambda request: None

    async def __call__(self, request: Request) -> Response:
        return self.habit(request) or await self._real(request)

    def once(self, status: int, method: str, path: str) -> None:
        """The next such request is answered so."""
        left = [1]

        def habit(request: Request) -> Response | None:
            if left and request.method == method and re.search(path, urlsplit(request.url).path):
                left.pop()
                return Response(status, {}, b"{}")
            return None

        self.habit = habit

    def never(self, status: int, method: str, path: str) -> None:
        def habit(request: Request) -> Response | None:
            unable = request.method == method and re.search(path, urlsplit(request.url).path)
            return Response(status, {}, b"{}") if unable else None

        self.habit = habit


@pytest.fixture
async def wire() -> AsyncIterator[Mannered]:
    real = AiohttpTransport()
    yield Mannered(real)
    await real.close()


@pytest.fixture
async def hospital(wire: Mannered) -> AsyncIterator[FhirHospital]:
    async with running() as server:
        client = FhirHospital(server.url, now=lambda: NOW, patience=patience(Naps(), tries=2), transport=wire)
        await settle(client.rest)
        yield client


async def driven(step: Callable[[], Awaitable[Any]], times: int = 3) -> str:
    """As the command runner does it: again while it says "later". The code of a refusal, "" when it went through."""
    for _ in range(times):
        try:
            await step()
        except RetryLater:
            continue
        except HospitalError as error:
            return error.code
        return ""
    return "later"


async def code_of(step: Awaitable[Any], kind: type[BaseException]) -> str:
    """ "" where this kind of error is raised; else what came instead."""
    try:
        return f"answered {await step!r}"
    except kind:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"


# ---------------------------------------------------------------- It stands 1: one 409 or 412 at a bad moment


@pytest.mark.parametrize("status", [409, 412])
async def test_a_payment_survives_one_conflict(hospital: FhirHospital, wire: Mannered, status: int) -> None:
    await quoted(hospital)
    wire.once(status, "POST", "^/?$")
    assert await driven(lambda: hospital.pay(charge(560), RESIDENT)) == ""
    assert (await hospital.order("R1")).stage == "paid"


async def test_a_paid_order_is_never_refunded_in_passing(hospital: FhirHospital, wire: Mannered) -> None:
    await quoted(hospital)
    wire.once(409, "PUT", "/Provenance/")
    await driven(lambda: hospital.pay(charge(560), RESIDENT))
    told = [one["paymentAmount"]["value"] for one in await hospital.rest.search("PaymentReconciliation", {})]
    assert ((await hospital.order("R1")).stage, len(told)) == ("paid", 1)


async def test_a_claim_survives_one_conflict(hospital: FhirHospital, wire: Mannered) -> None:
    await passed(hospital)
    wire.once(412, "POST", "/Claim$")
    assert await driven(lambda: hospital.claim("R1")) == ""
    assert len(await hospital.rest.search("Claim", {})) == 1


# ---------------------------------------------------------------- Edge 1: our own write is known by its answer


async def test_an_order_is_known_by_the_answer_to_its_write(hospital: FhirHospital, wire: Mannered) -> None:
    def lagging(request: Request) -> Response | None:
        asked = unquote(request.url)
        return ok(NOTHING) if request.method == "GET" and "/Task?" in asked and "identifier=" in asked else None

    wire.habit = lagging
    assert await driven(lambda: hospital.submit(draft(), ())) == ""


async def test_every_request_asks_for_no_cached_answer() -> None:
    script = Script(page())
    await rest_over(script).search("Task", {"status": "requested"})
    sent = {name.lower(): value for name, value in script.requests[0].headers.items()}
    assert sent.get("cache-control") == "no-cache"


# ---------------------------------------------------------------- Edge 2: what is found is compared with what was asked


def person(credential: str, **more: Any) -> dict[str, Any]:
    key = {"system": CODES.id("e-credential"), "value": credential}
    return {"resourceType": "Patient", "id": "pat-9", "identifier": [key], "birthDate": "1950-01-02",
            "name": [{"text": "张三"}], **more}  # fmt: skip


async def test_a_patient_of_another_number_is_nobody() -> None:
    asked = find_patient(rest_over(Script(page(person("77")))), "11", "1950-01-02")
    assert await code_of(asked, NotFound) == ""


async def test_what_carries_another_key_is_not_ours() -> None:
    other = {"resourceType": "PaymentReconciliation", "id": "x", "meta": {"lastUpdated": "2026-11-01T00:00:00Z"},
             "identifier": [{"system": CODES.id("payment"), "value": "another"}]}  # fmt: skip
    script = Script(page(other), Response(404, {}))  # nor does it stand under an id of ours
    assert await rest_over(script).first("PaymentReconciliation", CODES.id("payment"), "ch-1") is None


# ---------------------------------------------------------------- Edge 3: fall-backs are chosen by themselves


@pytest.mark.parametrize("status", [405, 501])
async def test_a_doctor_takes_an_order_without_patch(hospital: FhirHospital, wire: Mannered, status: int) -> None:
    await hospital.submit(draft(), ())
    wire.never(status, "PATCH", "")
    assert await driven(lambda: hospital.take("R1", DOCTOR)) == ""


async def test_an_order_with_a_photo_is_sent_without_ids_of_ours(hospital: FhirHospital, wire: Mannered) -> None:
    wire.never(405, "PUT", "/(Binary|Provenance)/")
    assert await driven(lambda: hospital.submit(draft(), (PHOTO,))) == ""


# ---------------------------------------------------------------- Edge 4: what an operator must mend


@pytest.mark.parametrize("address", ["https://127.0.0.1:{port}/fhir", "127.0.0.1:{port}/fhir"], ids=["tls", "scheme"])
async def test_an_address_that_cannot_be_right_is_told_to_an_operator(address: str) -> None:
    async with running() as server:
        client = FhirHospital(address.format(port=urlsplit(server.url).port), patience=patience(Naps(), tries=1))
        came = await code_of(client.departments(), Broken)
        await client.close()
    assert came == ""


# ---------------------------------------------------------------- Edge 5: a 200 that is no answer

OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
NO_ANSWERS: dict[str, Any] = {
    "outcome": OUTCOME,
    "resource": person("11"),
    "entry is no list": {"resourceType": "Bundle", "entry": {"resource": person("11")}},
}


@pytest.mark.parametrize("what", NO_ANSWERS)
async def test_a_search_that_is_answered_with_no_searchset_is_unintelligible(what: str) -> None:
    asked = rest_over(Script(ok(NO_ANSWERS[what]))).search("Patient", {"identifier": "x"})
    assert await code_of(asked, Unintelligible) == ""


async def test_a_circle_of_pages_is_no_whole_list() -> None:
    rest = rest_over(Script(page(person("11"), following="?page=2"), page(person("22"), following="?page=2")))
    assert await code_of(rest.search("Patient", {}), Unintelligible) == ""


@pytest.mark.parametrize(
    "same", ["http://hospital.test:80/fhir/Patient?page=2", "HTTP://Hospital.Test/fhir/Patient?page=2"]
)
async def test_an_origin_is_compared_as_an_origin(same: str) -> None:
    rest = rest_over(Script(page(person("11"), following=same), page(person("22"))))
    try:
        assert len(await rest.search("Patient", {})) == 2
    except Unintelligible as error:
        raise AssertionError(error.code) from error


# ---------------------------------------------------------------- Edge 6: typed, whatever comes


async def test_a_patient_without_an_id_is_unintelligible() -> None:
    nameless = {name: value for name, value in person("11").items() if name != "id"}
    asked = find_patient(rest_over(Script(page(nameless))), "11", "1950-01-02")
    assert await code_of(asked, Unintelligible) == ""


async def test_an_answer_that_is_too_deep_is_unintelligible() -> None:
    deep = Response(200, {}, b'{"resourceType":"Patient","x":' + b"[" * 200_000 + b"]" * 200_000 + b"}")
    assert await code_of(rest_over(Script(deep)).read("Patient/x"), Unintelligible) == ""


# ---------------------------------------------------------------- Edge 7: names, telephones, days, medicines

OLD = {"use": "old", "text": "旧姓名"}
PARTS = {"use": "official", "family": "王", "given": ["桂兰"]}
SHAPES: dict[str, tuple[dict[str, Any], str, str]] = {
    "official before old": ({"name": [OLD, {"use": "official", "text": "现姓名"}]}, "name", "现姓名"),
    "built from parts": ({"name": [PARTS]}, "name", "王桂兰"),
    "not nickname": ({"name": [{"use": "nickname", "text": "兰兰"}, PARTS]}, "name", "王桂兰"),
    "not ended": ({"name": [{"text": "旧", "period": {"end": "2001-01-01"}}, {"text": "新"}]}, "name", "新"),
    "tail has digits": ({"telecom": [{"system": "phone", "value": "+86 138 0000 11 22"}]}, "phone_tail", "1122"),
    "not the old telephone": (
        {"telecom": [{"system": "phone", "use": "old", "value": "1111"}, {"system": "phone", "value": "2222"}]},
        "phone_tail", "2222"),
    "not the old address": (
        {"address": [{"use": "old", "line": ["1号楼"]}, {"use": "home", "line": ["2号楼"]}]}, "address", "2号楼"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_right_one_of_several_is_taken(shape: str) -> None:
    fields, name, wanted = SHAPES[shape]
    assert getattr(patient_of({**person("11"), **fields}, CODES), name) == wanted


MEDICINES: dict[str, dict[str, Any]] = {
    "contained": {"contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "二甲双胍片"}}],
                  "medicationReference": {"reference": "#m"}},
    "reference with its name": {"medicationReference": {"reference": "Medication/1", "display": "二甲双胍片"}},
    "coding with its name": {"medicationCodeableConcept": {"coding": [{"code": "x", "display": "二甲双胍片"}]}},
}  # fmt: skip


@pytest.mark.parametrize("shape", MEDICINES)
async def test_a_medicine_has_its_name_however_it_is_written(shape: str) -> None:
    given = {"resourceType": "MedicationDispense", "id": "d", "status": "completed", "whenHandedOver": "2026-11-01",
             **MEDICINES[shape]}  # fmt: skip
    medication = {"resourceType": "Medication", "id": "1", "code": {"text": "二甲双胍片"}}
    answers = [page(given), *[page(medication)] * 3]
    (had,) = await history(rest_over(Script(*answers)), "pat-1", "2026-09-01")
    assert had.line.name == "二甲双胍片"


async def test_a_role_whose_period_has_ended_is_left_out(hospital: FhirHospital) -> None:
    role = await hospital.rest.read("PractitionerRole/doc-2")
    await hospital.rest.update({**role, "period": {"end": "2020-01-01"}})
    assert [one.id for one in await hospital.staff("doctor")] == ["doc-1"]


# ---------------------------------------------------------------- Edge 8: a Questionnaire asked whole or not at all


async def test_a_questionnaire_with_groups_is_asked_whole_or_refused() -> None:
    inner = {"linkId": "1.1", "type": "boolean", "text": "过敏吗？"}
    asked = {"resourceType": "Questionnaire", "id": "q", "version": "1", "status": "active",
             "url": f"{CODES.ns}/Questionnaire/pre-consult",
             "item": [{"linkId": "1", "type": "group", "item": [inner]}]}  # fmt: skip
    try:
        found = await questionnaire(rest_over(Script(page(asked))), "pre-consult")
    except Refusal:
        return
    assert [one.link_id for one in found.questions] == ["1.1"]


# ---------------------------------------------------------------- True 12: a merged record is followed


async def test_a_merged_record_is_followed(hospital: FhirHospital) -> None:
    link = [{"type": "replaced-by", "other": {"reference": "Patient/pat-2"}}]
    old = await hospital.rest.read("Patient/pat-1")
    await hospital.rest.update({**old, "active": False, "link": link})
    assert (await hospital.patient("pat-1")).id == "pat-2"
