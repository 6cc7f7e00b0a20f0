"""What an order waits for has a clock and an owner: a price, the insurer's answer (ADR 26, 27).

When the clock ends the operators have an exception, the order's row says why it waits, and she is told.
"""

from __future__ import annotations

from dataclasses import replace

from bot import orders
from bot.intents import consult as intents
from bot.ladder import PRICED
from bot.model import Arrival, Due, Incident, Order, Origin, Timer
from bot.moves import MOVES
from bot.ops.incidents import report, settle
from bot.ops.orders import order_of, send_move
from bot.ops.registry import Act, does
from bot.ops.waking import key_of, wake
from bot.turn import Services, Turn
from bot.views import OverdueView

MINUTE = 60_000
WAITS = ("sum", "settling", "refused", "unseen", "role-ended")  # exceptions that end when the order goes on
CODES = {"sum": "sum-differs"}
NEVER, EVERY = 1 << 62, 1 << 31  # of timers: whenever they are due, and all of them
SETTLING = "passed"  # the stage at which the insurer is waited for


async def follow(turn: Turn, before: Order, after: Order) -> None:
    """The hospital told of a change: clocks begin, what waited no longer is settled, a priced order is claimed."""
    asked = [one for one in orders.pricing_of(after) if one.status != "priced"]
    at_pharmacist = bool(asked) and after.stage in MOVES["price"].legal_from
    if at_pharmacist and not after.snapshot.get("trouble"):
        hour = turn.now + turn.services.config.price_minutes * MINUTE
        wake(turn, "price", after.no, at=max([one.until for one in asked]) or hour)
    if not at_pharmacist:
        await settle(turn, "price", after.no, "priced, or not needed")
        if after.snapshot.get("trouble") == "late":
            after = replace(after, snapshot={**after.snapshot, "trouble": ""})
            turn.put(after)
        after = _priced(turn, before, after)
    if before.stage != after.stage:
        for kind in WAITS:
            await settle(turn, kind, after.no, "the order went on")
    if after.stage == SETTLING and not asked and (before.stage != SETTLING or _asked(before)):
        wake(turn, "settling", after.no, after=turn.services.config.settle_minutes * MINUTE)
        if before.stage == SETTLING:  # priced: also where that is seen before its own command is back
            turn.put(after := replace(after, pending="", pending_by=0))
            await claim(turn, after)


def _priced(turn: Turn, before: Order, after: Order) -> Order:
    """Its last line has a price now: the pharmacist could not begin before."""
    if not _asked(before) or _asked(after) or before.stage != after.stage:
        return after
    turn.put(priced := replace(after, snapshot={**after.snapshot, PRICED: turn.now}))
    return priced


def _asked(order: Order) -> bool:
    return any(one.status != "priced" for one in orders.pricing_of(order))


async def claim(turn: Turn, order: Order) -> None:
    """The bot's own move after the pass, where nothing speaks against it now."""
    if not orders.refused(order, "claim"):
        send_move(turn, order, "claim", {}, Origin())


async def missing_clocks(services: Services, at: int) -> int:
    """At the start: what a release without these clocks left waiting gets one; answers how many."""
    rows = [row for row in await services.store.find(Order, stage=SETTLING) if not row.snapshot.get("trouble")]
    ringing = {timer.key for timer in await services.store.timers_due(NEVER, EVERY)} if rows else set[str]()
    minutes = {"price": services.config.price_minutes, "settling": services.config.settle_minutes}
    turn = Turn(services, Arrival("timer", f"clocks:{at}", at, Due(Timer("clocks", at, "clocks", ""))))
    begun = 0
    for row in rows:
        what = "price" if _asked(row) else "settling"
        if key_of(what, row.no) not in ringing:
            wake(turn, what, row.no, at=max(at, row.since + minutes[what] * MINUTE))
            begun += 1
    if begun:
        await services.store.commit(turn.outcome())
    return begun


async def sum_is_off(turn: Turn, no: str) -> bool:
    """The insurer's lines do not add up, seen while its time runs: told when that ends. False: it is told at once."""
    row = await turn.get(Order, no)
    if row is None or row.stage != SETTLING or out_of_time(turn, row):
        return False
    turn.put(replace(row, snapshot={**row.snapshot, "sum_off": True}))  # gone with the next reading
    return True


def out_of_time(turn: Turn, order: Order) -> bool:
    return order.stage == SETTLING and turn.now >= order.since + turn.services.config.settle_minutes * MINUTE


@does(intents.overdue)
async def overdue(act: Act, order: str) -> OverdueView:
    turn, row = act.turn, await order_of(act.turn, order)
    why = await _why(turn, row)
    if why == "claim":  # an owed effect is never given up
        await claim(turn, row)
        wake(turn, "settling", order, after=turn.services.config.settle_minutes * MINUTE)
        row = await order_of(turn, order)
    if not why or row.snapshot.get("trouble") == why:
        return OverdueView()
    turn.put(replace(row, snapshot={**row.snapshot, "trouble": why}))
    if why != "claim":  # of this there is one already
        await report(turn, {"late": "price", "sum": "sum"}.get(why, "settling"), order=order, code=CODES.get(why, why))
    return OverdueView(why, turn.services.config.hospital_phone)


async def _why(turn: Turn, row: Order) -> str:
    """Why it still waits, "" where it does not: late (no price), sum, claim (refused), hospital (away), insurer."""
    if row.stage in MOVES["price"].legal_from and _asked(row):
        return "late"
    if row.stage != SETTLING:
        return ""
    open_ = {one.kind for one in await turn.find(Incident, order=row.no, done_at=0)}
    off = "sum" in open_ or bool(row.snapshot.get("sum_off"))
    found = (("sum", off), ("claim", "refused" in open_), ("hospital", row.pending == "claim"))
    return next((why for why, so in found if so), "insurer")
