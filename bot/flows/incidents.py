"""Exceptions on the operators' screens: one card a case; whoever takes it reads in private what is to be done."""

from __future__ import annotations

from typing import Any

from bot import rules
from bot.clockwords import SAID_OF_PARCELS as SAID
from bot.dialog import Ask, Option, Refused, Start, flow
from bot.intents import desk
from bot.model import Toast, ToChat, ToPerson
from bot.phrases import incident_todo, incident_words, stage_words
from bot.views import IncidentView


@flow("incident_card", start=Start(notice="incident"))
async def incident_card(ask: Ask, case: IncidentView) -> None:
    """Kind, order number, since when, who has it: all that a group reads."""
    free = not case.over and not case.owner
    for chat in case.chats:
        await ask.card(
            f"incident:{case.card}:{chat}",
            "incident_card.card",
            to=ToPerson(chat) if chat > 0 else ToChat(chat),
            buttons=[Option("i_take", action=f"i_take:{case.card}")] if free else [],
            **_words(case),
        )
    if case.owner:
        buttons = [
            Option("i_settle", action=f"i_settle:{case.card}"),
            Option("i_said", action=f"i_said:{case.card}"),
            Option("i_again", action=f"i_again:{case.card}"),
            Option("i_done", action=f"i_done:{case.card}"),
            Option("i_whom", action=f"i_whom:{case.card}"),
            Option("i_hand", action=f"i_hand:{case.card}"),
            Option("i_back", action=f"i_back:{case.card}"),
        ]
        useless = {"i_again" if not case.again else "", "i_whom" if not case.orders else ""}
        useless |= {"i_done" if case.settles else "i_settle", "i_said" if case.kind not in SAID else ""}
        await ask.card(
            f"incident:{case.card}:own:{case.taken}",
            "incident_card.own",
            to=ToPerson(case.owner),
            buttons=[] if case.over else [one for one in buttons if one.id not in useless],
            **_words(case),
            code=case.code,
            todo=incident_todo(case.kind, settles=case.settles),
            again=case.again,
        )


def _words(case: IncidentView) -> dict[str, Any]:
    return {
        "what": incident_words(case.kind),
        "orders": ", ".join(case.orders),
        "more": case.more,
        "count": case.count,
        "times": case.times,
        "since": case.since,
        "over": case.over,
        "by": case.by,
        "owner": case.name if case.owner else "",
    }


@flow("i_take", start=Start(action="i_take", stands=("operators",), acts="operator"))
async def i_take(ask: Ask) -> None:
    """An operator has it from now on; the rest he reads in his private chat."""
    await ask.once("taken", desk.take_incident(ask.subject))
    await ask.tell("yours", to=Toast())


@flow("i_back", start=Start(action="i_back", acts="operator"))
async def i_back(ask: Ask) -> None:
    """He cannot see to it: anybody may take it again."""
    case = await ask.once("back", desk.hand_back(ask.subject))
    key = f"incident:{case.card}:own:{case.taken}"
    await ask.card(key, "i_back.card", to=ToPerson(ask.person.id), what=incident_words(case.kind))


@flow("i_again", start=Start(action="i_again", acts="operator"))
async def i_again(ask: Ask) -> None:
    """What was put aside is tried now, where it is still kept."""
    count = await ask.once("again", desk.try_again(ask.subject))
    if not count:
        await ask.stop("nothing")
    await ask.tell("tried", count=count)


@flow("i_whom", start=Start(action="i_whom", acts="operator"))
async def i_whom(ask: Ask) -> None:
    """Whose orders they are, for whoever has taken it and is an operator as of now (R18)."""
    await ask.once("own", desk.own_incident(ask.subject))
    await ask.sub("registered", "role_read", role="operator")
    found = await ask.once("whom", desk.concerned(ask.subject))
    if not found:
        await ask.stop("nobody")
    for one in found:
        await ask.tell(
            f"is[{one.order}]",
            protect=True,
            order=one.order,
            name=one.name,
            tail=one.phone_tail,
            stage=stage_words(one.stage),
            compound=one.compound,
            helper=one.helper,
        )


@flow("i_done", start=Start(action="i_done", acts="operator"))
async def i_done(ask: Ask) -> None:
    """It is done: what was found and done is kept sealed."""
    case = await ask.once("own", desk.own_incident(ask.subject))
    if case.settles:
        await ask.stop("settle_first", buttons=[Option("i_settle", action=f"i_settle:{case.card}")])
    what = incident_words(case.kind)
    word = await ask.text("word", check=rules.own_words, what=what, orders=", ".join(case.orders), more=case.more)
    try:
        await ask.once("ended", desk.end_incident(ask.subject, word))
    except Refused:
        await ask.stop("over")
    await ask.tell("thanks")
