"""It stands 9: a list counts where all of it came; one entry that cannot be used leaves the others."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client import catalogue
from backend_client.errors import Unintelligible
from backend_client.transport import Response
from tests.backend_client.wire_fakes import BASE, Script, ok, rest_over
from tests.backend_client.world import CODES

NS = "https://medrelay.example/fhir"


def drug(code: str, **more: Any) -> dict[str, Any]:
    coding = [{"system": CODES.system("drug"), "code": code}] if code else []
    named = {"text": f"药{code}"} if code else {}
    return {"resourceType": "Medication", "id": f"med-{code or 'x'}", "status": "active",
            "code": {"coding": coding, **named}, **more}  # fmt: skip


def priced(code: str, money: Any) -> dict[str, Any]:
    return drug(code, extension=[{"url": CODES.extension("price"), "valueMoney": money}])


def bundle(*found: Any, said: str = "", following: str = "", **more: Any) -> Response:
    links = [{"relation": name, "url": f"{BASE}/Medication{url}"} for name, url in
             (("self", said), ("next", following)) if url]  # fmt: skip
    return ok({"resourceType": "Bundle", "link": links, "entry": [{"resource": one} for one in found], **more})


async def codes(*answers: Response) -> list[str]:
    return [one.code for one in await catalogue.formulary(rest_over(Script(*answers)))]


ALL = "?status=active&_count=200"


@pytest.mark.parametrize(
    "answers",
    [
        (bundle(drug("a"), drug("b")),),
        (bundle(drug("a"), drug("b"), total=2, said=ALL),),
        (bundle(drug("a"), said=ALL, following="?page=2", total=2), bundle(drug("b"), said="?page=2", total=2)),
        (bundle(drug("a"), drug("b"), said="?status=active&_sort=_id&ct=xyz", total=2),),
        (bundle(drug("a"), drug("b"), said=f"?status={NS}|active".replace("|", "%7C")),),
        (bundle(drug("a"), drug("b"), drug("a"), total=2),),
        (bundle(drug("a"), drug("b"), said="?_count=200"),),
    ],
    ids=[
        "says nothing",
        "agrees",
        "two pages",
        "words of its own",
        "written otherwise",
        "one twice",
        "deaf, chosen here",
    ],
)
async def test_a_whole_list_is_taken(answers: tuple[Response, ...]) -> None:
    assert await codes(*answers) == ["a", "b"]


@pytest.mark.parametrize(
    "answers",
    [
        (bundle(drug("a"), total=2),),
        (bundle(drug("a"), following="?page=2", total=3), bundle(drug("b"), total=3)),
        (bundle(total=1),),
        (bundle(drug("a"), said="?status=active&code=insulin"),),
        (bundle(drug("a"), said="?status=inactive"),),
    ],
    ids=["fewer than it has", "a page is missing", "none of one", "narrower than asked", "another question"],
)
async def test_a_part_or_an_answer_to_something_else_is_no_list(answers: tuple[Response, ...]) -> None:
    with pytest.raises(Unintelligible):
        await codes(*answers)


BAD = {
    "money of no number": priced("z", {"value": "viel", "currency": "CNY"}),
    "another currency": priced("z", {"value": 3, "currency": "JPY"}),
    "a part of a fen": priced("z", {"value": 0.001, "currency": "CNY"}),
    "no code": drug(""),
    "no name": {**drug("z"), "code": {"coding": [{"system": CODES.system("drug"), "code": "z"}]}},
    "a code that is a word": {**drug("z"), "code": "z"},
    "no id": {name: value for name, value in drug("z").items() if name != "id"},
}


@pytest.mark.parametrize("what", BAD)
async def test_one_drug_that_cannot_be_used_is_left_out_and_named(what: str) -> None:
    found = await catalogue.formulary(rest_over(Script(bundle(drug("a"), BAD[what], drug("b"), total=3))))
    assert [one.code for one in found] == ["a", "b"]
    assert found.left_out == (str(BAD[what].get("id", "?")),)


async def test_departments_compounds_and_staff_too() -> None:
    dept = {"resourceType": "Organization", "id": "d1", "name": "内科"}
    bad = {"resourceType": "Organization", "id": "d2", "name": {"a": 1}, "type": "x"}
    found = await catalogue.departments(rest_over(Script(ok(
        {"resourceType": "Bundle", "entry": [{"resource": {**one, "type": [{"coding": [
            {"system": "http://terminology.hl7.org/CodeSystem/organization-type", "code": "dept"}]}]}}
            for one in (dept, bad)]}))))  # fmt: skip
    assert [one.id for one in found] == ["d1"]
    assert found.left_out == ("d2",)
    where = {
        "resourceType": "Location",
        "status": "active",
        "identifier": [{"system": CODES.id("compound"), "value": "x"}],
    }
    places = await catalogue.compounds(
        rest_over(Script(bundle({**where, "id": "c1", "name": "幸福里"}, {**where, "id": "c2", "name": 7})))
    )
    assert ([one.id for one in places], places.left_out) == (["c1"], ("c2",))
    role = {
        "resourceType": "PractitionerRole",
        "code": [{"coding": [{"system": CODES.system("role"), "code": "doctor"}]}],
    }
    staff = await catalogue.staff(rest_over(Script(bundle({**role, "id": "p1"}, role))), "doctor")
    assert ([one.id for one in staff], staff.left_out) == (["p1"], ("?",))
