"""Courier -> ambassador (counted, confirmed by both), then ambassador -> resident at the door, against the code."""

from __future__ import annotations

import re
from typing import Any

from bot import rules
from bot.dialog import Ask, Now, Option, Refused, Start, Wrong, figures, flow
from bot.intents.batches import at_window, card_stands, collect_code, door_code, next_parcel, own_card
from bot.intents.batches import batch as batch_of
from bot.intents.batches import parcels as held
from bot.intents.orders import hands_out, hands_over, legal
from bot.intents.proxy import may_identify, same_identifiers
from bot.model import ToPerson
from bot.phrases import ONWARD
from bot.views import BatchView, DoorView, HeldView, OrderView

TRIES = ("first", "second", "third", "fourth", "fifth")
AGAIN = ("wrong-code", "no-code-known", "code-spent", "enrolled-by-you", "no-number-known", "identifiers-spent",
         "wrong-identifiers")  # fmt: skip


def year_of(text: str, now: Now) -> str | Wrong:
    year = figures.whole(text, "年") or 0
    return str(year) if 1900 <= year <= 2099 else Wrong("year")


def two_of(text: str, now: Now) -> str | Wrong:
    tail = figures.code(text)
    return tail if re.fullmatch(r"[0-9A-Za-z]{2}", tail) else Wrong("two")


@flow("ambassador_list", start=Start(notice="batch"))
async def ambassador_list(ask: Ask, batch: BatchView) -> None:
    """Labels at first; from [Taken] until handed over also the door: name, address, last four of the phone."""
    if not batch.ambassador or batch.stage not in ("arrived", "with-ambassador"):
        return
    parcels = await ask.once("parcels", held(batch.id))
    taken = batch.stage == "with-ambassador"
    buttons = [Option(p.no, label=f"{p.label} ✓", action=f"door:{p.no}") for p in parcels if p.door]
    if not taken and batch.count:
        buttons = [Option("taken", action=f"taken:{batch.id}")]
    card = await ask.once("card", own_card(f"list:{batch.id}", batch.ambassador))
    if not batch.count and not await ask.once("stands", card_stands(card)):
        return  # nothing of it comes to him
    await ask.card(
        card,
        "hand_over.list",
        to=ToPerson(batch.ambassador),
        buttons=buttons,
        protect=True,
        count=batch.count,
        left=batch.left - sum(p.waits for p in parcels),
        taken=taken,
        parcels=[_line(p) for p in parcels if p.door or p.waits or not taken],
    )


def _line(held: HeldView) -> tuple[str, dict[str, Any]]:
    door = held.door or DoorView()
    words = {"name": door.name, "address": door.address, "tail": door.tail, "waits": held.waits}
    return ("hand_over.parcel", {"label": held.label, **words})


@flow("taken", start=Start(action="taken"))
async def taken(ask: Ask) -> None:
    """[Taken] then [All here]: her half of the hand-over is the code she tells the courier."""
    batch = await ask.once("batch", batch_of(ask.subject, "ambassador"))
    if await ask.choice("all", options=["yes", "no"], count=batch.count) == "no":
        again = Option("taken", action=f"taken:{ask.subject}")
        await ask.stop("count_again", buttons=[again, Option("wrong_of", action=f"wrong_of:{ask.subject}")])
    code = await ask.once("code", collect_code(ask.subject))
    await ask.tell("tell_courier", code=code, buttons=ONWARD)


@flow("door", start=Start(action="door"))
async def door(ask: Ask, order: str = "", window: bool = False) -> None:
    """[A-07]: the code from her phone or slip; without one, two identifiers that she says and he types.

    ``window``: the hospital's, whose clerk reads no name.
    """
    no = order or ask.subject
    parcel = await ask.once("legal", legal(no, "hand-out" if window else "hand-over"))
    gives = hands_out if window else hands_over
    if not window:
        ask.leads_on(ONWARD)
        ask.about(parcel.whose(ask.person.id))
    why: tuple[str, dict[str, str]] | str = ""
    for n in TRIES:
        buttons = [Option("no_code"), Option("wrong", action=f"wrong:{no}")]
        code = await ask.text(f"code[{n}]", check=rules.pickup_code, buttons=buttons, why=why, label=parcel.label)
        try:
            if code == "no_code":
                await ask.once(f"may[{n}]", may_identify(no))
                year = await ask.text(f"year[{n}]", check=year_of, label=parcel.label)
                tail = await ask.text(f"tail[{n}]", check=two_of, label=parcel.label)
                await ask.once(f"same[{n}]", same_identifiers(no, year, tail))
            else:
                await ask.once(f"right[{n}]", door_code(no, code))
        except Refused as refused:
            if refused.code not in AGAIN:
                await ask.stop("too_late", why=(f"refused.{refused.code}", {"name": "", "at": 0, **refused.words}))
            why = (f"refused.{refused.code}", {})
            continue
        if code == "no_code":
            await ask.once("by_two", gives(no, "two-identifiers"))
        else:
            await ask.once("by_code", gives(no, "code"))
        if not window:
            await ask.sub("then", "next_door", order=no, label=parcel.label)
        return
    await ask.stop("keep_it")


@flow("next_door")
async def next_door(ask: Ask, order: str, label: str) -> None:
    """It is handed over: which parcel is next, or what else waits for him."""
    ask.about("")
    one = await ask.once("next", next_parcel(order))
    button = Option("next", action=f"door:{one.no}", words={"label": one.label})
    await ask.tell("handed", label=label, buttons=[button] if one.no else ONWARD)


@flow("hand_out", start=Start(command="window", action="hand_out", menu=1, role="window-clerk", acts="window-clerk"))
async def hand_out(ask: Ask) -> None:
    """The window's clerk: which parcel she comes for, then her code as at a door."""
    waiting = await ask.once("waiting", at_window())
    if not waiting:
        await ask.stop("none")
    no = await ask.choice("which", options=[Option(one.no, label=one.label) for one in waiting], columns=4)
    await ask.sub("door", "door", order=no, window=True)
    await ask.tell("given", label=next(one.label for one in waiting if one.no == no))


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
            buttons=[
                Option("received", action=f"received:{order.no}"),
                Option("wrong", action=f"wrong:{order.no}"),
            ],
        )
