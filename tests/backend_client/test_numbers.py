"""A number that was given twice, after a database was put back or begun anew: one order is never taken for another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend_client import FhirHospital, WrongState
from backend_client.errors import NUMBER_TAKEN
from backend_client.models import Actor, OrderDraft
from backend_client.orders import task_of
from backend_client.rest import Rest
from backend_client.shapes import instant, ref
from backend_client.wire import Json
from tests.backend_client.test_people import merged
from tests.backend_client.world import NOW, PHOTO, draft

LATER = NOW + 60_000
SOMEBODY_ELSES: dict[str, Any] = {"patient": "pat-2", "actor": Actor("Patient/pat-2")}


async def everything(hospital: FhirHospital) -> list[Json]:
    kinds = ("Task", "DocumentReference", "QuestionnaireResponse", "Provenance")
    return [one for kind in kinds for one in await hospital.rest.search(kind, {})]


@pytest.mark.parametrize(
    "other",
    [
        draft(authored=LATER, **SOMEBODY_ELSES),
        draft(**SOMEBODY_ELSES),
        draft(authored=LATER),
    ],
    ids=["another patient's", "another patient's of the same moment", "hers of another day"],
)
async def test_an_order_with_its_number_is_not_taken_for_it(hospital: FhirHospital, other: OrderDraft) -> None:
    await hospital.submit(draft(), (PHOTO,))
    before = await everything(hospital)
    with pytest.raises(WrongState, match=NUMBER_TAKEN):
        await hospital.submit(other, (PHOTO,))
    assert await everything(hospital) == before
    seen = await hospital.submit(replace(other, no="R2"), (PHOTO,))
    assert (seen.no, seen.patient.id, seen.authored) == ("R2", other.patient, other.authored)


async def test_nor_where_the_search_did_not_show_it_yet(
    hospital: FhirHospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hospital.submit(draft(), ())

    async def nothing(rest: Rest, kind: str, system: str, value: str) -> Json | None:
        return None

    with monkeypatch.context() as lagging:
        lagging.setattr(Rest, "first", nothing)
        with pytest.raises(WrongState, match=NUMBER_TAKEN):
            await hospital.submit(draft(authored=LATER, **SOMEBODY_ELSES), ())
    assert (await hospital.order("R1")).patient.id == "pat-1"


async def test_its_own_is_found_after_its_record_was_merged(hospital: FhirHospital) -> None:
    await hospital.submit(draft(), ())
    await merged(hospital, "pat-1", "pat-8")
    assert (await hospital.submit(draft(), ())).patient.id == "pat-8"
    await hospital.rest.put({**await task_of(hospital.rest, "R1"), "for": ref("Patient/pat-8")})
    assert (await hospital.submit(draft(), ())).patient.id == "pat-8"


@pytest.mark.parametrize("kept", [instant(NOW)[:19] + "Z", ""])
async def test_its_own_is_found_where_the_server_keeps_its_moment_to_the_second_or_not_at_all(
    hospital: FhirHospital, kept: str
) -> None:
    mine = draft(authored=NOW + 999)
    first = await hospital.submit(mine, ())
    task = await task_of(hospital.rest, "R1")
    del task["authoredOn"]
    await hospital.rest.put(task | ({"authoredOn": kept} if kept else {}))
    assert (await hospital.submit(mine, ())).task == first.task
    with pytest.raises(WrongState, match=NUMBER_TAKEN):
        await hospital.submit(replace(mine, **SOMEBODY_ELSES), ())


async def test_what_was_placed_just_now_is_its_own_whatever_moment_the_server_writes(
    hospital: FhirHospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would be placed again, under number after number. The bot knows it by our moment, which is told."""
    own = Rest.own

    async def rewritten(rest: Rest, place: str) -> Json:
        found = await own(rest, place)
        return {**found, "authoredOn": instant(LATER)} if found.get("resourceType") == "Task" else found

    monkeypatch.setattr(Rest, "own", rewritten)
    seen = await hospital.submit(draft(), ())
    assert (seen.no, seen.authored) == ("R1", draft().authored)
    with pytest.raises(WrongState, match=NUMBER_TAKEN):
        await hospital.submit(draft(**SOMEBODY_ELSES), ())
