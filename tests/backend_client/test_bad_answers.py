"""Edge 5, 6: whatever comes with a 200, a typed error or a whole answer comes out, and never "nobody"."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend_client import FhirHospital
from backend_client.errors import HospitalError, Kind, kind_of
from backend_client.transport import Request, Response
from tests.backend_client.wire_fakes import Naps, patience
from tests.backend_client.world import CODES, RESIDENT, charge

KEY = [{"system": CODES.id("order"), "value": "R1"}, {"system": CODES.id("e-credential"), "value": "11"}]
Call = Callable[[FhirHospital], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "find_patient": lambda h: h.find_patient("11", "1950-01-02"),
    "patient": lambda h: h.patient("pat-1"),
    "departments": lambda h: h.departments(),
    "staff": lambda h: h.staff("doctor"),
    "formulary": lambda h: h.formulary(),
    "order": lambda h: h.order("R1"),
    "history": lambda h: h.history("pat-1", "2026-09-01"),
    "changes": lambda h: h.changes("2026-11-01T00:00:00Z", ()),
    "pay": lambda h: h.pay(charge(560), RESIDENT),
}


def searchset(**resource: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": resource}]}).encode()


ANSWERS: dict[str, bytes] = {
    "nothing": b"",
    "a page": b"<html>maintenance</html>",
    "a list": b"[]",
    "no text": b"\xff\xfe",
    "half": b'{"resourceType":"Bundle","entry":[{"res',
    "an outcome": b'{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception"}]}',
    "entry no list": b'{"resourceType":"Bundle","entry":{"resource":{}}}',
    "a resource": b'{"resourceType":"Basic","id":"x"}',
    "deep": b'{"resourceType":"Bundle","entry":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "numbers as lists": b'{"resourceType":"Bundle","link":{"relation":5},"entry":[5]}',
}
SHAPES: dict[str, dict[str, Any]] = {
    "no id": {"identifier": KEY},
    "id no text": {"id": 5, "identifier": KEY},
    "everything a text": {"id": "x", "identifier": "R1", "name": "x", "code": "x", "output": "x",
                          "for": "x", "meta": "x"},
    "everything a number": {"id": "x", "identifier": KEY, "name": 5, "code": 5, "output": 5, "for": 5,
                            "meta": 5,
                            "address": [5], "extension": [5], "businessStatus": 5, "status": 5, "type": 5},
    "lists of lists": {"id": "x", "identifier": KEY, "name": [[]], "output": [[]], "for": [[]],
                       "address": [{"line": 5}],
                       "telecom": [{"system": "phone", "value": 5}], "input": [{"type": []}], "code": [{"coding": {}}]},
}  # fmt: skip
KINDS = ("Patient", "Organization", "PractitionerRole", "Medication", "Task", "MedicationDispense")


async def comes_out(call: Call, answer: Callable[[Request], bytes]) -> str:
    async def transport(request: Request) -> Response:
        return Response(200, {}, answer(request))

    hospital = FhirHospital("http://hospital.test/fhir", patience=patience(Naps(), tries=1), transport=transport)
    try:
        return f"answered {await call(hospital)!r}"
    except HospitalError as error:
        return "" if kind_of(error, owed=True) in (Kind.OPERATORS, Kind.NOT_YET) else error.code


@pytest.mark.parametrize("call", CALLS)
async def test_a_200_that_is_no_answer_is_an_operators(call: str) -> None:
    for name, body in ANSWERS.items():
        assert (name, await comes_out(CALLS[call], lambda request, body=body: body)) == (name, "")


@pytest.mark.parametrize("call", CALLS)
async def test_a_shape_that_nobody_foresaw_is_typed(call: str) -> None:
    for name, shape in SHAPES.items():

        def answer(request: Request, shape: dict[str, Any] = shape) -> bytes:
            kind = next((kind for kind in KINDS if f"/{kind}" in request.url), "Basic")
            one = {"resourceType": kind, **shape}
            return searchset(**one) if "?" in request.url else json.dumps(one).encode()

        came = await comes_out(CALLS[call], answer)
        assert (name, came == "" or came.startswith("answered") or came == "no-such-patient") == (name, True), came
