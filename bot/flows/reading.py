"""What was read on a prescription is confirmed by a person, line by line; how the photo came is in photos.py.

A drug is never guessed: what is not certain is asked, what is not in the hospital's list goes by the photo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import dosing, rules
from bot.dialog import Ask, Option, Photo, Refused, flow
from bot.dosing import Amount, Line, Proof, Schedule
from bot.forms import DrugTyped, DrugView, HandView, PaperChecked, PrintedView, ReadingView
from bot.intents import formulary, people
from bot.model.names import Names, named
from bot.phrases import BOXES, TURNS, drug_label, whom_words
from bot.views import OrderView


@flow("check_reading")
async def check_reading(ask: Ask, reading: ReadingView, name: Names, oldest: int) -> PaperChecked:
    """Everything read in one message, each line with its button; controlled drugs stop here."""
    today = (await ask.once("day", people.rules())).today
    controlled = next((drug.known or drug.name for drug in reading.drugs if drug.controlled), "")
    if controlled or reading.controlled:
        await ask.stop("controlled", drug=controlled)
    day = await _not_too_old(ask, reading.date, today, oldest)
    known = await ask.once("known", formulary.drugs([drug.code for drug in reading.drugs if drug.code]))
    lines = await _lines(ask, reading, known)
    printed = {drug.id: drug for drug in reading.drugs}
    for n in TURNS[:10]:
        buttons = [Option(id, label=f"✎ {drug_label(line)} × {line.boxes}", listed=True) for id, line in lines.items()]
        pick = await ask.choice(
            f"look[{n}]",
            options=[*(["right"] if lines else []), "date", *buttons, "add"],
            name=name,
            rx_date=day,
            hospital=reading.hospital,
            lines=[_words(line, printed.get(id), known) for id, line in lines.items()],
        )
        if pick == "right":
            break
        if pick == "date":
            again: str = await ask.sub(f"date[{n}]", "paper_day", oldest=oldest)
            day = again
        elif pick == "add":
            added: DrugTyped | None = await ask.sub(f"drug[{n}]", "medicine")
            drug = await _permitted(ask, added)
            boxes = await ask.choice(
                f"boxes[{n}]", options=BOXES, check=rules.box_count(), columns=5, drug=drug_label(drug)
            )
            count: int = await ask.sub(f"many[{n}]", "many_boxes", drug=drug_label(drug), boxes=int(boxes))
            place = f"added-{n}"
            lines |= {place: replace(drug, boxes=count, proof=replace(drug.proof, place=place))}
        else:
            lines = await _mended(ask, n, lines, pick)
    return PaperChecked(day, [rules.supplied(line, line.boxes) for line in lines.values()])


async def _lines(ask: Ask, reading: ReadingView, known: Mapping[str, DrugView]) -> dict[str, Line]:
    """By their ids: what is certain, what she says of the rest, and what a hand wrote between them."""
    cuts = {one.id: one for one in reading.printed}
    found: dict[str, Line | None] = {}
    for drug in reading.drugs:
        cut = cuts.get(drug.id)
        pen = cut if cut and cut.pen else None
        if drug.is_whole():
            found[drug.id] = await _line(ask, drug, known.get(drug.code), pen)
        else:
            found[drug.id] = await _in_part(ask, drug, cut)
    for one in reading.by_hand:
        found[one.id] = await _by_hand(ask, one)
    return {id: line for id, line in found.items() if line}


async def _by_hand(ask: Ask, one: HandView) -> Line | None:
    """Nobody reads a hand for certain: she types what the line says; the doctor compares it and writes the dose."""
    await ask.tell(f"written[{one.id}]", photo=Photo(one.cut, one.cut))
    if await ask.choice(f"hand[{one.id}]", options=["type", "nothing"]) == "nothing":
        return None
    return await _typed(ask, one.id, one.page)


async def _in_part(ask: Ask, drug: PrintedView, cut: HandView | None) -> Line | None:
    """A printed line without a drug's name that is sure, or without a strength: it may be no medicine at all."""
    if cut:
        await ask.tell(f"unread[{drug.id}]", photo=Photo(cut.cut, cut.cut))
    named = ["printed"] if drug.name else []
    what = await ask.choice(f"part[{drug.id}]", options=["type", *named, "nothing"], printed=drug.name)
    if what == "type":
        return await _typed(ask, drug.id, drug.page)
    return None if what == "nothing" else await _line(ask, drug, None, cut if cut and cut.pen else None)


