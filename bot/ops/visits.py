"""Home visits: asked for by buttons, gone to by the compound's ambassador or an operator, over with what came of it.

A telephone number that somebody shares for it never leaves this row but for the screen of whoever goes, and is gone
from both when the visit is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backend_client.models import TaskSnapshot
from bot.decoding import jsonable
from bot.dialog import Refused
from bot.intents import visits as intents
from bot.model import Button, Command, Dialog, Origin, Person, Spot, Text, Visit, VisitPhase
from bot.model.names import Called, beside
from bot.ops.incidents import report, settle
from bot.ops.lent import helpers_of
from bot.ops.orders import HOUR
from bot.ops.people import compound_names
from bot.ops.registry import CARDS, TASKS, Act, Changed, bound_as, does, helper_name
from bot.ops.rights import own_patient
from bot.ops.waking import unwake, wake
from bot.turn import Turn
from bot.views import PatientView, VisitView

KIND = "home-visit"
LATE = "visit-late"  # what is due: see bot/flows/visits.py
ANSWERED, OVER = 4 * HOUR, 72 * HOUR  # so long one waits for somebody who goes, and until it is over all the same; ms
OUTSIDE = "outside"  # in a visit's row: the public name of who goes and has no account here, " " = not known
CALLS = "number_until"  # in a person's facts: the release before waits so long for a number, and asks no question
ENDS: dict[str, VisitPhase] = {
    "completed": "done",
    "failed": "nobody-home",
    "cancelled": "cancelled",
    "rejected": "cancelled",
    "entered-in-error": "cancelled",
}


async def open_visit(turn: Turn, compound: str, *, person: int = 0, requester: str = "", **known: Any) -> Visit:
    """A visit from now on; ``known`` is sealed: name, names, address, building, phone, patient.

    ``person`` 0: who has no account; ``requester``: the reference of a desk that asks for her.
    """
    row = Visit(turn.new_id(), "requested", compound, turn.now, turn.now + OVER, person, sealed=known)
    turn.put(row)
    wake(turn, LATE, row.id, after=ANSWERED)
    about = (known.get("building", ""), known.get("patient", ""), requester)
    wanted = intents.open_visit(row.id, compound, *about, row.until)
    _tell_hospital(turn, row, wanted.name, dict(wanted.args))
    turn.note("", f"person:{person}" if person else "house", "visit-asked", reason=row.id)
    return row


async def visits_for(turn: Turn, account: int) -> list[Visit]:
    """What this ambassador or operator may go to now, or goes to already; the oldest first."""
    rows = [row for row in await turn.find(Visit, ended=0) if account in await _may_go(turn, row)]
    rows += [row for row in await turn.find(Visit, ended=0) if row.helper == account and row not in rows]
    return sorted(rows, key=lambda row: row.since)


def _tell_hospital(turn: Turn, row: Visit, name: str, args: dict[str, Any]) -> None:
    """One after the other, as often as it takes."""
    turn.command(Command(f"visit:{turn.new_id()}", f"visit:{row.id}", name, args, Origin()))


async def _may_go(turn: Turn, row: Visit) -> tuple[int, ...]:
    """The compound's ambassadors; the operators where it has none, where she is only to be called, or they are late."""
    if row.ended or row.sealed.get(OUTSIDE) or (row.helper and await _is_helper(turn, row.helper)):
        return ()
    serving = await helpers_of(turn, row.compound) if row.compound else ()
    if serving and turn.now < row.since + ANSWERED:
        return serving
    return tuple(await _could(turn, row))


async def _is_helper(turn: Turn, account: int) -> bool:
    person = await turn.person(account)
    return any(bound_as(person, role) for role in ("ambassador", "operator"))


async def view(turn: Turn, row: Visit) -> VisitView:
    known = row.sealed
    return VisitView(
        row.id,
        row.phase,
        row.person,
        row.helper,
        await helper_name(turn, row.helper) or str(known.get(OUTSIDE, "")).strip(),
        compound_names(turn, row.compound) if row.compound else {},
        str(known.get("building", "")),
        _called(known),
        str(known.get("address", "")),
        str(known.get("phone", "")),
        readers := await _may_go(turn, row),
        bool(row.helper and bound_as(await turn.person(row.helper), "ambassador")),
        tuple(
            [one for one in await _could(turn, row) if one not in (*readers, row.helper) and await _has(turn, row, one)]
        ),
        int(known.get("changed", 0)),
    )


def _called(known: Mapping[str, Any]) -> Called:
    """As the messenger shows her, or as her record does; "" once it is over."""
    name: str = known.get("name", "")
    return beside(name, known.get("names", {})) if name else ""


async def _could(turn: Turn, row: Visit) -> list[int]:
    serving = await helpers_of(turn, row.compound) if row.compound else ()
    operators = [one.id for one in await turn.find(Person, role="operator")]
    return [*dict.fromkeys([*serving, *operators])]


