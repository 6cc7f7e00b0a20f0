"""[Something is wrong] with a parcel: said by whoever holds it in two taps; an operator, or she herself, settles it."""

from __future__ import annotations

from bot import rules
from bot.clockwords import call_missed_words, wrong_role, wrong_words
from bot.dialog import Ask, Option, Photo, Start, flow
from bot.intents import consult as clinic
from bot.intents import wrong as intents
from bot.model import ToPerson
from bot.moves import MoveName
from bot.phrases import ONWARD
from bot.views import OrderStage, OrderView, ReportView

TODAY = "nobody-today"
KINDS = ("missing", "damaged", "not-mine", "nobody-today", "nobody-tomorrow")
WAYS = ("found-there", "found-carried", "send-again", "end-problem")


@flow("parcel_wrong", start=Start(action="wrong"))
async def parcel_wrong(ask: Ask, order: str = "") -> None:
    """What it is, by button: then the operators have it. A photo or a word may follow; nothing waits for them."""
    no = order or ask.subject
    one = await ask.once("may", intents.may_report(no))
    kind = await ask.choice("kind", options=[kind for kind in KINDS if kind in one.kinds], label=one.label)
    told = await ask.once("reported", intents.reports(no, kind))
    for person in told.people:
        await ask.tell(f"comes[{person}]", to=ToPerson(person), label=one.label, today=kind == TODAY)
    if kind in ("nobody-today", "nobody-tomorrow"):
        await ask.tell("noted", today=kind == TODAY, buttons=ONWARD)
        return
    settled = [Option("settled", action=f"settled:{no}")] if told.safe else []
    await ask.tell("sent", until=told.until, phone=told.phone, buttons=settled)
    await ask.sub("more", "wrong_more", no=no, told=told)


@flow("wrong_more")
async def wrong_more(ask: Ask, no: str, told: ReportView) -> None:
    """For whoever sees to it, and nobody else; asked no more once that is over."""
    await ask.once("open", intents.unsettled(no, told.key))
    sent = await ask.photos("photo", max=1, buttons=["word", "enough"])
    if sent == "enough":
        return
    word = await ask.text("word", check=rules.own_words) if isinstance(sent, str) else ""
    photo = "" if isinstance(sent, str) else sent[0].file
    await ask.once("added", intents.adds(no, told.key, word, photo))
    await ask.tell("thanks")


@flow("call_missed", start=Start(due="promise"))
async def call_missed(ask: Ask) -> None:
    """Nobody has seen to it by the time that was said, and the order stands at no problem: she reads the truth."""
    over = await ask.once("over", intents.promise_over(ask.subject))
    for person in over.people:
        await ask.tell(f"hears[{person}]", to=ToPerson(person), order=over.no, says=call_missed_words(over.phone))


@flow("wrong_of", start=Start(action="wrong_of"))
async def wrong_of(ask: Ask) -> None:
    """Of a batch: which parcel, by its label."""
    held = await ask.once("held", intents.parcels_of(ask.subject))
    if not held:
        await ask.stop("none")
    no = held[0].no
    if len(held) > 1:
        no = await ask.choice("which", options=[Option(x.no, label=x.label) for x in held], columns=4, typed=True)
    await ask.sub("wrong", "parcel_wrong", order=no)


@flow("parcel_settled", start=Start(action="settled"))
async def parcel_settled(ask: Ask) -> None:
    """[It is settled], by whoever said that something is wrong: it goes on from where it was."""
    await ask.once("settled", intents.settles_own(ask.subject))
    await ask.tell("done")


@flow("found_notice", start=Start(notice="stage:handed-over", holds=("handed-over", "confirmed")))
async def found_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """The problem that was told of is solved, and she has it. Of the other ways out their own stages tell."""
    if before != "problem":
        return
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        await ask.tell(f"hears[{person}]", to=ToPerson(person), order=order.no)


# ---------------------------------------------------------------- the operator who has it


@flow("i_settle", start=Start(action="i_settle", acts="operator"))
async def i_settle(ask: Ask) -> None:
    """On its road again, or ended and paid back; the exception ends when the order has moved."""
    found = await ask.once("found", intents.to_settle(ask.subject))
    if not found:
        await ask.stop("nothing")
    no = found[0].no
    if len(found) > 1:
        no = await ask.choice("which", options=[Option(one.no, label=one.no) for one in found])
    one = next(one for one in found if one.no == no)
    how = await ask.choice("how", options=[way for way in WAYS if way in one.ways], order=no)
    way: MoveName = next(way for way in intents.WAYS if way == how)
    await ask.once("settled", intents.settles(no, way, one.key))
    await ask.tell("done", order=no)


@flow("i_said", start=Start(action="i_said", acts="operator"))
async def i_said(ask: Ask) -> None:
    """What was reported, with word and photo: in the private chat of the operator who has it."""
    found = await ask.once("said", intents.said(ask.subject))
    await ask.sub("registered", "role_read", role="operator")
    for one in found:
        await ask.tell(
            f"one[{one.no}]",
            protect=True,
            photo=Photo(one.photo, one.photo) if one.photo else None,
            order=one.no,
            kind=wrong_words(one.kind),
            role=wrong_role(one.role),
            at=one.at,
            word=one.word,
        )
    if not found:
        await ask.stop("nothing")
