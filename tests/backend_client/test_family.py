"""A relative asks, a registrar decides, either side ends it; an act under a right that is over is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend_client import FhirHospital, WrongState
from backend_client.models import Actor, FamilyAsked, FamilyDraft, MandateDraft, Proxy
from backend_client.states import set_status
from tests.backend_client.world import NOW, PHOTO, draft

ASKS = FamilyDraft("k1", "keyed", "pat-1", "parent", "family", "孙静", "own-phone", "all", NOW + 86_400_000)


async def approves(hospital: FhirHospital, asked: FamilyAsked, yes: bool = True) -> None:
    """As a registrar does."""
    found = await hospital.rest.read(f"RelatedPerson/{asked.related}")
    await hospital.rest.update({**found, "active": yes})
    await set_status(hospital.rest, f"Task/{asked.task}", "completed" if yes else "rejected")


async def test_it_waits_for_the_registrar_and_asked_twice_it_is_one(hospital: FhirHospital) -> None:
    asked = await hospital.ask_family(ASKS)
    assert await hospital.ask_family(ASKS) == asked
    task: Any = await hospital.rest.read(f"Task/{asked.task}")
    assert (task["status"], task["focus"]["reference"]) == ("requested", f"RelatedPerson/{asked.related}")
    assert not (await hospital.related(asked.related)).holds
    await approves(hospital, asked)
    found = await hospital.related(asked.related)
    assert (found.patient, found.holds) == ("pat-1", True)


async def test_asked_again_after_the_answer_was_lost_it_says_how_it_stands_by_now(hospital: FhirHospital) -> None:
    asked = await hospital.ask_family(ASKS)
    assert asked.status == "requested"
    await approves(hospital, asked)
    assert (await hospital.ask_family(ASKS)).status == "completed"


async def test_a_guardian_is_one(hospital: FhirHospital) -> None:
    asked = await hospital.ask_family(
        FamilyDraft("k2", "x", "pat-1", "child", "guardian", "何丽", "hospital", "all", NOW)
    )
    found: Any = await hospital.rest.read(f"RelatedPerson/{asked.related}")
    assert [one["coding"][0]["code"] for one in found["relationship"]] == ["PRN", "GUARD"]


async def test_the_feed_tells_of_the_approval(hospital: FhirHospital) -> None:
    asked = await hospital.ask_family(ASKS)
    start = (await hospital.changes("", ())).cursor
    await approves(hospital, asked)
    found = [one for one in (await hospital.changes(start, ())).tasks if one.id == asked.task]
    assert [(one.kind, one.status, one.about) for one in found][-1:] == [
        ("application", "completed", f"RelatedPerson/{asked.related}")
    ]


async def test_ended_by_either_side(hospital: FhirHospital) -> None:
    asked = await hospital.ask_family(ASKS)
    await approves(hospital, asked)
    for _ in (1, 2):
        await hospital.end_family(asked.related)
        assert not (await hospital.related(asked.related)).holds
    assert not (await hospital.related("nobody")).holds


async def test_taken_back_while_it_waits_the_application_is_cancelled(hospital: FhirHospital) -> None:
    asked = await hospital.ask_family(ASKS)
    await hospital.end_family(asked.related)
    task: Any = await hospital.rest.read(f"Task/{asked.task}")
    assert task["status"] == "cancelled"


@pytest.mark.parametrize("how", ["waits", "ended", "other"])
async def test_an_act_under_no_right_is_refused(hospital: FhirHospital, how: str) -> None:
    asked = await hospital.ask_family(ASKS)
    if how != "waits":
        await approves(hospital, asked)
    if how == "ended":
        await hospital.end_family(asked.related)
    who = Actor(f"RelatedPerson/{asked.related}", "pat-2" if how == "other" else "pat-1")
    with pytest.raises(WrongState, match="family-ended"):
        await hospital.submit(draft(actor=who), (PHOTO,))


async def test_the_order_names_him(hospital: FhirHospital) -> None:
    asked = await hospital.ask_family(ASKS)
    await approves(hospital, asked)
    seen = await hospital.submit(draft(actor=Actor(f"RelatedPerson/{asked.related}", "pat-1")), (PHOTO,))
    assert seen.requester == f"RelatedPerson/{asked.related}"


async def test_what_was_sent_as_proof_is_kept_once_and_found_from_what_it_proves(hospital: FhirHospital) -> None:
    """FHIR R4 Task.input, Consent.source[x]."""
    places = {await hospital.keep_proof("p1", "pat-1", replace(PHOTO, mime="audio/ogg")) for _ in range(2)}
    (place,) = places
    more = await hospital.keep_proof("p1-1", "pat-1", PHOTO)
    kept: Any = await hospital.rest.read(place)
    assert (kept["contentType"], kept["securityContext"]["reference"]) == ("audio/ogg", "Patient/pat-1")
    asked = await hospital.ask_family(replace(ASKS, proof="sent", shown=(place, more)))
    task: Any = await hospital.rest.read(f"Task/{asked.task}")
    assert [one["valueAttachment"]["url"] for one in task["input"] if "valueAttachment" in one] == [place, more]
    held = await hospital.grant_mandate(
        MandateDraft("k1", "pat-1", "amb-1", ("order-refill",), "2099-01-01", "read_aloud", shown=(place, more))
    )
    acts: Any = await hospital.rest.read(f"Consent/{held.id}")
    proxy = Proxy("PractitionerRole/amb-1", "read_aloud", shown=(place, more))
    await hospital.record_consent("h1", "pat-1", True, proxy)
    health: Any = (await hospital.rest.search("Consent", {"patient": "Patient/pat-1"}))[-1]
    assert acts["sourceAttachment"] == health["sourceAttachment"] == {"url": place}
    assert acts["extension"][-1]["valueAttachment"] == health["extension"][-1]["valueAttachment"] == {"url": more}
