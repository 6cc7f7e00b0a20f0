"""Who may act for a patient: the only way by which any operation gets to one, and whom it concerns.

Until the next release people and mandates are also kept as the release before keeps them, and what stands there counts:
it may have been written by that release, should it have been put back meanwhile (ADR 28).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot import orders
from bot.decoding import decoder
from bot.dialog import Refused
from bot.model import AnyBut, Arrival, Due, Json, Mandate, Order, Outcome, Person, Right, Timer
from bot.ops.halted import is_gone
from bot.stages import FINAL
from bot.turn import Services, Turn, remembered
from bot.views import PatientView

brief_of = decoder(PatientView)
_AS_BEFORE = ("self", "mandate")  # what the release before knows, too
FAMILY = ("guardian", "family")  # approved by the hospital: bot/ops/family.py
ENDS = tuple(sorted(FINAL))
UNDER_WAY = AnyBut(ENDS)
RECENT = 10  # ended orders of an account or a patient that are looked at, of each way to end
_AT_ONCE = 200  # orders of the release before that are marked in one commit


async def patient_for(turn: Turn, account: int, patient: str) -> Right:
    """The right by which this account may act for this patient today, his own before any other.

    Refused("no-mandate"), or ("mandate-over") where it has run out.
    """
    whom = mark(turn, patient)
    found = [r for r in await _of(turn, account) if r.patient == whom or patient in patient_in(r).formerly]
    lasting = [right for right in found if lasts(turn, right) and sees_all(right)]
    if not lasting:
        raise Refused("mandate-over" if found else "no-mandate")
    return min(lasting, key=_own_first)


async def rights_of(turn: Turn, account: int) -> list[Right]:
    """All by which this account may act for somebody today, himself first; for nobody whose record is closed."""
    lasting = await lasting_rights(turn, account)
    found = [right for right in lasting if is_open(patient_in(right)) and sees_all(right)]
    return [right for right in found if right.by != "self" or not await is_gone(turn, right.patient)]


async def every_right(turn: Turn, account: int) -> Sequence[Right]:
    """The same, with those that wait for somebody's yes, that are over, or that show the stage only."""
    return await _of(turn, account)


@remembered
async def lasting_rights(turn: Turn, account: int) -> Sequence[Right]:
    """The same, with those to a closed record: it may be opened again."""
    return tuple(sorted([right for right in await _of(turn, account) if lasts(turn, right)], key=_own_first))


@remembered
async def rights_to(turn: Turn, patient: str) -> Sequence[Right]:
    """All by which somebody may act for this patient today, herself first."""
    return tuple(sorted([right for right in await _to(turn, patient) if lasts(turn, right)], key=_own_first))


def is_open(patient: PatientView) -> bool:
    """Neither closed by the hospital nor by a death."""
    return patient.active and not patient.deceased


def records_of(patient: PatientView) -> tuple[str, ...]:
    """Under which a patient's own things may stand: the record, and those that were merged into it."""
    return (patient.id, *patient.formerly)


def lasts(turn: Turn, right: Right) -> bool:
    """Approved, and not over: ``until`` is the last day."""
    return right.approved > 0 and (not right.until or right.until >= turn.today)


def sees_all(right: Right) -> bool:
    """A relative may have been let see only where an order is."""
    return scope_of(right) == "all"


def scope_of(right: Right) -> str:
    return str(right.sealed.get("scope", "all"))


def _own_first(right: Right) -> bool:
    return right.by != "self"


def mark(turn: Turn, patient: str) -> str:
    """A patient as rights and orders know him: found again, never read back."""
    return turn.blind("patient", patient)


def account_in(right: Right) -> int:
    return int(right.sealed["account"])


def mandate_in(right: Right) -> str:
    """The Consent's id; "" for every other right."""
    return str(right.sealed.get("mandate", ""))


def patient_in(right: Right) -> PatientView:
    return brief_of(right.sealed["patient"])


# ---------------------------------------------------------------- whom an order concerns


async def residents(turn: Turn, order: Order) -> tuple[int, ...]:
    """The accounts that are the order's patient; none for a person with no phone."""
    return await accounts_of(turn, orders.patient_of(order).get("id", ""))


