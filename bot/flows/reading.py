"""The prescription photo read by machine: a poor photo is sent back once, what was read is confirmed by a person.

A drug is never guessed: what is not certain is asked, what is not in the hospital's list goes by the photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import rules
from bot.dialog import Ask, Now, Option, Photo, Refused, Wrong, flow
from bot.dialog.dates import parse_date
from bot.intents import local, people, photo
from bot.phrases import BOXES, drug_label, named

TURNS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
NO_FAULT_OF_THE_PHOTO = ("reader_failed", "no_reader")


@flow("read_paper")
async def read_paper(ask: Ask) -> dict[str, Any]:
    """{"by": "machine" | "hand" | "person", "pages", "reading"}: one retry, then typed by hand or a person looks."""
    pages: list[Photo] = ask.args["pages"]
    if not await ask.once("reader", local.do("reads_photos")):
        return _unread("hand", pages)
    seen = ask.args["seen"] or await _read(ask, "first", pages)  # an album has been read before
    why = _why_not(ask, seen)
    if not why:
        return _by_machine(seen, pages)
    if why in NO_FAULT_OF_THE_PHOTO:
        return _unread("hand", pages)
    if why != "other_patient":
        await ask.tell("example", picture="prescription")
    better = await ask.photos("again", min=1, max=5, buttons=[*_hers(why), "hand"], why=_words_of(ask, why, seen))
    if isinstance(better, str):
        return _by_machine(seen, pages) if better == "hers" else _unread("hand", pages)
    return await _second_try(ask, better)


async def _second_try(ask: Ask, pages: list[Photo]) -> dict[str, Any]:
    seen = await _read(ask, "second", pages)
    why = _why_not(ask, seen)
    if not why:
        return _by_machine(seen, pages)
    if why in NO_FAULT_OF_THE_PHOTO:
        return _unread("hand", pages)
    chosen = await ask.choice("unread", options=[*_hers(why), "hand", "person"], why=_words_of(ask, why, seen))
    return _by_machine(seen, pages) if chosen == "hers" else _unread(chosen, pages)


async def _read(ask: Ask, which: str, pages: Sequence[Photo]) -> dict[str, Any]:
    """A line that says so while the photo is read; it goes with the answer."""
    waits = f"reading:{ask.person.id}:{pages[0].unique}"
    await ask.card(waits, "read_paper.wait", to=None)
    files = [page.file for page in pages]
    house = await ask.once(f"day[{which}]", people.rules())  # the form may have been begun days ago
    try:
        seen = await ask.call(f"read[{which}]", photo.read(files, house.today, ask.args["name"], ask.args["history"]))
    except Refused:
        seen = {"accepted": False, "reason": "photo_gone"}
    await ask.card(waits, "", to=None)
    return seen


def _why_not(ask: Ask, seen: dict[str, Any]) -> str:
    """Why this photo will not do, "" when it will. The patient's name is looked for, not read."""
    if not seen["accepted"]:
        return seen["reason"]
    return "" if ask.args["name"] in seen["names"] else "other_patient"


def _hers(why: str) -> list[str]:
    """The paper of somebody else, or a name that was misread: the person knows."""
    return ["hers"] if why == "other_patient" else []


