"""Consent for health data, then the real name proved once by the hospital (R3, R13). The number is not kept."""

from __future__ import annotations

import re

from bot import rules
from bot.dialog import Ask, Now, Option, Refused, Start, Wrong, figures, flow
from bot.intents import callers, child_consent, claims, people
from bot.intents.places import compounds, place_of
from bot.model import ToPerson
from bot.model.names import name_in, named
from bot.views import ChildView, PatientView

OLD = 75  # years from which plain mode is offered, once, to who has not chosen it
TRIES = ("first", "second", "third")


def credential(text: str, now: Now) -> str | Wrong:
    """An e-credential number: 6-20 letters and digits, however it is spaced: the contract asks for no other form.

    Words are none, without a digit or beside some.
    """
    number = figures.code(text)
    right = re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{6,20}", number) and not figures.worded(text)
    return number if right else Wrong("credential")


def birthday(day: str, now: Now) -> str | Wrong:
    return day if "1900" < day < now.today else Wrong("birthday")


@flow("identity")
async def identity(ask: Ask, own: bool = False) -> PatientView:
    """The patient whose number and birthday fit: three tries, then where to go. For oneself and for a neighbour.

    A record without a whole birthday proves nobody: an operator decides by calling.
    For oneself a wrong number, a wrong birthday, a record that another phone has and too many tries read the same.
    """
    for n in TRIES:
        other = ["for_family", Option("visit", action="visit")] if own else []
        number = await ask.text(
            f"number[{n}]", check=credential, secret=True, buttons=other, again=not own and n != TRIES[0]
        )
        if number == "for_family":
            await ask.stop("for_family", buttons=[Option("add_person", action="add_person")])
        born = await ask.date(f"born[{n}]", check=birthday)
        try:
            await ask.once(f"counted[{n}]", claims.count_try(number))
            found = await ask.call(f"found[{n}]", people.find_patient(number, born))
            if not own and rules.whole_day(found.birth_date):
                await ask.once(f"well[{n}]", claims.found_well(found.id))
                return found
            if own and await _free(ask, n, found):
                return found
        except Refused as no:
            if not own and no.code == "tries":
                await ask.stop("too_often")
        if own:
            later = await ask.once(f"later[{n}]", claims.answer_later())
            await ask.choice(f"again[{n}]", options=["again"], at=later.at, day=later.day, phone=later.phone)
    return await ask.stop("unknown")


async def _free(ask: Ask, n: str, found: PatientView) -> bool:
    """No other phone has it; one that has is asked, and reads that somebody wants it (law 8)."""
    claim = await ask.once(f"claim[{n}]", claims.ask_for(found))
    for account in claim.holders:
        await ask.begin(f"asks[{n}-{account}]", "record_asked", account, subject=claim.id)
    return not claim.id


@flow("who_calls")
async def who_calls(ask: Ask) -> PatientView:
    """Somebody at a desk's telephone. Wrong, unknown, living elsewhere, a number tried too often: all read the same.

    That the desk itself has tried too often it may know, and what to do then.
    """
    for n in TRIES:
        number = await ask.text(f"number[{n}]", check=credential, secret=True, again=n != TRIES[0])
        born = await ask.date(f"born[{n}]", check=birthday)
        try:
            await ask.once(f"counted[{n}]", claims.count_try(number))
            found = await ask.call(f"found[{n}]", people.find_patient(number, born))
            await ask.once(f"here[{n}]", callers.may_call(found))
        except Refused as no:
            if no.code == "tries" and await ask.once(f"spent[{n}]", claims.tries_spent()):
                await ask.stop("too_often", phone=(await ask.once(f"rules[{n}]", people.rules())).phone)
            continue
        await ask.once(f"well[{n}]", claims.found_well())
        return found
    return await ask.stop("unknown", phone=(await ask.once("rules", people.rules())).phone)