async def _has(turn: Turn, row: Visit, account: int) -> bool:
    card = await turn.standing(f"visit:{row.id}:{account}")
    return card is not None and card.post.content is not None


async def _changed(turn: Turn) -> list[Changed]:
    rows = turn.changed(Visit)
    return [Changed(row.id, turn.now, {"visit": jsonable(await view(turn, row))}) for row in rows]


CARDS["visit"] = _changed


# ---------------------------------------------------------------- she asks


async def _open_of(turn: Turn, person: int) -> Visit | None:
    return next(iter(await turn.find(Visit, person=person, ended=0)), None)


@does(intents.my_visit)
async def my_visit(act: Act) -> VisitView:
    row = await _open_of(act.turn, act.who)
    return await view(act.turn, row) if row else VisitView()


@does(intents.came_from)
async def came_from(act: Act) -> str:
    open_ = await act.turn.find(Dialog, person=act.who, state=("open", "parked"))
    refs = [str(one.args["ref"]) for one in sorted(open_, key=lambda one: one.touched) if one.args.get("ref")]
    return refs[-1] if refs else ""


@does(intents.ask_visit)
async def ask_visit(act: Act, compound: str, building: str) -> VisitView:
    row = await _open_of(act.turn, act.who)
    row = row or await _opened(act.turn, act.who, compound, building=building)
    return await view(act.turn, row)


async def _opened(turn: Turn, person: int, compound: str, **known: Any) -> Visit:
    """With her name: the hospital's where she proved it, else as the messenger shows her."""
    spot, own = getattr(turn.arrival.body, "spot", None), await own_patient(turn, person)
    if own:
        known = {"patient": own.id, **named_in(own), **known}
    else:
        known = {"name": spot.name if isinstance(spot, Spot) else "", **known}
    return await open_visit(turn, compound, person=person, **known)


def named_in(her: PatientView) -> dict[str, Any]:
    """What of a record whoever goes reads."""
    return {"name": her.name, "names": her.names, "address": her.address}


@does(intents.call_me)
async def call_me(act: Act, phone: str) -> VisitView:
    return await view(act.turn, await _calls(act.turn, act.who, phone))


async def _calls(turn: Turn, person: int, phone: str) -> Visit:
    """The visit that she asked for, or one to be called at all, with her number."""
    row = await _open_of(turn, person)
    if row is None:
        compound = str((await turn.person(person)).facts.get("compound", ""))
        return await _opened(turn, person, compound, phone=phone)
    turn.put(row := replace(row, sealed={**row.sealed, "phone": phone}))
    return row


async def number_came(turn: Turn, spot: Spot, phone: str) -> bool:
    """A contact was shared that no question wants: the release before may wait for it, or else nobody does (False).

    ``phone`` "" = somebody else's contact.
    """
    me = await turn.person(spot.person)
    if int(me.facts.get(CALLS, 0)) < turn.now:
        return False
    if phone:
        turn.put(replace(me, facts={name: value for name, value in me.facts.items() if name != CALLS}))
        await _calls(turn, spot.person, phone)
    html = turn.services.words.say(await turn.lang_of(spot.chat), "call_me.kept" if phone else "wrong.not_hers", {})
    turn.post(f"contact:{turn.arrival.id}", spot.chat, Text(html, ((Button("", phone="gone"),),) if phone else ()))
    return True


# ---------------------------------------------------------------- somebody goes, and what came of it


async def _row(turn: Turn, id: str) -> Visit:
    row = await turn.get(Visit, id)
    if row is None or row.ended:
        raise Refused("visit-over")
    return row


@does(intents.go_visit)
async def go_visit(act: Act, visit: str) -> VisitView:
    turn, row = act.turn, await _row(act.turn, visit)
    if row.helper == act.who:
        return await view(turn, row)
    if act.who not in await _may_go(turn, row):
        taken = row.helper or row.sealed.get(OUTSIDE)
        raise Refused("visit-taken" if taken and await _is_helper(turn, act.who) else "not-for-you")
    me = await act.me()
    role = bound_as(me, "ambassador") or bound_as(me, "operator")
    owner, was = role.id if role else "", str(row.sealed.get("owner", ""))
    before = [*row.sealed.get("before", ()), was]
    gone = replace(row, phase="accepted", helper=act.who, sealed={**row.sealed, "owner": owner, "before": before})
    turn.put(gone)
    await _somebody_goes(turn, row)
    moved = intents.move_visit(row.id, "accepted", owner, was)
    _tell_hospital(turn, row, moved.name, dict(moved.args))
    turn.note("", f"person:{act.who}", "visit-accepted", reason=row.id)
    return await view(turn, gone)


async def _somebody_goes(turn: Turn, row: Visit) -> None:
    wake(turn, LATE, row.id, at=row.until)
    await settle(turn, "visit", row.id[:12], "somebody goes")


