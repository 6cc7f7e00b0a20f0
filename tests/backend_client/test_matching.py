"""Edge 2: what a server gives in spite of what it was asked for is left out; what it refuses is read wider."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client.errors import Broken, HospitalError
from backend_client.matching import fits
from backend_client.transport import Response
from backend_client.wire import dump
from tests.backend_client.wire_fakes import Script, ok, page, rest_over

ROLE = {"resourceType": "PractitionerRole", "id": "r", "active": True,
        "code": [{"coding": [{"system": "s", "code": "doctor"}]}],
        "organization": {"reference": "https://h.test/fhir/Organization/d1"}}  # fmt: skip
TASK = {"resourceType": "Task", "id": "t", "status": "requested", "for": {"reference": "Patient/a"},
        "identifier": [{"system": "s", "value": "a|b"}],
        "code": {"coding": [{"system": "s", "code": "refill"}]}}  # fmt: skip

GIVEN = {"resourceType": "MedicationDispense", "id": "g", "whenHandedOver": "2026-09-01",
         "meta": {"lastUpdated": "2026-09-01T08:00:00Z"}}  # fmt: skip


@pytest.mark.parametrize(
    ("resource", "name", "value", "fit"),
    [
        (TASK, "identifier", r"s|a\|b", True),
        (TASK, "identifier", r"s|x,s|a\|b", True),
        (TASK, "identifier", "s|a", False),
        (TASK, "identifier", r"other|a\|b", False),
        (TASK, "status", "requested,draft", True),
        (TASK, "status", "draft", False),
        (TASK, "patient", "Patient/a", True),
        (TASK, "patient", "Patient/b", False),
        (TASK, "code", "s|refill", True),
        (TASK, "code", "s|", True),
        (TASK, "code", "s|other", False),
        (TASK, "_id", "t,u", True),
        (TASK, "_id", "u", False),
        (GIVEN, "whenhandedover", "ge2026-09-01", True),
        (GIVEN, "whenhandedover", "ge2026-09-02", True),  # a day has zones
        (GIVEN, "whenhandedover", "ge2026-09-03", False),
        (GIVEN, "_lastUpdated", "ge2026-09-01T08:00:00.500Z", True),  # its stamp has no parts of a second
        (GIVEN, "_lastUpdated", "ge2026-09-01T08:00:01.500Z", False),
        (GIVEN, "authoredon", "ge2026-09-03", True),  # cannot be seen on it
        (GIVEN, "_lastUpdated", "le2020-01-01", True),
        ({**GIVEN, "whenHandedOver": "yesterday"}, "whenhandedover", "ge2026-09-03", True),
        (ROLE, "role", "s|doctor", True),
        (ROLE, "role", "s|courier", False),
        (ROLE, "organization", "Organization/d1", True),
        (ROLE, "organization", "Organization/d2", False),
        (ROLE, "nobody-knows", "x", True),
        (TASK, "_lastUpdated", "ge1", True),
        ({"resourceType": "Questionnaire", "url": "u"}, "url", "u", True),
        ({"resourceType": "Questionnaire", "url": "v"}, "url", "u", False),
        ({"resourceType": "Subscription", "channel": {"endpoint": "u"}}, "url", "u", True),
    ],
)  # fmt: skip
def test_what_was_asked_is_seen_on_the_match(resource: dict[str, Any], name: str, value: str, fit: bool) -> None:
    assert fits(resource, [(name, value)]) is fit


def refused(words: str, status: int = 400) -> Response:
    issue = {"code": "not-supported", "diagnostics": words}
    return Response(status, {}, dump({"resourceType": "OperationOutcome", "issue": [issue]}))


async def test_a_refused_parameter_is_left_out_chosen_here_and_not_asked_again() -> None:
    other = {**TASK, "id": "o", "status": "draft"}
    script = Script(refused("unknown parameter status"), page(TASK, other), page(other))
    rest = rest_over(script)
    assert [one["id"] for one in await rest.search("Task", {"patient": "Patient/a", "status": "requested"})] == ["t"]
    assert await rest.search("Task", {"patient": "Patient/a", "status": "requested"}) == []
    assert ["status=" in request.url for request in script.requests] == [True, False, False]
    assert all("patient=" in request.url for request in script.requests)
    assert {request.headers["Prefer"] for request in script.requests} == {"handling=strict"}


async def test_a_search_that_is_refused_for_another_reason_is_refused() -> None:
    script = Script(refused("no"), refused("no"))
    with pytest.raises(HospitalError):
        await rest_over(script).search("Task", {"patient": "Patient/a", "status": "requested"})


async def test_one_thing_is_never_looked_for_among_all() -> None:
    with pytest.raises(Broken, match="no-search"):
        await rest_over(Script(refused("identifier"))).search("Patient", {"identifier": "s|a"})


async def test_self_says_that_the_identifier_was_not_looked_at() -> None:
    link = [{"relation": "self", "url": "http://hospital.test/fhir/List?_count=200"}]
    script = Script(ok({"resourceType": "Bundle", "link": link}), Response(404, {}))
    rest = rest_over(script)
    assert await rest.first("List", "s", "k") is None
    assert not await rest.knows("List", "s", "k")
