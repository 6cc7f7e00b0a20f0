"""A neighbours' desk: somebody calls, consents by voice, and it chooses for her what it never sees."""

from __future__ import annotations

import re

from bot import repeats, rules
from bot.dialog import Ask, Now, Option, Refused, Start, Wrong, figures, flow
from bot.forms import DraftView, TracesView
from bot.intents import callers, formulary, ordering, people
from bot.intents.places import place_of
from bot.model import ToPerson
from bot.model.names import by_language, name_in, named
from bot.phrases import stage_words
from bot.stages import facts_of
from bot.views import CallerView, DeskReaderView, LastsView, OrderView, PatientView, RulesView, VisitView

VISITS = {
    "requested": "desk_visit.requested",
    "accepted": "desk_visit.accepted",
    "done": "desk_visit.done",
    "nobody-home": "desk_visit.nobody_home",
    "late": "desk_visit.late",
}
GENERAL = "general"  # the specialty of whoever sees everything


def call_number(text: str, now: Now) -> str | Wrong:
    """Of a call or a receipt: 1-20 letters and digits, however they are spaced."""
    number = figures.code(text)
    return number if re.fullmatch(r"[A-Z0-9]{1,20}", number) else Wrong("number")


@flow("caller", start=Start(command="call", action="caller", menu=1, role="desk"))
async def caller(ask: Ask) -> None:
    """Who calls, her two yeses by voice, then what she wants. Her name is shown once she has agreed."""
    await ask.sub("acting", "role_read", role="desk")
    settings = await ask.once("rules", people.rules())
    who: PatientView = await ask.sub("who", "who_calls")
    about = await ask.once("about", callers.caller(who))
    if about.age < rules.OWN_CONSENT:
        await ask.stop("child", phone=settings.phone)
    if not about.mine:
        await _agrees(ask, who, about)
        about = await ask.once("agreed", callers.caller(who))
    ask.about(who.known_as)
    changed = Option("changed", action=f"changed:{about.mark}")
    options = ["same", "visit", changed, *(["take_back"] if about.cancels else []), "end"]
    what = await ask.choice("what", options=options, name=who.known_as)
    if what == "same":
        await _same_as_last(ask, who, settings)
    elif what == "visit":
        await _visit(ask, who)
    elif what == "take_back":
        await _cancels(ask, who)
    else:
        await _ends(ask, who, about)


async def _agrees(ask: Ask, who: PatientView, about: CallerView) -> None:
    """Read to her and said by her, one after the other; the call's number is the proof (R13)."""
    may = await ask.choice("may", options=["yes", "no"], desk=about.name, until=about.until)
    if may == "no" or await ask.choice("health", options=["yes", "no"], desk=about.name, until=about.until) == "no":
        await ask.stop("not_agreed")
    number = await ask.text("call", check=call_number)
    key = await ask.once("key", people.mint())
    granted = await ask.call("granted", callers.lets_desk(key, who.id, about.role, about.until, number))
    await ask.once("kept", callers.keep_caller(granted, who, number))
    await ask.once("recorded", people.told(callers.consent_by_desk(who.id, about.role, number)))


# ---------------------------------------------------------------- same as last, unseen


