"""An operator's exceptions: mine, all, those that nobody has; one handed to a colleague; one that lies untouched."""

from __future__ import annotations

from typing import Any, cast

from bot.dialog import Ask, Option, Start, flow
from bot.intents.cases import Which, cases, hand_on, nobody_takes, other_operators, untouched
from bot.model import ToChat, ToPerson
from bot.phrases import incident_words
from bot.views import IncidentView

VIEWS = ("free", "mine", "all")


@flow("cases", start=Start(command="cases", action="cases", menu=12, role="operator", acts="operator"))
async def cases_(ask: Ask) -> None:
    """The oldest first, each with what can be done about it."""
    which = cast("Which", await ask.choice("which", options=VIEWS))
    found = await ask.once("cases", cases(which))
    if not found.cases:
        await ask.stop("none")
    for case in found.cases:
        await ask.tell(
            f"one[{case.card}]",
            buttons=_buttons(case, ask.person.id),
            what=incident_words(case.kind),
            orders=", ".join(case.orders),
            count=case.count,
            since=case.since,
            owner=case.name if case.owner else "",
        )
    if found.more:
        await ask.tell("more", count=found.more)


def _buttons(case: IncidentView, person: int) -> list[Option]:
    """Whoever has it may end it here, or hand it on; what else can be done stands in his private chat."""
    if not case.owner:
        return [Option("i_take", action=f"i_take:{case.card}")]
    if case.owner != person:
        return []
    settle, done = Option("i_settle", action=f"i_settle:{case.card}"), Option("i_done", action=f"i_done:{case.card}")
    return [settle if case.settles else done, Option("i_hand", action=f"i_hand:{case.card}")]


@flow("i_hand", start=Start(action="i_hand", acts="operator"))
async def i_hand(ask: Ask) -> None:
    """A colleague has it from now on, and reads it in his private chat."""
    found = await ask.once("others", other_operators(ask.subject))
    if not found.people:
        await ask.stop("nobody")
    options = [Option(one.key, label=one.called, listed=True) for one in found.people]
    to = await ask.choice("whom", options=options, what=incident_words(found.kind))
    case = await ask.once("handed", hand_on(ask.subject, to))
    name = next(one.called for one in found.people if one.key == to)
    key = f"incident:{case.card}:own:{case.taken}"
    await ask.card(key, "i_hand.card", to=ToPerson(ask.person.id), what=incident_words(case.kind), name=name)


@flow("case_free", start=Start(due="unowned"))
async def case_free(ask: Ask) -> None:
    """Nobody has taken it: the operators' group reads it once more, then the supervisor."""
    card, _, told = ask.subject.partition(":")
    seen = await ask.once("seen", nobody_takes(card, int(told)))
    case = seen.case
    words: dict[str, Any] = {"what": incident_words(case.kind), "orders": ", ".join(case.orders), "since": case.since}
    take = [Option("i_take", action=f"i_take:{case.card}")]
    for chat in seen.chats:
        await ask.tell(f"group[{chat}]", to=ToChat(chat), buttons=take, **words)
    for person in seen.people:
        if int(told):
            await ask.tell(f"supervisor[{person}]", to=ToPerson(person), **words)
        else:
            await ask.tell(f"group[{person}]", to=ToPerson(person), buttons=take, **words)


@flow("case_untouched", start=Start(due="case"))
async def case_untouched(ask: Ask) -> None:
    """Some hours on, and its owner has not done anything about it."""
    card, _, taken = ask.subject.partition(":")
    case = await ask.once("untouched", untouched(card, int(taken)))
    if case is not None:
        await ask.tell(
            "reminds", to=ToPerson(case.owner), what=incident_words(case.kind), orders=", ".join(case.orders),
            count=case.count, since=case.taken,
        )  # fmt: skip
