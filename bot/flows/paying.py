"""Somebody else pays by a link that is passed on: stage and sum before he says so, then the patient's initial."""

from __future__ import annotations

from bot.dialog import Ask, Now, Option, Refused, Start, Wrong, flow, hours
from bot.intents import paying, people
from bot.model import ToPerson
from bot.phrases import stage_words
from bot.views import FamilyView, ForPayerView, OrderView

LONGEST = 20  # letters of what she calls him


def called(text: str, now: Now) -> str | Wrong:
    name = " ".join(text.split())
    return name if 1 <= len(name) <= LONGEST else Wrong("long", most=LONGEST)


@flow("family_pays", start=Start(action="family_pays"))
async def family_pays(ask: Ask) -> None:
    """The one who is shown what it costs says who pays, and gets a message to pass on."""
    await ask.once("may", paying.may_share(ask.subject))
    who = await ask.text("who", check=called, buttons=["unnamed"])
    try:
        made = await ask.once("made", paying.share(ask.subject, "" if who == "unnamed" else who))
    except Refused:  # paid, or ended, before she said who
        await ask.stop("too_late")
    await ask.tell("pass_on", until=made.until, buttons=[_end(ask.subject)])
    await ask.tell("link", url=made.url)


@flow("family_agrees", start=Start(action="family_agrees"))
async def family_agrees(ask: Ask) -> None:
    """Nothing is to be paid, and her helper may not explain a medicine: her family confirms, by the same link."""
    await ask.once("may", paying.may_share(ask.subject))
    made = await ask.once("made", paying.share(ask.subject, ""))
    await ask.tell("pass_on", until=made.until, buttons=[_end(ask.subject)])
    await ask.tell("link", url=made.url)


def _end(order: str) -> Option:
    return Option("end_family", action=f"end_family:{order}")


@flow("end_family", start=Start(action="end_family"))
async def end_family(ask: Ask) -> None:
    """She ends it; who had said that he pays hears it."""
    ended = await ask.once("ended", paying.end_share(ask.subject))
    await ask.tell("done", free=ended.free)
    await _over(ask, ended)


@flow("family_over", start=Start(due="family-over"))
async def family_over(ask: Ask) -> None:
    """A day has passed and nobody paid by it: she hears so, and can send another one."""
    ended = await ask.once("ended", paying.share_ran_out(ask.subject))
    if ended.by:
        again = "family_agrees" if ended.free else "family_pays"
        buttons = [Option(again, action=f"{again}:{ask.subject}")]
        await ask.tell("unused", to=ToPerson(ended.by), buttons=buttons, free=ended.free)
    await _over(ask, ended)


async def _over(ask: Ask, ended: FamilyView) -> None:
    if ended.payer:
        await _card(ask, ForPayerView(ended.payer, ask.subject, free=ended.free))
        await ask.tell("over", to=ToPerson(ended.payer), free=ended.free)


@flow("pays_for", start=Start(link="family", secret=True), expire=hours(24))
async def pays_for(ask: Ask, parameter: str) -> None:
    """Whoever opens it sees stage and sum; the first to say that he pays is the one. It needs no enrolment."""
    seen = await ask.once("seen", paying.look_at_share(parameter))
    if not seen.account:
        if seen.free:
            answer = await ask.choice("agrees", options=["agree", "no"], until=seen.until)
        else:
            shown = stage_words(seen.stage)
            answer = await ask.choice("pays", options=["pay", "no"], stage=shown, due=seen.due, until=seen.until)
        if answer == "no":
            await ask.stop("left", free=seen.free)
        seen = await ask.once("taken", paying.take_share(parameter))
        await ask.sub("told", "family_taken", order=seen.no)
    await ask.sub("bill", "family_bill", order=seen.no)


@flow("family_taken")
async def family_taken(ask: Ask, order: str) -> None:
    """She hears that somebody says he pays: it may be somebody to whom it was passed on."""
    by = await ask.once("by", paying.shared_by(order))
    if by.by:
        await ask.tell("hears", to=ToPerson(by.by), who=by.who, order=order, free=by.free, buttons=[_end(order)])


@flow("family_bill", start=Start(action="pay_for"))
async def family_bill(ask: Ask, order: str = "") -> None:
    """His invoice, or the risks where nothing is to be paid (R8); her record is read as before any payment."""
    no = order or ask.subject
    ready = await ask.once("ready", paying.payable_by_link(no))
    if ready.free:
        rules = await ask.once("rules", people.rules())
        if await ask.choice("read", options=["yes", "no"], initial=ready.initial, phone=rules.phone) == "no":
            await ask.stop("not_yet")
    seen = await ask.call("stands", people.read_record(ready.patient))
    await ask.once("bill", paying.agrees_by_link(no, seen) if ready.free else paying.bill_by_link(no, seen))


@flow("family_card", start=Start(notice="order"))
async def family_card(ask: Ask, order: OrderView) -> None:
    """What the payer sees of the order, as long as it lives."""
    seen = await ask.once("seen", paying.pays_by_link(order.no))
    if seen.account:
        await _card(ask, seen)


async def _card(ask: Ask, seen: ForPayerView) -> None:
    await ask.card(
        f"family:{seen.no}:{seen.account}",
        "family_card.card",
        to=ToPerson(seen.account),
        buttons=[Option("agree" if seen.free else "pay", action=f"pay_for:{seen.no}")]
        if seen.may and not seen.mine
        else [],
        stage=stage_words(seen.stage) if seen.stage and not (seen.free and seen.stage == "quoted") else "",
        due=seen.due,
        initial=seen.initial,
        may=seen.may,
        paid=seen.paid,
        mine=seen.mine,
        back=seen.back,
        free=seen.free,
    )


@flow("family_cancelled", start=Start(notice="stage:cancelled"))
async def family_cancelled(ask: Ask, order: OrderView) -> None:
    """Who paid it by link hears that his money goes back."""
    for seen in await ask.once("payers", paying.link_payers(order.no)):
        await ask.tell(f"hears[{seen.account}]", to=ToPerson(seen.account), refund=seen.back, free=seen.free)