async def nobody_goes(turn: Turn, account: int) -> None:
    """A registration ended. Who may go no more keeps nothing of whom he went to, and it is asked for once more."""
    goes = [] if await _is_helper(turn, account) else await turn.find(Visit, helper=account, ended=0)
    for row in goes:
        turn.post(f"visit:{row.id}:{account}", account, None)
        turn.put(replace(row, phase="requested", helper=0))
        wake(turn, LATE, row.id, at=max(turn.now, min(row.since + ANSWERED, row.until)))


@does(intents.visited)
async def visited(act: Act, visit: str, came: intents.Came) -> VisitView:
    row = await _row(act.turn, visit)
    if act.who != row.helper or not await _is_helper(act.turn, act.who):
        raise Refused("not-for-you")
    return await _end(act.turn, row, came, f"person:{act.who}")


@does(intents.end_visit)
async def end_visit(act: Act, visit: str) -> VisitView:
    row = await _row(act.turn, visit)
    if act.who != row.person:
        raise Refused("not-for-you")
    return await _end(act.turn, row, "cancelled", f"person:{act.who}")


async def _end(turn: Turn, row: Visit, phase: VisitPhase, by: str, *, told: bool = False) -> VisitView:
    """Over: nothing personal of it is kept. ``told``: the hospital knows, it is its own word."""
    over = replace(row, phase=phase, ended=turn.now, sealed={})
    turn.put(over)
    unwake(turn, LATE, row.id)
    await settle(turn, "visit", row.id[:12], phase)
    if not told:
        moved = intents.move_visit(row.id, "cancelled" if phase == "late" else phase, "")
        _tell_hospital(turn, row, moved.name, dict(moved.args))
    turn.note("", by, f"visit-{phase}", reason=row.id)
    return await view(turn, over)


@does(intents.visit_late)
async def visit_late(act: Act, visit: str) -> VisitView:
    turn, row = act.turn, await act.turn.get(Visit, visit)
    if row is None or row.ended:
        return VisitView()
    if turn.now >= row.until:
        return await _end(turn, row, "late", "house")
    if row.helper or row.sealed.get(OUTSIDE):
        return VisitView()
    await report(turn, "visit", about=row.id[:12], code="nobody-goes")
    wake(turn, LATE, row.id, at=row.until)
    turn.put(replace(row, sealed={**row.sealed, "late": turn.now}))  # its cards are drawn anew: operators may go, too
    return await view(turn, row)


async def follow(turn: Turn, seen: TaskSnapshot) -> None:
    """The hospital's word on it: what it ended is over; our own steps come back as echoes."""
    row = await turn.get(Visit, seen.key) if seen.key else None
    if row is None or row.ended:
        return
    if phase := ENDS.get(seen.status):
        await _end(turn, row, phase, "hospital", told=True)
    elif seen.updated >= int(row.sealed.get("seen", 0)):
        await _sent_by_hospital(turn, row, seen)


async def _sent_by_hospital(turn: Turn, row: Visit, seen: TaskSnapshot) -> None:
    """It gave the visit to somebody else than we know, or took it from somebody who has no account here."""
    owner = seen.owner.removeprefix("PractitionerRole/")
    if owner in (row.sealed.get("owner", ""), *row.sealed.get("before", ())) or not (owner or row.sealed.get(OUTSIDE)):
        return
    about: dict[str, Any] = {"owner": owner, "seen": seen.updated, "changed": int(row.sealed.get("changed", 0)) + 1}
    kept = {name: value for name, value in row.sealed.items() if name not in (OUTSIDE, "before")} | about
    if not owner:
        turn.put(replace(row, phase="requested", helper=0, sealed=kept))
        wake(turn, LATE, row.id, at=max(turn.now, min(row.since + ANSWERED, row.until)))
        return
    helper = await _account_of(turn, owner)
    if not helper:
        member = turn.services.catalogue().member(owner)
        kept[OUTSIDE] = (member.name if member and member.role == "ambassador" else "") or " "
    turn.put(replace(row, phase="accepted", helper=helper, sealed=kept))
    await _somebody_goes(turn, row)
    turn.note("", "hospital", "visit-given", reason=row.id)
    if row.helper:
        turn.post(f"visit:{row.id}:{row.helper}", row.helper, None)
        text = Text(turn.services.words.say(await turn.lang_of(row.helper), "refused.visit-taken", {}))
        turn.post(f"visit-taken:{row.id}:{seen.updated}", row.helper, text)


async def _account_of(turn: Turn, role: str) -> int:
    for kind in ("ambassador", "operator"):
        for person in await turn.find(Person, role=kind, role_id=role):
            if any((one.role, one.id) == (kind, role) for one in person.roles):
                return person.id
    return 0


TASKS[KIND] = follow
