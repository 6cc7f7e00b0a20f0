"""An ambassador's day: what was ordered before for those he acts for, and what waits for him now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.decoding import decoder
from bot.dialog import Refused
from bot.forms import TracesView
from bot.intents import day as intents
from bot.model import Order
from bot.ops.orders import unused
from bot.ops.registry import Act, does
from bot.ops.rights import mark, patient_for
from bot.stages import FINAL

_answers = decoder(dict[str, str])


async def _orders_for(act: Act, patient: str) -> list[Order]:
    """The newest first; Refused where this account has no right to that patient."""
    await patient_for(act.turn, act.who, patient)
    rows = await act.turn.find(Order, patient=mark(act.turn, patient))
    return sorted(rows, key=lambda row: -row.deadline)


@does(intents.last_answers)
async def last_answers(act: Act, patient: str) -> Mapping[str, str]:
    kept = [row.snapshot.get("answers") for row in await _orders_for(act, patient)]
    return next((_answers(one) for one in kept if one), dict[str, str]())


@does(intents.under_way)
async def under_way(act: Act, patients: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for patient in patients:
        try:
            rows = await _orders_for(act, patient)
        except Refused:
            continue  # who may act no more is refused where he sends it
        if open_ := next((row.no for row in rows if row.stage not in FINAL), ""):
            found[patient] = open_
    return found


@does(intents.spent)
async def spent(act: Act, patients: Mapping[str, TracesView]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for patient, proof in patients.items():
        try:
            await unused(act, "", patient, "", [], proof)
        except Refused as no:
            if no.code == "rx-used":
                found[patient] = str(no.words.get("order", ""))
    return found
