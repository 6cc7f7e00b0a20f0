"""Nobody can break the hospital from outside: every wrong request is an OperationOutcome and changes nothing."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from sandbox.hospital.routes import MAX_BODY
from sandbox.hospital.server import running
from tests.sandbox_hospital.conftest import Caller

JSON = "application/fhir+json"
DEEP = b'{"resourceType":"Patient","extension":[' + b'{"url":"x","extension":[' * 400 + b'{"url":"x"}' + b"]}" * 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"5",
        b"\xff\xfe",
        b'{"resourceType":"Patient"',
        b"{'resourceType':'Patient'}",
        b'{"resourceType":"Task"}',
        b'{"resourceType":5}',
        b'{"resourceType":"Patient","x":NaN}',
        b'{"resourceType":"Patient","x":"\\ud800"}',
        b"[" * 5000 + b"]" * 5000,
        b'{"resourceType":"Patient","a":' * 900,
        DEEP,
        b'{"resourceType":"Patient","x":' + b"9" * 5000 + b"}",
    ],
)
async def test_malformed_bodies(hospital: Caller, body: bytes) -> None:
    answer = await hospital("POST", "/Patient", body, Content_Type=JSON)
    assert answer.status == 400, answer.body
    assert answer.issue["severity"] == "error"
    assert (await hospital("GET", "/Patient")).json["total"] == 0


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"status": "sleeping"}, "Task.status"),
        ({"status": None}, "Task.status"),
        ({"status": {"a": 1}}, "Task.status"),
        ({"status": ["requested"]}, "Task.status"),
        ({"intent": ""}, "Task.intent"),
        ({"priority": "now"}, "Task.priority"),
        ({"authoredOn": "yesterday"}, "Task.authoredOn"),
        ({"authoredOn": "2026-13-01"}, "Task.authoredOn"),
        ({"code": {"coding": "x"}}, "Task.code.coding"),
        ({"code": {"coding": [{"system": 5}]}}, "Task.code.coding[0].system"),
        ({"code": {"coding": []}}, "Task.code.coding"),
        ({"code": {}}, "Task.code"),
        ({"code": "refill-order"}, "Task.code"),
        ({"executionPeriod": {"start": 5}}, "Task.executionPeriod.start"),
        ({"meta": "x"}, "Task.meta"),
        ({"destination": {"text": "x"}}, "Task"),
        ({"input": [{"valueString": "x"}]}, "Task.input[0].type"),
        ({"input": [{"type": {"text": "x"}}]}, "Task.input[0].valueAddress"),
        ({"input": [{"type": {"text": "x"}, "valueString": "x", "valueCode": "x"}]}, "Task.input[0]"),
        ({"extension": [{"valueString": "x"}]}, "Task.extension[0].url"),
        ({"extension": [{"url": "x", "valueBoolean": 1}]}, "Task.extension[0].valueBoolean"),
        ({"extension": [{"url": "x", "valueDecimal": "1.5"}]}, "Task.extension[0].valueDecimal"),
        ({"extension": [{"url": "x", "valueInteger": True}]}, "Task.extension[0].valueInteger"),
        ({"restriction": {"repetitions": 1.5}}, "Task.restriction.repetitions"),
        ({"_status": "x"}, "Task._status"),
        ({"_code": {"id": "x"}}, "Task._code"),
        ({"contained": ["x"]}, "Task.contained[0]"),
        ({"contained": [{"resourceType": "Patient", "birthDate": 5}]}, "Patient.birthDate"),
    ],
)
async def test_illegal_values(hospital: Caller, fields: dict[str, Any], where: str) -> None:
    answer = await hospital(
        "POST", "/Task", {"resourceType": "Task", "status": "requested", "intent": "order"} | fields
    )
    assert answer.status == 422, answer.body
    assert answer.issue["expression"] == [where]


async def test_a_number_beyond_all_measure(hospital: Caller) -> None:
    body = b'{"resourceType":"Patient","extension":[{"url":"x","valueDecimal":1e999999999999}]}'
    answer = await hospital("POST", "/Patient", body, Content_Type=JSON)
    assert (answer.status, answer.issue["expression"]) == (422, ["Patient.extension[0].valueDecimal"])


async def test_what_is_needed_may_not_be_missing(hospital: Caller) -> None:
    for missing in ("status", "intent"):
        body = {"resourceType": "Task", "status": "requested", "intent": "order"}
        del body[missing]
        answer = await hospital("POST", "/Task", body)
        assert (answer.status, answer.issue["expression"]) == (422, [f"Task.{missing}"])


async def test_a_reference_may_only_point_at_what_r4_permits(hospital: Caller) -> None:
    task = await hospital.task(await hospital.patient())
    body = {"resourceType": "RelatedPerson", "patient": {"reference": f"Task/{task['id']}"}}
    answer = await hospital("POST", "/RelatedPerson", body)
    assert (answer.status, answer.issue["expression"]) == (422, ["RelatedPerson.patient"])
    body = {"resourceType": "Task", "status": "requested", "intent": "order"}
    body["partOf"] = [{"reference": f"Patient/{task['for']['reference'].removeprefix('Patient/')}"}]
    answer = await hospital("POST", "/Task", body)
    assert (answer.status, answer.issue["expression"]) == (422, ["Task.partOf[0]"])


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/none",
        "none",
        "Nothing/x",
        "urn:uuid:0",
        "#inside",
        "/Patient/x",
        "../Patient/x",
        "ftp://x/y",
        "Patient/",
        "Patient/a/b",
        "Patient?identifier=1",
        "Patient/none/_history/1",
    ],
)
async def test_references_to_nothing(hospital: Caller, reference: str) -> None:
    body = {"resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": reference}}
    answer = await hospital("POST", "/Task", body)
    assert (answer.status, answer.issue["expression"]) == (422, ["Task.for"])


async def test_references_elsewhere_and_inside_are_taken(hospital: Caller) -> None:
    body = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "contained": [{"resourceType": "Patient", "id": "inside"}],
    }
    for reference in ("#inside", "https://other.example/fhir/Patient/1"):
        assert (await hospital("POST", "/Task", body | {"for": {"reference": reference}})).status == 201


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/Nothing", 404),
        ("GET", "/Nothing/x", 404),
        ("GET", "/Patient/none", 404),
        ("GET", "/patient/x", 404),
        ("GET", "/Patient/..", 404),
        ("GET", "/Patient/%2e%2e", 404),
        ("GET", "/Patient/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/Patient/" + "x" * 65, 404),
        ("GET", "/Patient/a%00b", 404),
        ("GET", "/Patient/a%20b", 404),
        ("GET", "/Patient/%F0%9F%92%8A", 404),
        ("GET", "/Patient/%ff", 404),
        ("GET", "/Patient/'%20OR%201=1", 404),
        ("GET", "/Patient/x/y", 404),
        ("GET", "/Patient/x/_history/%00", 404),
        ("GET", "/", 405),
        ("DELETE", "/", 405),
        ("PUT", "/Patient", 405),
        ("PATCH", "/Patient", 405),
        ("DELETE", "/Patient", 405),
        ("TRACE", "/Patient", 405),
        ("POST", "/Patient/x", 405),
        ("GET", "/_sandbox/nothing", 404),
        ("GET", "/_sandbox/prescriptions/x.png", 404),
        ("GET", "/_sandbox/prescriptions/..%2f..%2fx.png", 404),
        ("GET", "/Patient/$match", 404),
        ("OPTIONS", "/Patient", 405),
    ],
)
async def test_path_tricks(hospital: Caller, method: str, path: str, status: int) -> None:
    where = urlsplit(hospital.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    assert head.split()[1] == str(status).encode(), head
    assert json.loads(body)["resourceType"] == "OperationOutcome"


async def test_a_huge_body_is_refused(hospital: Caller) -> None:
    huge = io.BytesIO(b"x" * (MAX_BODY + 1))
    async with hospital.session.post(
        f"{hospital.url}/Binary", data=huge, headers={"Content-Type": "image/png"}
    ) as answer:
        issue = (await answer.json(content_type=None))["issue"][0]
    assert (answer.status, issue["code"]) == (413, "too-long")
    assert (await hospital("GET", "/Binary")).json["total"] == 0


async def test_other_content_types_are_refused(hospital: Caller) -> None:
    for content_type in ("application/fhir+xml", "text/plain", "multipart/form-data; boundary=x"):
        answer = await hospital("POST", "/Patient", b"<Patient/>", Content_Type=content_type)
        assert (answer.status, answer.issue["code"]) == (415, "not-supported")


async def test_names_that_only_resolve_to_this_machine_are_refused(hospital: Caller) -> None:
    answer = await hospital("GET", "/Patient", Host="evil.example")
    assert answer.status == 403
    assert (await hospital("GET", "/_sandbox/health", Host="evil.example:80")).status == 403


async def test_with_a_token_only_who_knows_it_comes_in(tmp_path: Path) -> None:
    async with running(token="s3cret", db=tmp_path / "x") as server, aiohttp.ClientSession() as session:
        caller = Caller(session, server.url, server.store)
        for authorization in ("", "Bearer", "Bearer wrong", "Basic s3cret", "Bearer s3crët", "s3cret"):
            answer = await caller("GET", "/Patient", Authorization=authorization)
            assert (answer.status, answer.issue["code"]) == (401, "login")
        assert (await caller("GET", "/Patient", Authorization="Bearer s3cret")).status == 200
        assert (await caller("GET", "/metadata")).status == 200
        assert (await caller("GET", "/_sandbox/health")).status == 200


async def test_text_that_looks_like_sql_is_text(hospital: Caller) -> None:
    evil = "x'); DROP TABLE version; --"
    made = await hospital.patient(evil, name=[{"text": evil}])
    found = (await hospital("GET", "/Patient?name=x'); DROP TABLE version")).json
    assert [entry["resource"]["id"] for entry in found["entry"]] == [made["id"]]


async def test_client_meta_does_not_decide_the_version(hospital: Caller) -> None:
    meta = {"versionId": "mine", "lastUpdated": "1999-01-01T00:00:00Z", "profile": ["urn:x"]}
    made = await hospital.make("Patient", meta=meta)
    assert made["meta"]["versionId"] != "mine"
    assert made["meta"]["lastUpdated"].startswith("2026-")
    assert made["meta"]["profile"] == ["urn:x"]


async def test_a_failure_of_our_own_tells_nothing_internal(hospital: Caller) -> None:
    hospital.store.close()
    answer = await hospital("GET", "/Patient")
    assert (answer.status, answer.issue["code"]) == (500, "exception")
    assert b"sqlite" not in answer.body.lower()
    assert b"Traceback" not in answer.body


async def test_numbers_in_a_history_query_may_be_anything(hospital: Caller) -> None:
    made = await hospital.patient()
    for text in ("9" * 5000, "-1", "x", "0", "%D9%A3"):
        for name in ("_count", "_before"):
            answer = await hospital("GET", f"/Patient/{made['id']}/_history?{name}={text}")
            assert answer.status == 200
