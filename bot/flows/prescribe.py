"""The doctor writes the prescription: "renew as before" is a proposal with preview, signed in private (R4)."""

from __future__ import annotations

from collections.abc import Sequence

from bot import rules
from bot.dialog import Ask, Option, Refused, Start, flow
from bot.intents import local
from bot.intents.orders import legal, signed
from bot.model import ToPerson, ToTopic
from bot.phrases import BOXES, drug_label, line_words, reason_words
from bot.stages import facts_of
from bot.views import LineView, OrderView

TRIES = ("first", "second", "third", "fourth", "fifth")
MORE = ("a", "b", "c", "d", "e", "f", "g", "h")  # drugs a doctor writes down from a photo


@flow("prescribe", start=Start(action="prescribe"))
async def prescribe(ask: Ask) -> None:
    """[Prescribe] in the topic: what will be written, and a single-use link to sign it."""
    order = await ask.once("order", legal(ask.subject, "prescribe"))
    link = await ask.once("link", local.do("link", purpose="sign", ref=ask.subject, person=ask.person.id))
    asked = order.snapshot.asked
    await ask.tell(
        "preview",
        lines=line_words(asked),
        unread=_unread(asked),
        protect=True,
        buttons=[Option("sign", url=f"start:{link}")],
    )


@flow("sign", start=Start(link="sign"))
async def sign(ask: Ask) -> None:
    """In the doctor's private chat, by his PIN: only the receiving doctor, only once."""
    no = await ask.once("order_no", local.do("use_link", parameter=ask.args["parameter"]))
    order = await ask.once("order", legal(no, "prescribe"))
    lines = await _lines(ask, order.snapshot.asked)
    left = 0
    for n in TRIES:
        chain = await ask.pin(f"pin[{n}]", lines=line_words(lines), order=no, left=left)
        try:
            await ask.once(f"right[{n}]", local.do("check_pin", chain=chain))
            break
        except Refused as no_:
            if no_.code != "wrong-pin":
                await ask.stop("locked")
            left = int(no_.words.get("left", 0))
    else:
        await ask.stop("locked")
    rx = await ask.once("rx", signed(no, lines))
    try:
        await ask.once("move", local.move(no, "prescribe", rx=rx))
    except Refused as late:
        await ask.stop("too_late", why=(f"refused.{late.code}", {"name": "", "at": 0, **late.words}))
    await ask.tell("done", order=no)


def _unread(asked: Sequence[LineView]) -> bool:
    """Nobody could read the paper: the doctor sees its photo."""
    return any(line.name == rules.SEE_PHOTO["name"] for line in asked)


async def _lines(ask: Ask, asked: Sequence[LineView]) -> Sequence[LineView]:
    """As asked for; where nobody could read the paper, the doctor writes down what its photo shows."""
    if not _unread(asked):
        return asked
    written: list[LineView] = []
    for n in MORE:
        drug = await ask.sub(f"drug[{n}]", "medicine", optional=bool(written))
        if drug is None:
            break
        boxes = await ask.choice(f"boxes[{n}]", options=BOXES, columns=5, drug=drug_label(drug))
        written.append(LineView(**rules.priced(drug, int(boxes))))
    return written


@flow("prescribed_notice", start=Start(notice="stage:prescribed"))
async def prescribed_notice(ask: Ask, order: OrderView) -> None:
    """Written and signed: the resident hears that the pharmacist is checking it."""
    for person in await ask.once("watchers", local.do("watchers", order=order.no)):
        await ask.tell(f"hears[{person}]", to=ToPerson(person), doctor=order.snapshot.doctor_name)


@flow("returned_notice", start=Start(notice="stage:returned"))
async def returned_notice(ask: Ask, order: OrderView, before: str) -> None:
    """It was sent back: the doctor reads why in the topic, where [Prescribe] stands again.

    After the pass it is the pharmacy's word (a shortage, a price), so whoever watches the order hears it too.
    """
    reason = reason_words(order.snapshot.reason or "other")
    await ask.tell("doctor", to=ToTopic(order.topic), reason=reason)
    if facts_of(before).review != "passed":
        return
    for person in await ask.once("watchers", local.do("watchers", order=order.no)):
        await ask.tell(f"hears[{person}]", to=ToPerson(person), order=order.no, kept=order.snapshot.kept)
