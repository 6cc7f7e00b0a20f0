"""What follows from a registration that was read, that has ended, or that an operator gives to another phone (R18).

A registration has one account: another phone gets it by an operator's link only, and the first one loses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend_client.models import Staff
from bot.dialog import FLOWS, Refused
from bot.intents import people
from bot.intents import staff as intents
from bot.model import (
    Batch,
    Button,
    Command,
    Dialog,
    Json,
    Link,
    Mandate,
    Order,
    Origin,
    Person,
    RoleBinding,
    Stage,
    Text,
    Timer,
)
from bot.model.names import known_as
from bot.moves import MOVES
from bot.ops import applicants, desks
from bot.ops.drafts import erased
from bot.ops.handing import card_of
from bot.ops.incidents import let_go, report
from bot.ops.lent import PAUSED, SINCE, ambassador_of, served_by, serves_since
from bot.ops.orders import send_move
from bot.ops.people import with_role
from bot.ops.registered import read_soon, stamped
from bot.ops.registry import SEES, Act, does, role_of
from bot.ops.rights import accounts_of, brief_in, residents
from bot.ops.road import CARRIED
from bot.ops.standing_in import stands_in_no_more
from bot.ops.visits import nobody_goes
from bot.ops.who_helps import serves_no_more, serves_now
from bot.phrases import menu, role_words
from bot.roles import BOUND
from bot.stages import FINAL
from bot.turn import Turn
from bot.views import BearerView

REVOKE = people.revoke_mandate.name
_WITH_DOCTOR = ("in-consult", "prescribed", "returned")
_QUEUES: Mapping[str, tuple[Stage, ...]] = {
    "doctor": ("submitted", "received"),
    "pharmacist": ("prescribed",),
}  # whoever has the role may move it
#: What goes with the last registration of a role: what a doctor signs with, how neighbours know an ambassador.
_FACTS: Mapping[str, tuple[str, ...]] = {"doctor": ("pin", "pin_tries"), "ambassador": applicants.FACTS}


def bound(person: Person, member: Staff, at: int, now: int) -> Person:
    """The account with this registration as it was told at ``at``, and with the compounds that it serves as of now."""
    name, before = member.name, served_by(person)
    if member.role == "ambassador":
        name = str(person.facts.get("public", "")) or member.public or name
    binding = RoleBinding(member.role, member.id, name, member.department, member.locations)
    person = stamped(with_role(_without(person, member.id), binding), member.id, at)
    if member.role == "ambassador":
        for compound in member.locations:
            person = with_role(person, RoleBinding("serves", compound, ""))
        known = serves_since(person)
        since = {one: known.get(one, 0 if one in before else now) for one in served_by(person)}
        person = replace(person, facts={**person.facts, SINCE: since})
    return person


def _without(person: Person, id: str) -> Person:
    """Without this registration and, of an ambassador's, without the compounds that he has by no other one."""
    roles = [one for one in person.roles if one.id != id or one.role not in BOUND]
    served = {place for one in roles if one.role == "ambassador" for place in one.locations}
    had = {place for one in person.roles if one.id == id and one.role == "ambassador" for place in one.locations}
    if not any(one.role == "ambassador" for one in roles):
        had |= served_by(person)
    return replace(
        person, roles=tuple(one for one in roles if one.role != "serves" or one.id not in had or one.id in served)
    )


# ---------------------------------------------------------------- what the hospital told


async def see_role(turn: Turn, seen: Staff) -> None:
    """A registration as it stands now: whoever is bound to it is what it says, or is it no more."""
    found = {person.id: person for role in BOUND for person in await turn.find(Person, role=role, role_id=seen.id)}
    for person in found.values():
        if seen.ended:
            await end(turn, person, seen.id, "hospital")
            continue
        collects, after = await _collects(turn, person), bound(person, seen, turn.now, turn.now)
        turn.put(after)
        for order in await turn.find(Order, doctor=person.id, stage=MOVES["give-back"].legal_from):
            await without_doctor(turn, order)  # he may have gone to another department
        left = served_by(person) - served_by(after)
        for compound in left:
            await parcels_to(turn, person.id, compound, await ambassador_of(turn, compound))
        if gone := next((one for one in person.roles if one.id == seen.id), None):
            await serves_no_more(turn, person, gone, {one: collects[one] for one in left})
        more = served_by(after) - served_by(person)
        for compound in more:  # read after the one who served it: nobody had it meanwhile
            await parcels_to(turn, 0, compound, person.id)
        await serves_now(turn, more)


SEES[Staff] = see_role


async def see_staff(turn: Turn, timer: Timer) -> None:
    """The list of staff came anew: each registration that is not in it, or not as we know it, is read by itself."""
    missing = set(timer.ref.split(","))
    known = {one.id: (one.role, one.department, one.locations) for one in turn.services.catalogue().staff}
    for role in BOUND if known else ():
        for person in await turn.find(Person, role=role):
            for one in person.roles:
                as_known = known.get(one.id) == (one.role, one.department, one.locations) and one.id not in missing
                if one.role == role and not as_known:
                    read_soon(turn, one.id)


