"""The seeds: valid R4, complete, planted over HTTP, dated by the clock, found as the contract's searches find them."""

from __future__ import annotations

import importlib
import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest

from sandbox.hospital import wire
from sandbox.hospital.seed.people import city, drug_called, formulary, neighbours, residents
from sandbox.hospital.seed.plant import NotPlanted, plant
from sandbox.hospital.seed.records import layers
from tests.sandbox_hospital.conftest import NS, START, Caller

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def seeds() -> list[dict[str, Any]]:
    return [json.loads(wire.dumps(one)) for one in chain.from_iterable(layers(START))]


def test_every_seed_is_valid_r4(seeds: list[dict[str, Any]]) -> None:
    for seed in seeds:
        name = seed["resourceType"]
        model = getattr(importlib.import_module(f"fhirclient.models.{name.lower()}"), name)
        plain = without_twins(seed)
        assert model(plain).as_json() == plain


def without_twins(node: Any) -> Any:
    """The resource without its `_name` elements, which fhirclient does not know."""
    if isinstance(node, list):
        return [without_twins(item) for item in node]
    if isinstance(node, dict):
        return {name: without_twins(item) for name, item in node.items() if name[0] != "_"}
    return node


def test_ids_are_fixed_and_unique(seeds: list[dict[str, Any]]) -> None:
    places = [f"{seed['resourceType']}/{seed['id']}" for seed in seeds]
    later = [f"{seed['resourceType']}/{seed['id']}" for seed in chain.from_iterable(layers(START + 86_400_000 * 40))]
    assert len(places) == len(set(places))
    assert places == later


async def test_planting_fills_the_hospital_and_can_be_repeated(hospital: Caller, seeds: list[dict[str, Any]]) -> None:
    assert await plant(hospital.url, START) == len(seeds)
    assert await plant(hospital.url, START, once=True) == 0
    totals = {}
    for type_ in ("Organization", "PractitionerRole", "Location", "Medication", "Patient", "Coverage", "Questionnaire"):
        totals[type_] = (await hospital("GET", f"/{type_}?_count=0")).json["total"]
    assert totals == {"Organization": 9, "PractitionerRole": 16, "Location": 2, "Medication": 216} | {
        "Patient": 12,
        "Coverage": 11,
        "Questionnaire": 1,
    }
    assert await plant(hospital.url, START) == len(seeds)
    assert (await hospital("GET", "/Patient?_count=0")).json["total"] == 12


async def test_planting_says_what_was_refused(hospital: Caller) -> None:
    await hospital("POST", "/_sandbox/faults", {"kind": "500", "method": "PUT"})
    with pytest.raises(NotPlanted, match="500"):
        await plant(hospital.url, START)


async def test_the_three_months_are_found_as_the_contract_searches_them(hospital: Caller) -> None:
    await plant(hospital.url, START)
    since = TODAY - timedelta(days=92)
    for one in residents():
        path = f"/MedicationDispense?patient=Patient/{one.id}&whenhandedover=ge{since}"
        bundle = (await hospital("GET", f"{path}&_include=MedicationDispense:prescription")).json
        given = [entry["resource"] for entry in bundle["entry"] if entry["search"]["mode"] == "match"]
        wanted = {(TODAY - timedelta(days=days), code) for days in one.dispensed for code, _ in one.drugs}
        found = {
            (date.fromisoformat(item["whenHandedOver"][:10]), item["medicationCodeableConcept"]["coding"][0]["code"])
            for item in given
        }
        assert found == wanted
        reasons = {e["resource"]["reasonCode"][0]["text"] for e in bundle["entry"] if e["search"]["mode"] == "include"}
        assert reasons == {one.condition["zh"]}


async def test_a_resident_is_found_by_the_credential(hospital: Caller) -> None:
    await plant(hospital.url, START)
    found = (await hospital("GET", f"/Patient?identifier={NS}/id/e-credential%7C80010012")).json
    assert found["total"] == 1
    patient = found["entry"][0]["resource"]
    assert (patient["id"], patient["birthDate"]) == ("wang-guilan", "1951-03-08")
    assert patient["address"][0]["line"] == ["5号楼", "301室"]


async def test_doctors_of_a_department_and_ambassadors_of_a_compound(hospital: Caller) -> None:
    await plant(hospital.url, START)
    doctors = await hospital("GET", f"/PractitionerRole?role={NS}/CodeSystem/role%7Cdoctor&specialty=endocrinology")
    assert [e["resource"]["id"] for e in doctors.json["entry"]] == ["pr-doctor-endo-1", "pr-doctor-endo-2"]
    ambassadors = await hospital("GET", "/PractitionerRole?role=ambassador&location=Location/loc-xingfuli")
    assert [e["resource"]["id"] for e in ambassadors.json["entry"]] == ["pr-ambassador-1", "pr-ambassador-2"]


def test_the_people_that_the_stories_need() -> None:
    by_id = {one.id: one for one in residents()}
    wang = by_id["wang-guilan"]
    born = date.fromisoformat(wang.birth)
    assert TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day)) == 75
    assert [one.id for one in residents() if one.coverage is None] == ["zhao-min"]
    assert [one.id for one in residents() if one.coverage and one.coverage.pooled == 100] == ["li-jianguo"]
    assert [one.id for one in residents() if one.paper.days_ago > 61] == ["chen-fuqing"]
    drugs = {one.id: [formulary()[code] for code, _ in one.drugs] for one in residents()}
    assert [id_ for id_, bought in drugs.items() if any(drug.controlled for drug in bought)] == ["sun-lihua"]
    assert [id_ for id_, bought in drugs.items() if any(drug.fridge for drug in bought)] == ["huang-zhiqiang"]
    assert [id_ for id_, bought in drugs.items() if any(drug.stock == 0 for drug in bought)] == ["ma-guodong"]
    assert len({one.credential for one in residents()}) == len(residents()) == 12


def test_the_drugs_of_a_paper_last_for_its_days() -> None:
    for one in (*residents(), *neighbours()):
        for code, boxes in one.drugs:
            drug = drug_called(code)
            dose, frequency, *_ = one.takes(drug).split()
            often = {"qd": 1, "bid": 2, "tid": 3, "qid": 4, "qn": 1}[frequency]
            pieces = _number(dose) if dose[-1] in "粒吸丸片" else _number(dose) / _number(drug.strength.split(":")[-1])
            need = pieces * often * one.supply / drug.pack
            assert need * Decimal("0.85") <= boxes <= need + 1, (one.id, drug.zh, need, boxes)


def test_staff_of_every_role() -> None:
    roles = [row["role"] for row in city()["staff"]]
    assert {role: roles.count(role) for role in set(roles)} == {
        "doctor": 8,
        "pharmacist": 2,
        "sorter": 1,
        "courier": 1,
        "operator": 1,
        "ambassador": 3,
    }


def _number(text: str) -> Decimal:
    return Decimal("".join(letter for letter in text if letter in "0123456789."))
