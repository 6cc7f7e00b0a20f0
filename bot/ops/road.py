"""Batches and parcels: loaded, on the way, arrived, collected, at the door; and what the compound's groups may hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot import door, orders
from bot.dialog import Refused
from bot.draft import Turn
from bot.model import Batch, Command, Custody, Json, Order, Origin, Person, Place, PlaceKind, Timer
from bot.ops.orders import HOUR, order_of
from bot.ops.registry import CARDS, SETTLES, SLOW, Act, Changed, op, role_of, same_person

STAGES = ("packed", "on-the-way", "arrived", "with-ambassador")
_TO = {"depart": "on-the-way", "arrive": "arrived", "collected": "with-ambassador"}


async def batch_of(turn: Turn, id: str) -> Batch:
    batch = await turn.get(Batch, id)
    if batch is None:
        raise Refused("order-gone")
    return batch


def batch_facts(batch: Batch) -> dict[str, Json]:
    """The batch as plain data, without its code."""
    return {name: value for name, value in asdict(batch).items() if name != "code"}


async def settled(turn: Turn, command: Command) -> None:
    """No move of this batch is under way any more."""
    batch = await turn.get(Batch, str(command.args.get("batch", "")))
    if batch is not None and batch.pending:
        turn.put(replace(batch, pending=""))


async def changed(turn: Turn) -> list[Changed]:
    """Batches that changed, or one of whose orders did."""
    touched = {row.id for row in turn.changed(Batch)} | {row.batch for row in turn.changed(Order) if row.batch}
    rows = [await turn.get(Batch, id) for id in sorted(touched)]
    return [Changed(row.id, row.version, {"batch": batch_facts(row)}) for row in rows if row is not None]


SETTLES.append(settled)
CARDS["batch"] = changed


@op("batch")
async def batch_(act: Act, batch: str, role: str) -> Json:
    row = await batch_of(act.turn, batch)
    if act.who != getattr(row, role):
        raise Refused("not-for-you")
    return batch_facts(row)


@op("loaded")
async def loaded(act: Act, batch: str) -> Json:
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    if row.loaded:
        raise Refused("already-loaded")
    act.turn.put(replace(row, loaded=True))
    return batch_facts(row)


async def _send(act: Act, row: Batch, move: str, args: Mapping[str, Json]) -> None:
    if row.pending:
        raise Refused("under-way")
    if row.stage not in STAGES:
        raise Refused("not-now")
    at = STAGES.index(row.stage)
    if STAGES.index(_TO[move]) <= at:
        raise Refused(f"already-{_TO[move]}", at=row.updated, name="")
    if STAGES.index(_TO[move]) != at + 1:
        raise Refused("not-now")
    key = f"b:{row.id}:{move}:{act.turn.new_id()}"
    act.turn.put(replace(row, pending=move))
    origin = Origin(chat=act.dialog.chat, person=act.who)
    act.turn.command(Command(key, f"batch:{row.id}", f"hospital.{move}", {"batch": row.id, **args}, origin))
    act.turn.timer(Timer(f"slow:{key}", act.turn.now + act.turn.room.soon(SLOW), "slow", key))
    act.turn.note("", f"person:{act.who}", f"batch-{move}", reason=row.id)


@op("batch_move")
async def batch_move(act: Act, batch: str, move: str) -> Json:
    """The courier's [Depart] and [Arrived]."""
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    courier = role_of(await act.me(), "courier")
    await _send(act, row, move, {"courier": {"reference": f"PractitionerRole/{courier.id}"}})
    return batch_facts(row)


async def _two_people(turn: Turn, row: Batch) -> None:
    """Who gives and who takes confirm each other: one person on both sides, also with two phones, confirms nothing."""
    gives = [b for b in (await turn.person(row.courier)).roles if b.role == "courier"]
    takes = [b for b in (await turn.person(row.ambassador)).roles if b.role == "ambassador"]
    if row.courier == row.ambassador or any(same_person(turn, one, other) for one in gives for other in takes):
        raise Refused("both-sides")