@remembered
async def accounts_of(turn: Turn, patient: str) -> tuple[int, ...]:
    """The accounts that proved to be this patient; none after a death: what they would read is about the dead."""
    own = [right for right in await rights_to(turn, patient) if right.by == "self"]
    gone = bool(own) and await is_gone(turn, mark(turn, patient))
    return tuple(account_in(right) for right in own if is_open(patient_in(right)) and not gone)


async def relatives(turn: Turn, order: Order, scope: str = "all") -> tuple[int, ...]:
    """The accounts of her family that the hospital approved; ``scope`` "stage": those that see only where it is."""
    return await relatives_of(turn, orders.patient_of(order).get("id", ""), scope)


async def relatives_of(turn: Turn, patient: str, scope: str = "all") -> tuple[int, ...]:
    found = [one for one in await rights_to(turn, patient) if one.by in FAMILY]
    return tuple(account_in(one) for one in found if scope_of(one) == scope and is_open(patient_in(one)))


async def helpers_of(turn: Turn, order: Order) -> tuple[int, ...]:
    """Who has her mandate, where nobody here placed the order: he sees where it is, as of no order of his own."""
    if order.placed_by or not order.patient:
        return ()
    found = await rights_to(turn, orders.patient_of(order).get("id", ""))
    return tuple(account_in(one) for one in found if one.by == "mandate" and is_open(patient_in(one)))


async def silent(turn: Turn, order: Order) -> tuple[int, ...]:
    """The patient's own accounts after a death: they hear nothing of any order for the dead."""
    return await _closed(turn, orders.patient_of(order).get("id", ""))


@remembered
async def _closed(turn: Turn, patient: str) -> tuple[int, ...]:
    own = [right for right in await rights_to(turn, patient) if right.by == "self"]
    gone = bool(own) and await is_gone(turn, mark(turn, patient))
    return tuple(account_in(right) for right in own if gone or not is_open(patient_in(right)))


async def own_patient(turn: Turn, account: int) -> PatientView | None:
    """The patient that this account proved to be, None before that."""
    own = next((right for right in await rights_of(turn, account) if right.by == "self"), None)
    return patient_in(own) if own else None


async def own_orders(turn: Turn, account: int, **more: Any) -> list[Order]:
    """The orders of the patient that this account proved to be, whoever placed them."""
    own = [right.patient for right in await rights_of(turn, account) if right.by == "self"]
    return await turn.find(Order, patient=own, **more) if own else []


async def lately(turn: Turn, **whose: Any) -> list[Order]:
    """What is under way, and of what has ended the newest: of ten years' orders no more is opened than that."""
    found = await turn.find(Order, stage=UNDER_WAY, **whose)
    for stage in ENDS:
        found += await turn.latest(Order, "since", RECENT, stage=stage, **whose)
    return found


async def own_lately(turn: Turn, account: int) -> list[Order]:
    """Of the orders of the patient that this account proved to be."""
    own = [right.patient for right in await rights_of(turn, account) if right.by == "self"]
    return [order for patient in own for order in await lately(turn, patient=patient)]


async def familys_lately(turn: Turn, account: int) -> list[Order]:
    """Of the orders of the relatives on this account's phone, by whatever they let it see, whoever placed them."""
    theirs = [one.patient for one in await lasting_rights(turn, account) if one.by in FAMILY]
    return [order for patient in theirs for order in await lately(turn, patient=patient)]


async def watchers(turn: Turn, order: Order) -> list[int]:
    """Whom the order concerns: the resident, whoever placed it, and of her family who may see all of it."""
    found = {order.placed_by, *await residents(turn, order), *await relatives(turn, order)}
    return sorted(found - {0, *await silent(turn, order)})


async def payer(turn: Turn, order: Order) -> int:
    """The account that may pay in chat: her own, her family's, never his who ordered under a mandate (R14).

    0 = at the desk.
    """
    own, family = await residents(turn, order), await relatives(turn, order)
    if own or (family and order.placed_by not in family):
        return (*own, *family)[0]
    return 0 if order.mandate or order.placed_by in await silent(turn, order) else await placer(turn, order)


async def placer(turn: Turn, order: Order) -> int:
    """Whoever placed it, while he may act for its patient; 0 where the right by which he did so has ended."""
    try:
        await patient_for(turn, order.placed_by, orders.patient_of(order).get("id", ""))
    except Refused:
        return 0
    return order.placed_by


