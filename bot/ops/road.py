"""Batches and parcels: loaded, on the way, arrived, collected, at the door; and what the compound's groups may hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from bot import door, orders
from bot.decoding import decoder
from bot.dialog import Refused
from bot.intents import batches as intents
from bot.model import Batch, Command, Custody, Json, Order, Origin, Place, PlaceKind, Timer
from bot.model.names import known_as
from bot.moves import BATCH_MOVES, BATCH_STAGES, BatchMove
from bot.ops.incidents import report
from bot.ops.orders import HOUR, may_hear, order_of
from bot.ops.registered import on_the_road
from bot.ops.registry import CARDS, SETTLES, SLOW, Act, Changed, does, helper_name, role_of, same_person
from bot.ops.rights import placer, relatives, residents, silent
from bot.ops.waking import wake
from bot.stages import facts_of
from bot.turn import Turn
from bot.views import BatchView, BoxView, DoorView, GateView, HeldView, NoticeView, PickupView

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


@does(intents.batch)
async def batch_(act: Act, batch: str, role: str) -> BatchView:
    row = await batch_of(act.turn, batch)
    if act.who != getattr(row, role):
        raise Refused("not-for-you")
    return view(row)


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
    if code != row.code:
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


@does(intents.door_code)
async def door_code(act: Act, order: str, code: str) -> None:
    row = await order_of(act.turn, order)
    if act.who != row.ambassador:
        raise Refused("not-for-you")
    if not orders.code_of(row):
        raise Refused("no-code-known")
    counted: Mapping[str, int] = row.snapshot.get("door_tries") or {}
    tried = counted.get(orders.code_of(row), 0)
    if tried >= GUESSES:
        raise Refused("code-spent")
    if not code or code != orders.code_of(row):
        act.turn.put(replace(row, snapshot={**row.snapshot, "door_tries": {orders.code_of(row): tried + 1}}))
        if tried + 1 == GUESSES:
            await report(act.turn, "door", order=order)
        raise Refused("wrong-code")


async def card_of(turn: Turn, card: str, reader: int) -> str:
    """A card's key on this reader's phone: where a post stands is fixed, so on another phone it is another one."""
    standing = await turn.standing(card)
    return card if standing is None or standing.post.chat == reader else f"{card}:{reader}"


@does(intents.own_card)
async def own_card(act: Act, card: str, reader: int) -> str:
    return await card_of(act.turn, card, reader)


async def custody(turn: Turn, order: Order, giver: str, taker: str, proof: str) -> None:
    """R9: one line of who holds the parcel since when. Repeats of the same hand-over add nothing.

    A giver whom nobody saw holding it is left out: the line says what was seen.
    """
    id = f"{order.no}:{taker}"
    if await turn.get(Custody, id) is None:
        seen = giver == "pharmacy" or await turn.get(Custody, f"{order.no}:{giver}") is not None
        turn.put(Custody(id, order.no, turn.now, giver if seen else "", taker, proof))


@does(intents.parcels)
async def parcels(act: Act, batch: str) -> tuple[HeldView, ...]:
    row = await batch_of(act.turn, batch)
    rows = sorted(await act.turn.find(Order, batch=batch), key=lambda o: (o.urgency != "red", o.label))
    with_him = row.stage == "with-ambassador"
    return tuple(
        [
            HeldView(
                one.no, one.label, await _door(act.turn, one) if with_him and one.stage == "with-ambassador" else None
            )
            for one in rows
        ]
    )


async def _door(turn: Turn, order: Order) -> DoorView:
    patient = orders.patient_of(order)
    name, address, tail = patient.get("name", ""), patient.get("address", ""), patient.get("phone_tail", "")
    return DoorView(name, address, tail, phone=bool(await residents(turn, order)))


@does(intents.is_mine)
async def is_mine(act: Act, batch: str) -> tuple[str, ...]:
    place = await act.turn.get(Place, act.chat)
    others = door.joined(place, f"notice:{batch}:{place.chat}") if place else []
    rows = await act.turn.find(Order, batch=[batch, *others])
    mine = [row for row in rows if row.ambassador != act.who and act.who in await may_hear(act.turn, row)]
    return tuple(row.label for row in mine if not facts_of(row.stage).delivered)


# ---------------------------------------------------------------- what a neighbours' group hears


@does(intents.groups)
async def groups(act: Act, batch: str) -> tuple[NoticeView, ...]:
    turn = act.turn
    row = await batch_of(turn, batch)
    told: list[NoticeView] = []
    for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=row.compound):
        if key := await _notice(turn, place, row):
            told.append(await _tells(turn, place.chat, key))
    return tuple(told)


async def _notice(turn: Turn, place: Place, row: Batch) -> str:
    """The key of the notice that tells of this batch here; "" = none. When it may be sent is the door's to say."""
    key = door.told_by(place, row.id)
    standing = await turn.standing(key)
    if standing is not None and standing.post.content is None:
        return ""  # it has had its day, or there was nothing left to tell
    if standing is not None:
        unseen = standing.message is None and standing.state == "new"
        if unseen and not (await _tells(turn, place.chat, key)).left:
            turn.post(key, place.chat, None)
            return ""
        return key
    if row.stage != "arrived" or not row.left:
        return ""
    at = door.opens(turn, place)
    if turn.services.today(at) != turn.services.today(door.opening(turn)) and (host := await _host(turn, place)):
        door.join(turn, place, row.id, host)
        return host
    due = at + turn.services.config.group_notice_hours * HOUR
    wake(turn, "notice-over", key, at=due)
    return key


