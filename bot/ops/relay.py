"""One message of a consult on its way: the copy for the other side, the two-way map, the record for the hospital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import orders, red_flags
from bot.draft import Turn
from bot.intents import consult
from bot.intents import orders as intents
from bot.model import Command, Order, Picture, Priority, Relayed, Text, Topic
from bot.ops.alarm import mark
from bot.ops.orders import check_role, may_hear, order_of
from bot.ops.registry import Act, bound_as, does, role_of
from bot.ops.rights import residents
from bot.render.messages import plain

MEANT = 10 * 60_000  # ms for which a person's "this is for Dr X" counts


async def relay_up(turn: Turn, order: Order, person: int, message: int, text: str, file: str) -> None:
    """Into the topic, headed by who really types (an ambassador never poses as the patient)."""
    topic = await turn.get(Topic, order.topic)
    if topic is None:
        return
    lang = await turn.lang_of(topic.chat)
    patient = orders.patient_of(order)
    helper, sender = await _writer(turn, order, person)
    proxy = ("relay.proxy", {"name": patient["name"], "helper": helper})
    head = turn.room.words.say(lang, *(proxy if helper else ("relay.patient", {"name": patient["name"]})))
    html = f"{head}\n{plain(text)}".strip()
    key = f"r:{person}:{message}"
    turn.post(
        key,
        topic.chat,
        Picture(file, html) if file else Text(html),
        priority=Priority.RELAY,
        topic=topic.key,
        protect=True,
    )
    turn.put(Relayed(f"{person}:{message}", order.no, key, person))
    if red_flags.signs(text):
        await mark(turn, order)
    record(
        turn,
        order,
        f"tg:{person}:{message}",
        {"sender": sender, "recipient": f"PractitionerRole/{order.snapshot['doctor']}", "text": text, "photo": file},
    )


def record(turn: Turn, order: Order, key: str, words: Mapping[str, Any]) -> None:
    """The hospital's Communication: the record of what was said (R10), under a key that is its own for ever."""
    turn.command(
        Command(
            key,
            f"say:{order.no}",
            "hospital.say",
            {"key": key, "order": order.no, "sent": turn.now, **words},
            priority=Priority.RELAY,
        )
    )


async def _writer(turn: Turn, order: Order, person: int) -> tuple[str, str]:
    """Who really types: the helper's public name ("" = the patient herself), and the reference for the record."""
    by_herself = not order.mandate or person in await residents(turn, order)
    helper = None if by_herself else bound_as(await turn.person(person), "ambassador")
    if helper is None or not helper.name:
        return "", f"Patient/{orders.patient_of(order)['id']}"
    return helper.name, f"PractitionerRole/{helper.id}"


@does(intents.who_answers)
async def who_answers(act: Act, order: str) -> int:
    row = await order_of(act.turn, order)
    await check_role(act, row, "pharmacist")
    own, entitled = await residents(act.turn, row), await may_hear(act.turn, row)
    return next(iter((*own, *entitled)), 0)


@does(intents.keep_question)
async def keep_question(act: Act, order: str, question: str, answer: str, by: int) -> str:
    row = await order_of(act.turn, order)
    await check_role(act, row, "pharmacist")
    asks = f"PractitionerRole/{role_of(await act.me(), 'pharmacist').id}"
    helper, says = await _writer(act.turn, row, by)
    key = f"asked:{act.dialog}"
    record(act.turn, row, f"{key}:q", {"sender": asks, "recipient": says, "text": question, "photo": ""})
    record(act.turn, row, f"{key}:a", {"sender": says, "recipient": asks, "text": answer, "photo": ""})
    act.turn.note(order, f"person:{act.who}", "asked-patient")
    return helper


@does(consult.relay)
async def relay(act: Act, order: str, message: int, text: str, file: str) -> None:
    row = await order_of(act.turn, order)
    await check_role(act, row, "watcher")
    me = await act.me()
    meant = {"order": order, "until": act.turn.now + MEANT}
    act.turn.put(replace(me, facts={**me.facts, "consult": meant}))
    await relay_up(act.turn, row, act.who, message, text, file)
