"""One message of a consult on its way: its copies for the other side, the two-way map, the record for the hospital.

A message that is corrected or taken back shows so where its copies stand, under them, and in the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot import orders, red_flags
from bot.intents import orders as intents
from bot.model import (
    Attached,
    Command,
    Content,
    Counted,
    Json,
    Order,
    Picture,
    Priority,
    Relayed,
    RoleBinding,
    Text,
    Topic,
)
from bot.ops.alarm import mark
from bot.ops.apart import name_for
from bot.ops.orders import check_role, may_hear, order_of
from bot.ops.registry import Act, bound_as, does, role_of
from bot.ops.rights import brief_of, residents
from bot.render.messages import plain
from bot.turn import Hold, Turn

MOST_AT_ONCE = 10  # messages that a group gets by itself each; more than these are told together
TOGETHER = "all"  # how the key of such a message ends
UP = ("relay.patient", "relay.proxy")  # the heads of what goes to the doctor


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote in one message. ``file``: the messenger's id of what was sent with it, "" = nothing.

    ``kind``: photo, voice or document; ``size`` in bytes, name and type as the sender's phone says them.
    ``unique``: the messenger's id of the picture itself, "" = not told; ``album``: what it is an item of.
    """

    chat: int
    person: int
    message: int
    text: str = field(repr=False)
    file: str = ""
    kind: str = "photo"
    size: int = 0
    name: str = field(default="", repr=False)
    mime: str = ""
    unique: str = ""
    album: str = ""

    @property
    def id(self) -> str:
        return f"{self.chat}:{self.message}"


