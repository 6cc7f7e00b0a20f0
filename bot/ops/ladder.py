"""Climbs the ladder (bot/ladder.py): one durable timer an order, always at its next rung; it looks at the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import ladder, orders
from bot.intents import ladder as intents
from bot.ladder import KEPT, MINUTE, NOTHING, Calendar, Step, Words
from bot.model import Arrival, Dialog, Due, Json, Order, Origin, Place, PlaceKind, Relayed, Timer, Topic
from bot.moves import HELD
from bot.ops.areas import contacts_of
from bot.ops.incidents import report, settle
from bot.ops.opening import hours, opens
from bot.ops.orders import may_hear, send_move
from bot.ops.places import link_of
from bot.ops.registry import Act, does, everyone
from bot.ops.relay import UP
from bot.ops.rights import residents
from bot.ops.waking import key_of, unwake, wake
from bot.stages import LIVE
from bot.turn import Services, Turn
from bot.views import RungView

RUNG = "rung"  # what its timer is due for
AGAIN = 5 * MINUTE  # ms until it is looked again whether a case can be given back, where something is under way
UNCONFIRMED = "unconfirmed"  # a rung: of somebody without a phone that has a clock of its own (bot/ops/proxy.py)
NEVER, EVERY = 1 << 62, 1 << 31


def calendar(turn: Turn, order: Order) -> Calendar:
    zone, of = hours(turn)
    return Calendar(zone, of, turn.services.config.quiet_from, turn.services.config.quiet_until)


def _steps(turn: Turn, order: Order, words: Words = NOTHING) -> list[Step]:
    """Nothing is late that somebody's word holds, or whose patient has died: operators have that already.

    A prescription that waits for a price has a clock of its own (bot/ops/waiting.py).
    """
    if order.snapshot.get(HELD) or orders.patient_of(order).get("deceased"):
        return []
    unpriced = any(one.status != "priced" for one in orders.pricing_of(order))
    found = ladder.steps(order, turn.services.config, calendar(turn, order), words, turn.now)
    return [step for step in found if not (unpriced and step.rung.name == "unreviewed")]


def clock(turn: Turn, order: Order, words: Words = NOTHING, *, least: int = 0) -> None:
    """The order changed: its timer rings at its next rung, not before ``least``."""
    ahead = [step.rings for step in _steps(turn, order, words)]
    if ahead:
        wake(turn, RUNG, order.no, at=max(turn.now, min(ahead), least))
    else:
        unwake(turn, RUNG, order.no)


async def follow(turn: Turn, before: Order, order: Order) -> None:
    """The hospital told of a change: what was late is no more where its stage has ended, or has begun anew."""
    if (before.stage, before.since) == (order.stage, order.since):
        return
    known: Mapping[str, Any] = order.snapshot.get(KEPT) or {}
    standing = {rung.name for rung, _ in ladder.reached(order)}
    kinds = {ladder.RUNGS[name].incident for name in standing}
    ended = {ladder.RUNGS[name] for name in known if name in ladder.RUNGS} - {ladder.RUNGS[name] for name in standing}
    for rung in sorted(ended, key=lambda rung: rung.name):
        if rung.incident and rung.incident not in kinds:
            await settle(turn, rung.incident, order.no, "it went on")
    over = {rung.name for rung in ended if rung.since != "order"}
    if over:
        kept = {name: one for name, one in known.items() if name not in over}
        turn.put(replace(order, snapshot={**order.snapshot, KEPT: kept}))


async def spoken(turn: Turn, no: str) -> None:
    """Somebody spoke in the consult: it is idle no more."""
    order = await turn.get(Order, no)
    known: Mapping[str, Any] = (order.snapshot.get(KEPT) if order else None) or {}
    idle = {name for name in known if name in ladder.RUNGS and ladder.RUNGS[name].since == "word"}
    if order is not None and idle:
        for name in idle:
            await settle(turn, ladder.RUNGS[name].incident, no, "somebody spoke")
        kept = {name: one for name, one in known.items() if name not in idle}
        turn.put(replace(order, snapshot={**order.snapshot, KEPT: kept}))


async def _words(turn: Turn, order: Order) -> Words:
    if order.stage not in ladder.CONSULT:
        return NOTHING
    said = [row.sealed for row in await turn.find(Relayed, order=order.no) if row.sealed]
    down = [int(one["sent"]) for one in said if one["head"] not in UP]
    said_last = max([int(one["sent"]) for one in said], default=0)
    return Words(max(down, default=0), said_last, await _answered(turn, order))


async def _answered(turn: Turn, order: Order) -> int:
    """When its doctor answered last in a form about it that is open; 0 = none is."""
    forms = await turn.find(Dialog, person=order.doctor, state=("open", "parked")) if order.doctor else []
    return max([one.touched for one in forms if order.no in (one.subject, await _opened_by(turn, one))], default=0)


async def _opened_by(turn: Turn, form: Dialog) -> str:
    """What the link stands for by which it was opened, "" = it was by none."""
    link = await link_of(turn, str(form.args.get("parameter") or ""))
    return link.ref if link is not None else ""


@does(intents.climb)
async def climb(act: Act, order: str) -> tuple[RungView, ...]:
    turn = act.turn
    row = await turn.get(Order, order)
    if row is None or orders.is_put_away(row):
        return ()
    words = await _words(turn, row)
    due = [step for step in _steps(turn, row, words) if step.rings <= turn.now]
    done: list[Step] = []
    apart: list[Step] = []
    for step in due:
        if step.rung.gives_back and not await _given_back(turn, row):
            continue
        done.append(step)
        row = await turn.get(Order, order) or row
        fired: Mapping[str, Any] = row.snapshot.get(KEPT) or {}
        told = {**fired, step.rung.name: {"of": step.of, "at": step.at}}
        row = replace(row, snapshot={**row.snapshot, KEPT: told})
        turn.put(row := ladder.call_missed(row) if step.rung.name == ladder.UNSETTLED else row)
        turn.note(order, "clock", f"late:{step.rung.name}", reason=row.stage)
        if step.rung.name == UNCONFIRMED and not await residents(turn, row):
            apart.append(step)
        elif step.rung.incident:
            await report(turn, step.rung.incident, order=order, code=step.rung.name)
    clock(turn, row, words, least=turn.now + AGAIN if len(done) < len(due) else 0)
    seen = [step for step in done if step not in apart]
    speaks = next((step.rung.name for step in reversed(seen) if not step.rung.gives_back), "")
    return tuple([await _view(turn, row, step, speaks) for step in seen])


async def _view(turn: Turn, order: Order, step: Step, speaks: str) -> RungView:
    rung, config, opens_at = step.rung, turn.services.config, opens(turn)
    topic = await turn.get(Topic, order.topic) if "doctors" in rung.told else None
    forum = await turn.get(Place, topic.chat) if topic is not None else None
    groups = await turn.find(Place, kind=PlaceKind.REVIEW) if "pharmacists" in rung.told else []
    return RungView(
        rung.name,
        tuple(await may_hear(turn, order)) if rung.name == speaks else (),
        order.topic if forum is not None and forum.bound else "",
        tuple(place.chat for place in groups if place.bound),
        await _staff(turn, order, rung.told),
        order.stage,
        turn.services.catalogue().compound(order.compound).names,
        ladder.ordered(order, config),
        step.at,
        opens_at if opens_at > turn.now else 0,
        config.hospital_phone,
        dict(config.bridge_words),
        step.of,
        order.snapshot.get("delivery") == "window",
        (orders.due_of(order) if order.stage == "quoted" else orders.share_of(order)) == 0,
    )


async def _staff(turn: Turn, order: Order, told: frozenset[ladder.Whom]) -> tuple[int, ...]:
    """The contacts, or the supervisors, who are that today; where nobody is, each operator in his private chat."""
    if not told & {"contact", "supervisor"}:
        return ()
    found = await contacts_of(turn, order.compound) if "contact" in told else await everyone(turn, "supervisor")
    return found or await everyone(turn, "operator")


async def _given_back(turn: Turn, order: Order) -> bool:
    """[Take] without a word: the case waits for a doctor again. Not while something is under way."""
    if orders.refused(order, "give-back"):
        return False
    id = str(order.snapshot.get("doctor") or "")
    by: dict[str, Json] = {"reference": f"PractitionerRole/{id}", "on_behalf_of": "", "mandate": ""}
    send_move(turn, order, "give-back", {"doctor": by, "reason": "no-word"}, Origin())
    return True


async def missing_clocks(services: Services, at: int) -> int:
    """At the start: what a release without this ladder left open gets its clock; answers how many."""
    rows = [row for row in await services.store.find(Order, stage=LIVE) if not orders.is_put_away(row)]
    ringing = {timer.key for timer in await services.store.timers_due(NEVER, EVERY)} if rows else set[str]()
    turn = Turn(services, Arrival("timer", f"ladder:{at}", at, Due(Timer("ladder", at, "ladder", ""))))
    begun = [row for row in rows if key_of(RUNG, row.no) not in ringing and _steps(turn, row)]
    for row in begun:
        clock(turn, row)
    if begun:
        await services.store.commit(turn.outcome())
    return len(begun)