@op("collect_code")
async def collect_code(act: Act, batch: str) -> Json:
    """The ambassador counted and found all: telling the courier this one-time code is his half of the hand-over."""
    row = await batch_of(act.turn, batch)
    if act.who != row.ambassador:
        raise Refused("not-for-you")
    await _two_people(act.turn, row)
    if row.stage != "arrived":
        raise Refused(
            "already-with-ambassador" if row.stage == "with-ambassador" else "not-now", at=row.updated, name=""
        )
    code = row.code or f"{int.from_bytes(act.turn.blind('collect', row.id, str(row.version)).encode()) % 10_000:04d}"
    act.turn.put(replace(row, code=code))
    return code


@op("collected")
async def collected(act: Act, batch: str, code: str) -> Json:
    """The courier typed the ambassador's code: both have confirmed, custody passes for every parcel."""
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    await _two_people(act.turn, row)
    if not row.code:
        raise Refused("not-counted-yet")
    if code != row.code:
        raise Refused("wrong-code")
    courier = role_of(await act.me(), "courier")
    helper = role_of(await act.turn.person(row.ambassador), "ambassador")
    await _send(
        act,
        row,
        "collected",
        {
            "courier": {"reference": f"PractitionerRole/{courier.id}"},
            "ambassador": {"reference": f"PractitionerRole/{helper.id}"},
        },
    )
    return batch_facts(row)


@op("void_code")
async def void_code(act: Act, batch: str) -> Json:
    """Five wrong ones: the next code is another one, and only counting anew gives it."""
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    act.turn.put(replace(row, code=""))
    return None


@op("door_code")
async def door_code(act: Act, order: str, code: str) -> Json:
    """Whether the code the resident shows is this parcel's."""
    row = await order_of(act.turn, order)
    if act.who != row.ambassador:
        raise Refused("not-for-you")
    if not orders.code_of(row):
        raise Refused("no-code-known")
    if not code or code != orders.code_of(row):
        raise Refused("wrong-code")
    return None


async def custody(turn: Turn, order: Order, giver: str, taker: str, proof: str) -> None:
    """R9: one line of who holds the parcel since when. Repeats of the same hand-over add nothing.

    A giver whom nobody saw holding it is left out: the line says what was seen.
    """
    id = f"{order.no}:{taker}"
    if await turn.get(Custody, id) is None:
        seen = giver == "pharmacy" or await turn.get(Custody, f"{order.no}:{giver}") is not None
        turn.put(Custody(id, order.no, turn.now, giver if seen else "", taker, proof))


@op("parcels")
async def parcels(act: Act, batch: str) -> Json:
    """The ambassador's list: every parcel of the batch with what he may see from [Taken] until it is handed over."""
    row = await batch_of(act.turn, batch)
    rows = sorted(await act.turn.find(Order, batch=batch), key=lambda o: (o.urgency != "red", o.label))
    taken = row.stage == "with-ambassador"
    return [
        {
            "no": order.no,
            "label": order.label,
            "stage": order.stage,
            "door": {
                "name": patient.get("name", ""),
                "address": patient.get("address", ""),
                "tail": patient.get("phone_tail", ""),
                "phone": order.patient_account != 0,
            }
            if taken and order.stage == "with-ambassador"
            else None,
        }
        for order in rows
        for patient in [orders.patient_of(order)]
    ]


@op("is_mine")
async def is_mine(act: Act, batch: str) -> Json:
    """Only for the person who tapped: the labels of his own parcels in this batch and those its notice tells of."""
    place = await act.turn.get(Place, act.dialog.chat)
    others = door.joined(place, f"notice:{batch}:{place.chat}") if place else []
    rows = await act.turn.find(Order, batch=[batch, *others])
    mine = [row for row in rows if act.who in (row.patient_account, row.placed_by) and row.ambassador != act.who]
    return [row.label for row in mine if row.stage not in ("handed-over", "confirmed")]


