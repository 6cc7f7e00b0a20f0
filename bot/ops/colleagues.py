"""Whose words in a consult's topic go to the patient: the receiving doctor's, and those of colleagues he asked in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import orders
from bot.dialog import Refused
from bot.intents import consult as intents
from bot.model import Json, Order, RoleBinding
from bot.ops.orders import check_role, may_hear, order_of
from bot.ops.registry import Act, active_as, does
from bot.ops.rights import brief_of, watchers
from bot.stages import HEARD
from bot.turn import Turn
from bot.views import ColleagueView, Invited

ALBUMS = 20  # of notes, that an order remembers: the items of one come together


def is_note(text: str) -> bool:
    """A text that begins with // (in any width) is for colleagues, whoever writes it."""
    return unicodedata.normalize("NFKC", text).lstrip().startswith("//")


def stays(turn: Turn, order: Order, text: str, album: str) -> bool:
    """Whether this is a note, or one more item of an album that is one: its first item alone has the caption."""
    notes: list[str] = order.snapshot.get("notes", [])
    if album and is_note(text) and album not in notes:
        turn.put(replace(order, snapshot={**order.snapshot, "notes": [*notes, album][-ALBUMS:]}))
    return is_note(text) or (album in notes if album else False)


async def voice_of(turn: Turn, order: Order, person: int) -> RoleBinding | None:
    """The registration in whose name his words go to the patient; None: they stay among colleagues (R3, R18)."""
    binding = active_as(turn, await turn.person(person), "doctor")
    if binding is None or person in await watchers(turn, order):
        return None
    heard = {str(order.snapshot.get("doctor", "")), *(str(one["id"]) for one in asked_in(order))}
    return binding if binding.id in heard else None


def asked_in(order: Order) -> tuple[Mapping[str, Json], ...]:
    """The colleagues whom the doctor who has the case now asked in, while this consult lasts."""
    asked = _asking(order)
    return tuple(asked["in"]) if asked else ()


def _asking(order: Order) -> Mapping[str, Any]:
    """By whom colleagues were asked in, and who came; empty where nobody asks, or not he who has the case now."""
    asked: Mapping[str, Any] = order.snapshot.get("colleagues") or {}
    return asked if order.stage in HEARD and asked.get("by") == order.snapshot.get("doctor") else {}


@does(intents.ask_in)
async def ask_in(act: Act, order: str) -> Invited:
    row = await order_of(act.turn, order)
    await check_role(act, row, "doctor")
    by = row.snapshot.get("doctor", "")
    if row.stage not in HEARD or not by:
        raise Refused("not-now")
    act.turn.put(replace(row, snapshot={**row.snapshot, "colleagues": {"by": by, "in": [*asked_in(row)]}}))
    act.turn.note(order, f"person:{act.who}", "asks-colleague-in")
    return Invited(row.topic, row.snapshot.get("doctor_name") or "")


@does(intents.come_in)
async def come_in(act: Act, order: str) -> ColleagueView:
    row = await order_of(act.turn, order)
    binding = active_as(act.turn, await act.me(), "doctor")
    if binding is None:
        raise Refused("not-for-you")
    if act.who in await watchers(act.turn, row):
        raise Refused("own-order")
    if not (asked := _asking(row)):
        raise Refused("nobody-asked")
    if await voice_of(act.turn, row, act.who):
        raise Refused("already-in")
    comes = {"id": binding.id, "name": binding.name}
    act.turn.put(replace(row, snapshot={**row.snapshot, "colleagues": {**asked, "in": [*asked["in"], comes]}}))
    act.turn.note(order, f"person:{act.who}", "came-in", orders.patient_of(row).get("id", ""))
    hear, her = tuple(await may_hear(act.turn, row)), brief_of(orders.patient_of(row))
    return ColleagueView(binding.name, row.topic, hear, her.known_as)
