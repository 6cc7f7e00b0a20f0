"""Who hears a patient: her doctor, from [Take] until some days after the delivery; and who answers when he does not.

From the signature on her words have a clock: some working hours for the doctor, as many for the pharmacists, then she
reads whom to call, and the operators an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.dialog import Refused
from bot.intents import hearing as intents
from bot.model import Dialog, Order, Place, PlaceKind, Relayed, RoleBinding, Said, Text, Topic
from bot.ops.colleagues import is_note, voice_of
from bot.ops.incidents import report, settle
from bot.ops.ladder import spoken
from bot.ops.opening import in_working_hours, opens
from bot.ops.orders import check_role, may_hear, order_of
from bot.ops.registry import Act, active_as, does
from bot.ops.relay import Words, forget, relay_down, relay_up, show_also
from bot.ops.rights import watchers
from bot.ops.waking import unwake, wake
from bot.stages import HEARD, facts_of
from bot.turn import Turn
from bot.views import LateView
from bot.vocabulary import takes_back

DAY = 86_400_000  # ms
MEANT = 10 * 60_000  # ms for which a person's "this is for Dr X" counts
CALLED = 2  # the step at which she has read whom to call, and operators have an exception
UNANSWERED = "unanswered"  # the timer, the exception, and where the order keeps since when


def heard(turn: Turn, order: Order) -> bool:
    """Whether what she writes now reaches a doctor."""
    if order.stage in HEARD:
        return True
    known = facts_of(order.stage).consult == "after" and bool(order.snapshot.get("doctor"))
    ends = turn.now >= ends_at(turn, order) and not _waits(order)
    return known and not order.snapshot.get("over") and not ends


def _waits(order: Order) -> bool:
    """Whether she asked something that somebody has still time to answer: her end waits for that."""
    waits: Mapping[str, Any] = order.snapshot.get(UNANSWERED) or {}
    return bool(waits) and not waits["by"] and waits["step"] < CALLED and not waits.get("over")


def ends_at(turn: Turn, order: Order) -> int:
    """Until when she is heard, civil ms; while nothing is delivered there is no end."""
    if not facts_of(order.stage).delivered:
        return 1 << 62
    return int(order.snapshot.get("delivered") or order.since) + turn.services.config.after_days * DAY


async def speak_up(turn: Turn, order: Order, words: Words) -> bool:
    """Her words go to the doctor's topic, where somebody is heard there; after the signature with a clock."""
    topic = await turn.get(Topic, order.topic)
    if topic is None or not heard(turn, order):
        return False
    await relay_up(turn, order, topic, words)
    await spoken(turn, order.no)
    await _photo_came(turn, order.no, words)
    if facts_of(order.stage).consult != "open":
        await _clock(turn, await turn.get(Order, order.no) or order, words)
    return True


async def _clock(turn: Turn, order: Order, words: Words) -> None:
    waits: Mapping[str, Any] = order.snapshot.get(UNANSWERED) or {}
    if not _waits(order):
        waits = {"since": turn.now, "step": 0, "by": "", "ids": [], "asked": _asked(order)}
        wake(turn, UNANSWERED, order.no, at=in_working_hours(turn))
        await _told_at_once(turn, order, words)
    waits = {**waits, "ids": [*waits["ids"], words.id]}
    turn.put(replace(order, snapshot={**order.snapshot, UNANSWERED: waits}))
    if waits["step"]:
        await _to_pharmacists(turn, order, [words.id])


async def ask_anew(turn: Turn, order: Order, words: Words) -> None:
    """She has edited her words: unless they wait already, they wait for an answer from now on."""
    await _photo_came(turn, order.no, words)
    order = await turn.get(Order, order.no) or order
    waits: Mapping[str, Any] = order.snapshot.get(UNANSWERED) or {}
    if facts_of(order.stage).consult != "open" and not (_waits(order) and words.id in waits["ids"]):
        await _clock(turn, order, words)