async def _collects(turn: Turn, person: Person) -> dict[str, int]:
    """The compounds that he serves, and who collects there now."""
    return {compound: await ambassador_of(turn, compound) for compound in served_by(person)}


# ---------------------------------------------------------------- it ends


async def end(turn: Turn, person: Person, id: str, by: str, *, moved: bool = False) -> None:
    """A registration is taken from an account: its buttons go, its open work is an operator's or goes back.

    ``moved``: to another phone, which goes on with it.
    """
    gone = [one for one in person.roles if one.id == id and one.role in BOUND]
    if not gone:
        return
    after, collects = stamped(_without(person, id), id, 0), await _collects(turn, person)
    left = {one.role for one in after.roles}
    after = _without_facts(after, [name for role, names in _FACTS.items() if role not in left for name in names])
    turn.put(after)
    if "operator" not in left:
        await let_go(turn, person.id)
        await applicants.cards_go(turn, person.id)
    await nobody_goes(turn, person.id)
    for binding in gone:
        turn.note("", by, "role-ended", f"person:{person.id}", f"{binding.role} {id}")
        if binding.role not in left:
            await _close(turn, person, binding.role)
        if binding.role not in left and not moved:
            await _open_work(turn, person, binding)
        served = served_by(person) - served_by(after) if binding.role == "ambassador" else set[str]()
        for compound in sorted(served):
            await parcels_to(turn, person.id, compound, await ambassador_of(turn, compound))
        if not moved:
            await serves_no_more(turn, person, binding, {one: collects[one] for one in served})
        words = {"role": role_words(binding.role)}
        said = turn.services.words.say(person.lang, "staff.moved" if moved else "staff.gone", words)
        text = Text(said, _menu(turn, after))
        turn.post(f"ended:{turn.blind('role', id)[:12]}:{turn.now}", person.id, text)


def _without_facts(person: Person, names: Sequence[str]) -> Person:
    return replace(person, facts={name: fact for name, fact in person.facts.items() if name not in names})


def _menu(turn: Turn, person: Person) -> tuple[tuple[Button, ...], ...]:
    """What is left for this account to do."""
    label = turn.services.words.label
    return tuple((Button(label(person.lang, f"action.{one.id}"), f"a:{one.action}"),)
                 for one in menu([role.role for role in person.roles]))  # fmt: skip


async def _close(turn: Turn, person: Person, role: str) -> None:
    """What he was asked as this is asked no more, and a desk's cards go; nothing is kept; he stands in for nobody."""
    if role == "ambassador":
        await stands_in_no_more(turn, person.id)
    if role == desks.BY:
        for binding in [one for one in person.roles if one.role == role]:
            await desks.cards_go(turn, binding, person.id)
    for dialog in await turn.find(Dialog, person=person.id, state=("open", "parked")):
        start = FLOWS[dialog.flow].start if dialog.flow in FLOWS else None
        if start is not None and role in (start.role, start.acts):
            if dialog.prompt:
                turn.post(dialog.prompt, dialog.chat, None)
            turn.put(erased(dialog))


async def _open_work(turn: Turn, person: Person, binding: RoleBinding) -> None:
    """A case that only he could move goes back to the queue; whatever else he held is listed to the operators."""
    if binding.role == "doctor":
        for order in await turn.find(Order, doctor=person.id, stage=_WITH_DOCTOR):
            await report(turn, "role-ended", order=order.no, code="doctor")
            await without_doctor(turn, order)
    await _queue(turn, binding)
    if binding.role == "courier":
        for batch in await _runs_to(turn, person.id, 0):
            await report(turn, "role-ended", about=batch, code="courier")
    if binding.role == "ambassador":
        mandates = await turn.find(Mandate, ambassador=person.id, active=True)
        await _without_helper(turn, person, binding, mandates)
        for row in mandates:
            ended = min(row.until, turn.today)  # she let him act as her compound's ambassador
            turn.put(replace(row, active=False, until=ended))
            told = {"mandate": row.id}
            turn.command(Command(f"s:over:{row.id}", f"{REVOKE}:{person.id}", REVOKE, told))


async def _without_helper(turn: Turn, person: Person, gone: RoleBinding, mandates: Sequence[Mandate]) -> None:
    """Whoever let him act for her, or waits for a parcel from him, hears that he helps no more, and what she can do."""
    hers = {account for row in mandates for account in await accounts_of(turn, brief_in(row)["id"])}
    for order in await turn.find(Order, ambassador=person.id):
        hers |= set() if order.stage in FINAL else {*await residents(turn, order)}
    say, words = turn.services.words, {"helper": gone.name, "phone": turn.services.config.hospital_phone}
    for account in sorted(hers - {person.id}):
        her = await turn.person(account)
        rows = _menu(turn, her)
        key = f"helper-gone:{turn.blind('role', gone.id)[:12]}:{account}:{turn.now}"
        turn.post(key, account, Text(say.say(her.lang, "staff.helper_gone", words), rows))


