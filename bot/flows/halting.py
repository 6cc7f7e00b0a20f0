"""Stopped, moved, in hospital, died: one tap holds everything of her; all others with a right read it and object."""

from __future__ import annotations

from typing import Any

from bot.dialog import Ask, Option, Start, flow
from bot.intents import halting
from bot.model import HaltKind, ToPerson
from bot.model.names import name_in
from bot.views import HaltView

KINDS: dict[str, HaltKind] = {"stop": "stop", "moved": "moved", "hospital": "hospital", "died": "died"}


def why_words(kind: str) -> tuple[str, dict[str, Any]]:
    return (f"halt.why.{kind}", {})


def by_words(halt: HaltView) -> tuple[str, dict[str, Any]]:
    return (f"halt.by.{halt.by}", {"helper": halt.helper})


@flow("change_said", start=Start(command="changed", also="stop", action="changed", stands=("department",), menu=7))
async def change_said(ask: Ask) -> None:
    """Of whom, and what: one tap each, no form."""
    found = await ask.once("whom", halting.spoken_for(ask.subject))
    if not found:
        await ask.stop("nobody")
    chosen = found[0].ref
    if len(found) > 1:
        chosen = await ask.choice(
            "who", options=[Option(one.ref, label=name_in(one.called, ask.person.lang)) for one in found]
        )
    one = next(one for one in found if one.ref == chosen)
    if one.halt.id and (not one.halt.wrong or (one.own and one.halt.kind != "died")):  # of herself she knows best
        wrong = [Option("halt_wrong", action=f"halt_wrong:{one.halt.id}")]
        await ask.stop("stands", why=why_words(one.halt.kind), name=one.called, own=one.own, buttons=wrong)
    options = [kind for kind in KINDS if kind != "died" or not one.own]
    what = await ask.choice("what", options=options, name=one.called, own=one.own)
    said = await ask.once("said", halting.halt(one.ref, KINDS[what]))
    undo = [Option("halt_undo", action=f"halt_wrong:{said.id}")]
    await ask.tell("held", own=one.own, name=one.called, buttons=undo)
    if not said.new:
        return
    for other in said.hears:
        wrong = [Option("halt_wrong", action=f"halt_wrong:{said.id}")]
        await ask.tell(
            f"hears[{other.account}]",
            to=ToPerson(other.account),
            buttons=wrong,
            who=by_words(said),
            why=why_words(said.kind),
            name=other.called,
            own=other.own,
        )


@flow("halt_heard", start=Start(due="halt-heard"))
async def halt_heard(ask: Ask) -> None:
    """Who came to speak for her while it held: what was said and since when, with the same way to object."""
    found = await ask.once("heard", halting.halt_heard(ask.subject))
    if found is None:
        return
    halt = found.halt
    await ask.tell(
        "stands",
        own=found.own,
        name=found.called,
        since=halt.since,
        who=("halt.by.before", {}) if found.own and halt.by == "self" else by_words(halt),
        why=why_words(halt.kind),
        buttons=[Option("halt_wrong", action=f"halt_wrong:{halt.id}")],
    )


@flow("halt_wrong", start=Start(action="halt_wrong"))
async def halt_wrong(ask: Ask) -> None:
    """[That is wrong]: taken back by who may, else an operator calls and decides."""
    halt = await ask.once("wrong", halting.halt_wrong(ask.subject))
    if halt.undone:
        await _goes_on(ask, halt)
        await ask.tell("lifted")
        return
    await ask.tell("contested")
    if halt.new and halt.said_by:
        await ask.tell("doubted", to=ToPerson(halt.said_by), name=halt.called)


async def _goes_on(ask: Ask, halt: HaltView) -> None:
    for other in halt.hears:
        if other.account != ask.person.id:
            await ask.tell(f"on[{other.account}]", to=ToPerson(other.account), name=other.called, own=other.own)
    if halt.said_by and halt.said_by != ask.person.id:
        await ask.tell("said", to=ToPerson(halt.said_by), name=halt.called, own=False)


@flow("halts", start=Start(command="halts", action="halts", menu=6, role="operator"))
async def halts(ask: Ask) -> None:
    """All that holds somebody now, without a name; whoever calls sees whom by the button."""
    found = await ask.once("found", halting.standing_halts())
    if not found.rows:
        await ask.stop("none")
    for one in found.rows:
        await ask.tell(
            f"one[{one.id}]",
            who=by_words(one),
            why=why_words(one.kind),
            since=one.since,
            wrong=one.wrong,
            confirmed=one.confirmed,
            buttons=[Option("halt_look", action=f"halt_look:{one.id}")],
        )
    if found.more:
        await ask.tell("more", count=found.more)


@flow("halt_look", start=Start(action="halt_look", acts="operator"))
async def halt_look(ask: Ask) -> None:
    """An operator calls, and then says what is true; until then her chats are as they were."""
    await ask.sub("registered", "role_read", role="operator")
    halt = await ask.once("look", halting.look_at_halt(ask.subject))
    decision = await ask.choice(
        "called",
        options=["confirm", "lift", "later"],
        name=halt.called,
        tail=halt.tail,
        why=why_words(halt.kind),
        who=by_words(halt),
        wrong=halt.wrong,
    )
    if decision == "later":
        await ask.stop("waits")
    decided = await ask.once("decided", halting.decide_halt(ask.subject, "lift" if decision == "lift" else "confirm"))
    if not decided.undone:
        await ask.stop("confirmed", died=decided.kind == "died")
    for other in decided.hears:
        await ask.tell(f"on[{other.account}]", to=ToPerson(other.account), name=other.called, own=other.own)
    if decided.said_by:
        await ask.tell("said", to=ToPerson(decided.said_by), name=decided.called)
    await ask.tell("lifted")


@flow("halt_over", start=Start(due="halt-over"))
async def halt_over(ask: Ask) -> None:
    """The day is over: what is cancelled its own notice tells; whoever has a parcel of hers reads that it goes back."""
    for one in await ask.once("back", halting.wind_up(ask.subject)):
        for person in one.holders:
            await ask.tell(f"back[{one.order}-{person}]", to=ToPerson(person), label=one.label)
