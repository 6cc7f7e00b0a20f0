"""What speaks against a drug: the hospital is asked when a doctor or pharmacist looks at an order, and meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from backend_client.models import Cautions
from bot.intents import consult as intents
from bot.model import Command, Order, Priority
from bot.ops.orders import HOUR, order_of
from bot.ops.registry import REFUSED, SEES, Act, does
from bot.ops.waking import wake
from bot.stages import facts_of
from bot.turn import Turn

AGAIN = 30_000  # ms: the hospital writes what it found some time after the signature
ENOUGH = HOUR  # after so long at the pharmacist's nothing more is looked for


def look(turn: Turn, order: Order) -> None:
    """Ask the hospital, where the stage is one at which somebody decides about drugs."""
    if not facts_of(order.stage).consult:
        return
    key = f"cautions:{order.no}:{turn.new_id()}"
    turn.command(
        Command(key, f"cautions:{order.no}", "hospital.cautions", {"order": order.no}, priority=Priority.RELAY)
    )


def _again(turn: Turn, order: Order) -> None:
    """Only once the answer is back, each pause as long as all before it together: some eight times in the hour."""
    waited = turn.now - order.since
    if order.stage == "prescribed" and waited < ENOUGH:
        wake(turn, "cautions", order.no, after=max(AGAIN, waited))


@does(intents.look_again)
async def look_again(act: Act, order: str) -> None:
    row = await order_of(act.turn, order)
    if row.stage == "prescribed":
        look(act.turn, row)


async def see_cautions(turn: Turn, seen: Cautions) -> None:
    """The cards of the order show it as soon as it is another one."""
    row = await turn.get(Order, seen.order)
    if row is not None and row.snapshot.get("cautions") != (told := asdict(seen)):
        turn.put(replace(row, snapshot={**row.snapshot, "cautions": told}))
    if row is not None:
        _again(turn, row)


async def _not_told(turn: Turn, command: Command) -> None:
    row = await turn.get(Order, str(command.args["order"]))
    if row is not None:
        _again(turn, row)


def is_flagged(turn: Turn, order: Order) -> bool:
    """The hospital wants the warning heard from itself or the family: by its list, or by what it found in this one.

    Of a drug that the list has not nothing is known: it counts as flagged.
    """
    listed = {drug.code: drug.flagged for drug in turn.services.catalogue().drugs}
    lines: list[Mapping[str, Any]] = list(order.snapshot.get("prescribed") or ())
    found: Mapping[str, Any] = order.snapshot.get("cautions") or {}
    issues: list[Mapping[str, Any]] = (
        list(found.get("issues") or ()) if found.get("rx") == order.snapshot.get("rx") else []
    )
    return any(listed.get(line.get("code", ""), True) for line in lines) or any(
        one.get("severity") == "high" for one in issues
    )


SEES[Cautions] = see_cautions
REFUSED["hospital.cautions"] = _not_told
