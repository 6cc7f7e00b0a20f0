"""Somebody wrote of a sign of an emergency: the case is marked for the doctor, and the operators read one line."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Order, Person, Place, PlaceKind, Priority, Text, Topic
from bot.ops.people import compound_names
from bot.ops.rights import own_orders
from bot.phrases import stage_words
from bot.stages import AFTER, LIVE
from bot.turn import Turn

MARK = "‼"  # before a topic's title


async def alarm(turn: Turn, person: int) -> None:
    """Her own open orders; of those ordered for others the only one, else the relay knows which (``mark``).

    Where all is delivered, the only one whose doctor still reads her words: one alarm, and it names the order.
    """
    mine = {o.no: o for o in await own_orders(turn, person, stage=LIVE)}
    others = {o.no: o for o in await turn.find(Order, placed_by=person, stage=LIVE)}
    meant = mine or (others if len(others) == 1 else {})
    if not mine and not others:
        after = [order for order in await own_orders(turn, person, stage=AFTER) if _has_doctor(order)]
        meant = {order.no: order for order in after} if len(after) == 1 else {}
    for order in meant.values():
        await mark(turn, order)
    if not meant:
        about = turn.blind("alarm", str(person))
        await _tell(turn, about, "emergency.unknown", {"at": turn.now})


def _has_doctor(order: Order) -> bool:
    return bool(order.snapshot.get("doctor")) and not order.snapshot.get("over")


async def mark(turn: Turn, order: Order) -> None:
    """On the card and in the title of its topic, once a day; the operators read which order, and none of her words."""
    before = order.snapshot.get("alarm", 0)
    if before and turn.services.today(before) == turn.today:
        return
    turn.put(replace(order, snapshot={**order.snapshot, "alarm": turn.now}))
    topic = await turn.get(Topic, order.topic)
    if topic is not None and not topic.name.startswith(MARK):
        turn.put(replace(topic, name=f"{MARK} {topic.name}"))
    turn.note(order.no, "house", "emergency-sign")
    words = {"order": order.no, "at": turn.now, "stage": stage_words(order.stage)}
    await _tell(turn, order.no, "emergency.order", {**words, "compound": compound_names(turn, order.compound)})


async def _tell(turn: Turn, about: str, key: str, words: dict[str, object]) -> None:
    """In the operators' group, or in private where there is none."""
    groups = [place.chat for place in await turn.find(Place, kind=PlaceKind.OPERATORS) if place.bound]
    for chat in groups or [person.id for person in await turn.find(Person, role="operator")]:
        html = turn.services.words.say(await turn.lang_of(chat), key, words)
        turn.post(f"alarm:{chat}:{about}:{turn.today}", chat, Text(html), priority=Priority.URGENT)