async def _same_as_last(ask: Ask, who: PatientView, settings: RulesView) -> None:
    """From the hospital's own record, as it stands: nothing of it is shown here, nor why it cannot be repeated."""
    await ask.call("orders", people.orders_of(who.id))  # what the hospital's counter entered counts, too
    try:
        await ask.once("free", callers.nothing_open(who.id))
    except Refused as no:
        if no.code != "caller-has-order":
            raise
        await ask.stop("has_order", name=who.known_as, buttons=[Option("my_callers", action="my_callers")])
    urgent: str = await ask.sub("triage", "hospital_asks", compound=who.compound)
    since = rules.months_before(settings.today, settings.history_months)
    file = await ask.call("file", ordering.patient_file(who.id, settings.today, since))
    history = file.history or ()
    drugs = await ask.once("known", formulary.drugs([given.line.code for given in history]))
    last = repeats.last_time(history, repeats.listed(history, drugs))
    controlled = any(line.code in drugs and drugs[line.code].controlled for line in last)
    departments = await ask.once("departments", formulary.departments())
    if not (last and departments) or controlled or not all(rules.illness_of(line, history) for line in last):
        await ask.stop("nothing", phone=settings.phone)
    lines = tuple(rules.supplied(line, line.boxes) for line in last)
    no = await ask.once("no", ordering.order_number())
    proof = TracesView(records=tuple(sorted({line.proof.dispense for line in lines} - {""})))
    try:
        await ask.once("unused", callers.unused_record(no, who.id, proof))
    except Refused:
        await ask.stop("used", phone=settings.phone)
    early = rules.lasts_until(lines, settings.today, settings.early_days)
    if early and await ask.choice("early", options=["go_on", "stop"]) == "stop":
        await ask.stop("not_now")
    if file.cover == "self-pay" and await ask.choice("self_pay", options=["go_on", "stop"]) == "stop":
        await ask.stop("not_now")
    left = await ask.choice("left", options=["0-2", "3-7", "more"], columns=3)
    said = (await ask.once(f"said[{left}]", people.rules())).today
    wanted = (rules.specialty_of(lines, history), GENERAL)
    found = [one.id for specialty in wanted for one in departments if one.specialty == specialty]
    department = next(iter(found), departments[0].id)
    if not found and len(departments) > 1:  # the record says which, and here is none of it: she knows where she went
        places = [Option(one.id, label=named(one, ask.person.lang)) for one in departments]
        department = await ask.choice("department", options=places, name=who.known_as)
    place = await ask.once("place", place_of(who.compound))
    await ask.confirm("ok", edits=["left"], name=who.known_as, place=place.known_as if place else "")
    now: LastsView = await ask.sub("now", "still_left", days=left, said=said)
    await ask.sub("still", "role_read", role="desk")
    draft = DraftView(
        no=no,
        patient_brief=who,
        department=department,
        compound=who.compound,
        priority="urgent" if now.days == "0-2" or urgent else "routine",
        days_left=now.days,
        condition=rules.condition_of(lines, history),
        read_by="history",
        lines=lines,
        left_out=True,
        desk=True,
    )
    await ask.submit(ordering.submit(no, draft, [], proof))


async def _cancels(ask: Ask, who: PatientView) -> None:
    """By her voice, two taps; what it held is undone like any cancelled order's (bot/flows/stopped.py)."""
    if await ask.choice("cancels", options=["yes", "no"], name=who.known_as) == "no":
        await ask.stop("goes_on", name=who.known_as)
    await ask.sub("still", "role_read", role="desk")
    await ask.once("cancelled", callers.cancel_for(who.id))
    await ask.tell("cancelling", name=who.known_as)


# ---------------------------------------------------------------- a home visit


async def _visit(ask: Ask, who: PatientView) -> None:
    """Whoever goes reads where she lives: she is asked first. Its life is that of any other (bot/flows/visits.py)."""
    if await ask.choice("share", options=["yes", "no"], name=who.known_as) == "no":
        await ask.stop("not_now")
    await ask.sub("still", "role_read", role="desk")
    await ask.once("visit", callers.visit_for(who.id))
    await ask.tell("asked", name=who.known_as)


@flow("desk_visit", start=Start(notice="visit"))
async def desk_visit(ask: Ask, visit: VisitView) -> None:
    """The desk that asked for it reads each step, to tell her."""
    for desk in await ask.once("desks", callers.visit_readers(visit.id)):
        await ask.card(
            f"desk-visit:{visit.id}:{visit.phase}",
            VISITS.get(visit.phase, "desk_visit.cancelled"),
            to=ToPerson(desk.account),
            name=desk.name,
        )


# ---------------------------------------------------------------- she ends a right


async def _ends(ask: Ask, who: PatientView, about: CallerView) -> None:
    """Two taps: whose, and yes. Everybody whom it concerns is told."""
    rights = {one.mandate: one for one in about.helpers}
    options = [
        "desk" if one.desk else Option(one.mandate, label=name_in(one.names, ask.person.lang))
        for one in rights.values()
    ]
    chosen = await ask.choice("whose", options=options, name=who.known_as)
    mandate = next((one.mandate for one in rights.values() if one.desk), "") if chosen == "desk" else chosen
    if await ask.choice("sure", options=["yes", "no"], name=who.known_as) == "no":
        await ask.stop("kept")
    over = await ask.once("over", callers.end_for_caller(who.id, mandate))
    for consent in over.consents:
        await ask.once(f"sent[{consent}]", people.told(people.revoke_mandate(consent)))
    if over.helper:
        await ask.tell("helper", to=ToPerson(over.helper), name=over.known_as)
    for account in over.hers:
        if over.desk:
            await ask.tell(f"desk_over[{account}]", to=ToPerson(account), desk=about.name)
        else:
            await ask.tell(f"hers[{account}]", to=ToPerson(account), helper=over.names, desk=about.name)
    await ask.tell("ended")