async def _told_at_once(turn: Turn, order: Order, words: Words) -> None:
    """That it was passed on, or when somebody will read it; under the first of her words that wait."""
    opens_at = opens(turn)
    about: dict[str, Any] = {"doctor": order.snapshot.get("doctor_name") or ""}
    key = "relay.passed_on"
    if opens_at > turn.now:
        key, about = "relay.closed_now", {"at": opens_at, "phone": turn.services.config.hospital_phone}
    html = turn.services.words.say(await turn.lang_of(words.chat), key, about)
    turn.post(f"passed:{turn.arrival.id}", words.chat, Text(html), reply_to=words.message)


async def speak_down(
    turn: Turn, order: Order, words: Words, binding: RoleBinding, under: Mapping[int, int | None]
) -> str:
    """The words of a doctor or pharmacist go to her side: where somebody reads them, whatever she asked is answered.

    Else the sentence that tells the writer: nobody is there to read them, or not everybody who should can.
    """
    await relay_down(turn, order, words, binding, under)
    await spoken(turn, order.no)
    reached = [(await turn.person(reader)).reachable for reader in under]
    if any(reached):
        await _answered(turn, order, binding)
    return "" if reached and all(reached) else "relay.unreachable" if reached else "relay.no_reader"


async def _answered(turn: Turn, order: Order, binding: RoleBinding) -> None:
    waits: Mapping[str, Any] = order.snapshot.get(UNANSWERED) or {}
    if not waits or waits.get("by"):
        return
    unwake(turn, UNANSWERED, order.no)
    await settle(turn, UNANSWERED, order.no, "answered")
    answered: dict[str, Any] = {**waits, "by": binding.name, "ids": []}
    turn.put(replace(order, snapshot={**order.snapshot, UNANSWERED: answered}))


async def _to_pharmacists(turn: Turn, order: Order, ids: list[str]) -> bool:
    """Her words, as they stand in the topic; False where there is no review group."""
    groups = [place for place in await turn.find(Place, kind=PlaceKind.REVIEW) if place.bound]
    rows = [row for row in [await turn.get(Relayed, id) for id in ids] if row is not None]
    for group in groups:
        await show_also(turn, order, rows, group.chat)
    return bool(groups)


@does(intents.next_reader)
async def next_reader(act: Act, order: str) -> LateView:
    turn, row = act.turn, await order_of(act.turn, order)
    waits: Mapping[str, Any] = row.snapshot.get(UNANSWERED) or {}
    ended = waits.get("over") and not waits["by"] and waits["step"] < CALLED
    if not ended and not (_waits(row) and heard(turn, row)):
        return LateView()
    asked = not ended and not waits["step"] and await _to_pharmacists(turn, row, waits["ids"])
    step = 1 if asked else CALLED
    turn.put(
        replace(row, snapshot={**row.snapshot, UNANSWERED: {**waits, "step": step, "asked": asked or _asked(row)}})
    )
    if step == 1:
        wake(turn, UNANSWERED, order, at=in_working_hours(turn))
        return LateView()
    await report(turn, UNANSWERED, order=order)
    return LateView(tuple(await may_hear(turn, row)), turn.services.config.hospital_phone)


async def answers_for(turn: Turn, order: Order, person: int) -> RoleBinding:
    """The pharmacist who may answer her in the doctor's place now (R18), once something was put to the pharmacists.

    Refused for anybody else, before that, and when over.
    """
    binding = active_as(turn, await turn.person(person), "pharmacist")
    if binding is None:
        raise Refused("not-for-you")
    if person in await watchers(turn, order):
        raise Refused("own-order")
    if not heard(turn, order):
        raise Refused("consult-over")
    if not _asked(order):
        raise Refused("not-now")
    return binding


def _asked(order: Order) -> bool:
    """Whether the pharmacists were asked about this order; the release before kept only the step."""
    waits: Mapping[str, Any] = order.snapshot.get(UNANSWERED) or {}
    return bool(waits.get("asked") or waits.get("step"))


@does(intents.may_answer)
async def may_answer(act: Act, order: str) -> None:
    await answers_for(act.turn, await order_of(act.turn, order), act.who)


@does(intents.answer)
async def answer(act: Act, order: str, text: str) -> str:
    if is_note(text) or takes_back(text):
        return "kept"
    row = await order_of(act.turn, order)
    binding = await answers_for(act.turn, row, act.who)
    typed = act.turn.arrival.body
    message = typed.message if isinstance(typed, Said) else 0
    words = Words(act.chat, act.who, message, text)
    lost = await speak_down(act.turn, row, words, binding, dict.fromkeys(await may_hear(act.turn, row)))
    return "unreachable" if lost else ""


