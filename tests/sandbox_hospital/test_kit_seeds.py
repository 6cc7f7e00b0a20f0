"""The kit's seeds: the same city and more, valid R4, and each of the people and places that stories are about."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import AsyncIterator
from datetime import date
from itertools import chain
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox.hospital import wire
from sandbox.hospital.seed.people import drug_called, neighbours, residents
from sandbox.hospital.seed.plant import plant
from sandbox.hospital.seed.records import layers
from sandbox.hospital.server import running
from tests.sandbox_hospital.conftest import NS, START, Caller
from tests.sandbox_hospital.test_seed import TODAY, without_twins

reads = pytest.mark.asyncio(loop_scope="module")
Seeds = dict[str, dict[str, Any]]


def planted(*, with_kit: bool) -> Seeds:
    found = [json.loads(wire.dumps(one)) for one in chain.from_iterable(layers(START, with_kit=with_kit))]
    places = {f"{one['resourceType']}/{one['id']}": one for one in found}
    assert len(places) == len(found)
    return places


@pytest.fixture(scope="module")
def city() -> Seeds:
    return planted(with_kit=False)


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return planted(with_kit=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kit() -> AsyncIterator[Caller]:
    """One hospital with the kit for all: these tests only read."""
    async with running() as server, aiohttp.ClientSession() as session:
        await plant(server.url, START, with_kit=True)
        yield Caller(session, server.url, server.store)


async def found(hospital: Caller, query: str) -> list[Any]:
    return [entry["resource"] for entry in (await hospital("GET", f"/{query}")).json.get("entry", [])]


def of_type(seeds: Seeds, kind: str) -> list[dict[str, Any]]:
    return [one for one in seeds.values() if one["resourceType"] == kind]


def test_the_kit_changes_nothing_of_the_city_but_where_its_compounds_lie(city: Seeds, seeds: Seeds) -> None:
    assert city.keys() < seeds.keys()
    changed = {place: seeds[place] for place, one in city.items() if seeds[place] != one}
    assert changed == {
        place: city[place] | {"partOf": {"reference": f"Location/{district}"}}
        for place, district in (("Location/loc-xingfuli", "sub-jiangbin"), ("Location/loc-cuihuyuan", "sub-cuihu"))
    }


def test_every_seed_of_the_kit_is_valid_r4(city: Seeds, seeds: Seeds) -> None:
    for place in seeds.keys() - city.keys():
        name = seeds[place]["resourceType"]
        plain = without_twins(seeds[place])
        assert getattr(importlib.import_module(f"fhirclient.models.{name.lower()}"), name)(plain).as_json() == plain


def test_a_quarter_of_the_records_and_papers_are_unlike_the_formularys_proposals() -> None:
    for people in (residents(), (*residents(), *neighbours())):
        other = [one.id for one in people if any(one.takes(drug_called(c)) != drug_called(c).sig for c, _ in one.drugs)]
        assert len(other) * 4 >= len(people), other
    assert {one.id: one.sigs for one in neighbours()}["wang-xiuying-1951"] == {"MR0063": "40mg bid"}


def test_a_record_says_how_this_person_takes_it(seeds: Seeds) -> None:
    for kind in ("MedicationRequest", "MedicationDispense"):
        own = [one for one in of_type(seeds, kind) if one["subject"]["reference"] == "Patient/wang-xiuying-1951"]
        assert len(own) == 3
        assert {one["dosageInstruction"][0]["text"] for one in own} == {"40mg bid"}


def test_two_people_of_one_name_live_door_to_door(seeds: Seeds) -> None:
    both = [one for one in of_type(seeds, "Patient") if one["name"][0]["text"] == "王秀英"]
    assert [one["birthDate"][:4] for one in both] == ["1951", "1949"]
    assert len({one["identifier"][0]["value"] for one in both}) == 2
    assert {tuple(one["address"][0]["line"]) for one in both} == {("5号楼", "303室"), ("5号楼", "304室")}


@reads
async def test_of_a_merged_record_one_stays(kit: Caller) -> None:
    (old,) = await found(kit, f"Patient?identifier={NS}/id/e-credential%7C80020079")
    assert old["active"] is False
    assert old["link"] == [{"type": "replaced-by", "other": {"reference": "Patient/he-jinling"}}]
    (stays,) = await found(kit, f"Patient?identifier={NS}/id/e-credential%7C80020062")
    assert (stays["active"], stays["birthDate"]) == (True, old["birthDate"])


def test_children_of_five_nine_and_fifteen(seeds: Seeds) -> None:
    ages = {
        id_: (TODAY - date.fromisoformat(seeds[f"Patient/{id_}"]["birthDate"])).days // 365.25
        for id_ in ("zhou-le", "zhou-ning", "han-lin")
    }
    assert ages == {"zhou-le": 5, "zhou-ning": 9, "han-lin": 15}


@reads
async def test_a_guardian_of_two_and_a_daughter_elsewhere(kit: Caller) -> None:
    mother = await found(kit, f"RelatedPerson?identifier={NS}/id/person%7Che-li&active=true")
    assert {one["patient"]["reference"] for one in mother} == {"Patient/zhou-le", "Patient/zhou-ning"}
    assert all({"MTH", "GUARD"} == {r["coding"][0]["code"] for r in one["relationship"]} for one in mother)
    (daughter,) = await found(kit, "RelatedPerson?patient=Patient/wang-xiuying-1949")
    assert daughter["relationship"][0]["coding"][0]["code"] == "DAUC"
    home = (await kit("GET", "/Patient/wang-xiuying-1949")).json["address"][0]["city"]
    assert daughter["address"][0]["city"] not in ("", home)


@reads
async def test_allergies_known_none_unreadable_and_not_asked(kit: Caller) -> None:
    (known,) = await found(kit, "AllergyIntolerance?patient=Patient/wang-xiuying-1951")
    assert known["code"]["text"] == "青霉素过敏"
    (none,) = await found(kit, "AllergyIntolerance?patient=Patient/wang-xiuying-1949")
    assert none["code"]["coding"] == [{"system": "http://snomed.info/sct", "code": "716186003"}]
    (unreadable,) = await found(kit, "AllergyIntolerance?patient=Patient/he-jinling")
    assert "code" not in unreadable
    assert await found(kit, "AllergyIntolerance?patient=Patient/wang-guilan") == []


@reads
async def test_three_sub_districts_have_opening_hours_and_their_compounds(kit: Caller) -> None:
    areas = await found(kit, "Location?partof=Location/dist-dongcheng")
    assert len(areas) == 3
    hours = []
    for area in areas:
        (service,) = await found(kit, f"HealthcareService?location=Location/{area['id']}&active=true")
        hours.append(json.dumps(service["availableTime"], sort_keys=True))
        assert await found(kit, f"Location?partof=Location/{area['id']}")
    assert len(set(hours)) == 3


@reads
async def test_one_compound_has_no_ambassador(kit: Caller) -> None:
    compounds = [one["id"] for one in await found(kit, f"Location?identifier={NS}/id/compound%7C")]
    helped = {
        place["reference"].rpartition("/")[2]
        for one in await found(kit, "PractitionerRole?role=ambassador&active=true")
        for place in one["location"]
    }
    assert set(compounds) - helped == {"loc-songlinyuan"}


@reads
async def test_staff_of_the_new_roles(kit: Caller) -> None:
    for role in ("registrar", "desk", "contact", "supervisor", "window-clerk"):
        (one,) = await found(kit, f"PractitionerRole?role={NS}/CodeSystem/role%7C{role}")
        assert one["id"] == f"pr-{role}-1"


@reads
async def test_a_drug_on_paper_that_is_not_in_the_formulary_has_words_only(kit: Caller) -> None:
    lines = await found(kit, "MedicationRequest?patient=Patient/du-chunlai")
    uncoded = [one for one in lines if "coding" not in one["medicationCodeableConcept"]]
    assert {one["medicationCodeableConcept"]["text"] for one in uncoded} == {"阿齐沙坦片"}
    assert len(uncoded) == 3
    listed = await found(kit, "Medication?_count=200&code=U001")
    assert listed == []


async def test_the_command_plants_the_kit_when_asked(hospital: Caller) -> None:
    words = ("-m", "sandbox.hospital.seed", "--url", hospital.url, "--kit")
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    assert told.decode().startswith("planted ")
    assert (await hospital("GET", "/Patient/jiang-shufen")).status == 200