@flow("enrol", start=Start(command="enrol", action="enrol"))
async def enrol(ask: Ask) -> None:
    """Does nothing for somebody already known; ambassadors act for others and need not be patients themselves."""
    me = await ask.once("me", people.me())
    if "ambassador" in me.roles and not me.self:
        return
    if (me.self or me.acts) and me.consent:
        return
    if not me.consent:
        if await ask.choice("consent", options=["yes", "no", Option("visit", action="visit")]) == "no":
            await ask.stop("no_consent")
        await ask.once("agreed", people.consents(True))
    if me.acts and not me.self:
        return  # for others: his own record is not needed
    patient = me.self or await _who(ask)
    await ask.once("recorded", people.told(people.record_consent(patient.id, True)))


async def _who(ask: Ask) -> PatientView:
    patient: PatientView = await ask.sub("who", "identity", own=True)
    await ask.once("i_am", people.i_am(patient))
    today = (await ask.once("today", people.rules())).today
    old = rules.whole_day(patient.birth_date) and rules.age(patient.birth_date, today) >= OLD
    if old and not await ask.once("plain", people.reads_plainly()):
        await ask.tell("plainly", buttons=[Option("plainly", action="plainly")])
    return patient


@flow("compound")
async def compound(ask: Ask, known: str = "") -> str:
    """Where the parcel goes: from last time, by the group's button, or asked once.

    A link decides nothing alone: one of another place than hers is asked about, one of no place at all is told.
    """
    me = await ask.once("me", people.me())
    hers = me.compound or (me.serves[0] if len(me.serves) == 1 else "")
    chosen = known or hers
    if known and known != hers:
        there = await ask.once("there", place_of(known))
        if there is None:
            chosen = hers
            await ask.tell("unknown", left=bool(hers))
        elif hers and (here := await ask.once("here", place_of(hers))):
            places = [Option(one.id, label=named(one, ask.person.lang)) for one in (here, there)]
            chosen = await ask.choice("differs", options=places, typed=True)
    if chosen and await ask.choice("where", options=["same", "other"], usual="same") == "other":
        chosen = ""
    if not chosen:
        all_ = await ask.once("all", compounds())
        chosen = await ask.choice(
            "which", options=[Option(one.id, label=named(one, ask.person.lang)) for one in all_], typed=True
        )
    await ask.once("kept", people.lives_at(chosen))
    return chosen


@flow("withdraw", start=Start(command="withdraw", action="withdraw", means="my-data"))
async def withdraw(ask: Ask) -> None:
    """Consent withdrawn in two taps (R13): nothing new is asked of the hospital, running orders are finished."""
    children = {one.ref: one for one in await ask.once("children", child_consent.children())}
    whose = "own"
    if children:
        options = [Option(one.ref, label=name_in(one.called, ask.person.lang)) for one in children.values()]
        whose = await ask.choice("whose", options=["own", *options])
    if whose != "own":
        await _childs(ask, children[whose])
        return
    if await ask.choice("sure", options=["yes", "no"]) == "no":
        await ask.stop("kept")
    me = await ask.once("me", people.me())
    await ask.once("gone", people.consents(False))
    await ask.once("drafts", people.forget_drafts())
    for desk in await ask.once("desks", callers.desks_let_go()):
        await ask.once(f"ended[{desk.consent}]", people.told(people.revoke_mandate(desk.consent)))
        if desk.account:
            await ask.tell(f"desk[{desk.account}]", to=ToPerson(desk.account), name=desk.name)
    if me.self:
        await ask.once("told", people.told(people.record_consent(me.self.id, False)))
    await ask.tell("done")


async def _childs(ask: Ask, child: ChildView) -> None:
    """Apart from the guardian's own: the child's other guardians read it, an order under way is finished."""
    if await ask.choice("child", options=["yes", "no"], name=child.called, count=child.orders) == "no":
        await ask.stop("kept")
    others = await ask.once("childs", child_consent.child_consents(child.patient, given=False))
    await ask.once("told_child", people.told(people.record_consent(child.patient, False)))
    for other in others:
        await ask.tell(f"other[{other.account}]", to=ToPerson(other.account), name=other.called)
    await ask.tell("child_done", name=child.called)
