"""An ambassador gives his compound to another for some days, and both say so; whoever waits there reads who comes."""

from __future__ import annotations

from typing import Any, cast

from bot.dialog import Ask, Option, Start, flow
from bot.intents import people
from bot.intents import standing_in as lends
from bot.model import ToPerson
from bot.model.names import named
from bot.phrases import ONWARD
from bot.views import StandInView

UNTIL = ("tomorrow", "today", "week")


@flow("lend", start=Start(command="lend", action="lend", menu=5, role="ambassador", acts="ambassador"))
async def lend(ask: Ask) -> None:
    """Which compound where he has several, to whom, until when: nothing moves before the other one says yes."""
    ask.leads_on(ONWARD)
    mine = await ask.once("mine", lends.my_compounds())
    if not mine:
        await ask.stop("none")
    which = mine[0].id
    if len(mine) > 1:
        options = [Option(one.id, label=named(one, ask.person.lang)) for one in mine]
        which = await ask.choice("which", options=options)
    others = await ask.once("others", lends.could_stand_in(which))
    if not others:
        await ask.stop("nobody")
    who = await ask.choice("who", options=[Option(one.id, label=one.name or one.id, listed=True) for one in others])
    until = cast("lends.Until", await ask.choice("until", options=UNTIL))
    asked = await ask.once("asked", lends.ask_stand_in(which, who, until))
    answers = [Option("stand_in", action=f"stand_in:{asked.id}"), Option("stand_no", action=f"stand_no:{asked.id}")]
    words: dict[str, Any] = {"compound": asked.compound, "until": asked.until}
    await ask.tell("request", to=ToPerson(asked.helper), helper=asked.giver_name, buttons=answers, **words)
    await ask.tell("waits", helper=asked.name, buttons=ONWARD, **words)


@flow("stand_in", start=Start(action="stand_in", acts="ambassador"))
async def stand_in(ask: Ask) -> None:
    """He takes it; both read what moved and what did not, and whoever waits there reads who comes."""
    done = await ask.once("done", lends.stand_in(ask.subject))
    words: dict[str, Any] = {"compound": done.compound, "until": done.until}
    back = [Option("stand_back", action=f"stand_back:{done.id}")]
    await ask.tell(
        "yours", helper=done.giver_name, count=done.parcels, buttons=[Option("today", action="today")], **words
    )
    await ask.tell("theirs", to=ToPerson(done.giver), helper=done.name, count=done.held, buttons=back, **words)
    lets = [Option("stand_lets", action=f"stand_lets:{done.id}")]
    for person in done.told:
        hers = lets if person in done.lets else []
        await ask.tell(f"hears[{person}]", to=ToPerson(person), helper=done.name, buttons=hers, **words)


@flow("stand_no", start=Start(action="stand_no"))
async def stand_no(ask: Ask) -> None:
    """He cannot: it stays whose it is, and he who asked reads so."""
    done = await ask.once("done", lends.refuse_stand_in(ask.subject))
    await ask.tell("yours")
    lend_ = [Option("lend", action="lend")]
    await ask.tell("theirs", to=ToPerson(done.giver), helper=done.name, compound=done.compound, buttons=lend_)


@flow("stand_back", start=Start(action="stand_back"))
async def stand_back(ask: Ask) -> None:
    """Earlier than was said, by either of them."""
    await _over(ask, await ask.once("over", lends.over(ask.subject)))


@flow("stand_over", start=Start(due="stand-in-over"))
async def stand_over(ask: Ask) -> None:
    """The day is over: the compound is served as before."""
    await _over(ask, await ask.once("over", lends.over(ask.subject)))


async def _over(ask: Ask, done: StandInView) -> None:
    if done.helper:  # else its own ambassador had rested
        await ask.tell("helper", to=ToPerson(done.helper), compound=done.compound, count=done.held)
    if done.ready:
        await ask.tell("ready", to=ToPerson(done.ready), helper=done.name, compound=done.compound)
    if done.giver:
        await ask.tell("giver", to=ToPerson(done.giver), compound=done.compound, count=done.parcels)
    for person in done.told if done.giver else ():
        await ask.tell(f"hears[{person}]", to=ToPerson(person), helper=done.giver_name, compound=done.compound)


@flow("pause", start=Start(command="pause", action="pause", menu=6, role="ambassador", acts="ambassador"))
async def pause(ask: Ask) -> None:
    """He cannot for some days and knows nobody who could, or he goes on no more: operators hear it at once."""
    ask.leads_on(ONWARD)
    until = await ask.choice("until", options=[*UNTIL, "lend", "leave"])
    if until == "lend":
        await ask.stop("hand_on", buttons=[Option("lend", action="lend")])
    if until == "leave":
        await _leaves(ask)
        return
    for one in await ask.once("paused", lends.pause(cast("lends.Until", until))):
        await ask.tell(
            f"rests[{one.id}]",
            compound=one.compound,
            until=one.until,
            count=one.held,
            covered=bool(one.helper),
            helper=one.name,
            buttons=[Option("stand_back", action=f"stand_back:{one.id}")],
        )
        words: dict[str, Any] = {"compound": one.compound, "until": one.until}
        if one.moved:
            await ask.tell(f"yours[{one.id}]", to=ToPerson(one.moved), count=one.parcels, **words)
        for person in one.told:
            await ask.tell(f"hears[{one.id}-{person}]", to=ToPerson(person), helper=one.name, **words)


async def _leaves(ask: Ask) -> None:
    """What he has in his hands is named before he goes; neighbours read one sentence (bot/ops/who_helps.py)."""
    hands = await ask.once("hands", lends.in_hands())
    held: dict[str, Any] = {"labels": ", ".join(hands.labels), "visits": hands.visits, "count": hands.people}
    sure = await ask.choice("sure", options=["stay", "hand_on", "leave"], **held)
    if sure == "hand_on":
        await ask.stop("first", buttons=[Option("lend", action="lend"), *ONWARD])
    if sure == "stay":
        return
    left = await ask.once("went", lends.leave())
    await ask.tell("gone", labels=", ".join(left.labels))


@flow("stand_lets", start=Start(action="stand_lets"))
async def stand_lets(ask: Ask) -> None:
    """Her helper is away: she lets his stand-in order for her too, until he is back. A Consent of its own."""
    asked = await ask.once("asked", lends.lets_stand_in(ask.subject))
    patient = asked.patient
    granted = await ask.call("granted", people.grants(asked.key, patient.id, asked.role, asked.until, "own-phone"))
    await ask.once("kept", lends.keep_lent(ask.subject, granted, patient))
    revoke = Option("revoke", action=f"revoke:{granted.id}")
    await ask.tell("yours", helper=asked.name, until=asked.until, buttons=[revoke])
    need = Option("need", action=f"need:{patient.id}")
    name = await ask.once("called", people.called(patient, asked.helper))
    await ask.tell("theirs", to=ToPerson(asked.helper), name=name, until=asked.until, buttons=[need])