# ---------------------------------------------------------------- what a neighbours' group hears


@op("groups")
async def groups(act: Act, batch: str) -> Json:
    """The compound's groups that hear of this batch, each with the notice that tells of it and what it says.

    [{chat, key, batch, count, left, helper}]: a notice that other batches joined counts the parcels of all of them.
    """
    turn = act.turn
    row = await batch_of(turn, batch)
    told: list[dict[str, Json]] = []
    for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=row.compound):
        if key := await _notice(turn, place, row):
            told.append({"chat": place.chat, "key": key, **await _tells(turn, place.chat, key)})
    return told


async def _notice(turn: Turn, place: Place, row: Batch) -> str:
    """The key of the notice that tells of this batch here; "" = none. When it may be sent is the door's to say."""
    key = door.told_by(place, row.id)
    standing = await turn.standing(key)
    if standing is not None and standing.post.content is None:
        return ""  # it has had its day, or there was nothing left to tell
    if standing is not None:
        unseen = standing.message is None and standing.state == "new"
        if unseen and not (await _tells(turn, place.chat, key))["left"]:
            turn.post(key, place.chat, None)
            return ""
        return key
    if row.stage != "arrived" or not row.left:
        return ""
    at = door.opens(turn, place)
    if turn.room.today(at) != turn.room.today(door.opening(turn)) and (host := await _host(turn, place)):
        door.join(turn, place, row.id, host)
        return host
    due = at + turn.room.config.group_notice_hours * HOUR
    turn.timer(Timer(f"remove:{key}", due, "remove-post", key))
    return key


async def _host(turn: Turn, place: Place) -> str:
    """The newest arrival notice of the full day that stands, or waits for the morning."""
    for key in reversed(door.told_on(place, turn.room.today(door.opening(turn)))):
        standing = await turn.standing(key) if key.startswith("notice:") else None
        if standing is not None and standing.post.content is not None:
            return key
    return ""


async def _tells(turn: Turn, chat: int, key: str) -> dict[str, Any]:
    """What a notice says of its own batch and of those that joined it."""
    place = await turn.get(Place, chat)
    own = key.split(":")[1]
    rows = [await turn.get(Batch, id) for id in (own, *(door.joined(place, key) if place else ()))]
    found = [row for row in rows if row is not None]
    helpers = [await _helper(turn, row) for row in found if row.left]
    return {
        "batch": own,
        "count": sum(row.count for row in found),
        "left": sum(row.left for row in found),
        "helper": " / ".join(dict.fromkeys(name for name in helpers if name)),
    }


async def _helper(turn: Turn, row: Batch) -> str:
    """The ambassador's chosen public name."""
    helper = await turn.person(row.ambassador) if row.ambassador else Person(0)
    return next((b.name for b in helper.roles if b.role == "ambassador"), "")


@op("gate")
async def gate(act: Act, batch: str) -> Json:
    """The public words about a batch's place: compound and gate; and the ambassador's public name."""
    row = await batch_of(act.turn, batch)
    name = await _helper(act.turn, row)
    compound = act.turn.room.catalogue().compound(row.compound)
    return {"helper": name, "name": {"zh-CN": compound.name_zh, "en": compound.name_en}, "gate": compound.gate}


@op("pickup")
async def pickup(act: Act, order: str) -> Json:
    """Who is told that a parcel is here: the resident with her code, the others without it."""
    row = await order_of(act.turn, order)
    others = [] if row.placed_by in (row.patient_account, row.ambassador) else [row.placed_by]
    resident = row.patient_account or (0 if row.mandate else row.placed_by)
    helper = await act.turn.person(row.ambassador) if row.ambassador else Person(0)
    return {
        "resident": resident,
        "others": [person for person in others if person != resident],
        "code": orders.code_of(row),
        "helper": next((b.name for b in helper.roles if b.role == "ambassador"), ""),
        "gate": act.turn.room.catalogue().compound(row.compound).gate,
    }
