"""Insurance settled in three lines that add up, then paid in chat; nothing before the pharmacist's pass (R6)."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import consult as clinic
from bot.intents import paying, people
from bot.intents.batches import own_card
from bot.intents.orders import legal
from bot.model import ToPerson
from bot.phrases import was_free
from bot.stages import facts_of
from bot.views import OrderStage, OrderView, PayerView

#: Settled once, and on its way to another quote.
AGAIN: tuple[OrderStage, ...] = ("returned", "received", "in-consult", "prescribed", "passed")


@flow("claim", start=Start(notice="stage:passed"))
async def claim(ask: Ask) -> None:
    """The pharmacist passed it: the bot asks the insurer. The answer comes by the feed."""
    await ask.once("claim", clinic.claim(ask.subject))


@flow("settlement_card", start=Start(notice="order"))
async def settlement_card(ask: Ask, order: OrderView) -> None:
    """Pooled fund / personal account / self-pay, the risk warning (R8), and one button; only for whoever pays.

    It says paid only where the hospital says so: an order may be stopped from any stage.
    """
    money = order.snapshot.settlement
    if money is None:
        return
    payer = await ask.once("payer", clinic.payer(order.no))
    if not payer.account or (order.stage != "quoted" and not payer.shown):
        return
    due = order.snapshot.due
    unread = order.stage == "quoted" and bool(order.snapshot.unaccepted)  # R2: she reads it before she pays
    paid = facts_of(order.stage).paid or (order.stage == "problem" and bool(order.snapshot.payment))
    waits = order.stage in AGAIN
    kept = 0 if paid else order.snapshot.kept  # for a quote that stands no more
    key = "settle.card" if payer.may_pay else "settle.desk"
    card = await ask.once("card", own_card(f"pay:{order.no}", payer.account))
    await ask.card(
        card,
        key,
        to=ToPerson(payer.account),
        buttons=_buttons(order, payer, unread),
        order=order.no,
        total=money.total,
        pooled=money.pooled,
        personal=money.personal,
        self_pay=money.self_pay,
        insured=money.insured,
        paid=paid,
        waits=waits,
        unread=unread,
        dead=not (paid or waits) and order.stage != "quoted",
        kept=kept,
        back=max(0, kept - money.self_pay),
        due=due,
        out=order.stage == "quoted" and payer.out,
        who=order.snapshot.family.who,
        until=order.snapshot.family.until,
        taken=bool(order.snapshot.family.payer),
        reads=payer.reads,
        flagged=payer.flagged,
    )


def _buttons(order: OrderView, payer: PayerView, unread: bool) -> list[Option]:
    if order.stage != "quoted" or order.snapshot.held:
        return []
    if payer.reads and not order.pending:
        return [Option("read_zero", action=f"read_zero:{order.no}")]
    own = payer.may_pay and not order.pending
    if own and unread:
        return [Option("accept", action=f"accept:{order.no}")]
    buttons = [Option("pay" if order.snapshot.due else "agree", action=f"pay:{order.no}")] if own else []
    if payer.shares:
        by_link = "family_pays" if order.snapshot.due else "family_agrees"
        return [*buttons, Option(by_link, action=f"{by_link}:{order.no}")]
    return [*buttons, Option("end_family", action=f"end_family:{order.no}")] if payer.out else buttons


@flow("pay", start=Start(action="pay"))
async def pay(ask: Ask) -> None:
    """The invoice with the pay button; a fully insured order is only confirmed."""
    order = await ask.once("order", legal(ask.subject, "pay"))
    await ask.once("payable", clinic.payable(ask.subject))
    patient = order.snapshot.patient.id
    seen = await ask.call("stands", people.read_record(patient))  # whose money, for whom: as it stands now
    await ask.once("kept", people.keep_record(patient, seen))
    if order.snapshot.settlement and order.snapshot.due == 0:
        await ask.once("move", clinic.confirm_zero(ask.subject))
        return
    await ask.once("bill", clinic.bill(ask.subject))


@flow("paid_notice", start=Start(notice="stage:paid"))
async def paid_notice(ask: Ask, order: OrderView) -> None:
    """Everybody who watches the order hears that it is paid (or confirmed, where nothing was due) and being packed."""
    paid = await ask.once("how", paying.paid_how(order.no))
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        if paid.family and paid.other:
            await ask.tell(
                f"by_both[{person}]",
                to=ToPerson(person),
                order=order.no,
                who=paid.who,
                family=paid.family,
                other=paid.other,
            )
        elif paid.family or paid.free:
            free = not paid.family
            await ask.tell(f"by_family[{person}]", to=ToPerson(person), order=order.no, who=paid.who, free=free)
        else:
            await ask.tell(f"hears[{person}]", to=ToPerson(person), order=order.no, free=was_free(order))


@flow("money_back", start=Start(action="money_back", acts="operator"))
async def money_back(ask: Ask) -> None:
    """A payment that fits no order: an operator says that he sent it back at the payment provider's."""
    stray = await ask.once("stray", clinic.stray(ask.subject))
    if await ask.choice("sure", options=["yes", "no"], amount=stray.amount, number=stray.number) == "no":
        await ask.stop("kept")
    await ask.once("back", clinic.sent_back(ask.subject))
    await ask.tell("done")
    await ask.tell("payer", to=ToPerson(stray.account), amount=stray.amount, number=stray.number)
