"""Who reads the board in the morning; and the times that it measures by, of orders that a release without them left."""

from __future__ import annotations

from dataclasses import replace

from bot.intents import board as intents
from bot.model import Arrival, Due, Order, Person, Place, PlaceKind, Timer
from bot.ops.registry import Act, active_as, does
from bot.orders import TIMES
from bot.turn import Services, Turn

MORNING = "board"  # a timer's kind, by which the worker of that name comes in
MEASURED = "orders-measured"  # the cursor that says that orders of before have their times


@does(intents.board_readers)
async def board_readers(act: Act) -> tuple[int, ...]:
    turn = act.turn
    groups = [place.chat for place in await turn.find(Place, kind=PlaceKind.OPERATORS) if place.bound]
    people = [] if groups else await turn.find(Person, role="operator")
    return (*groups, *sorted(person.id for person in people if active_as(turn, person, "operator")))


async def measure_orders(services: Services, at: int) -> int:
    """At the first start of this release: what an order's row still tells of its times; answers how many had some."""
    store = services.store
    if await store.cursor(MEASURED):
        return 0
    last, done = (0, ""), 0
    while found := await store.old_orders(at + 1, last):
        turn = Turn(services, Arrival("timer", f"measure:{last}", at, Due(Timer("measure", at, "measure", ""))))
        for _, no in found:
            order = await turn.get(Order, no)
            if order is not None:
                turn.put(_measured(order))
        done += len(turn.changed(Order))
        await store.commit(turn.outcome())
        last = found[-1]
    await store.set_cursor(MEASURED, "1")
    return done


def _measured(order: Order) -> Order:
    """What stands there is kept."""
    known = {name: order.since for name, stage in TIMES.items() if stage == order.stage and not getattr(order, name)}
    told = {name: int(order.snapshot.get(name) or 0) for name in ("taken", "delivered") if not getattr(order, name)}
    return replace(order, **{**known, **told})