# ---------------------------------------------------------------- as the release before keeps them


async def _of(turn: Turn, account: int) -> list[Right]:
    own = (await turn.person(account)).facts.get("self")
    stood = [_self(turn, account, own)] if own else []
    stood += [_mandate(turn, row) for row in await turn.find(Mandate, ambassador=account) if row.active]
    return await _as_before(turn, await turn.find(Right, account=turn.blind("account", str(account))), stood)


async def _to(turn: Turn, patient: str) -> list[Right]:
    proved = [
        (person, person.facts.get("self"))
        for person in await turn.find(Person, role="patient", role_id=[turn.marked(patient), patient])
    ]
    stood = [_self(turn, person.id, own) for person, own in proved if own and own["id"] == patient]
    stood += [
        _mandate(turn, row) for row in await turn.find(Mandate, patient=[turn.marked(patient), patient]) if row.active
    ]
    return await _as_before(turn, await turn.find(Right, patient=mark(turn, patient)), stood)


def _self(turn: Turn, account: int, patient: Json) -> Right:
    return _right(turn, "self", account, patient["id"], "", "", {"patient": dict(patient)})


def _mandate(turn: Turn, row: Mandate) -> Right:
    brief = brief_in(row)
    sealed = {"patient": brief, "mandate": row.id}
    return _right(turn, "mandate", row.ambassador, brief["id"], row.id, row.until, sealed)


def brief_in(row: Mandate) -> dict[str, Any]:
    """Whom it is about; the column has her mark only, or her id where an older release wrote it."""
    return {"id": row.patient, "name": row.facts.get("name", ""), **row.facts.get("brief", {})}


def _right(turn: Turn, by: Any, account: int, patient: str, ref: str, until: str, sealed: dict[str, Json]) -> Right:
    whose, whom = turn.blind("account", str(account)), mark(turn, patient)
    id = turn.blind("right", by, ref or f"{whose} {whom}")
    return Right(id, whose, whom, by, turn.now, until, turn.now, {"account": account, **sealed})


async def _as_before(turn: Turn, found: Sequence[Right], stood: Sequence[Right]) -> list[Right]:
    """The rights that count: those kept as before are put or taken away here, where that was not done yet."""
    kept = {right.id: right for right in found}
    for right in stood:
        known = kept.get(right.id) or await turn.get(Right, right.id)
        if known is not None:
            right = replace(right, since=known.since, approved=known.approved, version=known.version)
        if right != known:
            turn.put(right)
        kept[right.id] = right
    for gone in [right for right in found if right.by in _AS_BEFORE and right.id not in {one.id for one in stood}]:
        turn.drop(kept.pop(gone.id))
    return list(kept.values())


async def mark_people(services: Services, at: int) -> None:
    """At the start: what the release before wrote in plain, the ids of patients beside accounts, becomes marks."""
    turn = Turn(services, Arrival("timer", f"people:{at}", at, Due(Timer("marks", at, "marks", ""))))
    for person in await services.store.find(Person, role="patient"):
        if any(one.role == "patient" and one.id != turn.marked(one.id) for one in person.roles):
            turn.put(person)
    for row in await services.store.find(Mandate):
        if row.patient != turn.marked(row.patient):
            turn.put(row)
    outcome = turn.outcome()
    for n in range(0, len(outcome.rows), _AT_ONCE):
        arrival = replace(turn.arrival, id=f"people:{at}:{n}")
        await services.store.commit(Outcome(arrival, rows=outcome.rows[n : n + _AT_ONCE]))


async def mark_orders(services: Services, at: int) -> int:
    """At the start: orders that the release before placed get their patient's mark; answers how many."""
    await mark_people(services, at)
    marked = 0
    while rows := await services.store.find(Order, limit=_AT_ONCE, patient=""):
        turn = Turn(
            services,
            Arrival("timer", f"marks:{rows[0].no}:{rows[0].version}", at, Due(Timer("marks", at, "marks", ""))),
        )
        for row in rows:
            turn.put(replace(row, patient=mark(turn, orders.patient_of(row).get("id", ""))))
        await services.store.commit(turn.outcome())
        marked += len(rows)
    return marked
