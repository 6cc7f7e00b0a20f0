"""Pressing buttons and paying: finding what a person sees, asking the bot, waiting for its answer."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from . import people, posting, updates, views
from .errors import Refused
from .payments import QUESTION_MS
from .records import Chat, InvoiceLink, Json, Message, Query
from .world import World

CHECKOUT_S = 10.0


@dataclass(frozen=True)
class Target:
    """A button and the message it is under."""

    message: Message
    button: Json


def _buttons(record: Message) -> list[Json]:
    return [button for row in (record.markup or {}).get("inline_keyboard", []) for button in row]


def visible(world: World, place: Chat, thread: int | None, message_id: int | None = None) -> Iterator[Message]:
    """What a person can scroll to, the newest first; only that message if one is named."""
    if message_id is not None:
        record = world.state.messages.get(place.id, {}).get(message_id)
        found = iter([record] if record and not record.deleted else [])
    else:
        found = world.state.newest_first(place.id)
    return (record for record in found if thread is None or (record.thread or 1) == thread)


def find(world: World, place: Chat, raw: Json) -> Target | None:
    """The button with that label or data: in one message, or in the newest that has it. Refused when unclear."""

    def records() -> Iterator[Message]:
        return visible(world, place, raw.get("thread"), raw.get("message_id"))

    if raw.get("message_id") is not None and next(records(), None) is None:
        raise Refused(f"There is no message {raw['message_id']} in chat {place.id}.", 404)
    if raw.get("data") is not None:
        return _first(records(), lambda b: b.get("callback_data") == raw["data"], raw)
    label = raw.get("label")
    if not label:
        raise Refused("Give the label or the data of a button.")
    exact = _first(records(), lambda b: b["text"] == label, raw)
    hers = key(place, label) if raw.get("message_id") is None else None
    if exact or (hers and hers["text"] == label):
        return exact  # or none: the keyboard below the chat has it
    return _first(records(), lambda b: label in b["text"], raw)


def key(place: Chat, label: str) -> Json | None:
    """The button of the chat's reply keyboard with exactly that label, or else the one that contains it."""
    keys = [button for row in (place.keyboard or {}).get("keyboard", []) for button in row]
    exact = next((button for button in keys if button["text"] == label), None)
    return exact or next((button for button in keys if label in button["text"]), None)


def _first(records: Iterator[Message], fits: Callable[[Json], bool], raw: Json) -> Target | None:
    for record in records:
        hits = [button for button in _buttons(record) if fits(button)]
        if not hits:
            continue
        nth = raw.get("nth")
        if nth is None and len(hits) > 1 and len({button["text"] for button in hits}) > 1:
            labels = ", ".join(button["text"] for button in hits)
            raise Refused(f"Several buttons of message {record.id} fit: {labels}; give the whole label or nth.")
        if nth is not None and not 1 <= nth <= len(hits):
            raise Refused(f"Message {record.id} has {len(hits)} such buttons; nth counts from 1.")
        return Target(record, hits[(nth or 1) - 1])
    return None


async def press(world: World, person_id: int, raw: Json) -> Json:
    """Press a button; waits up to `wait` wall seconds for answerCallbackQuery."""
    place = people.chat_of(world, person_id, raw.get("chat"))
    target = find(world, place, raw)
    if target is None:
        return _press_keyboard(world, person_id, place, raw)
    button = target.button
    people.person(world, person_id).popup = None
    if "callback_data" in button:
        query = ask(world, person_id, target)
        place.read[person_id] = max(place.read.get(person_id, 0), target.message.id)
        world.state.keep(place)
        answer = await answered(world, query, float(raw.get("wait", 0)))
        return {"ok": True, "message_id": target.message.id, "query": query.id} | ({"answer": answer} if answer else {})
    if "url" in button:
        return _follow(world, person_id, button["url"])
    if "copy_text" in button:
        return {"ok": True, "copied": button["copy_text"]["text"]}
    raise Refused("This is a Pay button: POST /control/people/{id}/pay with the result wanted.")


def _press_keyboard(world: World, person_id: int, place: Chat, raw: Json) -> Json:
    wanted = raw.get("label") or raw.get("data")
    button = key(place, raw["label"]) if raw.get("label") and raw.get("message_id") is None else None
    if button is None:
        newest = islice(visible(world, place, None), 3)
        seen = [button["text"] for record in newest for button in _buttons(record)]
        raise Refused(f"There is no button {wanted!r} in chat {place.id}; the newest messages have: {seen}.", 404)
    asked = next((kind for kind in ("contact", "location") if button.get(f"request_{kind}")), None)
    if asked:
        spot = {"latitude": 31.2397, "longitude": 121.4998}  # in Shanghai, as on the page
        record = people.send(world, person_id, {"kind": asked, "chat": place.id, **spot}, None)
    else:
        record = people.say(world, person_id, button["text"], place.id, thread=raw.get("thread"))
    if (place.keyboard or {}).get("one_time_keyboard"):
        place.keyboard = None  # "hide the keyboard as soon as it's been used"
        world.state.keep(place)
        world.changed(place)
    return {"ok": True, "message_id": record.id}


