"""What speaks against a drug: the hospital is asked when a doctor or pharmacist looks at an order, and meanwhile."""

from __future__ import annotations

from dataclasses import asdict, replace

from backend_client.models import Cautions
from bot.draft import Turn
from bot.intents import consult as intents
from bot.model import Command, Order, Priority
from bot.ops.orders import order_of
from bot.ops.registry import SEES, Act, does
from bot.ops.waking import wake
from bot.stages import facts_of

AGAIN = 30_000  # ms: the hospital writes what it found some time after the signature


def look(turn: Turn, order: Order) -> None:
    """Ask the hospital, where the stage is one at which somebody decides about drugs."""
    if not facts_of(order.stage).consult:
        return
    key = f"cautions:{order.no}:{turn.new_id()}"
    turn.command(
        Command(key, f"cautions:{order.no}", "hospital.cautions", {"order": order.no}, priority=Priority.RELAY)
    )
    if order.stage == "prescribed":
        wake(turn, "cautions", order.no, after=AGAIN)


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


SEES[Cautions] = see_cautions
