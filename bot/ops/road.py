"""Batches on the road: loaded, on the way, arrived, collected; courier and ambassador confirm each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from backend_client.models import BatchSnapshot
from bot.decoding import decoder
from bot.dialog import Refused, figures
from bot.intents import batches as intents
from bot.model import Batch, Command, Json, Order, Origin, Timer
from bot.moves import BATCH_MOVES, BATCH_STAGES, BatchMove
from bot.ops.orders import order_of
from bot.ops.registered import on_the_road
from bot.ops.registry import CARDS, SETTLES, SLOW, Act, Changed, does, role_of, same_person
from bot.ops.reported import PROBLEM, sent_again
from bot.stages import StageFacts, facts_of
from bot.turn import Turn
from bot.views import BatchView, BoxView

CARRIED = ("packed", "on-the-way", "arrived")
GUESSES = 5  # wrong codes for one parcel, or for one batch, in however many dialogs


async def batch_of(turn: Turn, id: str) -> Batch:
    batch = await turn.get(Batch, id)
    if batch is None:
        raise Refused("order-gone")
    return batch


def view(batch: Batch) -> BatchView:
    """The batch as flows see it, without its code."""
    return BatchView(**{name: getattr(batch, name) for name in _VIEWED}, manifest=_manifest(batch.manifest))


_VIEWED = tuple(item.name for item in fields(BatchView) if item.name != "manifest")
_manifest = decoder(tuple[BoxView, ...])


async def settled(turn: Turn, command: Command) -> None:
    """No move of this batch is under way any more."""
    batch = await turn.get(Batch, str(command.args.get("batch", "")))
    if batch is not None and batch.pending:
        turn.put(replace(batch, pending=""))


async def changed(turn: Turn) -> list[Changed]:
    """Batches that changed, or one of whose orders did."""
    touched = {row.id for row in turn.changed(Batch)} | {row.batch for row in turn.changed(Order) if row.batch}
    rows = [await turn.get(Batch, id) for id in sorted(touched)]
    return [Changed(row.id, row.version, {"batch": view(row)}) for row in rows if row is not None]


SETTLES.append(settled)
CARDS["batch"] = changed


# ---------------------------------------------------------------- what goes on in it, and what was stopped


async def without_stopped(turn: Turn, seen: BatchSnapshot) -> BatchSnapshot:
    """The hospital's list without the parcels whose orders were stopped, or that another one was sent instead of: it
    may leave them on it.
    """
    rows = [await turn.get(Order, line.order) for line in seen.manifest]
    lines = zip(seen.manifest, rows, strict=True)
    return replace(seen, manifest=tuple(line for line, row in lines if row is None or not _left(row, seen.id)))


def _left(order: Order, batch: str) -> bool:
    return facts_of(order.stage).stopped or (batch in sent_again(order) and order.batch != batch)


async def handed_over_before(turn: Turn, seen: BatchSnapshot) -> int:
    """Of a batch that is seen late: how many of its parcels were handed over by then."""
    rows = [await turn.get(Order, line.order) for line in seen.manifest]
    return sum(row is not None and facts_of(row.stage).delivered for row in rows)


async def count_anew(turn: Turn, was: Order, order: Order, before: StageFacts, after: StageFacts) -> None:
    """A parcel of a batch was handed over, came back, was stopped, or is sent again with another one.

    What the hospital took off its list before its order was seen to be stopped is counted there no more.
    """
    for batch in sorted({was.batch, order.batch} - {""}):
        if (row := await turn.get(Batch, batch)) is not None:
            _count(turn, row, await turn.get(Order, order.no) or order, before, after)


def _count(turn: Turn, row: Batch, now: Order, before: StageFacts, after: StageFacts) -> None:
    gone, was_gone = after.stopped or now.batch != row.id, before.stopped
    if gone and all(line.get("order") != now.no for line in row.manifest):
        return
    left = row.left + (not gone and not after.delivered) - (not was_gone and not before.delivered)
    count = row.count + was_gone - gone
    lines = tuple(line for line in row.manifest if not gone or line.get("order") != now.no)
    counted = replace(row, count=max(count, 0), left=min(max(left, 0), max(count, 0)), manifest=lines)
    turn.put(counted)
    end_if_empty(turn, counted, had=row.count)


def end_if_empty(turn: Turn, row: Batch, *, had: int) -> None:
    """The last of the ``had`` parcels that were on its way in it is not any more: it ends at the hospital, too."""
    if had and not row.count and row.stage in CARRIED:
        told = intents.end_batch(row.id)
        turn.command(Command(f"b:{row.id}:end:{turn.new_id()}", f"batch:{row.id}", told.name, told.args, Origin()))
        turn.note("", "house", "batch-end", reason=row.id)


async def holders(turn: Turn, order: Order, stage: str) -> tuple[int, ...]:
    """Who has its parcel in his hands at ``stage``; where it arrives, the one who gives it and the one who takes it."""
    batch = await turn.get(Batch, order.batch) if order.batch else None
    courier = batch.courier if batch else 0
    has = {
        "packed": (courier if batch and batch.loaded else 0,),
        "on-the-way": (courier,),
        "arrived": (courier, order.ambassador),
        "with-ambassador": (order.ambassador,),
    }
    return tuple(one for one in has.get(stage, ()) if one)


@does(intents.holders)
async def holders_(act: Act, order: str, stage: str) -> tuple[int, ...]:
    return await holders(act.turn, await order_of(act.turn, order), stage)


@does(intents.batch)
async def batch_(act: Act, batch: str, role: str) -> BatchView:
    row = await batch_of(act.turn, batch)
    if act.who != getattr(row, role):
        raise Refused("not-for-you")
    return view(row)


@does(intents.held_up)
async def held_up(act: Act, batch: str) -> tuple[str, ...]:
    return tuple(sorted(one.no for one in await act.turn.find(Order, batch=batch) if one.stage == PROBLEM))


@does(intents.my_runs)
async def my_runs(act: Act) -> tuple[BatchView, ...]:
    role_of(await act.me(), "courier")
    return tuple(view(row) for row in await act.turn.find(Batch, courier=act.who, stage=CARRIED) if row.count)


@does(intents.loaded)
async def loaded(act: Act, batch: str) -> BatchView:
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    if row.loaded:
        raise Refused("already-loaded")
    act.turn.put(replace(row, loaded=True))
    return view(row)


async def _send(act: Act, row: Batch, name: BatchMove, args: Mapping[str, Json]) -> None:
    move = BATCH_MOVES[name]
    if row.pending:
        raise Refused("under-way")
    if not row.count:
        raise Refused("nothing-left")
    if row.stage not in move.legal_from:
        later = row.stage in BATCH_STAGES[BATCH_STAGES.index(move.to) :]
        raise Refused(move.late, at=row.updated, name="") if later else Refused("not-now")
    key = f"b:{row.id}:{name}:{act.turn.new_id()}"
    act.turn.put(replace(row, pending=name))
    origin = Origin(chat=act.chat, person=act.who)
    act.turn.command(Command(key, f"batch:{row.id}", move.call, {"batch": row.id, **args}, origin))
    act.turn.timer(Timer(f"slow:{key}", act.turn.now + act.turn.services.soon(SLOW), "slow", key))
    act.turn.note("", f"person:{act.who}", f"batch-{name}", reason=row.id)


@does(intents.batch_move)
async def batch_move(act: Act, batch: str, move: BatchMove) -> BatchView:
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    courier = await on_the_road(act, "courier")
    await _send(act, row, move, {BATCH_MOVES[move].actor: {"reference": f"PractitionerRole/{courier.id}"}})
    return view(row)


async def _two_people(turn: Turn, row: Batch) -> None:
    """Who gives and who takes confirm each other: one person on both sides, also with two phones, confirms nothing."""
    gives = [b for b in (await turn.person(row.courier)).roles if b.role == "courier"]
    takes = [b for b in (await turn.person(row.ambassador)).roles if b.role == "ambassador"]
    if row.courier == row.ambassador or any(same_person(turn, one, other) for one in gives for other in takes):
        raise Refused("both-sides")


@does(intents.collect_code)
async def collect_code(act: Act, batch: str) -> str:
    row = await batch_of(act.turn, batch)
    if act.who != row.ambassador:
        raise Refused("not-for-you")
    await on_the_road(act, "ambassador")
    await _two_people(act.turn, row)
    if row.stage != "arrived":
        raise Refused(
            "already-with-ambassador" if row.stage == "with-ambassador" else "not-now", at=row.updated, name=""
        )
    code = row.code or f"{int.from_bytes(act.turn.blind('collect', row.id, str(row.version)).encode()) % 10_000:04d}"
    act.turn.put(replace(row, code=code))
    return code


@does(intents.collected)
async def collected(act: Act, batch: str, code: str) -> BatchView:
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    await _two_people(act.turn, row)
    if not row.code:
        raise Refused("not-counted-yet")
    if figures.code(code) != figures.code(row.code):
        await _guessed(act, row)
        raise Refused("wrong-code")
    courier = await on_the_road(act, "courier")
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
    return view(row)


async def _guessed(act: Act, row: Batch) -> None:
    """The courier typed a wrong code: after five, in however many dialogs, it is void and she counts anew."""
    me = await act.me()
    counted: Mapping[str, int] = me.facts.get("collect_tries") or {}
    tried = counted.get(row.id, 0) + 1
    void = tried >= GUESSES
    act.turn.put(replace(me, facts={**me.facts, "collect_tries": {} if void else {row.id: tried}}))
    if void:
        act.turn.put(replace(row, code=""))


@does(intents.void_code)
async def void_code(act: Act, batch: str) -> None:
    row = await batch_of(act.turn, batch)
    if act.who != row.courier:
        raise Refused("not-for-you")
    me = await act.me()
    act.turn.put(replace(me, facts={**me.facts, "collect_tries": {}}))  # the next code is another one
    act.turn.put(replace(row, code=""))
