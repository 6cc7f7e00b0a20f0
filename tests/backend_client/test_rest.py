"""Search pages, conditional creates, versioned updates and transactions, on a scripted hospital."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend_client import Clash, NotFound, Unintelligible, rest
from backend_client.bundles import Entry, transact
from backend_client.patching import applied
from backend_client.rest import if_none_exist
from backend_client.states import set_status
from backend_client.transport import Response
from tests.backend_client.wire_fakes import BASE, Script, ok, page, rest_over


def patient(id_: str, updated: str = "2026-11-21T00:00:00Z") -> dict[str, Any]:
    key = [{"system": "s", "value": "k"}]
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": key,
        "meta": {"versionId": "v1", "lastUpdated": updated},
    }


async def test_every_page_is_read() -> None:
    script = Script(page(patient("a"), following=f"{BASE}/Patient?page=2"), page(patient("b")))
    found = await rest_over(script).search("Patient", {"name": "x"})
    assert [one["id"] for one in found] == ["a", "b"]
    assert script.requests[0].url == f"{BASE}/Patient?name=x&_count=200"


async def test_a_relative_next_link_is_followed() -> None:
    script = Script(page(following="Patient?page=2"), page(patient("b")))
    await rest_over(script).search("Patient", {})
    assert script.requests[1].url == f"{BASE}/Patient?page=2"


async def test_pages_that_go_in_a_circle_are_no_whole() -> None:
    second, third = f"{BASE}/Patient?page=2", f"{BASE}/Patient?page=3"
    script = Script(page(following=second), page(following=third), page(patient("c"), following=second))
    with pytest.raises(Unintelligible, match="endless-pages"):
        await rest_over(script).search("Patient", {})


@pytest.mark.parametrize("foreign", ["http://evil.test/fhir/Patient", "https://hospital.test/fhir", "//evil.test/x"])
async def test_pages_stay_on_the_origin(foreign: str) -> None:
    with pytest.raises(Unintelligible, match="foreign-page"):
        await rest_over(Script(page(following=foreign))).search("Patient", {})


async def test_pages_have_a_limit() -> None:
    script = Script(*(page(following=f"{BASE}/Patient?page={n}") for n in range(3)))
    await rest_over(script).search("Patient", [("_count", "1")], pages=2)
    assert (len(script.requests), script.requests[0].url) == (2, f"{BASE}/Patient?_count=1")


async def test_pages_without_an_end_are_never_taken_for_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "MOST_PAGES", 3)
    script = Script(*(page(following=f"{BASE}/Patient?page={n}") for n in range(1, 5)))
    with pytest.raises(Unintelligible, match="endless-pages"):
        await rest_over(script).search("Patient", {})


async def test_what_was_not_asked_for_is_left_out() -> None:
    outcome = {"resourceType": "OperationOutcome", "id": "o"}
    assert await rest_over(Script(page(outcome, patient("a")))).search("Patient", {}) == [patient("a")]
    assert await rest_over(Script(ok({"resourceType": "Bundle", "entry": [{}]}))).search("Patient", {}) == []


async def test_the_oldest_of_twins_is_taken(caplog: pytest.LogCaptureFixture) -> None:
    twins = page(patient("new", "2026-11-21T00:00:02Z"), patient("old", "2026-11-21T00:00:01Z"))
    assert (await rest_over(Script(twins)).the("Patient", "s", "k"))["id"] == "old"
    assert "share one key" in caplog.text


async def test_nobody_is_none_or_not_found() -> None:
    assert await rest_over(Script(page())).first("Patient", "s", "k") is None
    with pytest.raises(NotFound):
        await rest_over(Script(page())).the("Patient", "s", "k")


async def test_create_when_several_match_takes_the_oldest() -> None:
    script = Script(Response(412, {}), page(patient("b", "2026-11-21T00:00:02Z"), patient("a")))
    assert (await rest_over(script).create({"resourceType": "Patient"}, "s", "k"))["id"] == "a"


async def test_create_without_a_body_looks_it_up() -> None:
    script = Script(Response(201, {}), page(patient("a")))
    assert (await rest_over(script).create({"resourceType": "Patient"}, "s", "k"))["id"] == "a"


async def test_update_names_the_version_it_read() -> None:
    script = Script(Response(200, {}), ok(patient("a")))  # without a body it is read again
    assert await rest_over(script).update(patient("a")) == patient("a")
    assert script.requests[0].headers["If-Match"] == 'W/"v1"'


async def test_patch_without_a_body_says_so() -> None:
    script = Script(Response(204, {}))
    assert await rest_over(script).patch(patient("a"), [{"op": "test", "path": "/id", "value": "a"}]) == {}
    assert script.requests[0].headers["Content-Type"] == "application/json-patch+json"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'"x"', b"\xff"])
async def test_what_is_no_resource_is_unintelligible(body: bytes) -> None:
    with pytest.raises(Unintelligible):
        await rest_over(Script(Response(200, {}, body))).read("Patient/p")


def test_separators_in_a_key_are_escaped() -> None:
    assert if_none_exist("s", "a,b|c$d") == "identifier=s%7Ca%5C%2Cb%5C%7Cc%5C%24d"


def entry(number: int, refers_to: str = "") -> Entry:
    resource = {"resourceType": "Patient", "link": [{"other": {"reference": refers_to}}]}
    return Entry(f"urn:uuid:{number}", resource, "s", f"k{number}")


def replied(*places: str) -> Response:
    return ok({"resourceType": "Bundle", "entry": [{"response": {"location": place}} for place in places]})


async def test_nine_entries_are_two_transactions() -> None:
    first = replied(*(f"{BASE}/Patient/p{n}/_history/1" for n in range(8)))
    script = Script(first, replied("Patient/p8"))
    places = await transact(rest_over(script), [entry(n, "urn:uuid:0") for n in range(9)])
    assert places["urn:uuid:8"] == "Patient/p8"
    sent = [json.loads(request.body or b"")["entry"] for request in script.requests]
    assert [len(entries) for entries in sent] == [8, 1]
    assert sent[1][0]["resource"]["link"][0]["other"]["reference"] == "Patient/p0"
    assert sent[0][0]["request"]["ifNoneExist"] == "identifier=s%7Ck0"


async def test_where_it_went_is_found_in_every_kind_of_answer() -> None:
    whole = {"resource": {"resourceType": "Patient", "id": "w"}, "response": {"status": "200"}}
    answer = ok({"resourceType": "Bundle", "entry": [whole, {"response": {}}, {}]})
    fixed = Entry("urn:uuid:2", {"resourceType": "Binary", "id": "b"})
    places = await transact(
        rest_over(Script(answer, page({**patient("looked-up"), "identifier": [{"system": "s", "value": "k1"}]}))),
        [entry(0), entry(1), fixed],
    )
    assert places == {"urn:uuid:0": "Patient/w", "urn:uuid:1": "Patient/looked-up", "urn:uuid:2": "Binary/b"}


async def test_half_an_answer_is_unintelligible() -> None:
    with pytest.raises(Unintelligible, match="transaction-answer"):
        await transact(rest_over(Script(replied("Patient/a"))), [entry(0), entry(1)])


async def test_a_status_that_is_fought_over_is_given_up() -> None:
    script = Script(*[ok(patient("a")), Response(412, {})] * 4)
    with pytest.raises(Clash, match="contended"):
        await set_status(rest_over(script), "Patient/a", "x")


def test_our_own_patch_tests_first() -> None:
    operations = [
        {"op": "test", "path": "/status", "value": "a"},
        {"op": "replace", "path": "/status", "value": "b"},
        {"op": "add", "path": "/list/-", "value": 2},
    ]
    assert applied({"status": "a", "list": [1]}, operations) == {"status": "b", "list": [1, 2]}
    with pytest.raises(Clash, match="conflict"):
        applied({"status": "c", "list": [1]}, operations)


async def test_nothing_empty_is_sent() -> None:
    script = Script(ok(patient("a")))
    await rest_over(script).update({**patient("a"), "name": [{"text": ""}], "active": False, "x": [], "y": None})
    sent = json.loads(script.requests[0].body or b"")
    assert sent == {**patient("a"), "active": False}