async def _queue(turn: Turn, gone: RoleBinding) -> None:
    """What whoever has the role may move, where nobody here has it any more."""
    if gone.role not in _QUEUES or await _others(turn, gone):
        return
    for order in await turn.find(Order, stage=_QUEUES[gone.role]):
        if gone.role != "doctor" or order.department == gone.department:
            await report(turn, "role-ended", order=order.no, code="nobody")


async def _others(turn: Turn, gone: RoleBinding) -> bool:
    """Whether somebody here still does what he did; a doctor's department is not another's."""
    same = (gone.role, gone.department if gone.role == "doctor" else "")
    here = [one for person in await turn.find(Person, role=gone.role) for one in person.roles if one.id != gone.id]
    return any((one.role, one.department if one.role == "doctor" else "") == same for one in here)


async def without_doctor(turn: Turn, order: Order) -> None:
    """Only the doctor who took it could move it, and he is that no more: to the queue again (contract, "given back").

    Of a doctor who took it in the hospital's own system nothing is known here.
    """
    id = str(order.snapshot.get("doctor") or "")
    if order.stage not in MOVES["give-back"].legal_from or order.pending or not (id and order.doctor):
        return
    for person in await turn.find(Person, role="doctor", role_id=id):
        if any((one.role, one.id, one.department) == ("doctor", id, order.department) for one in person.roles):
            return
    by: dict[str, Json] = {"reference": f"PractitionerRole/{id}", "on_behalf_of": "", "mandate": ""}
    send_move(turn, order, "give-back", {"doctor": by, "reason": "role-ended"}, Origin())
    await report(turn, "role-ended", order=order.no, code="doctor")


async def parcels_to(turn: Turn, old: int, compound: str, now: int) -> None:
    """Orders and parcels of a compound go to whoever serves it now; what the former one holds an operator must know."""
    if now == old:
        return
    for order in await turn.find(Order, ambassador=old, compound=compound):
        if order.stage not in FINAL:
            turn.put(replace(order, ambassador=now))
        if order.stage == "with-ambassador":
            await report(turn, "role-ended", order=order.no, code="parcel")
    for batch in [one for one in await turn.find(Batch, ambassador=old, compound=compound) if one.left]:
        if old:
            turn.post(await card_of(turn, f"list:{batch.id}", old), old, None)
        turn.put(replace(batch, ambassador=now, code=""))
        if not now:
            await report(turn, "role-ended", about=batch.id, code="nobody")


async def hand_on(turn: Turn, old: Person, new: int, id: str) -> None:
    """Another phone has the registration: what was his work is its work, the first one has nothing of it any more."""
    for order in await turn.find(Order, doctor=old.id):
        if order.stage not in FINAL and order.snapshot.get("doctor") == id:
            turn.put(replace(order, doctor=new))
    await _runs_to(turn, old.id, new)
    mandates = [replace(row, ambassador=new) for row in await turn.find(Mandate, ambassador=old.id)]
    for row in mandates:
        turn.put(row)
    for order in await turn.find(Order, placed_by=old.id):
        if order.mandate in {row.id for row in mandates}:
            turn.put(replace(order, placed_by=new))
    for compound in sorted(served_by(old)):
        await parcels_to(turn, old.id, compound, new)
    for rest in await turn.find(Link, purpose=PAUSED, person=old.id, used_at=0):
        turn.put(replace(rest, person=new))
    await end(turn, old, id, f"person:{new}", moved=True)


async def _runs_to(turn: Turn, old: int, now: int) -> list[str]:
    """A courier's batches that are not given on yet; answers which."""
    found = await turn.find(Batch, courier=old, stage=CARRIED)
    for batch in found:
        turn.post(await card_of(turn, f"run:{batch.id}", old), old, None)
        turn.put(replace(batch, courier=now))
    return [batch.id for batch in found]


# ---------------------------------------------------------------- by an operator


@does(intents.bearers)
async def bearers(act: Act, role: str) -> tuple[BearerView, ...]:
    role_of(await act.me(), "operator")
    found = [await _bearer(act.turn, role, *one) for one in await act.turn.services.store.bearers(role)]
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


async def _bearer(turn: Turn, role: str, account: int, id: str) -> BearerView:
    """As the hospital's list tells him; only who is not in it is opened for his name."""
    known = turn.services.catalogue()
    member = known.member(id)
    if member is None:
        bound_to = [one for one in (await turn.person(account)).roles if (one.role, one.id) == (role, id)]
        return BearerView(account, id, bound_to[0].name if bound_to else "")
    places = member.locations if role == "ambassador" else ()
    serves = tuple(known_as(known.compound(place).names, place) for place in places)
    return BearerView(account, id, (role == "ambassador" and member.public) or member.name, serves)


@does(intents.end_role)
async def end_role(act: Act, account: int, registration: str) -> None:
    role_of(await act.me(), "operator")
    person = await act.turn.person(account)
    if account == act.who:
        raise Refused("own-role")
    if not any(one.id == registration for one in person.roles):
        raise Refused("already-ended")
    await end(act.turn, person, registration, f"person:{act.who}")
