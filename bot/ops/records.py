"""A patient's record as the hospital has it now: merged into another, closed by a death, corrected; what follows it.

Rights, mandates and orders go where the record went (ADR 28). Nothing moves to a record that somebody else proved to be
his, unless name and birth date agree, too: then both phones hear it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.decoding import jsonable
from bot.dialog import Refused
from bot.intents import people as intents
from bot.model import Followed, Halt, Mandate, Order, Person, Priority, Right, RoleBinding, Text
from bot.ops.apart import name_for
from bot.ops.closing import clinic_reads, forget_forms
from bot.ops.halted import held, inherits
from bot.ops.halting import record_says
from bot.ops.incidents import report, settle
from bot.ops.registry import Act, does
from bot.ops.rights import (
    UNDER_WAY,
    account_in,
    brief_of,
    is_open,
    lasting_rights,
    mandate_in,
    mark,
    patient_for,
    patient_in,
    records_of,
    rights_to,
)
from bot.rules import whole_day
from bot.turn import Turn
from bot.views import ActsForView, PatientView


async def see_record(turn: Turn, before: PatientView, seen: PatientView) -> bool:
    """What was known and what the hospital says now; whether the rights to the one are rights to the other.

    A merge is certain where the new record names the old one, or name and birth date agree.
    """
    before = before if before.id else seen
    here = [right for id in (before.id, *seen.formerly) for right in await rights_to(turn, id)]
    known = next((patient_in(right) for right in here), before)
    if seen.id != before.id and not await _follows(turn, known, seen, here):
        await report(turn, "record", about=mark(turn, before.id)[:12], code="merged")
        return False
    if known != seen:
        for old in dict.fromkeys((before.id, *seen.formerly, seen.id)):
            await _move(turn, old, seen)
    if is_open(known) != is_open(seen):
        await _told(turn, seen)
        await _to_clinic(turn, known, seen)
    return True


async def _follows(turn: Turn, known: PatientView, seen: PatientView, here: Sequence[Right]) -> bool:
    same = (known.name, known.birth_date) == (seen.name, seen.birth_date) and whole_day(seen.birth_date)
    if not same and known.id not in seen.formerly:
        return False
    mine = {account_in(right) for right in here if right.by == "self"}
    others = {account_in(right) for right in await rights_to(turn, seen.id) if right.by == "self"} - mine
    if not (mine and others):
        return True
    phone = {"phone": turn.services.config.hospital_phone}
    for account in sorted(mine | others) if same else sorted(mine):
        await _tell(turn, account, *(("record.joined", known.id, phone) if same else ("record.unsure", known.id, {})))
    if same:
        await report(turn, "record", about=mark(turn, known.id)[:12], code="joined")
    return same


async def _move(turn: Turn, old: str, seen: PatientView) -> None:
    """Everything that names this record: accounts that proved to be it, mandates, other rights, orders, forms."""
    brief = jsonable(seen)
    for person in await turn.find(Person, role="patient", role_id=[turn.marked(old), old]):
        roles = dict.fromkeys(replace(b, id=turn.marked(seen.id)) if _is(turn, b, old) else b for b in person.roles)
        own: Any = person.facts.get("self")
        facts = {**person.facts, "self": brief} if own and own["id"] == old else person.facts
        turn.put(replace(person, roles=tuple(roles), facts=facts))
    for row in await turn.find(Mandate, patient=[turn.marked(old), old]):
        name = {"name": seen.name} if "name" in row.facts else {}
        asked = {"patient": brief} if "patient" in row.facts else {}
        turn.put(replace(row, patient=seen.id, facts={**row.facts, **name, **asked, "brief": brief}))
    for right in await turn.find(Right, patient=mark(turn, old)):
        turn.put(replace(right, patient=mark(turn, seen.id), sealed={**right.sealed, "patient": brief}))
        await inherits(turn, account_in(right), mark(turn, seen.id))
    for halt in await turn.find(Halt, patient=mark(turn, old)):
        turn.put(replace(halt, patient=mark(turn, seen.id), sealed={**halt.sealed, "patient": brief}))
    for row in await turn.find(Followed, patient=mark(turn, old)):
        turn.put(replace(row, patient=mark(turn, seen.id), sealed={**row.sealed, "patient": seen.id}))
    for order in await turn.find(Order, patient=mark(turn, old)):
        turn.put(replace(order, patient=mark(turn, seen.id), snapshot={**order.snapshot, "patient": brief}))


def _is(turn: Turn, binding: RoleBinding, patient: str) -> bool:
    return binding.role == "patient" and turn.marked(binding.id) == turn.marked(patient)


# ---------------------------------------------------------------- who hears of a death, and of its correction


async def _told(turn: Turn, seen: PatientView) -> None:
    """Helpers and operators; to the patient's own phone nothing more is said about this patient."""
    rights = await rights_to(turn, seen.id)
    own = {account_in(right) for right in rights if right.by == "self"}
    live = await turn.find(Order, patient=mark(turn, seen.id), stage=UNDER_WAY)
    about = [(one.no, one.no) for one in live] or [("", mark(turn, seen.id)[:12])]
    helpers = {account_in(right) for right in rights} | {one.placed_by for one in live}
    helpers |= {one.ambassador for one in live if one.stage == "with-ambassador"}
    key = "record.open" if is_open(seen) else "record.deceased" if seen.deceased else "record.closed"
    for account in sorted(helpers - own - {0}):
        words = {"name": await name_for(turn, account, seen), "orders": ", ".join(sorted(one.no for one in live))}
        await _tell(turn, account, key, seen.id, words)
    for order, what in about:
        if is_open(seen):
            await settle(turn, "record", what, "the record is open again")
        else:
            await report(turn, "record", order=order, about=what, code="deceased" if seen.deceased else "closed")
    for account in own if not is_open(seen) else ():
        await forget_forms(turn, account, records_of(seen))


async def _to_clinic(turn: Turn, known: PatientView, seen: PatientView) -> None:
    """Doctor and pharmacist read that no medicine goes on, or that it does again; what goes on ends after a day."""
    if known.deceased == seen.deceased:
        return
    await record_says(turn, seen)
    await clinic_reads(turn, mark(turn, seen.id), "record.halted" if seen.deceased else "record.resumed")


async def _tell(turn: Turn, account: int, key: str, about: str, words: dict[str, Any]) -> None:
    """Once a day, however often it is read."""
    text = Text(turn.services.words.say(await turn.lang_of(account), key, words))
    turn.post(
        f"{key}:{mark(turn, about)[:12]}:{turn.today}:{account}", account, text, priority=Priority.URGENT, protect=True
    )


# ---------------------------------------------------------------- asked by the form


@does(intents.closed_records)
async def closed_records(act: Act) -> tuple[str, ...]:
    found = [patient_in(right) for right in await lasting_rights(act.turn, act.who)]
    return tuple(dict.fromkeys(one.id for one in found if not is_open(one)))


@does(intents.keep_record)
async def keep_record(act: Act, patient: str, seen: PatientView) -> ActsForView:
    turn, right = act.turn, await patient_for(act.turn, act.who, patient)
    if not await see_record(turn, patient_in(right), seen):
        raise Refused("record-merged")
    if not is_open(seen):
        raise Refused("deceased" if seen.deceased else "record-closed")
    if await held(turn, seen.id):
        raise Refused("on-hold")
    called = await name_for(turn, act.who, seen)
    return ActsForView(
        seen.id, seen.name, mandate_in(right), brief_of(jsonable(seen)), called, act.turn.marked(seen.id)
    )
