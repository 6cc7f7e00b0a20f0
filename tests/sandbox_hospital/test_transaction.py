"""A transaction Bundle: all or nothing, references resolved, keys obeyed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.sandbox_hospital.conftest import NS, Answer, Caller

ORDER_KEY = f"identifier={NS}/id/order|R1"


def entry(method: str, url: str, resource: Any = None, full_url: str = "", **request: str) -> dict[str, Any]:
    whole: dict[str, Any] = {"request": {"method": method, "url": url, **request}}
    return whole | ({"resource": resource} if resource else {}) | ({"fullUrl": full_url} if full_url else {})


async def transact(hospital: Caller, *entries: Any, **headers: str) -> Answer:
    return await hospital("POST", "/", {"resourceType": "Bundle", "type": "transaction", "entry": entries}, **headers)


def order(patient: str, **fields: Any) -> list[dict[str, Any]]:
    """A photo, its document and the order that refers to both."""
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "content": [{"attachment": {"contentType": "image/png", "url": "urn:uuid:photo"}}],
    }
    task = {
        "resourceType": "Task",
        "identifier": [{"system": f"{NS}/id/order", "value": "R1"}],
        "status": "requested",
        "intent": "order",
        "for": {"reference": f"Patient/{patient}"},
        "input": [{"type": {"text": "rx-photo"}, "valueReference": {"reference": "urn:uuid:document"}}],
        **fields,
    }
    photo = {"resourceType": "Binary", "contentType": "image/png", "data": "AAAA"}
    return [
        entry("POST", "Task", task, "urn:uuid:task", ifNoneExist=ORDER_KEY),
        entry("POST", "DocumentReference", document, "urn:uuid:document"),
        entry("POST", "Binary", photo, "urn:uuid:photo"),
    ]


async def test_references_between_entries_become_real_ones(hospital: Caller) -> None:
    answer = await transact(hospital, *order((await hospital.patient())["id"]), Prefer="return=representation")
    assert answer.status == 200
    assert answer.json["type"] == "transaction-response"
    task, document, photo = (one["resource"] for one in answer.json["entry"])
    assert [one["response"]["status"] for one in answer.json["entry"]] == ["201 Created"] * 3
    assert task["input"][0]["valueReference"]["reference"] == f"DocumentReference/{document['id']}"
    assert document["content"][0]["attachment"]["url"] == f"Binary/{photo['id']}"
    response = answer.json["entry"][0]["response"]
    assert response["location"] == f"{hospital.url}/Task/{task['id']}/_history/{task['meta']['versionId']}"
    assert response["etag"] == f'W/"{task["meta"]["versionId"]}"'
    assert (await hospital("GET", f"/Task/{task['id']}")).json == task


async def test_the_answer_is_short_unless_more_is_wanted(hospital: Caller) -> None:
    answer = await transact(hospital, *order((await hospital.patient())["id"]))
    assert all("resource" not in one for one in answer.json["entry"])


@pytest.mark.parametrize(
    ("bad", "status", "where"),
    [
        (entry("POST", "Task", {"resourceType": "Task", "status": "sleeping", "intent": "order"}), 422, ".Task.status"),
        (entry("PUT", "Patient/p", {"resourceType": "Patient", "id": "p"}, ifMatch='W/"x"'), 412, ""),
        (entry("POST", "Nothing", {"resourceType": "Nothing"}), 404, ""),
        (entry("DELETE", "Patient/kept"), 409, ""),
        (entry("GET", "Patient/none"), 404, ""),
    ],
)
async def test_one_bad_entry_undoes_all(hospital: Caller, bad: Any, status: int, where: str) -> None:
    await hospital("PUT", "/Patient/kept", {"resourceType": "Patient", "id": "kept"})
    await hospital.task({"id": "kept"})
    answer = await transact(hospital, *order("kept"), bad)
    assert answer.status == status
    assert answer.issue["expression"] == [f"Bundle.entry[3]{where}"]
    for type_, total in (("Task", 1), ("DocumentReference", 0), ("Binary", 0)):
        assert (await hospital("GET", f"/{type_}")).json["total"] == total


async def test_a_reference_to_nothing_undoes_all(hospital: Caller) -> None:
    answer = await transact(hospital, *order("none"))
    assert (answer.status, answer.issue["code"]) == (422, "not-found")
    assert (await hospital("GET", "/Binary")).json["total"] == 0


async def test_an_unresolved_urn_undoes_all(hospital: Caller) -> None:
    answer = await transact(hospital, *order((await hospital.patient())["id"])[:1])
    assert answer.status == 422
    assert "urn:uuid:document" in answer.issue["diagnostics"]


async def test_a_repeat_finds_the_first_order(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    first = (await transact(hospital, *order(patient), Prefer="return=representation")).json["entry"][0]
    again = (await transact(hospital, *order(patient, priority="urgent"), Prefer="return=representation")).json[
        "entry"
    ][0]
    assert again["response"]["status"] == "200 OK"
    assert again["resource"] == first["resource"]
    assert (await hospital("GET", "/Task")).json["total"] == 1


async def test_entries_may_refer_to_what_if_none_exist_found(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    first = (await transact(hospital, *order(patient), Prefer="return=representation")).json["entry"][0]["resource"]
    provenance = {
        "resourceType": "Provenance",
        "id": "act",
        "target": [{"reference": "urn:uuid:task"}],
        "recorded": "2026-11-24T08:30:00+08:00",
        "agent": [{"who": {"reference": f"Patient/{patient}"}}],
    }
    done = await transact(hospital, *order(patient), entry("PUT", "Provenance/act", provenance))
    assert done.status == 200
    assert (await hospital("GET", "/Provenance/act")).json["target"] == [{"reference": f"Task/{first['id']}"}]


async def test_several_matches_of_a_key_are_refused(hospital: Caller) -> None:
    patient = await hospital.patient()
    for _ in range(2):
        await hospital.task(patient, identifier=[{"system": f"{NS}/id/order", "value": "R1"}])
    answer = await transact(hospital, *order(patient["id"]))
    assert (answer.status, answer.issue["expression"]) == (412, ["Bundle.entry[0]"])


async def test_update_patch_delete_and_get_in_one(hospital: Caller) -> None:
    patient = await hospital.patient()
    task, old = await hospital.task(patient), await hospital.task(patient)
    operations = [
        {"op": "test", "path": "/status", "value": "requested"},
        {"op": "replace", "path": "/status", "value": "accepted"},
    ]
    data = base64.b64encode(json.dumps(operations).encode()).decode()
    change = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}
    etag = f'W/"{patient["meta"]["versionId"]}"'
    changed = patient | {"active": True}
    entries = (
        entry("GET", "Task?status=accepted"),
        entry("PATCH", f"Task/{task['id']}", change),
        entry("PUT", f"Patient/{patient['id']}", changed, ifMatch=etag),
        entry("DELETE", f"Task/{old['id']}"),
        entry("GET", f"Patient/{patient['id']}"),
    )
    done = (await transact(hospital, *entries)).json["entry"]
    assert [one["response"]["status"][:3] for one in done] == ["200", "200", "200", "204", "200"]
    assert [one["resource"]["id"] for one in done[0]["resource"]["entry"]] == [task["id"]]
    assert done[4]["resource"]["active"] is True
    assert (await hospital("GET", f"/Task/{old['id']}")).status == 410
    assert (await transact(hospital, entries[1])).status == 409


async def test_conditional_references_are_looked_up(hospital: Caller) -> None:
    patient = await hospital.patient("77")
    task = {"resourceType": "Task", "status": "requested", "intent": "order"}
    by_key = {"for": {"reference": f"Patient?identifier={NS}/id/e-credential|77"}}
    done = await transact(hospital, entry("POST", "Task", task | by_key), Prefer="return=representation")
    assert done.json["entry"][0]["resource"]["for"] == {"reference": f"Patient/{patient['id']}"}
    missing = {"for": {"reference": "Patient?identifier=88"}}
    assert (await transact(hospital, entry("POST", "Task", task | missing))).status == 412


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Patient"},
        {"resourceType": "Bundle", "type": "batch", "entry": []},
        {"resourceType": "Bundle", "type": "transaction", "entry": 5},
        {"resourceType": "Bundle", "type": "transaction", "entry": ["x"]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [{"request": {"method": "POST"}}]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [entry("TRACE", "Patient/x")]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [entry("PUT", "Patient")]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [entry("POST", "Patient")]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [entry("PATCH", "Patient/x", {"data": 5})]},
        {"resourceType": "Bundle", "type": "transaction", "entry": [entry("GET", "Patient")] * 201},
        [],
    ],
)
async def test_what_is_no_transaction_is_refused(hospital: Caller, body: Any) -> None:
    await hospital("PUT", "/Patient/x", {"resourceType": "Patient", "id": "x"})
    answer = await hospital("POST", "/", body)
    assert answer.status == 400
    assert answer.issue["severity"] == "error"


async def test_two_entries_about_one_resource_are_refused(hospital: Caller) -> None:
    put = entry("PUT", "Patient/p", {"resourceType": "Patient", "id": "p"})
    assert (await transact(hospital, put, put)).status == 400
    twice = order((await hospital.patient())["id"])
    assert (await transact(hospital, *twice, twice[0])).status == 400
    assert (await hospital("GET", "/Task")).json["total"] == 0


async def test_an_empty_transaction_is_no_error(hospital: Caller) -> None:
    assert (await transact(hospital)).json["entry"] == []
