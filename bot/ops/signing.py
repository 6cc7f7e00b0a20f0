"""The sandbox's signer: a PIN pressed on digit buttons. A real hospital's signing page takes the place of sign()."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import jwt

from backend_client.lines import Line
from bot import dosing, strengths
from bot.dialog import Refused
from bot.intents import orders as intents
from bot.intents import places
from bot.model import Json, RoleBinding
from bot.ops.registry import Act, does, role_of, same_person
from bot.photo.controlled import is_controlled
from bot.turn import Turn

TRIES = 5
MINUTE = 60_000


def _slow_hash(chain: str, salt: bytes) -> str:
    return base64.b64encode(hashlib.scrypt(chain.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)).decode()


@does(places.enrol_pin)
async def enrol_pin(act: Act, chain: str) -> None:
    """Kept as a salted slow hash of the keyed chain; the digits never leave the keypad.

    The salt is this turn's own, unguessable by the hash key: the turn repeated after a crash is the same turn.
    """
    me = await act.me()
    role_of(me, "doctor")
    salt = hashlib.sha256(act.turn.blind("salt", act.turn.new_id()).encode()).digest()[:16]
    digest = await asyncio.to_thread(_slow_hash, chain, salt)
    act.turn.put(replace(me, facts={**me.facts, "pin": [base64.b64encode(salt).decode(), digest], "pin_tries": 0}))


@does(places.check_pin)
async def check_pin(act: Act, chain: str) -> None:
    """Refused("wrong-pin") up to five times, then Refused("pin-locked") until an operator invites anew."""
    me = await act.me()
    kept = me.facts.get("pin")
    if not kept:
        raise Refused("no-pin")
    tries = int(me.facts.get("pin_tries", 0))
    if tries >= TRIES:
        raise Refused("pin-locked")
    right = await asyncio.to_thread(_slow_hash, chain, base64.b64decode(kept[0])) == kept[1]
    act.turn.put(replace(me, facts={**me.facts, "pin_tries": 0 if right else tries + 1}))
    if not right:
        raise Refused("wrong-pin", left=TRIES - tries - 1)


def sign(turn: Turn, doctor: str, order: str, lines: Sequence[dict[str, Any]], note: str) -> str:
    """JWS over the canonical lines (Provenance.signature). The hospital's own page does this in production."""
    canonical = {"order": order, "doctor": doctor, "lines": list(lines), "iat": turn.now // 1000}
    canonical |= {"note": note} if note else {}
    return jwt.encode(canonical, hashlib.sha256(turn.services.config.hash_key + doctor.encode()).digest(), "HS256")


@does(intents.permitted)
async def permitted(act: Act, lines: Sequence[Line]) -> None:
    _none_controlled(act.turn, lines)


def _none_controlled(turn: Turn, lines: Sequence[Line]) -> None:
    """By the hospital's list; what is not in it by its name."""
    for line in lines:
        listed = turn.services.catalogue().drug(line.code) if line.code else None
        if listed.controlled if listed else is_controlled(line.name):
            raise Refused("controlled-line", drug=line.name)


def _has_none(turn: Turn, line: Line, doctor: RoleBinding) -> bool:
    """Whether the hospital's list has this very drug without a strength; in no list, whether this doctor says so."""
    known = turn.services.catalogue()
    listed = known.drug(line.code) if line.code else None
    if listed:
        return not listed.strength
    name, told = strengths.behind(line.name)
    return not told and not known.search(name) and same_person(turn, doctor, line.proof.none_by)


@does(intents.signed)
async def signed(act: Act, order: str, lines: Sequence[Line], note: str = "") -> Mapping[str, Json]:
    if not lines:
        raise Refused("nothing-prescribed")
    _none_controlled(act.turn, lines)
    if not all(dosing.tells_dose(line) and line.boxes > 0 for line in lines):
        raise Refused("no-dose")  # never a list's default: it stands there, or he enters it (R17)
    doctor = role_of(await act.me(), "doctor")
    if not all(line.strength or _has_none(act.turn, line, doctor) for line in lines):
        raise Refused("no-strength")
    written = [asdict(line) for line in lines]
    return {
        "key": f"{order}-{act.turn.new_id()}",
        "order": order,
        "doctor": doctor.id,
        "lines": written,
        "signature": sign(act.turn, doctor.id, order, written, note),
        "note": note,
        "signed": act.turn.now,
        "price_by": act.turn.now + act.turn.services.config.price_minutes * MINUTE,
    }
