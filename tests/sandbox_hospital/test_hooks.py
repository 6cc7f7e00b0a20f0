"""Rest-hooks: a ping without a body, with the secret, coalesced, and only for what was asked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.hospital import hooks
from tests.sandbox_hospital.conftest import NS, Caller, Listener, subscription


async def status_of(hospital: Caller, id_: str) -> str:
    return str((await hospital("GET", f"/Subscription/{id_}")).json["status"])


async def until(hospital: Caller, id_: str, status: str) -> None:
    """Wait for a subscription to reach a status."""
    async with asyncio.timeout(5):
        while await status_of(hospital, id_) != status:
            pass


async def test_a_requested_subscription_becomes_active_and_pings(hospital: Caller, listener: Listener) -> None:
    made = (await hospital("POST", "/Subscription", subscription(listener, "Task?status=requested"))).json
    assert await status_of(hospital, made["id"]) == "active"
    await hospital.task(await hospital.patient())
    assert await listener.next() == ("s3cret", b"")


async def test_only_what_matches_pings(hospital: Caller, listener: Listener) -> None:
    await hospital("POST", "/Subscription", subscription(listener, f"Task?code={NS}/CodeSystem/task|"))
    await hospital("POST", "/Subscription", subscription(listener, "Task", "witness"))
    patient = await hospital.patient()
    await hospital.task(patient, code={"coding": [{"system": "urn:other", "code": "refill-order"}]})
    await listener.next("witness")
    assert listener.pings["bot"].empty()
    await hospital.task(patient, code={"coding": [{"system": f"{NS}/CodeSystem/task", "code": "refill-order"}]})
    await listener.next()


async def test_a_burst_is_one_ping(hospital: Caller, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "COALESCE_SECONDS", 0.3)
    await hospital("POST", "/Subscription", subscription(listener, "Task"))
    patient = await hospital.patient()
    await asyncio.gather(*(hospital.task(patient) for _ in range(20)))
    await listener.next()
    assert listener.pings["bot"].empty()
    await hospital.task(patient)
    await listener.next()


async def test_switched_off_or_deleted_it_is_silent(hospital: Caller, listener: Listener) -> None:
    made = (await hospital("POST", "/Subscription", subscription(listener, "Task"))).json
    await hospital("POST", "/Subscription", subscription(listener, "Task", "witness"))
    patient = await hospital.patient()
    await hospital("PUT", f"/Subscription/{made['id']}", made | {"status": "off"})
    await hospital.task(patient)
    await listener.next("witness")
    await hospital("PUT", f"/Subscription/{made['id']}", made | {"status": "requested"})
    await hospital("DELETE", f"/Subscription/{made['id']}")
    await hospital.task(patient)
    await listener.next("witness")
    assert listener.pings["bot"].empty()


async def test_an_endpoint_that_does_not_answer_puts_it_in_error(
    hospital: Caller, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "RETRY_SECONDS", (0.01, 0.01))
    listener.status = 500
    made = (await hospital("POST", "/Subscription", subscription(listener, "Task"))).json
    patient = await hospital.patient()
    await hospital.task(patient)
    await until(hospital, made["id"], "error")
    assert [await listener.next() for _ in range(3)] == [("s3cret", b"")] * 3
    again = (await hospital("GET", f"/Subscription/{made['id']}")).json | {"status": "requested"}
    listener.status = 200
    await hospital("PUT", f"/Subscription/{made['id']}", again)
    await hospital.task(patient)
    await listener.next()
    assert await status_of(hospital, made["id"]) == "active"


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria": "Nothing"},
        {"criteria": "Task?colour=red"},
        {"channel": {"type": "rest-hook", "endpoint": "http://example.org/hook"}},
        {"channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:1", "payload": "application/fhir+json"}},
        {"channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:1", "header": ["no colon"]}},
        {"channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:1", "header": ["A: b\r\nC: d"]}},
        {"channel": {"type": "email", "endpoint": "mailto:x@y"}},
        {"channel": "x"},
        {"channel": {"type": "rest-hook"}},
    ],
)
async def test_a_subscription_that_cannot_work_is_refused(
    hospital: Caller, listener: Listener, wrong: dict[str, Any]
) -> None:
    answer = await hospital("POST", "/Subscription", subscription(listener, "Task") | wrong)
    assert answer.status in (400, 422)
    assert (await hospital("GET", "/Subscription")).json["total"] == 0
