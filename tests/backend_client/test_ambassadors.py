"""A neighbour becomes ambassador: asked for once, waits for a registrar, the feed tells, and it ends once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend_client import FhirHospital
from backend_client.models import Applicant, StandIn, TaskSnapshot
from backend_client.shapes import own_path
from backend_client.states import set_status
from tests.backend_client.world import NOW

ASKS = Applicant("a1", "李丽", "+8613912345678", "邻居小李", "loc-1", ("morning", "weekend"), "amb-1", NOW + 86_400_000)


async def decides(hospital: FhirHospital, asked: TaskSnapshot, yes: bool = True) -> str:
    """As a registrar does; answers the registration's id."""
    found = await hospital.rest.read(asked.about)
    await hospital.rest.update({**found, "active": yes})
    await set_status(hospital.rest, f"Task/{asked.id}", "completed" if yes else "rejected")
    return asked.about.partition("/")[2]


async def test_it_waits_for_the_registrar_and_asked_twice_it_is_one(hospital: FhirHospital) -> None:
    asked = await hospital.ask_ambassador(ASKS)
    assert await hospital.ask_ambassador(ASKS) == asked
    assert (asked.kind, asked.key, asked.status) == ("application", "a1", "requested")
    role: Any = await hospital.rest.read(asked.about)
    assert [one["availableStartTime"] for one in role["availableTime"][:1]] == ["08:00:00"]
    assert not [one for one in await hospital.staff("ambassador") if own_path(role).endswith(one.id)]
    task: Any = await hospital.rest.read(f"Task/{asked.id}")
    assert "李丽" not in str(task), "who she is stands with the person only"


async def test_once_it_is_active_she_is_one_by_both_names(hospital: FhirHospital) -> None:
    asked = await hospital.ask_ambassador(ASKS)
    start = (await hospital.changes("", ())).cursor
    id = await decides(hospital, asked)
    seen = await hospital.role(id)
    assert (seen.role, seen.name, seen.public, seen.locations, seen.ended) == (
        "ambassador", "李丽", "邻居小李", ("loc-1",), False)  # fmt: skip
    told = [one for one in (await hospital.changes(start, ())).tasks if one.key == "a1"]
    assert [(one.status, one.about) for one in told][-1:] == [("completed", asked.about)]
    assert (await hospital.ask_ambassador(ASKS)).status == "completed", "asked again after a lost answer"


async def test_whoever_names_no_hours_has_none(hospital: FhirHospital) -> None:
    asked = await hospital.ask_ambassador(replace(ASKS, key="a2", hours=()))
    assert "availableTime" not in await hospital.rest.read(asked.about)


@pytest.mark.parametrize("approved", [True, False])
async def test_ended_it_is_over_and_what_waits_is_cancelled(hospital: FhirHospital, approved: bool) -> None:
    asked = await hospital.ask_ambassador(ASKS)
    id = asked.about.partition("/")[2]
    if approved:
        await decides(hospital, asked)
    for _ in (1, 2):
        await hospital.end_ambassador(id)
        assert (await hospital.role(id)).ended
    task: Any = await hospital.rest.read(f"Task/{asked.id}")
    assert task["status"] == ("completed" if approved else "cancelled")


async def test_withdrawn_it_is_ended_wherever_it_came_and_nothing_where_it_never_did(hospital: FhirHospital) -> None:
    await hospital.withdraw_ambassador("never")
    asked = await hospital.ask_ambassador(ASKS)
    for _ in (1, 2):
        await hospital.withdraw_ambassador("a1")
        assert (await hospital.role(asked.about.partition("/")[2])).ended
    assert (await hospital.rest.read(f"Task/{asked.id}"))["status"] == "cancelled"


@pytest.mark.parametrize("approved", [True, False])
async def test_unanswered_it_ends_but_for_a_yes_that_came_before(hospital: FhirHospital, approved: bool) -> None:
    assert await hospital.withdraw_ambassador("never", unanswered=True) is None
    asked = await hospital.ask_ambassador(ASKS)
    if approved:
        await decides(hospital, asked)
    for _ in (1, 2):
        seen = await hospital.withdraw_ambassador("a1", unanswered=True)
        assert seen is not None
        assert (seen.status, seen.key) == ("completed" if approved else "cancelled", "a1")
    assert (await hospital.role(asked.about.partition("/")[2])).ended != approved


async def test_another_name_and_other_hours_are_written_where_they_stand(hospital: FhirHospital) -> None:
    role = (await hospital.ask_ambassador(ASKS)).about.partition("/")[2]
    for _ in (1, 2):
        await hospital.describe_ambassador(role, "阿丽")
    seen = await hospital.role(role)
    assert (seen.name, seen.public) == ("李丽", "阿丽"), "the legal name stays"
    before: Any = await hospital.rest.read(f"PractitionerRole/{role}")
    assert len(before["availableTime"]) == 2
    await hospital.describe_ambassador(role, "", ("evening",))
    after: Any = await hospital.rest.read(f"PractitionerRole/{role}")
    assert [one["availableStartTime"] for one in after["availableTime"]] == ["18:00:00"]
    assert {**after, "availableTime": 0, "meta": 0} == {**before, "availableTime": 0, "meta": 0}
    assert (await hospital.role(role)).public == "阿丽"


LENDS = StandIn("l-1", "loc-1", "amb-1", "amb-2", NOW, NOW + 86_400_000)


@pytest.mark.parametrize(("helper", "status"), [("amb-1", "in-progress"), ("", "requested")])
async def test_a_lent_compound_is_a_task_and_nobody_is_registered_by_it(
    hospital: FhirHospital, helper: str, status: str
) -> None:
    start, staff = (await hospital.changes("", ())).cursor, await hospital.staff("ambassador")
    for _ in (1, 2):
        await hospital.stands_in(replace(LENDS, helper=helper))
    (task,) = [one for one in await hospital.rest.search("Task", {}) if "l-1" in str(one.get("identifier"))]
    assert (task["status"], task["location"]) == (status, {"reference": "Location/loc-1"})
    assert task.get("owner") == ({"reference": f"PractitionerRole/{helper}"} if helper else None)
    assert set(task["restriction"]["period"]) == {"start", "end"}
    assert await hospital.staff("ambassador") == staff
    told = await hospital.changes(start, ())
    assert (told.tasks, told.unknown) == ((), ()), "our own word is no news"
    for _ in (1, 2):
        await hospital.is_back("l-1")
    assert (await hospital.rest.read(own_path(task)))["status"] == "completed"
    await hospital.is_back("never-came")
