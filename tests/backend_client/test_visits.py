"""A home visit: asked for once, accepted by whoever goes, over with what came of it; the feed tells each."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client import FhirHospital, NotFound
from backend_client.models import VisitDraft
from backend_client.states import set_status
from tests.backend_client.world import NOW

ASKS = VisitDraft("v1", "loc-1", NOW + 86_400_000, building="3")


async def test_asked_twice_it_is_one_and_says_where(hospital: FhirHospital) -> None:
    asked = await hospital.ask_visit(ASKS)
    assert await hospital.ask_visit(ASKS) == asked
    assert (asked.kind, asked.key, asked.status, asked.stage) == ("home-visit", "v1", "requested", "requested")
    assert asked.place == "loc-1"
    task: Any = await hospital.rest.read(f"Task/{asked.id}")
    assert task["input"][0]["valueString"] == "3"


async def test_whoever_may_not_say_where_is_asked_for_all_the_same(hospital: FhirHospital) -> None:
    asked = await hospital.ask_visit(VisitDraft("v2", "", NOW))
    assert (asked.place, asked.patient, asked.status) == ("", "", "requested")


@pytest.mark.parametrize(("stage", "status"), [("done", "completed"), ("nobody-home", "failed")])
async def test_the_feed_tells_each_step(hospital: FhirHospital, stage: str, status: str) -> None:
    await hospital.ask_visit(ASKS)
    start = (await hospital.changes("", ())).cursor
    went = await hospital.move_visit("v1", "accepted", "amb-1")
    assert (went.status, went.stage, went.owner) == ("accepted", "accepted", "PractitionerRole/amb-1")
    over = await hospital.move_visit("v1", stage)
    assert (over.status, over.stage) == (status, stage)
    assert await hospital.move_visit("v1", stage) == over, "twice is once"
    told = [one for one in (await hospital.changes(start, ())).tasks if one.key == "v1"]
    assert told[-1] == over


async def test_one_that_the_hospital_ended_stays_so(hospital: FhirHospital) -> None:
    asked = await hospital.ask_visit(ASKS)
    await set_status(hospital.rest, f"Task/{asked.id}", "cancelled")
    assert (await hospital.move_visit("v1", "accepted", "amb-1")).status == "cancelled"


async def test_one_that_was_never_asked_for(hospital: FhirHospital) -> None:
    with pytest.raises(NotFound):
        await hospital.move_visit("v9", "done")


async def test_whoever_the_hospital_sends_meanwhile_stays(hospital: FhirHospital) -> None:
    """G6: our acceptance holds only while nobody else has it; the answer says who goes."""
    asked = await hospital.ask_visit(ASKS)
    await set_status(hospital.rest, f"Task/{asked.id}", "accepted", owner={"reference": "PractitionerRole/desk-1"})
    seen = await hospital.move_visit("v1", "accepted", "amb-1")
    assert seen.owner == "PractitionerRole/desk-1"
    assert (await hospital.move_visit("v1", "accepted", "desk-1")).stage == "accepted"


async def test_whose_right_to_go_ended_is_followed_by_the_next(hospital: FhirHospital) -> None:
    await hospital.ask_visit(ASKS)
    await hospital.move_visit("v1", "accepted", "amb-1")
    assert (await hospital.move_visit("v1", "accepted", "desk-1", "amb-1")).owner == "PractitionerRole/desk-1"
    assert (await hospital.move_visit("v1", "done")).owner == "PractitionerRole/desk-1"