async def _typed(ask: Ask, id: str, page: int) -> Line:
    """What stands on a line that was shown to her, in her words."""
    typed: DrugTyped | None = await ask.sub(f"typed[{id}]", "medicine")
    line = await _permitted(ask, typed)
    boxes = await ask.choice(f"boxes[{id}]", options=BOXES, check=rules.box_count(), columns=5, drug=drug_label(line))
    count: int = await ask.sub(f"many[{id}]", "many_boxes", drug=drug_label(line), boxes=int(boxes))
    return replace(line, boxes=count, proof=replace(line.proof, page=page, place=id))


async def _not_too_old(ask: Ask, day: str, today: str, oldest: int) -> str:
    """The day as read; one that is too old may be misread, so it is asked before the person is sent away.

    No day, or half of one, is not an old one: it is asked.
    """
    found = rules.prescription_day(day, today, oldest)
    if isinstance(found, str):
        return found
    if found.code != "old":
        return await ask.sub("date[old]", "paper_day", oldest=oldest)
    if await ask.choice("old", options=["stop", "misread"], rx_date=day, months=oldest) == "stop":
        await ask.stop("too_old", months=oldest)
    return await ask.sub("date[old]", "paper_day", oldest=oldest)


@flow("paper_day")
async def paper_day(ask: Ask, oldest: int) -> str:
    """The day on the paper, typed whole: not older than ``oldest`` months, not of tomorrow."""
    return await ask.text("day", check=rules.paper_day(oldest))


async def _line(ask: Ask, drug: PrintedView, listed: DrugView | None, pen: HandView | None = None) -> Line:
    """One line of the paper: certain = as in the list; likely = asked; else as printed, for the pharmacist.

    How it is taken is what stands on this line, or nothing (R17): where a ``pen`` was, the doctor reads it there.
    """
    printed = dosing.read(drug.line())
    if pen:
        await ask.tell(f"marked[{drug.id}]", photo=Photo(pen.cut, pen.cut))
        printed = _undosed(printed)
    line = printed
    if listed and drug.match == "exact":
        line = _listed(printed, listed)
    elif listed:
        sure = await ask.choice(
            f"is_it[{drug.id}]",
            options=["yes", "other", "unlisted"],
            printed=_with_pack(printed, drug.pack, listed.pack),
            drug=_with_pack(listed.line(), listed.pack, drug.pack),
            bare=not drug.strength,
        )
        if sure == "yes":
            line = _listed(printed, listed) if drug.strength else _instead(printed, _said(listed))
        elif sure == "other":
            typed: DrugTyped | None = await ask.sub(f"other[{drug.id}]", "medicine")
            line = _instead(printed, await _permitted(ask, typed))
    theirs = _other_pack(drug, listed) if line is printed or line.code == drug.code else 0
    if line.code == drug.code:
        line = replace(line, proof=replace(line.proof, pack=theirs))
    if drug.boxes:
        return replace(line, boxes=drug.boxes)
    boxes = await ask.choice(
        f"count[{drug.id}]",
        options=BOXES,
        check=rules.box_count(),
        columns=5,
        drug=drug_label(line),
        pack=theirs,
        ours=listed.pack if listed and theirs else 0,
    )
    count: int = await ask.sub(f"many[{drug.id}]", "many_boxes", drug=drug_label(line), boxes=int(boxes))
    return replace(line, boxes=count)


def _other_pack(drug: PrintedView, listed: DrugView | None) -> int:
    """Units in a box on the paper, where the list's box holds another number; else 0."""
    return drug.pack if listed and drug.pack and listed.pack and drug.pack != listed.pack else 0


def _with_pack(line: Line, pack: int | None, other: int | None) -> str:
    """The drug, and how many are in a box where the paper and the list differ in that."""
    return drug_label(line) + (f"×{pack}" if pack and other and pack != other else "")


