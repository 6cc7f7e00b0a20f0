"""What can be ordered and from whom: staff, departments, compounds, formulary, prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast, get_args

from backend_client.codes import Codes
from backend_client.current import name_of
from backend_client.errors import NotFound
from backend_client.models import Compound, Department, Drug, Role, Staff
from backend_client.rest import Rest
from backend_client.shapes import code_of, codes_of, each, extended, fen, one, target_id, whole, word
from backend_client.translations import names_of
from backend_client.wire import Json

ROLES: tuple[Role, ...] = get_args(Role)


# people who work
async def staff(rest: Rest, role: Role) -> tuple[Staff, ...]:
    return await _roles(rest, {"role": f"{rest.codes.system('role')}|{role}"})


async def doctors(rest: Rest, department: str) -> tuple[Staff, ...]:
    role = f"{rest.codes.system('role')}|doctor"
    return await _roles(rest, {"role": role, "organization": f"Organization/{department}"})


async def _roles(rest: Rest, params: dict[str, str]) -> tuple[Staff, ...]:
    roles = [role for role in await rest.search("PractitionerRole", params) if not _ended(rest, role)]
    ids = sorted({target_id(role, "practitioner") for role in roles} - {""})
    people = await rest.search("Practitioner", {"_id": ",".join(ids)}) if ids else []
    by_id = {person["id"]: person for person in people}
    made = [staff_of(rest.codes, role, by_id.get(target_id(role, "practitioner"), {})) for role in roles]
    return tuple(sorted((found for found in made if found), key=lambda found: found.id))


async def role(rest: Rest, id: str) -> Staff:
    """One registration as it stands now, also one that has ended (R18). NotFound("no-such-role") without one."""
    try:
        found = await rest.read(f"PractitionerRole/{id}")
    except NotFound as error:
        raise NotFound("no-such-role", error.detail) from error
    practitioner = target_id(found, "practitioner")
    person = await rest.read(f"Practitioner/{practitioner}") if practitioner else {}
    made = staff_of(rest.codes, found, person)
    if made is None:
        raise NotFound("no-such-role", "of no kind that this release knows")
    return replace(made, ended=_ended(rest, found))


def _ended(rest: Rest, role: Json) -> bool:
    """Not active, or today is outside its period; a month or year counts whole, and so does its last day."""
    start, end = (word(role, "period", name)[:10] for name in ("start", "end"))
    today = rest.today()
    return role.get("active") is False or today[: len(start)] < start or today[: len(end)] > end


def staff_of(codes: Codes, role: Json, person: Json) -> Staff | None:
    """None for a role that this release does not know."""
    found = next((code for code in codes_of(each(role, "code"), codes.system("role")) if code in ROLES), None)
    if found is None:
        return None
    name = one(person, "name")
    return Staff(
        id=str(role["id"]),
        role=cast("Role", found),
        name=name_of(person) or word(role, "practitioner", "display"),
        names=names_of(name, "text"),
        department=target_id(role, "organization"),
        locations=tuple(target_id(item) for item in each(role, "location")),
        practitioner=target_id(role, "practitioner"),
    )


# places
async def departments(rest: Rest) -> tuple[Department, ...]:
    found = await rest.search("Organization", {"type": "http://terminology.hl7.org/CodeSystem/organization-type|dept"})
    return tuple(_department(rest.codes, item) for item in found if item.get("active") is not False)


def _department(codes: Codes, item: Json) -> Department:
    return Department(
        id=str(item["id"]),
        specialty=next(iter(codes_of(each(item, "type"), codes.system("specialty"))), ""),
        names=names_of(item, "name"),
        hospital=target_id(item, "partOf"),
    )


async def compounds(rest: Rest) -> tuple[Compound, ...]:
    found = await rest.search("Location", {"status": "active"})
    return tuple(
        Compound(
            id=str(item["id"]),
            names=names_of(item, "name"),
            gate=str(extended(item, rest.codes.extension("gate")) or ""),
        )
        for item in found
        if any(one.get("system") == rest.codes.id("compound") for one in each(item, "identifier"))
    )


# drugs
async def formulary(rest: Rest) -> tuple[Drug, ...]:
    found = await rest.search("Medication", {"status": "active"})
    return tuple(drug_of(rest.codes, item) for item in found)


async def prices(rest: Rest, drugs: Sequence[str]) -> dict[str, int]:
    """Fen a box of each drug that the formulary has a price for."""
    system = rest.codes.system("drug")
    wanted = ",".join(f"{system}|{code}" for code in sorted(set(drugs)) if code)
    if not wanted:
        return {}
    items = await rest.search("Medication", {"code": wanted})
    found = (drug_of(rest.codes, item) for item in items if extended(item, rest.codes.extension("price")))
    return {drug.code: drug.price_fen for drug in found}


def drug_of(codes: Codes, item: Json) -> Drug:
    def text(name: str) -> str:
        return str(extended(item, codes.extension(name)) or "")

    price = extended(item, codes.extension("price"))
    stock = extended(item, codes.extension("stock"))
    code = item.get("code", {})
    return Drug(
        code=code_of(code, codes.system("drug")),
        names=names_of(code, "text"),
        strength=text("strength"),
        pack=whole(extended(item, codes.extension("pack")), "value"),
        form=word(item, "form", "text"),
        price_fen=fen(price) if price else 0,
        controlled=extended(item, codes.extension("controlled")) is True,
        fridge=extended(item, codes.extension("fridge")) is True,
        insurance_class=text("insurance-class"),
        stock=stock if isinstance(stock, int) else whole(stock, "value"),
        sig=text("sig"),
    )
