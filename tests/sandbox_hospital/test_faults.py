"""The hospital plays being down, slow, or losing an answer."""

from __future__ import annotations

import aiohttp
import pytest

from tests.sandbox_hospital.conftest import Caller


async def test_down_answers_503_to_everything_but_the_controls(hospital: Caller) -> None:
    assert (await hospital("POST", "/_sandbox/down", {"down": True})).json["down"] is True
    for method, path in (("GET", "/metadata"), ("GET", "/Patient"), ("POST", "/"), ("GET", "/nowhere/at/all/x")):
        answer = await hospital(method, path)
        assert (answer.status, answer.issue["code"]) == (503, "transient")
    assert (await hospital("GET", "/_sandbox/health")).json == {"down": True, "faults": []}
    await hospital("POST", "/_sandbox/down", {"down": False})
    assert (await hospital("GET", "/Patient")).status == 200


async def test_a_lost_response_has_done_its_work(hospital: Caller) -> None:
    await hospital("POST", "/_sandbox/faults", {"kind": "lost-response", "method": "POST", "path": "/Patient"})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await hospital.patient()
    assert (await hospital("GET", "/Patient")).json["total"] == 1
    await hospital.patient("2")


async def test_a_fault_befalls_only_what_it_names_and_so_many_times(hospital: Caller) -> None:
    await hospital("POST", "/_sandbox/faults", {"kind": "503", "times": 2, "method": "GET", "path": "/Task*"})
    assert (await hospital("GET", "/Patient")).status == 200
    assert [(await hospital("GET", "/Task?status=requested")).status for _ in range(3)] == [503, 503, 200]


async def test_too_many_requests_tells_when_to_come_again(hospital: Caller) -> None:
    await hospital("POST", "/_sandbox/faults", {"kind": "429", "seconds": 7})
    answer = await hospital("GET", "/Patient")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


async def test_slow_answers_rightly_but_late(hospital: Caller) -> None:
    await hospital("POST", "/_sandbox/faults", {"kind": "slow", "seconds": 0.05})
    assert (await hospital("GET", "/Patient")).status == 200
    assert (await hospital("GET", "/_sandbox/health")).json["faults"] == []


async def test_an_emptied_list_finds_nothing_and_what_is_there_stays(hospital: Caller) -> None:
    made = await hospital.patient()
    await hospital("POST", "/_sandbox/faults", {"kind": "empty", "times": 3, "path": "/Patient*"})
    assert (await hospital("GET", f"/Patient/{made['id']}")).status == 200
    assert (await hospital("GET", "/Organization")).status == 200
    for _ in range(2):
        empty = (await hospital("GET", "/Patient?active=true")).json
        assert (empty["type"], empty["total"], empty.get("entry")) == ("searchset", 0, None)
    form = await hospital("POST", "/Patient/_search", b"active=true", Content_Type="application/x-www-form-urlencoded")
    assert form.json["total"] == 0
    assert (await hospital("GET", "/Patient")).json["total"] == 1


async def test_faults_can_be_cleared(hospital: Caller) -> None:
    await hospital("POST", "/_sandbox/faults", {"kind": "500", "times": 100})
    await hospital("DELETE", "/_sandbox/faults")
    assert (await hospital("GET", "/Patient")).status == 200


async def test_a_strangers_web_page_cannot_order_trouble(hospital: Caller) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded"):
        answer = await hospital("POST", "/_sandbox/down", b'{"down": true}', Content_Type=content_type)
        assert answer.status == 415
    assert (await hospital("GET", "/_sandbox/health")).json["down"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "earthquake"},
        {"kind": "503", "times": 0},
        {"kind": "503", "colour": 1},
        {"kind": "503", "times": "x"},
        {"kind": "slow", "seconds": 1e9},
        {"kind": "503", "path": 5},
        {"kind": []},
        [],
        "x",
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(hospital: Caller, body: object) -> None:
    assert (await hospital("POST", "/_sandbox/faults", body)).status == 400
    assert (await hospital("POST", "/_sandbox/down", body)).status == 400
