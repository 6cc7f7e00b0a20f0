"""The hospital's own reminder of a refill: read where there is one, nothing where there is none or no such thing."""

from __future__ import annotations

from typing import Any

from backend_client.fhir import FhirHospital
from backend_client.models import Reminder
from backend_client.reminders import reminder
from backend_client.shapes import instant
from backend_client.transport import Response
from tests.backend_client.wire_fakes import page, rest_over

DAY = 86_400_000


def request(hospital: FhirHospital, id: str, at: int, words: str = "请来续方", **more: Any) -> dict[str, Any]:
    ours = [{"system": hospital.rest.codes.id("reminder"), "value": id}]
    return {"resourceType": "CommunicationRequest", "id": id, "status": "active", "identifier": ours,
            "subject": {"reference": "Patient/pat-1"}, "occurrenceDateTime": instant(at),
            "payload": [{"contentString": words}], **more}  # fmt: skip


async def test_the_next_one_that_is_active_is_read(hospital: FhirHospital) -> None:
    now = hospital.rest.now()
    for one in (
        request(hospital, "old", now - DAY),
        request(hospital, "later", now + 9 * DAY, "later"),
        request(hospital, "next", now + 3 * DAY),
        request(hospital, "over", now + DAY, status="revoked"),
        request(hospital, "other", now + DAY, identifier=[]),
        request(hospital, "hers", now + DAY, subject={"reference": "Patient/pat-2"}),
    ):
        await hospital.rest.put(one)
    assert await hospital.reminder("pat-1", now) == Reminder((now + 3 * DAY) // 1000 * 1000, "请来续方")


async def test_without_one_there_is_none(hospital: FhirHospital) -> None:
    assert await hospital.reminder("pat-1", hospital.rest.now()) == Reminder()


async def test_a_hospital_without_such_a_thing_is_no_trouble() -> None:
    async def refuses(_request: object) -> Response:
        return Response(404, {}, b"{}")

    assert await reminder(rest_over(refuses), "pat-1", 0) == Reminder(served=False)


async def test_one_that_names_nobody_or_no_instant_hides_none(hospital: FhirHospital) -> None:
    """A server that does not know the parameter gives others' too; one entry that cannot be read is one entry."""
    now = hospital.rest.now()
    nobodys = {name: part for name, part in request(hospital, "a", now + DAY).items() if name != "subject"}
    soon = request(hospital, "b", now, occurrenceDateTime="soon")

    async def answers(_request: object) -> Response:
        return page(nobodys, soon, request(hospital, "c", now + 3 * DAY))

    assert (await reminder(rest_over(answers), "pat-1", now)).at == (now + 3 * DAY) // 1000 * 1000
