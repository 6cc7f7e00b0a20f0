"""Accounts: language, consent, the patients a person may act for, mandates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialog import Refused
from bot.model import Dialog, Json, Mandate, Order, Person, RoleBinding
from bot.ops.registry import Act, op, role_of


def self_patient(person: Person) -> Mapping[str, Any] | None:
    """The patient this account proved to be, None before that."""
    return person.facts.get("self")


async def account_of(act_or_turn: Any, patient: str) -> int:
    """The account that proved to be this patient, 0 where the patient has none here (a person with no phone)."""
    turn = getattr(act_or_turn, "turn", act_or_turn)
    found = await turn.find(Person, role="patient", role_id=patient)
    return found[0].id if found else 0


async def permitted(act: Act, patient: str) -> Mandate | None:
    """The mandate by which the acting person may act for ``patient`` today; None for the patient himself.

    The only way an operation gets to act for a patient. Refused("no-mandate") / ("mandate-over") otherwise.
    """
    me = await act.me()
    own = self_patient(me)
    if own and own["id"] == patient:
        return None
    mandates = [m for m in await act.turn.find(Mandate, ambassador=act.who, patient=patient) if m.active]
    if not mandates:
        raise Refused("no-mandate")
    if mandates[0].until < act.turn.today:
        raise Refused("mandate-over")
    return mandates[0]


def with_role(person: Person, binding: RoleBinding) -> Person:
    kept = tuple(b for b in person.roles if (b.role, b.id) != (binding.role, binding.id))
    return replace(person, roles=(*kept, binding))


@op("remember")
async def remember(act: Act, **facts: Json) -> Json:
    """Keep plain facts of the acting person: compound, name to show, consent."""
    me = await act.me()
    act.turn.put(replace(me, facts={**me.facts, **facts}))
    if "consent" in facts:
        act.turn.note("", f"person:{act.who}", "consent-given" if facts["consent"] else "consent-withdrawn")
    return None


@op("forget_drafts")
async def forget_drafts(act: Act) -> Json:
    """R13: with the consent goes what was filled in under it; its old buttons answer that they are old."""
    for draft in await act.turn.find(Dialog, person=act.who, state=("open", "parked")):
        if draft.flow in ("refill", "visit"):
            act.turn.put(replace(draft, state="done", step="", kind="", prompt="", journal="", args={}))
    return None


@op("language")
async def language(act: Act, lang: str) -> Json:
    act.turn.put(replace(await act.me(), lang=lang))
    return None


@op("i_am")
async def i_am(act: Act, patient: Mapping[str, Any]) -> Json:
    """The account proved to be this patient; another account that held the patient loses it (a new phone)."""
    old = await account_of(act, patient["id"])
    if old and old != act.who:
        before = await act.turn.person(old)
        kept = {name: value for name, value in before.facts.items() if name != "self"}
        roles = tuple(b for b in before.roles if (b.role, b.id) != ("patient", patient["id"]))
        act.turn.put(replace(before, facts=kept, roles=roles))
        await _hand_orders_on(act, old)
    me = with_role(await act.me(), RoleBinding("patient", patient["id"], ""))
    act.turn.put(replace(me, facts={**me.facts, "self": dict(patient)}))
    act.turn.note("", f"person:{act.who}", "identity-proved", patient["id"])
    return None


async def _hand_orders_on(act: Act, old: int) -> None:
    """Her orders follow her to the new phone; the old one sees no more of them."""
    for order in await act.turn.find(Order, patient_account=old):
        placed_by = act.who if order.placed_by == old else order.placed_by
        act.turn.put(replace(order, patient_account=act.who, placed_by=placed_by))


@op("me")
async def me_(act: Act) -> Json:
    """What flows ask of the acting person: proved or not, consent, compound, roles."""
    me = await act.me()
    return {
        "self": self_patient(me),
        "consent": bool(me.facts.get("consent")),
        "compound": me.facts.get("compound", ""),
        "serves": [binding.id for binding in me.roles if binding.role == "serves"],
        "roles": [binding.role for binding in me.roles if binding.role not in ("patient", "serves")],
    }


@op("patients")
async def patients(act: Act) -> Json:
    """Everybody the person may order for today, himself first: [{id, name, mandate, brief}]."""
    me = await act.me()
    own = self_patient(me)
    found = [{"id": own["id"], "name": own["name"], "mandate": "", "brief": own}] if own else []
    for mandate in await act.turn.find(Mandate, ambassador=act.who):
        if mandate.active and mandate.until >= act.turn.today:
            brief = mandate.facts["brief"]
            found.append({"id": mandate.patient, "name": brief["name"], "mandate": mandate.id, "brief": brief})
    return found


@op("may_act_for")
async def may_act_for(act: Act, patient: str) -> Json:
    mandate = await permitted(act, patient)
    return {"mandate": mandate.id if mandate else "", "account": await account_of(act, patient)}


@op("operators")
async def operators(act: Act, compound: str) -> Json:
    """Accounts of the operators, for their private chats, and the compound's name: {people, compound}."""
    place = act.turn.room.catalogue().compound(compound)
    names = {"zh-CN": place.name_zh or place.id, "en": place.name_en or place.name_zh or place.id}
    return {"people": [person.id for person in await act.turn.find(Person, role="operator")], "compound": names}


