"""The courier's day: one card a compound with three buttons; he sees labels and counts, never a name or a drug."""

from __future__ import annotations

from bot import rules
from bot.dialog import Ask, Option, Refused, Start, flow
from bot.intents import consult as clinic
from bot.intents.batches import batch as batch_of
from bot.intents.batches import batch_move, card_stands, collected, gate, held_up, my_runs, own_card, void_code
from bot.intents.batches import loaded as on_board
from bot.model import ToPerson
from bot.phrases import Told, batch_words
from bot.views import BatchView, BoxView, OrderView
from bot.views.road import BatchStage

TRIES = ("first", "second", "third", "fourth", "fifth")
AGAIN = ("wrong-code", "not-counted-yet")  # of any other refusal another code is no way out


@flow("courier_card", start=Start(notice="batch"))
async def courier_card(ask: Ask, batch: BatchView) -> None:
    """A compound's batch on the courier's phone: where, how many, and the one button that is next."""
    if batch.courier:
        await _sheet(ask, batch)


@flow("runs", start=Start(command="runs", action="runs", menu=1, role="courier"))
async def runs(ask: Ask) -> None:
    """The courier looks for his cards: each stop that is not handed over, as the newest message and the only one."""
    stops = await ask.once("mine", my_runs())
    if not stops:
        await ask.stop("none")
    for batch in stops:
        await _sheet(ask, batch, f"[{ask.key(batch.id)}]", anew=True)


async def _sheet(ask: Ask, batch: BatchView, of: str = "", *, anew: bool = False) -> None:
    """``of``: what tells this stop's steps from those of another one."""
    steps: dict[BatchStage, str] = {
        "packed": "depart" if batch.loaded else "loaded",
        "on-the-way": "arrive",
        "arrived": "collect",
    }
    step = steps.get(batch.stage) if batch.count else None  # of a stop whose parcels were all stopped nothing is next
    buttons = [Option(step, action=f"{step}:{batch.id}")] if step and not batch.pending else []
    if batch.loaded and step:
        buttons.append(Option("wrong_of", action=f"wrong_of:{batch.id}"))
    stop = await ask.once(f"stop{of}", gate(batch.id))
    first = sorted(batch.manifest, key=lambda line: (not line.fridge, not line.urgent, line.label))
    card = await ask.once(f"card{of}", own_card(f"run:{batch.id}", batch.courier))
    if not batch.count and not await ask.once(f"stands{of}", card_stands(card)):
        return  # he heard nothing of it, and has nothing to bring
    waits = await ask.once(f"waits{of}", held_up(batch.id))
    await ask.card(
        card,
        "run_sheet.card",
        to=ToPerson(batch.courier),
        buttons=buttons,
        count=batch.count,
        compound=stop.name,
        gate=stop.gate,
        helper=stop.helper,
        stage=batch_words(batch.stage),
        labels=[_label(line, waits=line.order in waits) for line in first],
        anew=anew,
    )


def _label(line: BoxView, *, waits: bool) -> Told:
    words = {"label": line.label, "fridge": line.fridge, "urgent": line.urgent, "waits": waits}
    return ("run_sheet.label", words)


@flow("loaded", start=Start(action="loaded"))
async def loaded(ask: Ask) -> None:
    """It is on board."""
    await ask.once("loaded", on_board(ask.subject))


@flow("depart", start=Start(action="depart"))
async def depart(ask: Ask) -> None:
    """He has left: everybody whose parcel is on board hears it."""
    await ask.once("move", batch_move(ask.subject, "depart"))


@flow("arrive", start=Start(action="arrive"))
async def arrive(ask: Ask) -> None:
    """[Arrived], then the courier's half of the hand-over."""
    batch = await ask.once("move", batch_move(ask.subject, "arrive"))
    await ask.sub("hand", "courier_code", count=batch.count)


@flow("collect", start=Start(action="collect"))
async def collect(ask: Ask) -> None:
    """[Type the code] on the card, as often as it takes: after a cancel, or with a new code."""
    batch = await ask.once("batch", batch_of(ask.subject, "courier"))
    await ask.sub("hand", "courier_code", count=batch.count)


@flow("courier_code")
async def courier_code(ask: Ask, count: int) -> None:
    """The code that the ambassador tells him after counting; after five wrong ones it is void and she counts anew."""
    why = ""
    for n in TRIES:
        code = await ask.text(f"code[{n}]", check=rules.pickup_code, why=why and (f"refused.{why}", {}), count=count)
        try:
            await ask.once(f"right[{n}]", collected(ask.subject, code))
            break
        except Refused as no:
            if no.code not in AGAIN:
                await ask.stop("too_late", why=(f"refused.{no.code}", {"name": "", "at": 0, **no.words}))
            why = no.code
    else:
        await ask.once("voided", void_code(ask.subject))
        await ask.stop("void")
    await ask.tell("thanks")


@flow("on_the_way_notice", start=Start(notice="stage:on-the-way", holds=("on-the-way",)))
async def on_the_way_notice(ask: Ask, order: OrderView) -> None:
    """Each resident hears that her medicine has left the hospital."""
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        await ask.tell(f"hears[{person}]", to=ToPerson(person), order=order.no)
