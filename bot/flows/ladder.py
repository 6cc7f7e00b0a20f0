"""An order takes longer than it may: whoever has it in hand and whoever can help are told, and she reads the truth."""

from __future__ import annotations

from bot.clockwords import rung_words
from bot.dialog import Ask, Start, flow
from bot.intents.ladder import climb
from bot.model import ToChat, ToPerson, ToTopic
from bot.phrases import stage_words
from bot.stages import facts_of


@flow("ladder_rung", start=Start(due="rung"))
async def ladder_rung(ask: Ask) -> None:
    """The next rung of an order's ladder is reached (bot/ladder.py)."""
    no = ask.subject
    for one in await ask.once("reached", climb(no)):
        for person in one.people:
            await ask.tell(f"hears[{one.name}:{person}]", to=ToPerson(person), order=no, says=rung_words(one))
        if one.topic:
            waits = facts_of(one.stage).consult == "waiting"
            await ask.tell(
                f"doctors[{one.name}]",
                to=ToTopic(one.topic),
                since=one.of,
                stage=stage_words(one.stage),
                waits=waits,
            )
        for chat in one.review:
            await ask.tell(f"pharmacists[{one.name}:{chat}]", to=ToChat(chat), order=no, since=one.of)
        for person in one.staff:
            await ask.tell(
                f"staff[{one.name}:{person}]",
                to=ToPerson(person),
                order=no,
                stage=stage_words(one.stage),
                compound=one.compound,
                since=one.since,
                phone=one.number,
            )
