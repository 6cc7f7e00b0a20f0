"""Read, version, history, update, delete."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from sandbox.clock import Clock
from sandbox.hospital.server import running
from sandbox.hospital.store import InUse
from tests.sandbox_hospital.conftest import START, Caller


async def test_create_answers_the_resource_with_its_place_and_version(hospital: Caller) -> None:
    answer = await hospital("POST", "/Patient", {"resourceType": "Patient", "id": "mine", "birthDate": "1951-03-08"})
    made = answer.json
    assert answer.status == 201
    assert made["id"] != "mine"
    assert made["meta"]["lastUpdated"] == "2026-11-24T00:30:00.000Z"
    assert answer.headers["ETag"] == f'W/"{made["meta"]["versionId"]}"'
    assert answer.headers["Location"].endswith(f"/Patient/{made['id']}/_history/{made['meta']['versionId']}")
    assert (await hospital("GET", f"/Patient/{made['id']}")).json == made


async def test_the_client_chooses_the_id_by_put(hospital: Caller) -> None:
    first = await hospital("PUT", "/Patient/p-1", {"resourceType": "Patient", "id": "p-1"})
    second = await hospital("PUT", "/Patient/p-1", {"resourceType": "Patient", "id": "p-1", "active": True})
    assert (first.status, second.status) == (201, 200)
    assert (await hospital("GET", "/Patient/p-1")).json["active"] is True


async def test_put_refuses_another_id_than_its_place(hospital: Caller) -> None:
    answer = await hospital("PUT", "/Patient/p-1", {"resourceType": "Patient", "id": "p-2"})
    assert (answer.status, answer.issue["expression"]) == (400, ["Patient.id"])
    assert (await hospital("PUT", "/Patient/p-1", {"resourceType": "Patient"})).status == 400


async def test_if_match_lets_only_the_newest_version_through(hospital: Caller) -> None:
    made = await hospital.patient()
    etag, place = f'W/"{made["meta"]["versionId"]}"', f"/Patient/{made['id']}"
    first = await hospital("PUT", place, made | {"active": True}, If_Match=etag)
    late = await hospital("PUT", place, made | {"active": False}, If_Match=etag)
    assert (first.status, late.status) == (200, 412)
    assert late.issue["code"] == "conflict"
    assert (await hospital("GET", place)).json["active"] is True
    absent = await hospital("PUT", "/Patient/none", {"resourceType": "Patient", "id": "none"}, If_Match=etag)
    assert absent.status == 412


async def test_history_and_vread_keep_every_version(hospital: Caller) -> None:
    made = await hospital.patient()
    place = f"/Patient/{made['id']}"
    await hospital("PUT", place, made | {"active": True})
    await hospital("DELETE", place)
    bundle = (await hospital("GET", f"{place}/_history")).json
    assert [entry["request"]["method"] for entry in bundle["entry"]] == ["DELETE", "PUT", "POST"]
    assert bundle["entry"][2]["resource"] == made
    assert "resource" not in bundle["entry"][0]
    assert (await hospital("GET", f"{place}/_history/{made['meta']['versionId']}")).json == made
    assert (await hospital("GET", f"{place}/_history/nope")).status == 404


async def test_history_comes_in_pages(hospital: Caller) -> None:
    made = await hospital.patient()
    for _ in range(4):
        await hospital("PUT", f"/Patient/{made['id']}", made)
    url, seen = f"/Patient/{made['id']}/_history?_count=2", []
    while url:
        bundle = (await hospital("GET", url)).json
        seen += [entry["response"]["etag"] for entry in bundle["entry"]]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    assert len(seen) == len(set(seen)) == 5


async def test_deleted_is_gone_and_can_come_back(hospital: Caller) -> None:
    made = await hospital.patient()
    place = f"/Patient/{made['id']}"
    assert (await hospital("DELETE", place)).status == 204
    assert (await hospital("DELETE", place)).status == 204
    gone = await hospital("GET", place)
    assert (gone.status, gone.issue["code"]) == (410, "deleted")
    assert (await hospital("GET", "/Patient")).json["total"] == 0
    assert (await hospital("PUT", place, made)).status == 201
    assert (await hospital("GET", "/Patient")).json["total"] == 1


async def test_what_others_refer_to_cannot_be_deleted(hospital: Caller) -> None:
    patient = await hospital.patient()
    task = await hospital.task(patient)
    refused = await hospital("DELETE", f"/Patient/{patient['id']}")
    assert refused.status == 409
    assert f"Task/{task['id']}" in refused.issue["diagnostics"]
    await hospital("DELETE", f"/Task/{task['id']}")
    assert (await hospital("DELETE", f"/Patient/{patient['id']}")).status == 204


async def test_prefer_minimal_answers_without_a_body(hospital: Caller) -> None:
    answer = await hospital("POST", "/Patient", {"resourceType": "Patient"}, Prefer="return=minimal")
    assert (answer.status, answer.body) == (201, b"")
    assert "Location" in answer.headers


async def test_if_none_match_saves_the_way(hospital: Caller) -> None:
    made = await hospital.patient()
    etag = f'W/"{made["meta"]["versionId"]}"'
    assert (await hospital("GET", f"/Patient/{made['id']}", If_None_Match=etag)).status == 304


async def test_decimals_keep_their_digits(hospital: Caller) -> None:
    body = b'{"resourceType":"Medication","extension":[{"url":"x","valueMoney":{"value":36.10,"currency":"CNY"}}]}'
    answer = await hospital("POST", "/Medication", body, Content_Type="application/fhir+json")
    assert b'"value":36.10,' in answer.body


async def test_last_updated_rises_while_the_clock_stands_or_goes_back(hospital: Caller, clock: Clock) -> None:
    stamps = [(await hospital.patient(str(n)))["meta"]["lastUpdated"] for n in range(3)]
    clock.move(to_ms=START - 3_600_000)
    stamps.append((await hospital.patient("4"))["meta"]["lastUpdated"])
    clock.move(to_ms=START + 3_600_000)
    stamps.append((await hospital.patient("5"))["meta"]["lastUpdated"])
    assert stamps == sorted(set(stamps))
    assert stamps[-1] == "2026-11-24T01:30:00.000Z"


async def test_two_hospitals_cannot_share_a_file(tmp_path: Path) -> None:
    async with running(db=tmp_path / "h.sqlite"):
        with pytest.raises(InUse, match=r"h\.sqlite is in use"):
            async with running(db=tmp_path / "h.sqlite"):
                pass


async def test_a_file_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as session:
        async with running(db=tmp_path / "h.sqlite") as server:
            made = await Caller(session, server.url, server.store).patient()
        async with running(db=tmp_path / "h.sqlite") as server:
            again = Caller(session, server.url, server.store)
            found = (await again("GET", f"/Patient?identifier={made['identifier'][0]['value']}")).json
            later = await again.patient("2")
    assert found["entry"][0]["resource"] == made
    assert later["meta"]["lastUpdated"] > made["meta"]["lastUpdated"]