@op("account")
async def account(act: Act, patient: str) -> Json:
    return await account_of(act, patient)


@op("ask_mandate")
async def ask_mandate(act: Act, patient: Mapping[str, Any], until: str) -> Json:
    """A question to the resident, kept as an inactive mandate until she answers on her own phone."""
    id = f"ask-{act.turn.new_id()}"
    act.turn.put(Mandate(id, act.who, patient["id"], until, False, {"patient": dict(patient)}))
    return id


@op("mandate_asked")
async def mandate_asked(act: Act, asked: str, drop: bool = False) -> Json:
    """What was asked of the acting resident; Refused when it was answered before or is somebody else's."""
    row = await act.turn.get(Mandate, asked)
    if row is None:
        raise Refused("already-answered")
    own = self_patient(await act.me())
    if own is None or own["id"] != row.patient:
        raise Refused("not-for-you")
    if drop:
        act.turn.drop(row)
    helper = role_of(await act.turn.person(row.ambassador), "ambassador")
    return {
        "ambassador": row.ambassador,
        "role": helper.id,
        "helper": helper.name,
        "until": row.until,
        "patient": row.facts["patient"],
    }


@op("keep_mandate")
async def keep_mandate(
    act: Act, mandate: Mapping[str, Any], ambassador: int, patient: Mapping[str, Any], asked: str = ""
) -> Json:
    """The hospital recorded the Consent: from now on the ambassador may act (checked again before each act)."""
    question = await act.turn.get(Mandate, asked) if asked else None
    if question is not None:
        act.turn.drop(question)
    old = await act.turn.get(Mandate, mandate["id"])
    row = Mandate(
        mandate["id"],
        ambassador,
        patient["id"],
        mandate["until"],
        bool(mandate["active"]),
        {"name": patient["name"], "brief": dict(patient)},
        old.version if old else 0,
    )
    act.turn.put(row)
    act.turn.note("", f"person:{act.who}", "mandate-granted" if row.active else "mandate-ended", patient["id"])
    return None


@op("end_mandate")
async def end_mandate(act: Act, mandate: str) -> Json:
    """Both sides may end it; it counts from this commit, the hospital hears of it afterwards."""
    row = await act.turn.get(Mandate, mandate)
    if row is None or not row.active:
        raise Refused("already-ended")
    own = self_patient(await act.me())
    if act.who != row.ambassador and (own is None or own["id"] != row.patient):
        raise Refused("not-for-you")
    act.turn.put(replace(row, active=False))
    act.turn.note("", f"person:{act.who}", "mandate-ended", row.patient)
    ambassador = await act.turn.person(row.ambassador)
    return {
        "ambassador": row.ambassador,
        "account": await account_of(act, row.patient),
        "name": row.facts["name"],
        "helper": role_of(ambassador, "ambassador").name,
    }


@op("mandates")
async def mandates(act: Act) -> Json:
    """Who may act for me, and for whom I may act: [{id, mine, name, until}]."""
    own = self_patient(await act.me())
    rows: list[Json] = []
    if own:
        for row in await act.turn.find(Mandate, patient=own["id"]):
            helper = await act.turn.person(row.ambassador)
            rows.append(
                {
                    "id": row.id,
                    "mine": True,
                    "name": role_of(helper, "ambassador").name,
                    "until": row.until,
                    "active": row.active,
                }
            )
    for row in await act.turn.find(Mandate, ambassador=act.who):
        rows.append({"id": row.id, "mine": False, "name": row.facts["name"], "until": row.until, "active": row.active})
    return [row for row in rows if row.pop("active") and row["until"] >= act.turn.today]