@does(intents.ask_photo)
async def ask_photo(act: Act, order: str) -> str:
    turn, row = act.turn, await order_of(act.turn, order)
    await check_role(act, row, "doctor")
    binding = await voice_of(turn, row, act.who)
    if row.stage not in HEARD or binding is None:
        raise Refused("not-now")
    readers = await may_hear(turn, row)
    row = replace(row, snapshot={**row.snapshot, "photo_wanted": {"since": turn.now, "until": turn.now + DAY}})
    turn.put(row)
    lang = await turn.lang_of(next(iter(readers), act.chat))
    asked = Words(act.chat, act.who, turn.now, turn.services.words.label(lang, "relay.wants_photo"))
    await speak_down(turn, row, asked, binding, dict.fromkeys(readers))
    return row.topic


def wants_photo(turn: Turn, order: Order, person: int, dialog: Dialog | None) -> bool:
    """Whether the doctor waits for a photo that this person may send, and nothing asked him for one since."""
    wanted: Mapping[str, Any] = order.snapshot.get("photo_wanted") or {}
    if not wanted or wanted["until"] < turn.now or wanted.get("by", person) != person:
        return False
    return dialog is None or dialog.touched <= wanted["since"]


async def _photo_came(turn: Turn, no: str, words: Words) -> None:
    """Nobody is waited for any more, but for further pages from the same hand."""
    order = await turn.get(Order, no)
    wanted: Mapping[str, Any] = (order.snapshot.get("photo_wanted") if order else None) or {}
    if order is not None and wanted and words.file and words.kind == "photo":
        came = {**wanted, "by": words.person, "until": min(wanted["until"], turn.now + MEANT)}
        turn.put(replace(order, snapshot={**order.snapshot, "photo_wanted": came}))


@does(intents.heard)
async def heard_(act: Act, order: str) -> bool:
    return heard(act.turn, await order_of(act.turn, order))


@does(intents.relay)
async def relay(
    act: Act,
    order: str,
    message: int,
    text: str,
    file: str,
    kind: str = "photo",
    size: int = 0,
    title: str = "",
    mime: str = "",
) -> None:
    row = await order_of(act.turn, order)
    await check_role(act, row, "watcher")
    me = await act.me()
    meant = {"order": order, "until": act.turn.now + MEANT}
    act.turn.put(replace(me, facts={**me.facts, "consult": meant}))
    words = Words(act.who, act.who, message, text, file, kind, size, title, mime)
    if not await speak_up(act.turn, row, words):
        raise Refused("consult-over")


@does(intents.end_relay)
async def end_relay(act: Act, order: str) -> None:
    row = await order_of(act.turn, order)
    if not heard(act.turn, row):
        await over(act.turn, row)
    elif facts_of(row.stage).delivered:
        until_over(act.turn, row)


def until_over(turn: Turn, order: Order) -> None:
    """Delivered: from now on there is an end; past it, what still waits for an answer is looked at again."""
    ends = ends_at(turn, order)
    wake(turn, "consult-over", order.no, at=ends if ends > turn.now else in_working_hours(turn))


async def ended(turn: Turn, order: Order) -> None:
    """The order has ended: an exception raised before is settled; what waits raises its own."""
    await settle(turn, UNANSWERED, order.no, "over")
    await over(turn, order)


async def over(turn: Turn, order: Order) -> None:
    """Nobody hears her any more about this order: what she asked and nobody answered is told at once whom to call."""
    waits: Mapping[str, Any] = order.snapshot.get(UNANSWERED) or {}
    if _waits(order):
        wake(turn, UNANSWERED, order.no, at=turn.now)
    elif not waits.get("over"):
        unwake(turn, UNANSWERED, order.no)
    left = waits if not waits or waits["by"] else {**waits, "over": True}
    turn.put(replace(order, snapshot={**order.snapshot, "over": True, UNANSWERED: left or None}))
    topic = await turn.get(Topic, order.topic)
    if topic is not None and not topic.closed:
        turn.put(replace(topic, closed=True))
    await forget(turn, order.no)
