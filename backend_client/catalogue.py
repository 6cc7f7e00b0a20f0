"""What can be ordered and from whom: staff, departments, compounds, formulary, prices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import partial
from typing import TypeVar, cast, get_args

from backend_client.answers import log
from backend_client.codes import Codes
from backend_client.current import name_of
from backend_client.errors import Invalid, NotFound, Unintelligible
from backend_client.models import Area, Compound, Department, Drug, Listed, Role, Staff
from backend_client.rest import WHOLE, Rest
from backend_client.shapes import code_of, codes_of, each, extended, fen, one, target_id, whole, word
from backend_client.times import times_of
from backend_client.translations import names_of
from backend_client.wire import Json

ROLES: tuple[Role, ...] = get_args(Role)
T = TypeVar("T")


# people who work
async def staff(rest: Rest, role: Role) -> Listed[Staff]:
    return await _roles(rest, {"role": f"{rest.codes.system('role')}|{role}"})


async def doctors(rest: Rest, department: str) -> Listed[Staff]:
    role = f"{rest.codes.system('role')}|doctor"
    return await _roles(rest, {"role": role, "organization": f"Organization/{department}"})


async def _roles(rest: Rest, params: dict[str, str]) -> Listed[Staff]:
    roles = await rest.search("PractitionerRole", params, WHOLE)
    ids = sorted({target_id(role, "practitioner") for role in roles} - {""})
    people = await rest.search("Practitioner", {"_id": ",".join(ids)}) if ids else []
    by_id = {person["id"]: person for person in people}

    def made(role: Json) -> Staff | None:
        if _ended(rest, role):
            return None
        return staff_of(rest.codes, role, by_id.get(target_id(role, "practitioner"), {}), rest.zone)

    found = _each(roles, made)
    return _listed(sorted(found, key=lambda one: one.id), found.left_out)


def _each(items: Sequence[Json], made: Callable[[Json], T | None]) -> Listed[T]:
    """Each by itself: one that cannot be used leaves the others; None is one that is not for us."""
    kept: dict[str, T] = {}
    left_out: list[str] = []
    for item in items:
        id = word(item, "id")
        try:
            one = made(item) if id else None
        except (Unintelligible, Invalid, AttributeError, KeyError, TypeError, ValueError) as error:
            log.error("an entry of a list cannot be used: %s", type(error).__name__)
            left_out.append(id)
            continue
        if one is not None:
            kept[id] = one
        elif not id:
            left_out.append("?")
    return _listed(kept.values(), left_out)


def _listed(items: Iterable[T], left_out: Iterable[str]) -> Listed[T]:
    listed = Listed(items)
    listed.left_out = tuple(left_out)
    return listed


async def role(rest: Rest, id: str) -> Staff:
    """One registration as it stands now, also one that has ended (R18). NotFound("no-such-role") without one."""
    try:
        found = await rest.read(f"PractitionerRole/{id}")
    except NotFound as error:
        raise NotFound("no-such-role", error.detail) from error
    practitioner = target_id(found, "practitioner")
    person = await rest.read(f"Practitioner/{practitioner}") if practitioner else {}
    made = staff_of(rest.codes, found, person, rest.zone)
    if made is None:
        raise NotFound("no-such-role", "of no kind that this release knows")
    return replace(made, ended=_ended(rest, found))


def _ended(rest: Rest, role: Json) -> bool:
    """Not active, or today is outside its period; a month or year counts whole, and so does its last day."""
    start, end = (word(role, "period", name)[:10] for name in ("start", "end"))
    today = rest.today()
    return role.get("active") is False or today[: len(start)] < start or today[: len(end)] > end


def staff_of(codes: Codes, role: Json, person: Json, zone: tzinfo = UTC) -> Staff | None:
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
        public=_nickname(person) if found == "ambassador" else "",
        times=times_of(role, zone),
    )


def _nickname(person: Json) -> str:
    return next((word(one, "text") for one in each(person, "name") if one.get("use") == "nickname"), "")


# places
async def departments(rest: Rest) -> Listed[Department]:
    wanted = {"type": "http://terminology.hl7.org/CodeSystem/organization-type|dept"}
    found = await rest.search("Organization", wanted, WHOLE)
    return _each([one for one in found if one.get("active") is not False], partial(_department, rest.codes))


def _department(codes: Codes, item: Json) -> Department:
    return Department(
        id=str(item["id"]),
        specialty=next(iter(codes_of(each(item, "type"), codes.system("specialty"))), ""),
        names=_named(item, "name"),
        hospital=target_id(item, "partOf"),
    )


async def compounds(rest: Rest) -> Listed[Compound]:
    return _each(await _located(rest, "compound"), partial(_compound, rest.codes))


async def _located(rest: Rest, kind: str) -> list[Json]:
    own = rest.codes.id(kind)
    found = await rest.search("Location", {"status": "active"}, WHOLE)
    return [item for item in found if any(one.get("system") == own for one in each(item, "identifier"))]


def _compound(codes: Codes, item: Json) -> Compound:
    gate = str(extended(item, codes.extension("gate")) or "")
    return Compound(str(item["id"]), _named(item, "name"), gate, target_id(item, "partOf"))


async def areas(rest: Rest) -> Listed[Area]:
    """Who lies in himself, on however long a way, is left without what he lies in, and is told."""
    found = _each(await _located(rest, "area"), _area)
    within = {one.id: one.within for one in found}
    turning = [one.id for one in found if _turns(one.id, within)]
    kept = (replace(one, within="") if one.id in turning else one for one in found)
    return _listed(kept, (*found.left_out, *turning))


def _area(item: Json) -> Area:
    return Area(str(item["id"]), _named(item, "name"), target_id(item, "partOf"))


def _turns(id: str, within: Mapping[str, str]) -> bool:
    """Whether going up from this area leads back to it."""
    above, seen = within.get(id, ""), set[str]()
    while above and above not in seen:
        seen.add(above)
        above = within.get(above, "")
    return id in seen


def _named(item: Json, name: str) -> dict[str, str]:
    """Unintelligible for what nobody could read on a button."""
    if not (names := names_of(item, name)):
        raise Unintelligible("no-name")
    return names


# drugs
async def formulary(rest: Rest) -> Listed[Drug]:
    return _each(await rest.search("Medication", {"status": "active"}, WHOLE), partial(drug_of, rest.codes))


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
    code: Json = item.get("code", {})
    if not (own := code_of(code, codes.system("drug"))):
        raise Unintelligible("no-code")
    return Drug(
        code=own,
        names=_named(code, "text"),
        strength=text("strength"),
        pack=whole(extended(item, codes.extension("pack")), "value"),
        form=word(item, "form", "text"),
        price_fen=fen(price) if price else 0,
        controlled=extended(item, codes.extension("controlled")) is True,
        flagged=extended(item, codes.extension("flagged")) is True,
        fridge=extended(item, codes.extension("fridge")) is True,
        insurance_class=text("insurance-class"),
        stock=stock if isinstance(stock, int) else whole(stock, "value"),
        sig=text("sig"),
    )
