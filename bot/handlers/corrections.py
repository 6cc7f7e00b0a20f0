"""A word of a consult is edited by its writer, or taken back: on both sides, and in the hospital's record.

Telegram tells a bot of no deletion; replying "take back" to one's own message is the way.
"""

from __future__ import annotations

from bot.dialog import events
from bot.handlers.topics import Written, hint, of_topic, replied, text_of, under
from bot.model import Dialog, Order, PlaceKind, Relayed, Said
from bot.ops.alarm import mark
from bot.ops.colleagues import is_note, voice_of
from bot.ops.hearing import ask_anew, heard
from bot.ops.orders import may_hear
from bot.ops.registry import active_as
from bot.ops.relay import Words, correct, withdraw
from bot.red_flags import signs
from bot.running import HOLDING, advance, begin
from bot.turn import Turn
from bot.vocabulary import takes_back
from bot.wiring import OCCASIONS

MOST_EDITS = 20  # of one message: each is a sound on the other side, and a version in the record


async def edited(turn: Turn, body: Said) -> bool:
    """Whether the edited message belongs to a consult: its change is carried, or its writer reads why not."""
    row = await turn.get(Relayed, f"{body.spot.chat}:{body.message}")
    if row is None:
        return await _asked_anew(turn, body) or await _edited_note(turn, body)
    order = await turn.get(Order, row.order)
    other = _shows_another(row, body)
    if order is None or row.sender != body.spot.person or (row.sealed.get("text") == body.text and not other):
        return True
    if row.sealed.get("withdrawn") or row.sealed.get("edits", 0) >= MOST_EDITS or (other and body.kind != "photo"):
        await hint(turn, body, order, "relay.write_again")
    elif not row.sealed or not await _may_still_speak(turn, body, order) or _turned_note(body):
        await hint(turn, body, order, "relay.edit_not_sent")
    else:
        await correct(turn, order, row, body.text, *((body.file, body.unique) if other else ()))
        if body.spot.chat > 0:
            if signs(body.text):
                await mark(turn, order)
            file = body.file if other else ""
            words = Words(body.spot.chat, body.spot.person, body.message, body.text, file)
            await ask_anew(turn, await turn.get(Order, order.no) or order, words)
    return True


def _shows_another(row: Relayed, body: Said) -> bool:
    """Whether its picture or file was replaced, or put there: a caption that changes leaves it what it was."""
    said = row.sealed
    if not said or not body.file:
        return False
    if body.kind != said.get("kind", "photo") or not (said.get("new_file") or said["file"]):
        return True
    if body.kind != "photo":
        return body.size != said["size"]
    same = (
        (said.get("unique"), body.unique) if said.get("unique") else (said.get("new_file") or said["file"], body.file)
    )
    return same[0] != same[1]


async def _edited_note(turn: Turn, body: Said) -> bool:
    """What stayed among colleagues is not sent by an edit: whoever would be heard now reads so."""
    order = await of_topic(turn, body)
    if order is None:
        return False
    if not is_note(body.text) and await _may_still_speak(turn, body, order):
        await hint(turn, body, order, "relay.write_again")
    return True


def _turned_note(body: Said) -> bool:
    return body.spot.chat < 0 and is_note(body.text)


async def _may_still_speak(turn: Turn, body: Written, order: Order) -> bool:
    """Read anew (R18): what may be said now may be corrected now."""
    person = body.spot.person
    if not heard(turn, order):
        return False
    if body.spot.chat > 0:
        return person in await may_hear(turn, order)
    if await turn.place_kind(body.spot.chat) is PlaceKind.REVIEW:
        return active_as(turn, await turn.person(person), "pharmacist") is not None
    return await voice_of(turn, order, person) is not None


async def taken_back(turn: Turn, body: Written) -> bool:
    """Whether this takes back a message of a consult, or wants to: such words are never carried, nor their picture."""
    if not takes_back(text_of(body)):
        return False
    chat, answers = body.spot.chat, body.reply_to
    row = await turn.get(Relayed, f"{chat}:{answers}") if answers else None
    if row is None and await _before_it_was_sent(turn, body):
        return True
    if row is None or row.sender != body.spot.person:
        return await _of_nothing(turn, body)
    order = await turn.get(Order, row.order)
    if order is None:
        return False
    if row.sealed.get("withdrawn"):
        await hint(turn, body, order, "relay.taken_back")
    elif not row.sealed or not await _may_still_speak(turn, body, order):
        await hint(turn, body, order, "relay.edit_not_sent")
    else:
        await withdraw(turn, order, row)
        await hint(turn, body, order, "relay.taken_back")
    return True


async def _asked_anew(turn: Turn, body: Said) -> bool:
    """She was asked which doctor it is for, and changes her words before she answers: the new ones are asked about."""
    asked = await _no_more_asked(turn, body, body.message)
    for dialog in asked[-1:]:
        if takes_back(body.text):
            await under(turn, body, "", "relay.taken_back_unsent")
            continue
        shows = {"text": body.text, **({"photo": body.file} if body.kind == "photo" else {})}
        about = str(body.message)
        await begin(turn, OCCASIONS["several-consults"], body.spot, subject=about, args={**dialog.args, **shows})
    return bool(asked)


async def _before_it_was_sent(turn: Turn, body: Written) -> bool:
    """She was asked which doctor it is for, and has not answered yet: now it is for none."""
    asked = await _no_more_asked(turn, body, body.reply_to)
    if asked:
        await under(turn, body, "", "relay.taken_back_unsent")
    return bool(asked)


async def _no_more_asked(turn: Turn, body: Written, message: int | None) -> list[Dialog]:
    """The questions which doctor this message of hers is for, as they stood: none waits for an answer any more."""
    flow = OCCASIONS["several-consults"]
    found = await turn.find(Dialog, person=body.spot.person, state=HOLDING) if message else []
    asking = [dialog for dialog in found if (dialog.flow, dialog.subject) == (flow, str(message))]
    for dialog in asking:
        await advance(turn, dialog, events.Cancel())
    return asking


async def _of_nothing(turn: Turn, body: Written) -> bool:
    """The words alone, or under somebody else's message: he reads how it is done."""
    order = await of_topic(turn, body)
    if order is None and body.reply_to is not None:
        copied = (await replied(turn, body, "r:")).split(":")
        original = await turn.get(Relayed, ":".join(copied[1:3])) if copied[0] == "r" else None
        order = await turn.get(Order, original.order) if original else None
    if order is None:
        return False
    await hint(turn, body, order, "relay.take_back_how")
    return True
