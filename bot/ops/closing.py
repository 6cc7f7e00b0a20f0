"""What follows where nothing of a patient goes on, or does again: the clinic reads it, her open forms go."""

from __future__ import annotations

from collections.abc import Iterable

from bot import orders
from bot.dialog import FLOWS
from bot.model import Dialog, Order, Place, PlaceKind, Priority, Text, Topic
from bot.ops.drafts import erased
from bot.ops.rights import UNDER_WAY, lasting_rights, patient_in
from bot.stages import facts_of
from bot.turn import Turn


async def clinic_reads(turn: Turn, patient: str, key: str) -> None:
    """Doctor and pharmacist read it: one line a day, by the order's number. ``patient``: her mark."""
    for order in await turn.find(Order, patient=patient, stage=UNDER_WAY):
        chats: dict[int, str] = {}
        if facts_of(order.stage).review == "waiting" or orders.pricing_of(order):
            chats = {place.chat: "" for place in await turn.find(Place, kind=PlaceKind.REVIEW) if place.bound}
        topic = await turn.get(Topic, order.topic)
        if topic is not None and facts_of(order.stage).consult:
            chats[topic.chat] = topic.key
        for chat, room in chats.items():
            text = Text(turn.services.words.say(await turn.lang_of(chat), key, {"order": order.no}))
            turn.post(f"{key}:{order.no}:{turn.today}:{chat}", chat, text, priority=Priority.URGENT, topic=room)


async def forget_forms(turn: Turn, account: int, records: Iterable[str]) -> None:
    """What is being filled in for this patient there; for another one it goes on."""
    others = [right for right in await lasting_rights(turn, account) if patient_in(right).id not in records]
    for draft in await turn.find(Dialog, person=account, state=("open", "parked")):
        if (
            draft.flow in FLOWS
            and FLOWS[draft.flow].consent
            and (not others or turn.marked(draft.subject) in {turn.marked(one) for one in records})
        ):
            turn.put(erased(draft))
            turn.untimed(f"{draft.id}:remind")