def _words_of(ask: Ask, why: str, seen: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The sentence; where no better photo is sure to help, it says what was not read."""
    lacking = seen.get("missing", [])
    if why == "unreadable" and lacking:
        return "read_paper.why.unread", {"what": (f"read_paper.part.{lacking[0]}", {})}
    return f"read_paper.why.{why}", {"name": ask.args["name"]}


def _by_machine(seen: dict[str, Any], pages: Sequence[Photo]) -> dict[str, Any]:
    return {"by": "machine", "pages": pages, "reading": seen}


def _unread(by: str, pages: Sequence[Photo]) -> dict[str, Any]:
    return {"by": by, "pages": pages, "reading": None}


@flow("check_reading")
async def check_reading(ask: Ask) -> dict[str, Any]:
    """{"rx_date", "lines"}: everything read in one message, each line with its button; controlled drugs stop here."""
    seen, today = ask.args["reading"], (await ask.once("day", people.rules())).today
    controlled = next((drug["known"] or drug["name"] for drug in seen["drugs"] if drug["controlled"]), "")
    if controlled or seen["controlled"]:
        await ask.stop("controlled", drug=controlled)
    day = await _not_too_old(ask, seen["date"], today)
    known = await ask.once("known", local.do("drugs", codes=[drug["code"] for drug in seen["drugs"] if drug["code"]]))
    lines = {drug["id"]: await _line(ask, drug, known) for drug in seen["drugs"]}
    for n in TURNS:
        buttons = [Option(id, label=_button(line)) for id, line in lines.items()]
        pick = await ask.choice(
            f"look[{n}]",
            options=[*(["right"] if lines else []), "date", *buttons, "add"],
            name=ask.args["name"],
            rx_date=day,
            hospital=seen["hospital"],
            lines=[_words(line) for line in lines.values()],
        )
        if pick == "right":
            break
        if pick == "date":
            day = await ask.sub(f"date[{n}]", "paper_day", oldest=ask.args["oldest"])
        elif pick == "add":
            drug = await ask.sub(f"drug[{n}]", "medicine")
            boxes = await ask.choice(f"boxes[{n}]", options=BOXES, columns=5, drug=drug_label(drug))
            lines |= {f"added-{n}": {**drug, "boxes": int(boxes)}}
        else:
            lines = await _mended(ask, n, lines, pick)
    for line in lines.values():
        if line.get("controlled"):
            await ask.stop("controlled", drug=line["name"])
    return {"rx_date": day, "lines": list(lines.values())}


async def _not_too_old(ask: Ask, day: str, today: str) -> str:
    """The day as read; one that is too old may be misread, so it is asked before the person is sent away.

    No day, or half of one, is not an old one: it is asked.
    """
    oldest = ask.args["oldest"]
    found = rules.prescription_day(day, today, oldest)
    if isinstance(found, str):
        return found
    if found.code != "old":
        return await ask.sub("date[old]", "paper_day", oldest=oldest)
    if await ask.choice("old", options=["stop", "misread"], rx_date=day, months=oldest) == "stop":
        await ask.stop("too_old", months=oldest)
    return await ask.sub("date[old]", "paper_day", oldest=oldest)


@flow("paper_day")
async def paper_day(ask: Ask) -> str:
    """The day on the paper, typed whole: not older than ``oldest`` months, not of tomorrow."""

    def check(text: str, now: Now) -> str | Wrong:
        day = parse_date(text, now.today)
        return Wrong("date") if day is None else rules.prescription_day(day, now.today, ask.args["oldest"])

    return await ask.text("day", check=check)


async def _line(ask: Ask, drug: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """One line of the paper: certain = as in the list; likely = asked; else as printed, for the pharmacist."""
    id, listed = drug["id"], known.get(drug["code"])
    printed = {"code": "", "name": drug["name"], "strength": drug["strength"]}
    line = printed
    if listed and drug["match"] == "exact":
        line = _listed(listed)
    elif listed:
        sure = await ask.choice(
            f"is_it[{id}]",
            options=["yes", "other", "unlisted"],
            printed=_with_pack(printed, drug.get("pack"), listed),
            drug=_with_pack(listed | {"name": listed["name_zh"]}, listed["pack"], drug),
        )
        if sure == "yes":
            line = _listed(listed)
        elif sure == "other":
            line = await ask.sub(f"other[{id}]", "medicine")
    label = _with_pack(line, listed["pack"] if listed and line["code"] == drug["code"] else None, drug)
    boxes = drug["boxes"] or await ask.choice(f"count[{id}]", options=BOXES, columns=5, drug=label)
    return {**line, "boxes": int(boxes)}


def _with_pack(line: dict[str, Any], pack: int | None, other: dict[str, Any]) -> str:
    """The drug, and how many are in a box where the paper and the list differ in that."""
    return drug_label(line) + (f"×{pack}" if pack and other.get("pack") and pack != other["pack"] else "")


async def _mended(ask: Ask, n: str, lines: dict[str, Any], id: str) -> dict[str, Any]:
    """Other boxes, another drug, or a line that is not on the paper."""
    line = lines[id]
    change = await ask.choice(f"fix[{n}]", options=[*BOXES, "other", "remove"], columns=5, drug=drug_label(line))
    if change == "remove":
        return {other: kept for other, kept in lines.items() if other != id}
    if change == "other":
        return {**lines, id: {**await ask.sub(f"instead[{n}]", "medicine"), "boxes": line["boxes"]}}
    return {**lines, id: {**line, "boxes": int(change)}}


def _listed(drug: dict[str, Any]) -> dict[str, Any]:
    names = ("code", "strength", "pack", "sig", "controlled")
    return {"name": drug["name_zh"], **{name: drug[name] for name in names}}


def _button(line: dict[str, Any]) -> str:
    return f"✎ {drug_label(line)} × {line['boxes']}"


def _words(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return ("check_reading.line", {"drug": drug_label(line), "boxes": line["boxes"], "listed": bool(line["code"])})


@flow("medicine")
async def medicine(ask: Ask) -> dict[str, Any] | None:
    """One medicine typed by name or pinyin initials and chosen from the hospital's list; else as typed, by the photo.

    With ``optional`` there is a button for "no more", which answers None.
    """
    words = await ask.text("search", check=rules.drug_words, buttons=["enough"] if ask.args.get("optional") else [])
    if words == "enough":
        return None
    hits = await ask.once("hits", local.do("search_drugs", words=words))
    options = [Option(d["code"], label=f"{named(d, ask.person.lang)} {d['strength']}×{d['pack']}") for d in hits]
    code = await ask.choice("hit", options=[*options, "unlisted"], words=words, found=len(hits))
    drug = next((d for d in hits if d["code"] == code), None)
    return {**drug, "name": drug["name_zh"]} if drug else {"code": "", "name": words, "strength": ""}
