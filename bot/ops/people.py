"""Accounts: language, consent, the patients a person may act for, mandates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot import rules
from bot.decoding import jsonable
from bot.dialog import FLOWS, Refused
from bot.intents import people as intents
from bot.model import Command, Dialog, Json, Mandate, Origin, Person, RoleBinding
from bot.model.names import Names, known_as
from bot.ops import desks
from bot.ops.alone import see_to
from bot.ops.apart import helpers_for, name_for, names_for
from bot.ops.drafts import erased
from bot.ops.halted import inherits
from bot.ops.handing import card_of
from bot.ops.lent import ambassador_of
from bot.ops.registry import Act, does, role_of
from bot.ops.rights import (
    account_in,
    accounts_of,
    brief_in,
    brief_of,
    mandate_in,
    mark,
    own_orders,
    own_patient,
    patient_in,
    records_of,
    rights_of,
    rights_to,
)
from bot.render.large import in_large, is_large
from bot.turn import Turn
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
        if draft.flow in FLOWS and FLOWS[draft.flow].consent:
            act.turn.put(erased(draft))


@does(intents.language)
async def language(act: Act, lang: str) -> None:
    me = await act.me()
    act.turn.put(replace(me, lang=in_large(lang, is_large(me.lang))))


@does(intents.plainly)
async def plainly(act: Act, on: bool) -> None:
    me = await act.me()
    act.turn.put(replace(me, lang=in_large(me.lang, on)))


@does(intents.reads_plainly)
async def reads_plainly(act: Act) -> bool:
    return is_large((await act.me()).lang)


@does(intents.i_am)
async def i_am(act: Act, patient: PatientView) -> None:
    needs_no_guardian(act.turn, patient)
    if set(await accounts_of(act.turn, patient.id)) - {act.who}:
        raise Refused("held")  # another phone has it: that one is asked first (bot/ops/claims.py)
    await becomes(act.turn, act.who, patient)


def needs_no_guardian(turn: Turn, patient: PatientView) -> None:
    """R7, R13: under 14 nobody acts for himself on a phone of his own. Refused("guardian")."""
    if rules.under_age(patient.birth_date, turn.today):
        raise Refused("guardian")


async def becomes(turn: Turn, account: int, patient: PatientView) -> None:
    """From now on this account is the patient, and no other one is."""
    for old in set(await accounts_of(turn, patient.id)) - {account}:
        for order in await own_orders(turn, old):  # they follow her; the old phone sees no more of them
            placed_by = account if order.placed_by == old else order.placed_by
            turn.put(replace(order, patient_account=account, placed_by=placed_by))
            await _take_away(turn, order.no, old)
        before = await turn.person(old)
        kept = {name: value for name, value in before.facts.items() if name != "self"}
        hers = ("patient", turn.marked(patient.id))
        roles = tuple(b for b in before.roles if (b.role, turn.marked(b.id)) != hers)
        turn.put(replace(before, facts=kept, roles=roles))
    me = with_role(await turn.person(account), RoleBinding("patient", turn.marked(patient.id), ""))
    turn.put(replace(me, facts={**me.facts, "self": jsonable(patient)}))
    turn.note("", f"person:{account}", "identity-proved", patient.id)
    await inherits(turn, account, mark(turn, patient.id))
    for record in records_of(patient):  # what the hospital's counter entered before she was here
        asked = intents.orders_of(record)
        turn.command(Command(f"hers:{turn.new_id()}", f"hers:{account}", asked.name, asked.args, Origin()))


async def _take_away(turn: Turn, order: str, old: int) -> None:
    """Her cards of this order are no more on the phone that she had before."""
    own = [await card_of(turn, f"{card}:{order}", old) for card in ("pay", "received")]
    for key in (f"card:{order}:{old}", *own):
        if await turn.standing(key) is not None:
            turn.post(key, old, None, card=True)


@does(intents.me)
async def me_(act: Act) -> MeView:
    me = await act.me()
    acts = await rights_of(act.turn, act.who)
    return MeView(
        await own_patient(act.turn, act.who),
        bool(me.facts.get("consent")),
        me.facts.get("compound", ""),
        tuple(binding.id for binding in me.roles if binding.role == "serves"),
        tuple(binding.role for binding in me.roles if binding.role not in ("patient", "serves")),
        bool(acts),
    )


@does(intents.patients)
async def patients(act: Act) -> tuple[ActsForView, ...]:
    rights = {patient_in(right).id: right for right in reversed(await rights_of(act.turn, act.who))}
    found = [(right, patient_in(right)) for right in reversed(rights.values())]  # two mandates for one record: once
    called = await names_for(act.turn, act.who, [one for _, one in found])
    return tuple(
        ActsForView(
            one.id,
            one.name,
            mandate_in(right),
            one,
            called[one.id],
            act.turn.marked(one.id),
            right.by == "self",
            home_of(act.turn, one),
        )
        for right, one in found
    )


def home_of(turn: Turn, patient: PatientView) -> str:
    """The same for all who live at one address, and nothing of it can be read back; "" where it is not known."""
    return turn.blind("home", patient.building, patient.address)[:12] if patient.address else ""


@does(intents.operators)
async def operators(act: Act, compound: str) -> OperatorsView:
    people = tuple(person.id for person in await act.turn.find(Person, role="operator"))
    return OperatorsView(people, compound_names(act.turn, compound))


def compound_names(turn: Turn, compound: str) -> Names:
    """By language, for a sentence whose reader is not known yet."""
    return known_as(turn.services.catalogue().compound(compound).names, compound)


@does(intents.account)
async def account(act: Act, patient: str) -> int:
    return next(iter(await accounts_of(act.turn, patient)), 0)


@does(intents.require_role)
async def require_role(act: Act, role: str) -> RoleView:
    binding = role_of(await act.me(), role)
    return RoleView(binding.id, binding.name, binding.department)


@does(intents.serving)
async def serving(act: Act, compound: str) -> HelperView | None:
    account = await ambassador_of(act.turn, compound)
    return HelperView(account, role_of(await act.turn.person(account), "ambassador").name) if account else None


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
    own = await own_patient(act.turn, act.who)
    if own is None or act.turn.marked(own.id) != act.turn.marked(row.patient):
        raise Refused("not-for-you")
    if drop:
        act.turn.drop(row)
    helper = role_of(await act.turn.person(row.ambassador), "ambassador")
    return MandateAskedView(row.ambassador, helper.id, helper.name, row.until, brief_of(row.facts["patient"]))


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
    if row.active:
        await inherits(act.turn, ambassador, mark(act.turn, patient.id))


@does(intents.end_mandate)
async def end_mandate(act: Act, mandate: str) -> EndedMandateView:
    row = await act.turn.get(Mandate, mandate)
    own = await own_patient(act.turn, act.who)
    if row is None and own and (right := await desks.of_consent(act.turn, own.id, mandate)):
        desks.end(act.turn, right, f"person:{act.who}")
        desk = await desks.account_of(act.turn, desks.role_in(right))
        return EndedMandateView(desk, act.who, own.name, desks.name_in(right), own.known_as)
    if row is None or not row.active:
        raise Refused("already-ended")
    if act.who != row.ambassador and (own is None or act.turn.marked(own.id) != act.turn.marked(row.patient)):
        raise Refused("not-for-you")
    return await ended(act, row)


async def ended(act: Act, row: Mandate) -> EndedMandateView:
    """Over from now on, with every other one of theirs; whoever calls has looked who asks for it."""
    alike = await act.turn.find(Mandate, ambassador=row.ambassador, patient=row.patient)
    over = [one for one in alike if one.active]  # of a record that was merged there may be two
    for one in over:
        act.turn.put(replace(one, active=False, until=min(one.until, act.turn.today)))
    act.turn.note("", f"person:{act.who}", "mandate-ended", row.patient)
    patient = brief_of(brief_in(row))
    await see_to(act.turn, mark(act.turn, patient.id))
    ambassador = role_of(await act.turn.person(row.ambassador), "ambassador")
    resident = next(iter(await accounts_of(act.turn, patient.id)), 0)
    called = await name_for(act.turn, row.ambassador, patient)
    return EndedMandateView(
        row.ambassador,
        resident,
        patient.name,
        ambassador.name,
        called,
        tuple(one.id for one in over if one.id != row.id),
    )


@does(intents.mandates)
async def mandates(act: Act) -> tuple[MandateRowView, ...]:
    turn = act.turn
    own = await own_patient(turn, act.who)
    mine = [right for right in (await rights_to(turn, own.id) if own else ()) if right.by == "mandate"]
    theirs = [(right, patient_in(right)) for right in await rights_of(turn, act.who) if right.by == "mandate"]
    helpers = await helpers_for(turn, [account_in(right) for right in mine])
    called = await names_for(turn, act.who, [patient for _, patient in theirs])
    rows = [(right, True, *helpers[account_in(right)]) for right in mine]
    if own:  # a neighbours' desk that she let choose for her by telephone
        rows += [(right, True, desks.name_in(right), {}) for right in await desks.rights_of_desks(turn, own.id)]
    rows += [(right, False, patient.name, called[patient.id]) for right, patient in theirs]
    return tuple(MandateRowView(mandate_in(right), own_, name, right.until, names) for right, own_, name, names in rows)
