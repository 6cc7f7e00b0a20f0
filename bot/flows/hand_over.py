"""Courier -> ambassador (counted, confirmed by both), then ambassador -> resident at the door, against the code."""

from __future__ import annotations

from bot.dialog import Ask, Option, Refused, Start, flow
from bot.intents.batches import batch as batch_of
from bot.intents.batches import collect_code, door_code, own_card
from bot.intents.batches import parcels as held
from bot.intents.orders import hands_over, legal
from bot.model import ToPerson
from bot.views import BatchView, DoorView, OrderView

TRIES = ("first", "second", "third", "fourth", "fifth")
AGAIN = ("wrong-code", "no-code-known", "code-spent")


@flow("ambassador_list", start=Start(notice="batch"))
async def ambassador_list(ask: Ask, batch: BatchView) -> None:
    """Labels at first; from [Taken] until handed over also the door: name, address, last four of the phone."""
    if not batch.ambassador or batch.stage not in ("arrived", "with-ambassador"):
        return
    parcels = await ask.once("parcels", held(batch.id))
    taken = batch.stage == "with-ambassador"
    buttons = (
        [Option("taken", action=f"taken:{batch.id}")]
        if not taken
        else [Option(p.no, label=f"{p.label} ✓", action=f"door:{p.no}") for p in parcels if p.door]
    )
    card = await ask.once("card", own_card(f"list:{batch.id}", batch.ambassador))
    await ask.card(
        card,
        "hand_over.list",
        to=ToPerson(batch.ambassador),
        buttons=buttons,
        protect=True,
        count=batch.count,
        left=batch.left,
        taken=taken,
        parcels=[_line(p.label, p.door or DoorView()) for p in parcels if p.door or not taken],
    )


def _line(label: str, door: DoorView) -> tuple[str, dict[str, str]]:
    return ("hand_over.parcel", {"label": label, "name": door.name, "address": door.address, "tail": door.tail})


@flow("taken", start=Start(action="taken"))
async def taken(ask: Ask) -> None:
    """[Taken] then [All here]: her half of the hand-over is the code she tells the courier."""
    batch = await ask.once("batch", batch_of(ask.subject, "ambassador"))
    if await ask.choice("all", options=["yes", "no"], count=batch.count) == "no":
        await ask.stop("count_again")
    code = await ask.once("code", collect_code(ask.subject))
    await ask.tell("tell_courier", code=code)


@flow("door", start=Start(action="door"))
async def door(ask: Ask) -> None:
    """[A-07]: the code from her phone or slip; without one, two identifiers asked at the door."""
    order = await ask.once("legal", legal(ask.subject, "hand-over"))
    ask.about(order.whose(ask.person.id))
    why = ""
    for n in TRIES:
        code = await ask.text(f"code[{n}]", buttons=["no_code"], why=why and (f"refused.{why}", {}), label=order.label)
        if code == "no_code":
            patient = order.snapshot.patient
            if (
                await ask.choice(
                    f"two[{n}]", options=["match", "differ"], name=patient.name, born=patient.birth_date[:4]
                )
                == "differ"
            ):
                await ask.stop("keep_it")
            await ask.once("by_two", hands_over(ask.subject, "two-identifiers"))
            return
        try:
            await ask.once(f"right[{n}]", door_code(ask.subject, code.strip()))
        except Refused as no:
            if no.code not in AGAIN:
                await ask.stop("too_late", why=(f"refused.{no.code}", {"name": "", "at": 0, **no.words}))
            why = no.code
            continue
        await ask.once("by_code", hands_over(ask.subject, "code"))
        return
    await ask.stop("keep_it")


@flow("handed_over_notice", start=Start(notice="stage:handed-over", holds=("handed-over",)))
async def handed_over_notice(ask: Ask, order: OrderView) -> None:
    """Handed over and confirmed are kept apart: the resident is asked, on her own phone."""
    for person in (order.residents or order.family)[:1]:
        card = await ask.once(f"card[{person}]", own_card(f"received:{order.no}", person))
        await ask.card(
            card,
            "hand_over.received_it",
            to=ToPerson(person),
            label=order.label,
            buttons=[Option("received", action=f"received:{order.no}")],
        )