async def _mended(ask: Ask, n: str, lines: dict[str, Line], id: str) -> dict[str, Line]:
    """Other boxes, another drug, a dose that was misread, or a line that is not on the paper."""
    line = lines[id]
    more = ["other", *(["dose"] if line.sig else []), "remove"]
    change = await ask.choice(
        f"fix[{n}]",
        options=[*BOXES, *more],
        check=rules.box_count(),
        columns=5,
        drug=drug_label(line),
        sig=dosing.taken(line),
    )
    if change.isdecimal():
        count: int = await ask.sub(f"many[{n}]", "many_boxes", drug=drug_label(line), boxes=int(change))
        return {**lines, id: replace(line, boxes=count)}
    if change == "remove":
        return {other: kept for other, kept in lines.items() if other != id}
    if change == "other":
        typed: DrugTyped | None = await ask.sub(f"instead[{n}]", "medicine")
        return {**lines, id: _instead(line, await _permitted(ask, typed))}
    return {**lines, id: _undosed(line)}  # the doctor reads it off the photo


async def _permitted(ask: Ask, typed: DrugTyped | None) -> Line:
    """A drug typed by name; a controlled one stops here (R7)."""
    if typed is None:  # "no more" was not offered here
        raise Refused("not-now")
    if typed.controlled:
        await ask.stop("controlled", drug=typed.line.name)
    return typed.line


def _listed(printed: Line, drug: DrugView) -> Line:
    """The drug of the list, with what the paper says of it."""
    return replace(printed, code=drug.code, name=drug.name, strength=drug.strength, pack=drug.pack)


def _said(drug: DrugView) -> Line:
    """Of the list, by her word: its strength does not stand on the paper (R17)."""
    return replace(drug.line(), proof=Proof("typed", typed_by="person"))


def _instead(printed: Line, typed: Line) -> Line:
    """She typed another drug than was read there: its dose is for the doctor, who sees the page."""
    proof = replace(typed.proof, page=printed.proof.page, place=printed.proof.place, boxes=printed.proof.boxes)
    return replace(typed, boxes=printed.boxes, proof=proof)


def _undosed(line: Line) -> Line:
    return replace(line, sig="", dose=Amount(), schedule=Schedule(), route="")


def _words(line: Line, drug: PrintedView | None, known: Mapping[str, DrugView]) -> tuple[str, dict[str, Any]]:
    """A line, and why the pharmacist looks at it: it is in no list, or she left it to him; and of another box both."""
    same = drug is not None and line.code in ("", drug.code) and (line.code or line.proof.kind == "page")
    listed = known.get(drug.code) if drug and same else None
    theirs = _other_pack(drug, listed) if drug else 0
    return (
        "check_reading.line",
        {
            "drug": drug_label(line),
            "boxes": line.boxes,
            "bare": not line.code and not line.strength,
            "listed": bool(line.code),
            "left": listed is not None and not line.code,
            "pack": theirs,
            "ours": listed.pack if listed and theirs else 0,
            "sig": dosing.taken(line),
        },
    )


@flow("many_boxes")
async def many_boxes(ask: Ask, drug: str, boxes: int, most: int = rules.MOST_BOXES) -> int:
    """More boxes than the reader believes are asked once more (R2); never more than ``most``."""
    if boxes <= rules.MANY_BOXES or await ask.choice("sure", options=["yes", "no"], drug=drug, boxes=boxes) == "yes":
        return boxes
    return int(await ask.choice("boxes", options=BOXES, check=rules.box_count(most), columns=5, drug=drug))


@flow("medicine")
async def medicine(ask: Ask, optional: bool = False, order: OrderView | None = None) -> DrugTyped | None:
    """One medicine typed by name or pinyin initials and chosen from the hospital's list; else as typed, by the photo.

    With ``optional`` there is a button for "no more", which answers None. How it is taken is not known (R17).
    ``order``: a doctor writes down what its photo shows.
    """
    name = whom_words(order) if order else ""
    words = await ask.text("search", check=rules.drug_words, buttons=["enough"] if optional else [], name=name)
    if words == "enough":
        return None
    hits = await ask.once("hits", formulary.search_drugs(words))
    options = [Option(d.code, label=f"{named(d, ask.person.lang)} {d.strength}×{d.pack}") for d in hits]
    code = await ask.choice("hit", options=[*options, "unlisted"], words=words, found=len(hits), name=name)
    drug = next((d for d in hits if d.code == code), None)
    line = _said(drug) if drug else Line(name=words, proof=Proof("typed", typed_by="person"))
    return DrugTyped(line, drug is not None and drug.controlled)
