"""A drug that the hospital's list has no price for: priced or refused by the pharmacist, and what she reads of it."""

from __future__ import annotations

from bot import rules, strengths
from bot.dialog import Ask, Option, Start, flow
from bot.dosing import Line, Pricing
from bot.forms import DrugView
from bot.intents import consult as clinic
from bot.intents.formulary import search_drugs
from bot.intents.orders import cannot_supply, legal, prices
from bot.model import ToPerson
from bot.model.names import named
from bot.phrases import PRICED_AT, TURNS, drug_label, priced_words, whom_words, written_words
from bot.views import OrderView


@flow("price", start=Start(action="price", stands=("review",), acts="pharmacist"))
async def price(ask: Ask) -> None:
    """In the review group: it stands in the list after all, or so much a box, or it cannot be had.

    Never another strength than was signed (R4): for that the doctor writes it anew.
    """
    order = await ask.once("legal", legal(ask.subject, "price"))
    one = order.snapshot.unpriced[0]
    line = order.snapshot.drug(one)
    words = line.name
    for n in TURNS[:8]:
        hits = await ask.once(f"hits[{n}]", search_drugs(words))
        fits = [d for d in hits if not d.controlled and _as_signed(d, line)]
        found = [Option(d.code, label=f"{named(d, ask.person.lang)} {d.strength}×{d.pack}") for d in fits]
        said = await ask.choice(
            f"what[{n}]",
            options=[*found, "refuse"],
            check=rules.box_price,
            order=order.no,
            name=whom_words(order),
            drug=drug_label(line),
            words="" if words == line.name else words,
            found=len(found),
            other=any(not _as_signed(d, line) for d in hits),
        )
        if said == "refuse":
            why = await ask.text("reason", check=rules.own_words, order=order.no, name=whom_words(order),
                                 drug=drug_label(line))  # fmt: skip
            await ask.sub("registered", "role_read", role="pharmacist")
            await ask.once("move", cannot_supply(order.no, one, f"{drug_label(line)}：{why}"))
            return
        if said in {option.id for option in found}:
            await ask.sub("registered", "role_read", role="pharmacist")
            await ask.once("move", prices(order.no, one, code=said))
            return
        if not said.startswith("fen:"):
            words = said
            continue
        if await _priced(ask, n, order, one, line, int(said[4:])):
            return
    await ask.stop("gone")


def _as_signed(drug: DrugView, line: Line) -> bool:
    """Of the signed strength; of what was signed as having none (R17), that has none either."""
    return not drug.strength if line.proof.none_by else strengths.same(drug.strength, line.strength)


async def _priced(ask: Ask, n: str, order: OrderView, one: Pricing, line: Line, fen: int) -> bool:
    """What was typed is read back, with the sum; whether it stands."""
    cover = await ask.choice(
        f"cover[{n}]",
        options=["not_covered", "covered", "mistyped"],
        order=order.no,
        name=whom_words(order),
        drug=drug_label(line),
        boxes=line.boxes,
        amount=fen,
        total=fen * line.boxes,
    )
    if cover == "mistyped":
        return False
    await ask.sub("registered", "role_read", role="pharmacist")
    await ask.once("move", prices(order.no, one, price=fen, covered=cover == "covered"))
    return True


@flow("price_card", start=Start(notice="order"))
async def price_card(ask: Ask, order: OrderView) -> None:
    """To whoever may read of her drugs: which one is looked up, until when, and what came of it."""
    if not order.snapshot.pricing or order.stage not in (*PRICED_AT, "returned"):
        return
    readers = await ask.once("watchers", clinic.watchers(order.no))
    for one in order.snapshot.pricing:
        for person in readers:
            await ask.card(
                f"price:{one.id}:{person}",
                "price_card.card",
                to=ToPerson(person),
                protect=True,
                **priced_words(order, one),
            )


@flow("refused_drug", start=Start(notice="stage:returned"))
async def refused_drug(ask: Ask, order: OrderView) -> None:
    """One of the drugs cannot be had: why, what happens with the others, and what she may do."""
    reasons = [one.reason for one in order.snapshot.refused]
    if not reasons:
        return
    others = len(order.snapshot.prescribed) > len(reasons)
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        await ask.tell(
            f"hears[{person}]",
            to=ToPerson(person),
            protect=True,
            reason=written_words("; ".join(reasons)),
            others=others,
            buttons=[Option("cancel", action=f"cancel:{order.no}")],
        )


@flow("price_late", start=Start(due="price"))
async def price_late(ask: Ask) -> None:
    """The hour is over: the operators know it by now, and she reads the truth."""
    await _late(ask)


@flow("settling_late", start=Start(due="settling"))
async def settling_late(ask: Ask) -> None:
    """No bill after the time that an insurer may take."""
    await _late(ask)


async def _late(ask: Ask) -> None:
    late = await ask.once("late", clinic.overdue(ask.subject))
    if not late.why:
        return
    for person in await ask.once("watchers", clinic.watchers(ask.subject)):
        await ask.tell(
            f"hears[{person}]",
            to=ToPerson(person),
            why=(f"late.{late.why}", {}),
            number=late.number,
            order=ask.subject,
        )
