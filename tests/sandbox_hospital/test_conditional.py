"""Conditional create: the same key twice is one resource, however the requests fall."""

from __future__ import annotations

import asyncio

from tests.sandbox_hospital.conftest import NS, Caller

KEY = f"identifier={NS}/id/order|R1"


def order(patient: str, number: str = "R1", **fields: object) -> dict[str, object]:
    return {
        "resourceType": "Task",
        "identifier": [{"system": f"{NS}/id/order", "value": number}],
        "status": "requested",
        "intent": "order",
        "for": {"reference": f"Patient/{patient}"},
        **fields,
    }


async def test_a_repeat_gives_the_first_resource_back(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    first = await hospital("POST", "/Task", order(patient), If_None_Exist=KEY)
    again = await hospital("POST", "/Task", order(patient, priority="urgent"), If_None_Exist=KEY)
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]


async def test_fifty_at_once_make_one(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    wanted = (hospital("POST", "/Task", order(patient), If_None_Exist=KEY) for _ in range(50))
    answers = await asyncio.gather(*wanted)
    assert sorted({answer.status for answer in answers}) == [200, 201]
    assert [answer.status for answer in answers].count(201) == 1
    assert len({answer.json["id"] for answer in answers}) == 1
    assert (await hospital("GET", "/Task")).json["total"] == 1


async def test_several_matches_are_refused(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    for _ in range(2):
        await hospital("POST", "/Task", order(patient))
    refused = await hospital("POST", "/Task", order(patient), If_None_Exist=KEY)
    assert (refused.status, refused.issue["code"]) == (412, "multiple-matches")
    assert (await hospital("GET", "/Task")).json["total"] == 2


async def test_criteria_must_say_something_that_is_known(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    assert (await hospital("POST", "/Task", order(patient), If_None_Exist="")).status == 412
    assert (await hospital("POST", "/Task", order(patient), If_None_Exist="nonsense=1")).status == 400


async def test_a_deleted_match_is_no_match(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    first = (await hospital("POST", "/Task", order(patient), If_None_Exist=KEY)).json
    await hospital("DELETE", f"/Task/{first['id']}")
    second = await hospital("POST", "/Task", order(patient), If_None_Exist=KEY)
    assert second.status == 201
    assert second.json["id"] != first["id"]


async def test_the_criteria_are_url_encoded_or_not(hospital: Caller) -> None:
    patient = (await hospital.patient())["id"]
    await hospital("POST", "/Task", order(patient), If_None_Exist=KEY)
    encoded = "identifier=" + KEY.removeprefix("identifier=").replace(":", "%3A").replace("/", "%2F").replace(
        "|", "%7C"
    )
    assert (await hospital("POST", "/Task", order(patient), If_None_Exist=encoded)).status == 200
    assert (await hospital("POST", "/Task", order(patient), If_None_Exist=f"Task?{KEY}")).status == 200


async def test_a_subscription_is_found_by_its_url(hospital: Caller) -> None:
    wanted = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "MedRelay",
        "criteria": "Task",
        "channel": {"type": "rest-hook", "endpoint": f"{hospital.url}/_sandbox/health"},
    }
    key = f"url={hospital.url}/_sandbox/health"
    statuses = [(await hospital("POST", "/Subscription", wanted, If_None_Exist=key)).status for _ in range(3)]
    assert statuses == [201, 200, 200]
