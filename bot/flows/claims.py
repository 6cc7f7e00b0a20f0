"""Whose record it is: the phone that has it is asked, then an operator calls her; whoever asked hears at the hour."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, days, flow
from bot.intents import claims, family
from bot.model import ToPerson

WHAT = ("new_phone", "family", "not_me")


@flow("record_asked", expire=days(3))
async def record_asked(ask: Ask) -> None:
    """On the phone that has the record: somebody gave its number and birthday."""
    what = await ask.choice("what", options=WHAT)
    scope = await ask.choice("scope", options=["all", "stage"]) if what == "family" else "all"
    await ask.sub("decided", "record_decided", what=what, scope=scope)
    if what == "new_phone":
        await ask.tell("moved")
    elif what == "family":
        await ask.tell("let")
    else:
        await ask.tell("refused")


@flow("record_silent", start=Start(due="record-silent"))
async def record_silent(ask: Ask) -> None:
    """That phone did not answer: an operator decides, by calling her."""
    for operator in await ask.once("operators", claims.silent_claim(ask.subject)):
        button = Option("record_call", action=f"record_call:{ask.subject}")
        await ask.tell(f"call[{operator}]", to=ToPerson(operator), buttons=[button])


@flow("record_call", start=Start(action="record_call", acts="operator"))
async def record_call(ask: Ask) -> None:
    """The operator who took it, in private: who she is, and what she said on the telephone."""
    her = await ask.once("her", claims.claim_of(ask.subject))
    what = await ask.choice("what", options=WHAT, name=her.known_as, born=her.birth_date[:4], tail=her.phone_tail)
    await ask.sub("decided", "record_decided", what=what, proof="hospital")
    await ask.tell("done")


@flow("record_decided")
async def record_decided(
    ask: Ask, what: claims.Decision, scope: family.Scope = "all", proof: family.Proof = "own-phone"
) -> None:
    """Whoever may act from now on hears so at once, and so does a phone that loses it; a no is heard at the hour."""
    done = await ask.once("decided", claims.decide_claim(ask.subject, what))
    if what == "family":
        await ask.begin("lets", "family_let", done.account, patient=done.patient, scope=scope, proof=proof)
    if what == "new_phone":
        await ask.tell("opened", to=ToPerson(done.account), buttons=[Option("need", action="need")])
    for other in done.others if what == "new_phone" else ():
        await ask.tell(f"lost[{other}]", to=ToPerson(other))


@flow("record_answer", start=Start(due="record-answer"))
async def record_answer(ask: Ask) -> None:
    """At the hour: it could not be opened, whatever the reason."""
    if not await ask.once("opened", claims.opened_meanwhile()):
        await ask.tell("not_opened", buttons=[Option("enrol", action="enrol")])
