"""Accounts: language, consent, the patients a person may act for, mandates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.decoding import decoder, jsonable
from bot.dialog import Refused
from bot.draft import Turn
from bot.intents import people as intents
from bot.model import Dialog, Json, Mandate, Order, Person, RoleBinding
from bot.ops.registry import Act, does, role_of
from bot.views import (
    ActsForView,
    EndedMandateView,
    HelperView,
    MandateAskedView,
    MandateRowView,
    MandateView,
    MeView,
    OperatorsView,
    PatientView,
    RoleView,
)


def self_patient(person: Person) -> PatientView | None:
    """The patient this account proved to be, None before that."""
    own = person.facts.get("self")
    return _patient(own) if own else None


_patient = decoder(PatientView)


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
    if own and own.id == patient:
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


@does(intents.remember)
async def remember(act: Act, facts: Mapping[str, Json]) -> None:
    me = await act.me()
    act.turn.put(replace(me, facts={**me.facts, **facts}))
    if "consent" in facts:
        act.turn.note("", f"person:{act.who}", "consent-given" if facts["consent"] else "consent-withdrawn")


@does(intents.forget_drafts)
async def forget_drafts(act: Act) -> None:
    for draft in await act.turn.find(Dialog, person=act.who, state=("open", "parked")):
        if draft.flow in ("refill", "visit"):
            act.turn.put(replace(draft, state="done", step="", kind="", prompt="", journal="", args={}))


@does(intents.language)
async def language(act: Act, lang: str) -> None:
    act.turn.put(replace(await act.me(), lang=lang))


@does(intents.i_am)
async def i_am(act: Act, patient: PatientView) -> None:
    old = await account_of(act, patient.id)
    if old and old != act.who:
        before = await act.turn.person(old)
        kept = {name: value for name, value in before.facts.items() if name != "self"}
        roles = tuple(b for b in before.roles if (b.role, b.id) != ("patient", patient.id))
        act.turn.put(replace(before, facts=kept, roles=roles))
        await _hand_orders_on(act, old)
    me = with_role(await act.me(), RoleBinding("patient", patient.id, ""))
    act.turn.put(replace(me, facts={**me.facts, "self": jsonable(patient)}))
    act.turn.note("", f"person:{act.who}", "identity-proved", patient.id)


async def _hand_orders_on(act: Act, old: int) -> None:
    """Her orders follow her to the new phone; the old one sees no more of them."""
    for order in await act.turn.find(Order, patient_account=old):
        placed_by = act.who if order.placed_by == old else order.placed_by
        act.turn.put(replace(order, patient_account=act.who, placed_by=placed_by))


@does(intents.me)
async def me_(act: Act) -> MeView:
    me = await act.me()
    return MeView(
        self_patient(me),
        bool(me.facts.get("consent")),
        me.facts.get("compound", ""),
        tuple(binding.id for binding in me.roles if binding.role == "serves"),
        tuple(binding.role for binding in me.roles if binding.role not in ("patient", "serves")),
    )


@does(intents.patients)
async def patients(act: Act) -> tuple[ActsForView, ...]:
    own = self_patient(await act.me())
    found = [ActsForView(own.id, own.name, "", own)] if own else []
    for mandate in await act.turn.find(Mandate, ambassador=act.who):
        if _lasts(act.turn, mandate):
            brief = _patient(mandate.facts["brief"])
            found.append(ActsForView(mandate.patient, brief.name, mandate.id, brief))
    return tuple(found)


@does(intents.operators)
async def operators(act: Act, compound: str) -> OperatorsView:
    place = act.turn.room.catalogue().compound(compound)
    names = {"zh-CN": place.name_zh or place.id, "en": place.name_en or place.name_zh or place.id}
    return OperatorsView(tuple(person.id for person in await act.turn.find(Person, role="operator")), names)


@does(intents.account)
async def account(act: Act, patient: str) -> int:
    return await account_of(act, patient)


@does(intents.require_role)
async def require_role(act: Act, role: str) -> RoleView:
    binding = role_of(await act.me(), role)
    return RoleView(binding.id, binding.name, binding.department)


@does(intents.serving)
async def serving(act: Act, compound: str) -> HelperView | None:
    found = await act.turn.find(Person, role="serves", role_id=compound)
    return HelperView(found[-1].id, role_of(found[-1], "ambassador").name) if found else None


@does(intents.ask_mandate)
async def ask_mandate(act: Act, patient: PatientView, until: str) -> str:
    id = f"ask-{act.turn.new_id()}"
    act.turn.put(Mandate(id, act.who, patient.id, until, False, {"patient": jsonable(patient)}))
    return id


@does(intents.mandate_asked)
async def mandate_asked(act: Act, asked: str, drop: bool = False) -> MandateAskedView:
    row = await act.turn.get(Mandate, asked)
    if row is None:
        raise Refused("already-answered")
    own = self_patient(await act.me())
    if own is None or own.id != row.patient:
        raise Refused("not-for-you")
    if drop:
        act.turn.drop(row)
    helper = role_of(await act.turn.person(row.ambassador), "ambassador")
    return MandateAskedView(row.ambassador, helper.id, helper.name, row.until, _patient(row.facts["patient"]))


@does(intents.keep_mandate)
async def keep_mandate(act: Act, mandate: MandateView, ambassador: int, patient: PatientView, asked: str = "") -> None:
    question = await act.turn.get(Mandate, asked) if asked else None
    if question is not None:
        act.turn.drop(question)
    old = await act.turn.get(Mandate, mandate.id)
    row = Mandate(
        mandate.id,
        ambassador,
        patient.id,
        mandate.until,
        mandate.active,
        {"name": patient.name, "brief": jsonable(patient)},
        old.version if old else 0,
    )
    act.turn.put(row)
    act.turn.note("", f"person:{act.who}", "mandate-granted" if row.active else "mandate-ended", patient.id)


@does(intents.end_mandate)
async def end_mandate(act: Act, mandate: str) -> EndedMandateView:
    row = await act.turn.get(Mandate, mandate)
    if row is None or not row.active:
        raise Refused("already-ended")
    own = self_patient(await act.me())
    if act.who != row.ambassador and (own is None or own.id != row.patient):
        raise Refused("not-for-you")
    act.turn.put(replace(row, active=False))
    act.turn.note("", f"person:{act.who}", "mandate-ended", row.patient)
    ambassador = role_of(await act.turn.person(row.ambassador), "ambassador")
    resident = await account_of(act, row.patient)
    return EndedMandateView(row.ambassador, resident, row.facts["name"], ambassador.name)


@does(intents.mandates)
async def mandates(act: Act) -> tuple[MandateRowView, ...]:
    own = self_patient(await act.me())
    rows: list[MandateRowView] = []
    for row in await act.turn.find(Mandate, patient=own.id) if own else ():
        if _lasts(act.turn, row):
            helper = role_of(await act.turn.person(row.ambassador), "ambassador")
            rows.append(MandateRowView(row.id, True, helper.name, row.until))
    for row in await act.turn.find(Mandate, ambassador=act.who):
        if _lasts(act.turn, row):
            rows.append(MandateRowView(row.id, False, row.facts["name"], row.until))
    return tuple(rows)


def _lasts(turn: Turn, mandate: Mandate) -> bool:
    return mandate.active and mandate.until >= turn.today