def _follow(world: World, person_id: int, url: str) -> Json:
    if people.start_link(world, url) is not None:
        record = people.open_link(world, person_id, url)
        return {"ok": True, "message_id": record.id, "chat": person_id, "url": url}
    return {"ok": True, "url": url}


def ask(world: World, person_id: int, target: Target) -> Query:
    """The callback_query of a press."""
    place = world.state.chats[target.message.chat]
    query = _question(world, "press", person_id, place.id, target.message.id)
    instance = hashlib.sha256(f"{world.bot.id}/{place.id}".encode()).hexdigest()
    body = {
        "id": query.id,
        "from": views.user(world, person_id),
        "message": views.message(world, target.message),
        "chat_instance": str(int(instance[:15], 16)),
        "data": target.button["callback_data"],
    }
    updates.emit(world, "callback_query", body, place.id, f"press:{person_id}")
    return query


def _question(world: World, kind: str, person_id: int, chat: int = 0, message: int = 0) -> Query:
    """A new question; those that nobody can answer any more are dropped when there are many."""
    if len(world.state.queries) > 2000:
        old = [q for q in world.state.queries.values() if updates.expired(world, q.at + QUESTION_MS, q.wall)]
        for query in old:
            world.state.drop(query)
    now = world.clock.now_ms()
    query = Query(str(secrets.randbits(62)), kind, person_id, now, time.time(), chat, message)
    world.state.keep(query)
    return query


async def answered(world: World, query: Query, seconds: float) -> Json | None:
    """The bot's answer, or None when there is none within that many wall seconds."""
    deadline = time.monotonic() + seconds
    while query.answer is None and (left := deadline - time.monotonic()) > 0:
        await world.people_bell.wait(left)
    return query.answer


@dataclass(frozen=True)
class Bill:
    """What is to be paid: an invoice message, or a link."""

    invoice: Json
    keeper: Message | InvoiceLink


def find_bill(world: World, place: Chat, message_id: int | None, link: str | None) -> Bill:
    """The invoice of a link, of a message, or the newest that is seen and open."""
    if link:
        return _by_link(world, link)
    for record in visible(world, place, None, message_id):
        if record.invoice and (message_id is not None or record.invoice["state"] == "open"):
            return Bill(record.invoice, record)
        for button in _buttons(record):
            if button.get("url", "").startswith("https://t.me/$"):
                return _by_link(world, button["url"])
    raise Refused(f"There is no open invoice in chat {place.id}.", 404)


def _by_link(world: World, url: str) -> Bill:
    link = world.state.links.get(url.rsplit("$", 1)[-1])
    if link is None:
        raise Refused(f"There is no invoice link {url}.", 404)
    return Bill(link.invoice, link)


async def pay(world: World, person_id: int, raw: Json) -> Json:
    """Press Pay: pre_checkout_query, and on ok the receipt. The bot has 10 wall seconds, as on Telegram."""
    result = raw.get("result", "ok")
    if result not in {"ok", "declined", "walk-away"}:
        raise Refused("Give a result: ok, declined or walk-away.")
    who = people.person(world, person_id)
    place = people.chat_of(world, person_id, raw.get("chat"))
    bill = find_bill(world, place, raw.get("message_id"), raw.get("link"))
    if bill.invoice["state"] == "paid":
        raise Refused("This invoice is paid already.", 409)
    query = _checkout(world, person_id, bill)
    answer = await answered(world, query, float(raw.get("timeout", CHECKOUT_S)))
    if answer is None:
        return {"ok": True, "state": "refused", "reason": "The bot did not answer the pre-checkout within 10 seconds."}
    if not answer["ok"]:
        who.popup = {"text": answer["error"], "alert": True}
        world.changed(person=who)
        return {"ok": True, "state": "refused", "reason": answer["error"]}
    if result != "ok":
        reason = "The bank declined the card." if result == "declined" else "The person left the checkout."
        return {"ok": True, "state": "declined" if result == "declined" else "walk-away", "reason": reason}
    record = _receipt(world, person_id, place, bill)
    return {"ok": True, "state": "paid", "message_id": record.id}


def _checkout(world: World, person_id: int, bill: Bill) -> Query:
    query = _question(world, "checkout", person_id)
    invoice = bill.invoice
    body = {
        "id": query.id,
        "from": views.user(world, person_id),
        "currency": invoice["currency"],
        "total_amount": invoice["total_amount"],
        "invoice_payload": invoice["payload"],
    }
    updates.emit(world, "pre_checkout_query", body, person_id, f"pay:{person_id}")
    return query


def _receipt(world: World, person_id: int, place: Chat, bill: Bill) -> Message:
    bill.invoice["state"] = "paid"
    world.state.keep(bill.keeper)
    if isinstance(bill.keeper, Message):
        world.touched(bill.keeper)
    else:
        place = people.private_chat(world, people.person(world, person_id))
    content = {
        "successful_payment": {
            "currency": bill.invoice["currency"],
            "total_amount": bill.invoice["total_amount"],
            "invoice_payload": bill.invoice["payload"],
            "telegram_payment_charge_id": f"tg_{secrets.token_hex(12)}",
            "provider_payment_charge_id": f"provider_{secrets.token_hex(8)}",
        }
    }
    reply_to = bill.keeper.id if isinstance(bill.keeper, Message) else None
    return posting.post(world, place, person_id, content, reply_to=reply_to)
