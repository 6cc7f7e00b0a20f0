"""Edge 1, 2, 3: one whole order through the client behind each habit of real servers; the hospital's staff has none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from backend_client import FhirHospital
from backend_client.errors import HospitalError, Invalid, RetryLater
from backend_client.models import MessageDraft
from backend_client.orders import task_of
from backend_client.transport import AiohttpTransport
from tests.backend_client.habits import HABITS, behind
from tests.backend_client.hands import parcelled, settled_by_insurer
from tests.backend_client.wire_fakes import Naps, Watched, patience
from tests.backend_client.world import DOCTOR, NOW, PHARMACIST, PHOTO, RESIDENT, charge, draft, rx, settle


async def done(step: Callable[[], Awaitable[Any]]) -> Any:
    """As the command runner does it: again while it says "later"."""
    for _ in range(12):
        try:
            return await step()
        except RetryLater:
            continue
    raise AssertionError("never got through")


@pytest.mark.parametrize("name", HABITS)
async def test_a_whole_order_behind_a_habit(url: str, name: str) -> None:
    real = AiohttpTransport()
    ours = FhirHospital(
        url, now=lambda: NOW, patience=patience(Naps(), tries=1), transport=behind(real, HABITS[name]())
    )
    theirs = FhirHospital(url, now=lambda: NOW, transport=real)
    await settle(theirs.rest)
    try:
        await whole(ours, theirs)
    except HospitalError as error:
        raise AssertionError(f"{type(error).__name__} {error.code} {error.detail}") from error
    finally:
        await real.close()


async def whole(ours: FhirHospital, theirs: FhirHospital) -> None:
    assert (await ours.find_patient("11", "1950-01-02")).id == "pat-1"
    assert len(await ours.formulary()) == 2
    assert (await done(lambda: ours.submit(draft(), (PHOTO,)))).stage == "submitted"
    assert (await done(lambda: ours.submit(draft(), (PHOTO,)))).stage == "submitted"
    assert (await done(lambda: ours.take("R1", DOCTOR))).stage == "in-consult"
    said = MessageDraft("tg:1:1", "R1", "Patient/pat-1", DOCTOR.reference, NOW, "hello", PHOTO)
    await done(lambda: ours.say(said))
    await done(lambda: ours.say(said))
    seen = await done(lambda: ours.prescribe(rx()))
    assert (seen.stage, len(seen.prescribed)) == ("prescribed", 2)
    assert (await done(lambda: ours.review("R1", PHARMACIST, "pass", ""))).stage == "passed"
    await done(lambda: ours.claim("R1"))
    await done(lambda: ours.claim("R1"))
    await settled_by_insurer(theirs, "R1", 560)
    for _ in range(2):
        paid = await done(lambda: ours.pay(charge(560), RESIDENT))
        assert (paid.stage, paid.payment, paid.kept) == ("paid", "ch-1", 560)
    assert (await done(lambda: ours.pay(charge(560, "ch-2"), RESIDENT))).stage == "paid"
    await parcelled(theirs, "R1")
    task = await task_of(theirs.rest, "R1")
    counts = {
        kind: len(await theirs.rest.search(kind, {})) for kind in ("Claim", "Communication", "Encounter", "Binary")
    }
    assert counts == {"Claim": 1, "Communication": 1, "Encounter": 1, "Binary": counts["Binary"]}
    money = [one["paymentAmount"]["value"] for one in await theirs.rest.search("PaymentReconciliation", {})]
    assert sorted(map(float, money)) == [-5.6, 5.6, 5.6]
    kinds = {one["activity"]["coding"][0]["code"] for one in await theirs.rest.search("Provenance", {})}
    assert {"order", "in-consult", "sign", "prescribed", "passed", "paid"} <= kinds
    assert task["businessStatus"]["coding"][0]["code"] == "packed"


@pytest.mark.parametrize("status", [400, 422])
async def test_a_refusal_that_does_not_speak_of_ids_is_a_refusal(
    hospital: FhirHospital, watched: Watched, status: int
) -> None:
    """Else a hospital's one "no" to an order would be gone around, and every later write be made the other way."""
    watched.refuse = {1: status}
    with pytest.raises(Invalid, match="rejected"):
        await hospital.submit(draft(), ())
    assert hospital.rest.server.ids
    watched.refuse = {}
    assert (await hospital.submit(draft(), ())).stage == "submitted"
