"""Something is wrong with a parcel: who may say it, the exception, the way into `problem` and out of it (ADR 42)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot import ladder, orders, rules
from bot.decoding import jsonable
from bot.dialog import Refused
from bot.intents import wrong as intents
from bot.model import Batch, Command, Incident, Order, Origin
from bot.moves import HELD, MOVES, MoveName
from bot.ops.desk import own
from bot.ops.incidents import OWNED, report, settle
from bot.ops.ladder import calendar
from bot.ops.opening import hours
from bot.ops.orders import GATES, HOUR, actor, may_hear, order_of, send_move, view
from bot.ops.registered import on_the_road
from bot.ops.registry import Act, bound_as, does
from bot.ops.reported import INCIDENTS, KEPT, PROBLEM, PROMISE, SETTLED, UNSETTLED, raised, wrong_of
from bot.ops.rights import watchers
from bot.ops.road import batch_of, holders
from bot.ops.sending_again import came_back, first_comes_back, is_sent_again
from bot.ops.waking import unwake, wake
from bot.stages import FINAL, facts_of
from bot.turn import Turn
from bot.views import HeldView, OrderView, ReportView, SaidView, ToSettleView, WrongView

HERS = ("missing", "damaged", "not-mine")
#: Nobody home: whoever carries it comes again today, or tomorrow.
NOBODY = {"nobody-today": 0, "nobody-tomorrow": 1}
HELD_BY = {"courier": ("packed", "on-the-way", "arrived"), "ambassador": ("arrived", "with-ambassador"),
           "window-clerk": ("ready-at-window",)}  # fmt: skip
SAID_BY_HER = ("arrived", "with-ambassador", "ready-at-window", "handed-over", "confirmed")


def _with(order: Order, known: WrongView) -> Order:
    return replace(order, snapshot={**order.snapshot, KEPT: jsonable(known)})


def _without(order: Order) -> Order:
    return replace(order, snapshot={name: value for name, value in order.snapshot.items() if name != KEPT})


# ---------------------------------------------------------------- who may say it


async def _role(act: Act, row: Order) -> str:
    """As what: whoever carries it now, else as she or for her ("hers"); Refused."""
    turn, me = act.turn, await act.me()
    batch = await turn.get(Batch, row.batch) if row.batch else None
    carries = {
        "ambassador": row.ambassador == act.who,
        "courier": batch is not None and batch.courier == act.who,
        "window-clerk": True,
    }
    stage = wrong_of(row).stage if row.stage == PROBLEM else row.stage
    for role, his in carries.items():
        if his and stage in HELD_BY[role] and bound_as(me, role) is not None:
            return role
    if act.who not in await watchers(turn, row):
        raise Refused("not-for-you")
    return "hers"


async def _may(act: Act, order: str) -> tuple[Order, str]:
    row, turn = await order_of(act.turn, order), act.turn
    role = await _role(act, row)
    known = wrong_of(row)
    if row.pending == "report" or row.stage == PROBLEM or await _open(turn, order):
        raise Refused("wrong-already", at=known.until if known.until > turn.now else 0)
    if row.pending:
        raise Refused("under-way")
    if row.snapshot.get(HELD):
        raise Refused("on-hold")
    if row.stage in FINAL and row.stage != "confirmed":
        raise Refused(f"already-{row.stage}", at=row.since, name="")
    if role == "hers" and row.stage not in SAID_BY_HER:
        raise Refused("not-now")
    days = turn.services.config.after_days * 24 * HOUR
    if row.stage == "confirmed" and turn.now > int(row.snapshot.get("delivered") or row.since) + days:
        raise Refused("wrong-late")
    return row, role


async def _open(turn: Turn, order: str) -> bool:
    """Whether somebody has reported it already."""
    rows = [await turn.get(Incident, f"{kind}:{order}") for kind in SETTLED]
    return any(row is not None and not row.done_at for row in rows)


async def _is_reporter(act: Act, order: Order) -> None:
    """Whoever carries it and said so, or she and who may act for her now: a right may have ended since."""
    known = wrong_of(order)
    carries = known.by == act.who and known.role != "hers"
    if not carries and act.who not in await may_hear(act.turn, order):
        raise Refused("not-for-you")


GATES["reporter"] = _is_reporter


def _kinds(row: Order, role: str) -> tuple[str, ...]:
    brought = role in ("courier", "ambassador") and row.stage != "packed"
    return (*HERS, *(NOBODY if brought else ()))


def _shown(turn: Turn, row: Order, role: str, known: WrongView, people: tuple[int, ...] = ()) -> ReportView:
    return ReportView(
        row.no,
        row.label,
        _kinds(row, role),
        known.until,
        turn.services.config.hospital_phone,
        known.key,
        _back_to(known, role) != "",
        role != "hers",
        people,
    )


@does(intents.may_report)
async def may_report(act: Act, order: str) -> ReportView:
    row, role = await _may(act, order)
    return _shown(act.turn, row, role, WrongView())


@does(intents.parcels_of)
async def parcels_of(act: Act, batch: str) -> tuple[HeldView, ...]:
    row = await batch_of(act.turn, batch)
    if act.who not in (row.courier, row.ambassador):
        raise Refused("not-for-you")
    role = "courier" if act.who == row.courier else "ambassador"
    mine = [one for one in await act.turn.find(Order, batch=batch) if one.stage in HELD_BY[role]]
    return tuple(HeldView(one.no, one.label) for one in sorted(mine, key=lambda one: one.label))


# ---------------------------------------------------------------- it is said


def call_by(turn: Turn, row: Order) -> int:
    """By when somebody calls: then its rung of the ladder is reached."""
    rung, limits = ladder.RUNGS[ladder.UNSETTLED], turn.services.config
    return ladder.reached_at(rung, turn.now, ladder.is_red(row), limits, calendar(turn, row))


@does(intents.reports)
async def reports(act: Act, order: str, kind: str) -> ReportView:
    turn, (row, role) = act.turn, await _may(act, order)
    if kind not in _kinds(row, role):
        raise Refused("not-now")
    if role != "hers":
        await on_the_road(act, role)
    days, said = NOBODY.get(kind), "nobody-home" if kind in NOBODY else kind
    zone = hours(turn)[0]
    day = date.fromisoformat(turn.today) + timedelta(days=days or 0)
    again = rules.day_over(day.isoformat(), zone) if days is not None else 0
    before = wrong_of(row)
    if days is not None and before.kind == said and before.again >= again:
        raise Refused("wrong-again", at=again - 1)
    who = await actor(act, row, role if role != "hers" else "watcher")
    known = WrongView(said, row.stage, act.who, role, turn.now, again or call_by(turn, row), again=again)
    known = replace(known, key=f"{order}-{turn.blind('problem', order, turn.new_id())[:10]}")
    row = raised(row, known.key, said)
    args: dict[str, Any] = {"by": who, "kind": said, "key": known.key, "until": known.until}
    origin = Origin(chat=act.chat, thread=act.thread, person=act.who)
    if days is None and row.stage in MOVES["report"].legal_from:
        send_move(turn, _with(row, known), "report", args, origin)
    else:
        turn.put(_with(row, known))
        turn.command(Command(f"wrong:{known.key}", order, MOVES["report"].call, {"order": order, **args}, origin))
    if days is None:
        wake(turn, PROMISE, order, at=_awake(turn, row, known.until))
    await report(turn, INCIDENTS[said], order=order, code=role)
    turn.note(order, f"person:{act.who}", "reported-problem", who["on_behalf_of"], said)
    hears = {*await may_hear(turn, row), row.ambassador} - {0, act.who} if days is not None else set[int]()
    return _shown(turn, row, role, known, tuple(sorted(hears)))


def _awake(turn: Turn, row: Order, at: int) -> int:
    of = calendar(turn, row)
    return rules.groups_open(at, of.zone, of.quiet_from, of.quiet_until)


@does(intents.promise_over)
async def promise_over(act: Act, order: str) -> ReportView:
    turn, row = act.turn, await act.turn.get(Order, order)
    if row is None or orders.is_put_away(row) or row.stage == PROBLEM or not await _open(turn, order):
        return ReportView()
    known = wrong_of(row)
    if not 0 < known.until <= turn.now:
        return ReportView()
    turn.put(ladder.call_missed(row))
    await report(turn, UNSETTLED, order=order, code=ladder.UNSETTLED)
    turn.note(order, "clock", f"late:{ladder.UNSETTLED}", reason=row.stage)
    return _shown(turn, row, known.role, known, tuple(await may_hear(turn, row)))


@does(intents.unsettled)
async def unsettled(act: Act, order: str, key: str) -> None:
    row = await order_of(act.turn, order)
    if wrong_of(row).key != key or not await _open(act.turn, order):
        raise Refused("wrong-over")


@does(intents.adds)
async def adds(act: Act, order: str, key: str, word: str, photo: str) -> None:
    turn, row = act.turn, await order_of(act.turn, order)
    known = wrong_of(row)
    if known.key == key and known.by == act.who:
        turn.put(_with(row, replace(known, word=word or known.word, photo=photo or known.photo)))
    told = intents.problem_more(order, key, word, photo)
    turn.command(Command(f"more:{key}:{turn.new_id()}", order, told.name, told.args, Origin()))


# ---------------------------------------------------------------- what the hospital tells


async def follow(turn: Turn, was: Order, row: Order) -> tuple[int, ...]:
    """Its stage has changed: into a problem somebody must see to, or out of it.

    Whoever has a parcel in his hands instead of which another one is sent; () = that is not how it went.
    """
    before, has = was.stage, tuple[int, ...]()
    if row.stage == before:
        return has
    if row.stage == PROBLEM:
        await settle(turn, INCIDENTS["nobody-home"], row.no, "it is a problem now")
        row = await turn.get(Order, row.no) or row
        if not await _open(turn, row.no):
            known = WrongView("", before, at=turn.now, until=call_by(turn, row))
            turn.put(_with(row, known))
            await report(turn, INCIDENTS[""], order=row.no, code=before)
        return has
    if before == PROBLEM:
        has = await _solved(turn, was, row)
    elif wrong_of(row).kind == "nobody-home":
        await settle(turn, INCIDENTS["nobody-home"], row.no, f"now {row.stage}")
        turn.put(_without(await turn.get(Order, row.no) or row))
    await _must_come_back(turn, before, row)
    return has


async def _solved(turn: Turn, was: Order, row: Order) -> tuple[int, ...]:
    unwake(turn, PROMISE, row.no)
    for kind in (*SETTLED, UNSETTLED):
        await settle(turn, kind, row.no, f"now {row.stage}")
    row, has = await turn.get(Order, row.no) or row, tuple[int, ...]()
    if is_sent_again(was, row):
        has = await first_comes_back(turn, was, row)
    elif row.stage == "cancelled":
        await came_back(turn, row)
    turn.put(_without(await turn.get(Order, row.no) or row))
    return has


async def _must_come_back(turn: Turn, before: str, row: Order) -> None:
    """Stopped while somebody on the road had its parcel; where it was reported an operator has it already."""
    out = facts_of(row.stage).stopped and await holders(turn, row, before)
    if out and not await _open(turn, row.no):
        await report(turn, "return", order=row.no, code=row.stage)


async def owned(turn: Turn, row: Incident, name: str) -> None:
    """An operator has taken it, or nobody has it any more: her card says who calls."""
    order = await turn.get(Order, row.order) if row.kind in SETTLED and row.order else None
    if order is not None and not orders.is_put_away(order) and (order.snapshot.get(KEPT) or order.stage == PROBLEM):
        turn.put(_with(order, replace(wrong_of(order), owner=name)))


OWNED.append(owned)


# ---------------------------------------------------------------- and it is settled


def _back_to(known: WrongView, role: str) -> MoveName | Any:
    """How whoever reported it may settle it himself, "" = an operator must.

    She may say so of what is hers; whoever carries it only that it was found: of a damage he is not the judge (R9).
    """
    of_hers = role == "hers" and known.kind in ("missing", "damaged")
    found = role == "ambassador" and known.kind == "missing"
    back: Mapping[str, MoveName] = {"handed-over": "settled-there", "with-ambassador": "settled-carried"}
    return back.get(known.stage, "") if of_hers or found else ""


@does(intents.settles_own)
async def settles_own(act: Act, order: str) -> OrderView:
    turn, row = act.turn, await order_of(act.turn, order)
    await _is_reporter(act, row)
    known = wrong_of(row)
    his = known.by == act.who or known.role == "hers"
    how = _back_to(known, known.role) if his else ""
    if row.stage != PROBLEM and not row.pending:
        raise Refused("wrong-over")
    if not how:
        raise Refused("not-now")
    if why := orders.refused(row, how):
        raise Refused(why, at=row.since, name="")
    if known.role != "hers":
        await on_the_road(act, known.role)
    who = await actor(act, row, "watcher" if known.role == "hers" else known.role)
    args = {"by": who, "stage": MOVES[how].to, "key": known.key}
    send_move(turn, row, how, args, Origin(chat=act.chat, person=act.who))
    turn.note(order, f"person:{act.who}", how, who["on_behalf_of"])
    return await view(turn, row)


def _ways(row: Order) -> tuple[MoveName, ...]:
    """By where the order stood before: what never left the hospital was found with nobody."""
    known = wrong_of(row)
    found: dict[str, tuple[MoveName, ...]] = {
        "handed-over": ("found-there", "found-carried"),
        "with-ambassador": ("found-carried", "found-there"),
        "arrived": ("found-carried",),
    }
    return (*found.get(known.stage, ()), "send-again", "end-problem")


async def _mine(act: Act, card: str) -> list[Order]:
    kinds = (*INCIDENTS.values(), UNSETTLED)
    rows = [await act.turn.get(Order, one.order) for one in await own(act, card) if one.kind in kinds]
    return [row for row in rows if row is not None and not orders.is_put_away(row)]


@does(intents.to_settle)
async def to_settle(act: Act, card: str) -> tuple[ToSettleView, ...]:
    mine = await _mine(act, card)
    found = [row for row in mine if row.stage == PROBLEM]
    if not found and any(row.pending == "report" for row in mine):
        raise Refused("under-way")  # the hospital has not answered: it is not over
    return tuple(ToSettleView(row.no, _ways(row), wrong_of(row).key) for row in found)


@does(intents.said)
async def said(act: Act, card: str) -> tuple[SaidView, ...]:
    known = [(row.no, wrong_of(row)) for row in await _mine(act, card)]
    return tuple(SaidView(no, one.kind, one.role, one.at, one.word, one.photo) for no, one in known)
