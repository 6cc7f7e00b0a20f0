"""One technical answer in the wrong place: nothing that stands is done again, and nothing owed is forgotten."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from backend_client import FhirHospital
from backend_client.errors import HospitalError, Kind, OutcomeUnknown, kind_of
from backend_client.models import Actor
from backend_client.transport import AiohttpTransport, Request, Response
from backend_client.wire import dump
from tests.backend_client.hands import quoted
from tests.backend_client.wire_fakes import Naps, patience
from tests.backend_client.world import NOW, RESIDENT, charge, draft, settle

UPSTREAM = {"resourceType": "OperationOutcome",
            "issue": [{"severity": "error", "code": "processing", "diagnostics": "upstream error"}]}  # fmt: skip
When = Callable[[Request], bool]


@dataclass
class Once:
    """The hospital's answers, but one of ``bad`` is a 400, and one of ``lost`` does not come back."""

    real: AiohttpTransport
    bad: list[When] = field(default_factory=list[When])
    lost: list[When] = field(default_factory=list[When])
    losses: int = 0

    async def __call__(self, request: Request) -> Response:
        if hit := next((when for when in self.bad if when(request)), None):
            self.bad.remove(hit)
            return Response(400, {}, dump(UPSTREAM))
        answer = await self.real(request)
        if hit := next((when for when in self.lost if when(request)), None):
            self.lost.remove(hit)
            self.losses += 1
            raise OutcomeUnknown("no-answer")
        return answer


@pytest.fixture
async def once() -> AsyncIterator[Once]:
    real = AiohttpTransport()
    yield Once(real)
    await real.close()


@pytest.fixture
async def ours(url: str, once: Once) -> FhirHospital:
    client = FhirHospital(url, now=lambda: NOW, patience=patience(Naps(), tries=1), transport=once)
    await settle(client.rest)
    return client


@pytest.fixture
async def theirs(url: str) -> AsyncIterator[FhirHospital]:
    real = AiohttpTransport()
    yield FhirHospital(url, now=lambda: NOW, transport=real)
    await real.close()


async def until_it_ends(step: Callable[[], Awaitable[Any]], *, owed: bool) -> str:
    """As the command runner repeats it: the stage in the end, or the refusal that ended it."""
    for tries in range(8):
        try:
            return (await step()).stage
        except HospitalError as error:
            if kind_of(error, owed, tries) in (Kind.PERSONS, Kind.LATE):
                return f"refused {error.code}"
    return "still tried"


def is_transaction(request: Request) -> bool:
    return request.method == "POST" and json.loads(request.body or b"{}").get("type") == "transaction"


async def booked(hospital: FhirHospital) -> list[float]:
    return [float(one["paymentAmount"]["value"]) for one in await hospital.rest.search("PaymentReconciliation", {})]


async def test_an_order_that_was_written_is_not_refused_by_a_reading(
    ours: FhirHospital, once: Once, theirs: FhirHospital
) -> None:
    once.bad = [lambda request: request.method == "GET" and "/Patient?" in request.url]
    assert await until_it_ends(lambda: ours.submit(draft(), ()), owed=False) == "submitted"
    assert len(await theirs.rest.search("Task", {})) == 1


async def test_an_order_is_not_written_twice(ours: FhirHospital, once: Once, theirs: FhirHospital) -> None:
    once.lost = [is_transaction]
    once.bad = [lambda request: once.losses > 0 and "/Task?identifier" in request.url]
    assert await until_it_ends(lambda: ours.submit(draft(), ()), owed=False) == "submitted"
    assert len(await theirs.rest.search("Task", {})) == 1


async def test_a_charge_is_not_booked_twice(ours: FhirHospital, once: Once, theirs: FhirHospital) -> None:
    await quoted(ours)
    once.lost = [lambda request: is_transaction(request) and b"PaymentNotice" in (request.body or b"")]
    once.bad = [lambda request: once.losses > 0 and "/PaymentReconciliation?identifier" in request.url]
    assert await until_it_ends(lambda: ours.pay(charge(560), RESIDENT), owed=True) == "paid"
    assert await booked(theirs) == [5.6]


async def test_an_order_is_known_again_after_it(ours: FhirHospital, once: Once, theirs: FhirHospital) -> None:
    await theirs.submit(draft("R7"), ())
    once.bad = [lambda request: request.method == "GET" and "/Task?identifier" in request.url]
    assert await until_it_ends(lambda: ours.order("R7"), owed=True) == "submitted"


async def test_a_payment_that_is_not_seen_yet_is_paid_back_when_it_is(
    url: str, ours: FhirHospital, theirs: FhirHospital, once: Once
) -> None:
    await quoted(ours)
    await ours.pay(charge(560), RESIDENT)
    tries = 0

    async def lagging(request: Request) -> Response:
        answer = await once.real(request)
        if tries > 2 or request.method != "GET" or "/PaymentReconciliation" not in request.url:
            return answer
        if "/PaymentReconciliation/" in request.url:
            return Response(404, {}, b"{}")
        return Response(200, answer.headers, json.dumps({**json.loads(answer.body), "entry": []}).encode())

    late = FhirHospital(url, now=lambda: NOW, patience=patience(Naps(), tries=1), transport=lagging)

    async def cancel() -> Any:
        nonlocal tries
        tries += 1
        return await late.cancel("R1", RESIDENT, "no")

    assert await until_it_ends(cancel, owed=True) == "cancelled"
    assert sorted(await booked(theirs)) == [-5.6, 5.6]


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_an_order_whose_patient_cannot_be_read_hides_no_other(
    url: str, ours: FhirHospital, theirs: FhirHospital, once: Once, status: int
) -> None:
    before = await theirs.changes("", ())
    await theirs.submit(draft("R1"), ())
    await theirs.submit(draft("R2", patient="pat-2", actor=Actor("Patient/pat-2")), ())

    async def closed(request: Request) -> Response:
        if "/Patient/pat-2" in request.url:
            return Response(status, {}, b"{}")
        answer = await once.real(request)
        if "/Patient?" not in request.url:
            return answer
        bundle = json.loads(answer.body)
        seen = [one for one in bundle.get("entry", []) if one["resource"]["id"] != "pat-2"]
        return Response(answer.status, answer.headers, json.dumps({**bundle, "entry": seen}).encode())

    reader = FhirHospital(url, now=lambda: NOW, patience=patience(Naps(), tries=1), transport=closed)
    changes = await reader.changes(before.cursor, before.seen)
    assert [one.no for one in changes.orders] == ["R1"]
    assert [one.order for one in changes.unreadable] == ["R2"]


async def test_a_hospital_that_is_away_in_between_leaves_the_cursor(
    url: str, ours: FhirHospital, theirs: FhirHospital, once: Once
) -> None:
    before = await theirs.changes("", ())
    for no in ("R1", "R2"):
        await theirs.submit(draft(no), ())

    async def away(request: Request) -> Response:
        return Response(503, {}, b"") if "/Patient" in request.url else await once.real(request)

    reader = FhirHospital(url, now=lambda: NOW, patience=patience(Naps(), tries=1), transport=away)
    with pytest.raises(HospitalError) as told:
        await reader.changes(before.cursor, before.seen)
    assert kind_of(told.value) is Kind.NOT_YET