# ---------------------------------------------------------------- where they are


@flow("my_callers", start=Start(command="callers", action="my_callers", menu=2, role="desk"))
async def my_callers(ask: Ask) -> None:
    """[My callers]: names and stages, nothing else."""
    await ask.sub("acting", "role_read", role="desk")
    rows = await ask.once("rows", callers.my_callers())
    if not rows:
        await ask.stop("none", buttons=[Option("caller", action="caller")])
    lines = [
        (
            "my_callers.line",
            {"name": row.name, "stage": stage_words(row.stage) if row.stage else "", "visit": bool(row.visit)},
        )
        for row in rows
    ]
    await ask.tell("list", lines=lines, buttons=[Option("caller", action="caller")])


@flow("desk_card", start=Start(notice="order"))
async def desk_card(ask: Ask, order: OrderView) -> None:
    """One card for each order that a desk follows; a second one where money is asked for, a third where it ends early.

    Of what a stage says only its name is told.
    """
    for desk in await ask.once("desks", callers.desk_readers(order.no)):
        key = f"{order.no}:{desk.account}"
        if desk.over:
            await ask.card(f"desk:{key}", "desk_card.over", to=ToPerson(desk.account))
            continue
        await ask.card(
            f"desk:{key}",
            "desk_card.card",
            to=ToPerson(desk.account),
            name=desk.name,
            stage=stage_words(order.stage),
            since=order.since,
        )
        if desk.waits:
            await ask.card(
                f"desk-money:{key}",
                "desk_card.money",
                to=ToPerson(desk.account),
                buttons=_money(order, desk),
                name=desk.name,
                due=desk.due,
                unread=desk.unread,
                flagged=desk.flagged,
            )
        elif order.stage != "quoted" and order.snapshot.settlement:
            await _no_money(ask, order, desk)
        if facts_of(order.stage).stopped:
            await ask.card(
                f"desk-over:{key}",
                "desk_card.stopped",
                to=ToPerson(desk.account),
                name=desk.name,
                cash=desk.cash,
                receipts=desk.receipts,
            )


def _money(order: OrderView, desk: DeskReaderView) -> list[Option]:
    if desk.takes:
        return [Option("desk_paid", action=f"desk_paid:{order.no}")]
    return [Option("desk_agrees", action=f"desk_agrees:{order.no}")] if desk.free else []


async def _no_money(ask: Ask, order: OrderView, desk: DeskReaderView) -> None:
    """What was asked for is not asked for now."""
    await ask.card(f"desk-money:{order.no}:{desk.account}", "", to=ToPerson(desk.account))


# ---------------------------------------------------------------- money


@flow("desk_paid", start=Start(action="desk_paid", acts="desk"))
async def desk_paid(ask: Ask) -> None:
    """The risk warning is read (R8), and the desk took the money: the receipt's number, one yes."""
    await ask.sub("acting", "role_read", role="desk")
    bill = await ask.once("bill", callers.desk_bill(ask.subject))
    phone = (await ask.once("rules", people.rules())).phone
    if (
        await ask.choice("read", options=["yes", "no"], flagged=bill.flagged, phone=phone, name=bill.name, due=bill.due)
        == "no"
    ):
        await ask.stop("kept")
    receipt = await ask.text("receipt", check=call_number, name=bill.name, due=bill.due)
    if await ask.choice("sure", options=["yes", "no"], name=bill.name, due=bill.due, number=receipt) == "no":
        await ask.stop("kept")
    await ask.sub("still", "role_read", role="desk")
    await ask.once("paid", callers.desk_paid(ask.subject, bill.due, receipt))
    await ask.tell("written", name=bill.name)


@flow("desk_agrees", start=Start(action="desk_agrees", acts="desk"))
async def desk_agrees(ask: Ask) -> None:
    """Nothing is due: the risk warning is read to her (R8), and she agrees."""
    await ask.sub("acting", "role_read", role="desk")
    mine = await ask.once("reads", callers.desk_reads(ask.subject))
    ask.about(by_language(mine.name))
    phone = (await ask.once("rules", people.rules())).phone
    if await ask.choice("read", options=["yes", "no"], flagged=mine.flagged, phone=phone) == "no":
        await ask.stop("kept")
    await ask.sub("still", "role_read", role="desk")
    await ask.once("agreed", callers.desk_agrees(ask.subject))
    await ask.tell("written")