@does(intents.take_down)
async def take_down(act: Act, notice: str) -> None:
    standing = await act.turn.standing(notice)
    if standing is not None:
        act.turn.post(notice, standing.post.chat, None)


async def _host(turn: Turn, place: Place) -> str:
    """The newest arrival notice of the full day that stands, or waits for the morning."""
    for key in reversed(door.told_on(place, turn.services.today(door.opening(turn)))):
        standing = await turn.standing(key) if key.startswith("notice:") else None
        if standing is not None and standing.post.content is not None:
            return key
    return ""


async def _tells(turn: Turn, chat: int, key: str) -> NoticeView:
    """What a notice says of its own batch and of those that joined it: it counts the parcels of all of them."""
    place = await turn.get(Place, chat)
    own = key.split(":")[1]
    rows = [await turn.get(Batch, id) for id in (own, *(door.joined(place, key) if place else ()))]
    found = [row for row in rows if row is not None]
    helpers = [await helper_name(turn, row.ambassador) for row in found if row.left]
    names = " / ".join(dict.fromkeys(name for name in helpers if name))
    return NoticeView(chat, key, own, sum(row.count for row in found), sum(row.left for row in found), names)


@does(intents.gate)
async def gate(act: Act, batch: str) -> GateView:
    row = await batch_of(act.turn, batch)
    compound = act.turn.services.catalogue().compound(row.compound)
    return GateView(await helper_name(act.turn, row.ambassador), known_as(compound.names, compound.id), compound.gate)


@does(intents.pickup)
async def pickup(act: Act, order: str) -> PickupView:
    row = await order_of(act.turn, order)
    if orders.patient_of(row).get("deceased"):
        return PickupView()
    own = await residents(act.turn, row) or await relatives(act.turn, row)
    dead = await silent(act.turn, row)
    others = {*await may_hear(act.turn, row)} - {*own, row.ambassador}
    resident = own[0] if own else 0 if row.mandate or row.placed_by in dead else await placer(act.turn, row)
    return PickupView(
        resident,
        tuple(sorted(others - {resident})),
        orders.code_of(row),
        await helper_name(act.turn, row.ambassador),
        act.turn.services.catalogue().compound(row.compound).gate,
    )
