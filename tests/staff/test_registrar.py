"""The registrar: a focus takes effect or not; late only after the deadline; what another claimed is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client.shapes import concept, identifier, instant, own_path, ref
from sandbox.staff import registrar
from tests.backend_client.world import CODES, NOW, role
from tests.staff.conftest import Office

HOUR = 3600 * 1000


def ambassador() -> dict[str, Any]:
    return role("amb-new", "ambassador", active=False, location=[ref("Location/loc-1")])[1]


def guardian() -> dict[str, Any]:
    return {"resourceType": "RelatedPerson", "id": "rel-1", "active": False, "patient": ref("Patient/pat-1")}


def proxy() -> dict[str, Any]:
    return {
        "resourceType": "Consent",
        "id": "consent-1",
        "status": "proposed",
        "scope": concept("http://terminology.hl7.org/CodeSystem/consentscope", "treatment"),
        "category": [concept(CODES.system("consent"), "act-on-behalf")],
        "patient": ref("Patient/pat-1"),
        "policyRule": concept(CODES.system("consent-policy"), "ambassador-v1"),
    }


async def applied(office: Office, focus: dict[str, Any], **more: Any) -> None:
    rest = office.hospital.rest
    for resource in (*role("amb-new", "ambassador")[:1], *role("reg-1", "registrar"), focus):
        await rest.put(resource)
    task = {
        "resourceType": "Task",
        "identifier": [identifier(CODES.id("application"), "A1")],
        "status": "requested",
        "intent": "order",
        "code": concept(CODES.system("task"), "application"),
        "focus": ref(own_path(focus)),
        "authoredOn": instant(NOW - HOUR),
        **more,
    }
    await rest.create(task, CODES.id("application"), "A1")


async def task_of(office: Office) -> dict[str, Any]:
    return await office.hospital.rest.the("Task", CODES.id("application"), "A1")


FOCUS = [
    pytest.param(ambassador(), {"active": True}, {"active": False}, id="ambassador"),
    pytest.param(guardian(), {"active": True}, {"active": False}, id="guardian"),
    pytest.param(proxy(), {"status": "active"}, {"status": "rejected"}, id="proxy"),
]


@pytest.mark.parametrize(("focus", "approved", "refused"), FOCUS)
@pytest.mark.parametrize("habit", ["approves", "refuses"])
async def test_what_is_decided_takes_effect(
    office: Office, habit: str, focus: dict[str, Any], approved: dict[str, Any], refused: dict[str, Any]
) -> None:
    office.desk.habits["registrar"] = habit
    await applied(office, focus)
    await office.play(*registrar.rounds(office.desk))
    task, seen = await task_of(office), await office.hospital.rest.read(own_path(focus))
    wanted = approved if habit == "approves" else refused
    assert {name: seen[name] for name in wanted} == wanted
    assert task["status"] == {"approves": "completed", "refuses": "rejected"}[habit]
    assert task["owner"] == ref("PractitionerRole/reg-1")
    assert task["output"][0]["valueCode"] == {"approves": "approve", "refuses": "refuse"}[habit]
    assert ("statusReason" in task) == (habit == "refuses")
    (record,) = await office.hospital.rest.search("Provenance", {"target": own_path(focus)})
    assert record["agent"][0]["who"] == ref("PractitionerRole/reg-1")


async def test_without_a_registrar_at_work_it_waits(office: Office) -> None:
    await applied(office, guardian())
    await office.play(*registrar.rounds(office.desk))
    assert (await task_of(office))["status"] == "requested"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        pytest.param({}, "requested", id="a day has not passed"),
        pytest.param({"authoredOn": instant(NOW - 25 * HOUR)}, "completed", id="a day has passed"),
        pytest.param({"restriction": {"period": {"end": instant(NOW + 1)}}}, "requested", id="before the deadline"),
        pytest.param({"restriction": {"period": {"end": instant(NOW - 1)}}}, "completed", id="after the deadline"),
    ],
)
async def test_late_is_after_the_deadline(office: Office, more: dict[str, Any], status: str) -> None:
    office.desk.habits["registrar"] = "late"
    await applied(office, guardian(), **more)
    await office.play(*registrar.rounds(office.desk))
    assert (await task_of(office))["status"] == status


async def test_what_a_person_claimed_is_left_alone(office: Office) -> None:
    office.desk.habits["registrar"] = "approves"
    rounds = registrar.rounds(office.desk)
    await applied(office, guardian())
    office.desk.think = 1
    slow = registrar.rounds(office.desk)
    await office.play(*slow)
    person = {"status": "in-progress", "owner": ref("PractitionerRole/doc-1")}
    await office.hospital.rest.update({**await task_of(office), **person})
    office.hand.seconds += 5
    await office.play(*slow, *rounds)
    assert (await task_of(office))["status"] == "in-progress"
    assert (await office.hospital.rest.read("RelatedPerson/rel-1"))["active"] is False


async def test_what_he_claimed_and_could_not_finish_is_finished(office: Office) -> None:
    await applied(office, guardian())
    claimed = {"status": "in-progress", "owner": ref("PractitionerRole/reg-1")}
    old = await task_of(office)
    await office.hospital.rest.update({**old, **claimed})
    await registrar.decide(office.desk, old, approves=True)
    assert (await task_of(office))["status"] == "completed"