@dataclass(frozen=True, slots=True)
class Copy:
    """Where a message is shown to the other side."""

    key: str
    chat: int
    topic: str = ""
    reply_to: int | None = None
    file: str = ""  # what it shows, where that is not what the message showed first


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, as the other side reads it: ``head`` is a sentence of ours; ``reference`` names him in the record."""

    head: str
    name: str = field(repr=False)
    reference: str


async def relay_up(turn: Turn, order: Order, topic: Topic, words: Words) -> None:
    """Into the topic, headed by who really types (an ambassador never poses as the patient)."""
    helper, sender = await _writer(turn, order, words.person)
    writer = Writer("relay.proxy" if helper else "relay.patient", helper, sender)
    doctor = f"PractitionerRole/{order.snapshot['doctor']}"
    await _carry(turn, order, words, writer, doctor, [Copy(f"r:{words.id}", topic.chat, topic.key)])
    if red_flags.signs(words.text):
        await mark(turn, order)


async def relay_down(
    turn: Turn, order: Order, words: Words, binding: RoleBinding, under: Mapping[int, int | None]
) -> None:
    """To each of these readers in private; ``under``: the own message that it answers there.

    What a pharmacist answers stands in the topic, too.
    """
    copies = [Copy(f"r:{words.id}:{person}", person, "", message) for person, message in under.items()]
    patient = f"Patient/{orders.patient_of(order)['id']}"
    if binding.role == "pharmacist" and (topic := await turn.get(Topic, order.topic)):
        copies.append(Copy(f"r:{words.id}:{topic.chat}", topic.chat, topic.key))
    head = "relay.pharmacist" if binding.role == "pharmacist" else "relay.doctor"
    writer = Writer(head, binding.name, f"PractitionerRole/{binding.id}")
    await _carry(turn, order, words, writer, patient, copies)


async def _carry(
    turn: Turn, order: Order, words: Words, writer: Writer, recipient: str, copies: Sequence[Copy]
) -> None:
    said = {"text": words.text, "file": words.file, **asdict(writer), "recipient": recipient, "sent": turn.now}
    of_file = {"kind": words.kind, "size": words.size, "title": words.name, "mime": words.mime,
               "unique": words.unique, "album": words.album}  # fmt: skip
    n = await _number(turn, f"{'up' if writer.head in UP else 'down'}:{order.no}")
    sealed: dict[str, Json] = {**said, **of_file, "n": n, "copies": [asdict(copy) for copy in copies]}
    row = Relayed(words.id, order.no, f"r:{words.id}", words.person, sealed=sealed)
    turn.put(row)
    for copy in copies:
        await _show(turn, order, row, copy)
    _record(turn, row)


async def _number(turn: Turn, series: str) -> int:
    """The next one, without gaps: a reader sees that one is missing, and that one which comes twice is the same."""
    counted = await turn.get(Counted, series) or Counted(series)
    turn.put(replace(counted, last=counted.last + 1))
    return counted.last + 1


async def show_also(turn: Turn, order: Order, rows: Sequence[Relayed], chat: int) -> None:
    """One copy more of each: what is corrected or taken back later shows so there, too.

    Many words that come at once are one message: a group is not flooded by them.
    """
    rows = [row for row in rows if row.sealed and all(copy["chat"] != chat for copy in row.sealed["copies"])]
    together = [row for row in rows if not row.sealed["file"]] if len(rows) > MOST_AT_ONCE else []
    for first in together[:1]:
        turn.put(replace(first, sealed={**first.sealed, "with": [row.id for row in together]}))
        copy = Copy(f"r:{first.id}:{chat}:{TOGETHER}", chat)
        shown = [await _copied(turn, row, copy) for row in together]
        await _show(turn, order, shown[0], copy)
    for row in rows:
        if row not in together:
            copy = Copy(f"r:{row.id}:{chat}", chat, file=row.sealed.get("new_file", ""))
            await _show(turn, order, await _copied(turn, row, copy), copy)


async def _copied(turn: Turn, row: Relayed, copy: Copy) -> Relayed:
    row = await turn.get(Relayed, row.id) or row
    row = replace(row, sealed={**row.sealed, "copies": [*row.sealed["copies"], asdict(copy)]})
    turn.put(row)
    return row


async def forget(turn: Turn, order: str) -> None:
    """Nothing of it can be changed any more: our copies of the words go, the hospital has them (R10)."""
    for row in await turn.find(Relayed, order=order):
        if row.sealed:
            turn.put(replace(row, sealed={}))


async def correct(turn: Turn, order: Order, row: Relayed, text: str, file: str = "", unique: str = "") -> None:
    """Old and new where the copies stand, and under them: a change that makes no sound is not seen.

    ``file``: of another picture, "" = the same one. The one before stays where it stands.
    """
    before = row.sealed
    was, edits = before["text"] if before["text"] != text else "", before.get("edits", 0) + 1
    changed = {"text": text, "was": was, "edits": edits, "at": turn.now}
    other = {"new_file": file, "unique": unique, "below": [*before.get("below", ()), f"e{edits}"]} if file else {}
    told = "relay.replaced_above" if file else "relay.corrected_above"
    await _changed(turn, order, replace(row, sealed={**before, **changed, **other}), told, file)


async def withdraw(turn: Turn, order: Order, row: Relayed) -> None:
    """Struck out where the copies stand; entered in error in the record, for good. What was shown with it is gone."""
    row = replace(row, sealed={**row.sealed, "withdrawn": True, "at": turn.now})
    await _changed(turn, order, row, "relay.withdrawn_above")
    for copy in row.sealed["copies"]:
        for key in (f"{copy['key']}:{version}" for version in row.sealed.get("below", ())):
            if await turn.standing(key):
                turn.post(key, copy["chat"], None)
    gone = [{**copy, "file": ""} for copy in row.sealed["copies"]]
    turn.put(replace(row, sealed={**row.sealed, "file": "", "new_file": "", "copies": gone}))


async def _changed(turn: Turn, order: Order, row: Relayed, told: str, file: str = "") -> None:
    """To those who may hear now (R18): whose mandate has ended, and the phone of the dead, are shown nothing new.

    Raises Hold while a copy is on its way: it may have been read already, and an edit alone makes no sound.
    """
    turn.put(row)
    readers = await may_hear(turn, order)
    for copy in (Copy(**one) for one in row.sealed["copies"]):
        if copy.chat > 0 and copy.chat not in readers:
            if row.sealed.get("withdrawn") and row.sealed["file"]:
                turn.post(copy.key, copy.chat, None)
            continue
        await _show(turn, order, row, copy)
        standing = await turn.standing(copy.key)
        if standing is None or (standing.message is None and standing.state not in ("sending", "unknown")):
            continue  # nobody has seen it
        if standing.message is None and not turn.held:
            raise Hold(copy.key)
        lang = await turn.lang_of(copy.chat)
        html = f"{await _head(turn, order, row, copy.chat)}\n{turn.services.words.say(lang, told, _versions(row))}"
        key = f"{copy.key}:{_version(row)}"
        flags: dict[str, Any] = {"topic": copy.topic, "protect": True, "reply_to": standing.message}
        turn.post(key, copy.chat, Picture(file, html) if file else Text(html), priority=Priority.RELAY, **flags)
    _record(turn, row)
    turn.note(order.no, f"person:{row.sender}", "took-back" if row.sealed.get("withdrawn") else "corrected")


async def _show(turn: Turn, order: Order, row: Relayed, copy: Copy) -> None:
    """The copy as it is now, with all that stands in it; who writes stands above what is his."""
    lines: list[str] = []
    head = ""
    found = await _standing_in(turn, row, copy)
    for one in found:
        alone = len(found) == 1
        if (by := await _head(turn, order, one, copy.chat, alone)) != head:
            lines.append(head := by)
        number = "" if alone else f"{one.sealed.get('n', 0)}. "
        lines.append(f"{number}{_told(turn, one, copy, await turn.lang_of(copy.chat))}")
    content = _content({**row.sealed, "file": copy.file or row.sealed["file"]}, "\n".join(lines).strip())
    flags: dict[str, Any] = {"topic": copy.topic, "protect": True, "reply_to": copy.reply_to}
    turn.post(copy.key, copy.chat, content, priority=Priority.RELAY, **flags)


async def _standing_in(turn: Turn, row: Relayed, copy: Copy) -> list[Relayed]:
    if not copy.key.endswith(f":{TOGETHER}"):
        return [row]
    first = await turn.get(Relayed, ":".join(copy.key.split(":")[1:3]))
    found = [await turn.get(Relayed, id) for id in (first or row).sealed["with"]]
    return [one for one in found if one is not None]


def _told(turn: Turn, row: Relayed, copy: Copy, lang: str) -> str:
    said = row.sealed
    key = "relay.replaced" if said.get("new_file") and not copy.file else "relay.corrected" if said.get("edits") else ""
    key = "relay.withdrawn" if said.get("withdrawn") else key
    return turn.services.words.say(lang, key, _versions(row)) if key else plain(said["text"])


def _content(said: Mapping[str, Any], html: str) -> Content:
    file, kind = said["file"], said.get("kind", "photo")
    if not file or said.get("withdrawn"):
        return Text(html)
    return Picture(file, html) if kind == "photo" else Attached(kind, file, html)


async def _head(turn: Turn, order: Order, row: Relayed, chat: int, numbered: bool = True) -> str:
    patient, by = brief_of(orders.patient_of(order)), row.sealed["name"]
    name = await name_for(turn, chat, patient) if chat > 0 else patient.known_as
    return turn.services.words.say(
        await turn.lang_of(chat),
        row.sealed["head"],
        {"name": name, "helper": by, "doctor": by, "n": row.sealed.get("n", 0) if numbered else 0},
    )


def _versions(row: Relayed) -> dict[str, Any]:
    said = row.sealed
    return {"was": said.get("was", ""), "text": said["text"], "at": said["at"]}


def _version(row: Relayed) -> str:
    """ "" as it was first written, then e1, e2, ... and w when it was taken back."""
    edits = row.sealed.get("edits", 0)
    return "w" if row.sealed.get("withdrawn") else f"e{edits}" if edits else ""


def _record(turn: Turn, row: Relayed) -> None:
    said = row.sealed
    words: dict[str, Any] = {"sender": said["reference"], "recipient": said["recipient"], "text": said["text"]}
    if said.get("kind", "photo") == "photo":
        words["photo"] = said.get("new_file") or said["file"]
    else:
        words |= {"file": said["file"], "size": said["size"], "title": said["title"], "mime": said["mime"]}
    taken_back = {"withdrawn": True} if said.get("withdrawn") else {}
    record(turn, row.order, f"tg:{row.id}", {"sent": said["sent"], **words, **taken_back}, _version(row))


def record(turn: Turn, order: str, key: str, words: Mapping[str, Any], version: str = "") -> None:
    """The hospital's Communication: the record of what was said (R10), under a key that is its own for ever.

    ``version``: of one that is written again.
    """
    turn.command(
        Command(
            f"{key}:{version}" if version else key,
            f"say:{order}",
            "hospital.say",
            {"key": key, "order": order, "sent": turn.now, **words},
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
    record(act.turn, row.no, f"{key}:q", {"sender": asks, "recipient": says, "text": question, "photo": ""})
    record(act.turn, row.no, f"{key}:a", {"sender": says, "recipient": asks, "text": answer, "photo": ""})
    act.turn.note(order, f"person:{act.who}", "asked-patient")
    return helper
