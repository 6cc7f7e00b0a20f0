"""Batches and parcels: loaded, on the way, arrived, collected, at the door; and what the compound's groups may hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot import orders
from bot.dialog import Refused
from bot.draft import Turn
from bot.model import Batch, Command, Custody, Json, Order, Origin, Person, Place, PlaceKind, Timer
from bot.ops.orders import HOUR, SLOW, order_of
from bot.ops.registry import Act, op, role_of, same_person

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
    """Only for the person who tapped: the labels of his own parcels in this batch."""
    rows = await act.turn.find(Order, batch=batch)
    mine = [row for row in rows if act.who in (row.patient_account, row.placed_by) and row.ambassador != act.who]
    return [row.label for row in mine if row.stage not in ("handed-over", "confirmed")]


# ---------------------------------------------------------------- what a neighbours' group hears


def quiet(turn: Turn) -> bool:
    """21:00-07:30: nothing in groups (product.md)."""
    config = turn.room.config
    hour, minute = turn.room.words.clock(turn.now).split(":")
    at = int(hour) * 60 + int(minute)
    return at >= config.quiet_from or at < config.quiet_until


@op("groups")
async def groups(act: Act, batch: str) -> Json:
    """The compound's groups that hear of this batch: those told already, and those that may be told now."""
    turn = act.turn
    row = await batch_of(turn, batch)
    chats: list[int] = []
    for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=row.compound):
        key = f"notice:{batch}:{place.chat}"
        if await turn.room.store.standing(key) is not None:
            chats.append(place.chat)
        elif row.stage == "arrived" and not quiet(turn) and await _room_today(turn, place, batch):
            chats.append(place.chat)
            turn.timer(
                Timer(f"remove:{key}", turn.now + turn.room.config.group_notice_hours * HOUR, "remove-post", key)
            )
    return chats


async def _room_today(turn: Turn, place: Place, batch: str) -> bool:
    """At most three notices a day for a group."""
    told = 0
    for other in await turn.find(Batch, compound=place.ref):
        if other.id != batch and turn.room.today(other.updated) == turn.today:
            told += await turn.room.store.standing(f"notice:{other.id}:{place.chat}") is not None
    return told < turn.room.config.group_notices_per_day


@op("gate")
async def gate(act: Act, batch: str) -> Json:
    """The public words about a batch: compound, gate, count, the ambassador's chosen public name."""
    row = await batch_of(act.turn, batch)
    helper = await act.turn.person(row.ambassador) if row.ambassador else Person(0)
    name: Any = next((b.name for b in helper.roles if b.role == "ambassador"), "")
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
