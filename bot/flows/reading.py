"""The prescription photo read by machine: a poor photo is sent back once, what was read is confirmed by a person.

A drug is never guessed: what is not certain is asked, what is not in the hospital's list goes by the photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot import dosing, rules
from bot.dialog import Ask, Option, Photo, Refused, flow
from bot.dosing import Amount, Line, Proof, Schedule
from bot.forms import DrugTyped, DrugView, HandView, PaperChecked, PaperRead, PrintedView, ReadingView
from bot.intents import formulary, people, photo
from bot.model.names import BASE, Called, Names, by_language, named
from bot.phrases import BOXES, drug_label, whom_words
from bot.views import OrderView, PageView

TURNS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
NOTHING = ReadingView()  # nothing was read
NO_FAULT_OF_THE_PHOTO = ("reader_failed", "no_reader")
WHOSE = ("other_patient", "names_other", "two_people")  # a better photo of it is no help
DOUBTED = ("hers", "leave_out")


@flow("read_paper")
async def read_paper(
    ask: Ask, pages: tuple[Photo, ...], name: Called, history: tuple[str, ...], seen: ReadingView | None = None
) -> PaperRead:
    """Another photo, typed by hand, or, from the second on, a person looks. ``seen``: an album has been read before.

    Only pages that name the patient, as the record does, are read as hers; each other one is asked about by itself.
    """
    called = by_language(name)
    name = called[BASE]
    if not await ask.once("reader", photo.reads_photos()):
        return PaperRead("hand", pages)
    seen = seen or await _read(ask, "first", _apart(pages), name, history)
    read = await _hers_alone(ask, "mine", _apart(pages), seen, called, history)
    why = _why_not(read.reading, name)
    if not why or why in NO_FAULT_OF_THE_PHOTO:
        return replace(read, by="hand" if why else "machine")
    if why not in WHOSE:
        await ask.tell("example", picture="prescription")
    ways = [*_hers(why), *(["hand"] if read.pages else [])]
    better = await ask.photos("again", max=5, at_once=True, buttons=ways, why=_words_of(why, read.reading, called))
    for n in TURNS:
        if isinstance(better, str):
            break
        seen = await _read(ask, f"better-{n}", _apart(better), name, history)
        read = await _hers_alone(ask, f"better-{n}", _apart(better), seen, called, history)
        why = _why_not(read.reading, name)
        if not why or why in NO_FAULT_OF_THE_PHOTO:
            return replace(read, by="hand" if why else "machine")
        if not read.pages:
            await ask.stop("none_left", name=called)
        words = _words_of(why, read.reading, called)
        others = [*_hers(why), "hand", "person"]
        better = await ask.photos(f"unread[{n}]", max=5, at_once=True, buttons=others, why=words)
    return _decided(read, better if isinstance(better, str) else "person", name)


def _apart(pages: Sequence[Photo]) -> tuple[Photo, ...]:
    """One photo that was sent twice is one page."""
    return tuple({page.unique: page for page in pages}.values())


async def _hers_alone(
    ask: Ask, which: str, pages: Sequence[Photo], seen: ReadingView, called: Names, history: Sequence[str]
) -> PaperRead:
    """Of several pages those that name her; of each other one the person says what shall become of it."""
    read, name = PaperRead("machine", pages, seen), called[BASE]
    if len(seen.whose) != len(pages):  # not read page by page
        return read
    if len(pages) == 1:
        said = name in seen.names and seen.whose[0] == ""  # of an album: one tap told whose it is
        return replace(read, doubts=(PageView(1, "said"),)) if said else read
    kept: list[Photo] = []
    hers: list[int] = []
    doubts: list[PageView] = []
    for n, (page, who) in enumerate(zip(pages, seen.whose, strict=True), 1):
        choice = [page] if who == name else await _of_this_page(ask, which, page, who, called)
        hers += [len(kept)] if choice == "hers" else []
        doubts += [PageView(n, "said" if choice == "hers" else "other" if who else "unnamed")] * (choice in DOUBTED)
        if choice == "hers":
            kept.append(page)
        elif not isinstance(choice, str):
            kept += choice
    if tuple(kept) == tuple(pages) and not hers:
        return read
    if not kept:
        return PaperRead("machine", (), ReadingView(reason="names_other", whose=seen.whose), tuple(doubts))
    again = await _read(ask, f"{which}-alone", kept, name, history, hers)
    return PaperRead("machine", kept, _only_hers(again, name), tuple(doubts))


def _only_hers(again: ReadingView, name: str) -> ReadingView:
    """The other photo of a page must name her, too."""
    strange = again.accepted and any(who != name for who in again.whose)
    return replace(again, accepted=False, reason="two_people") if strange else again


async def _of_this_page(ask: Ask, which: str, page: Photo, who: str, name: Names) -> list[Photo] | str:
    """Another photo of it, or a button. A name that can be read and is another one is not hers, whatever is said."""
    await ask.tell(f"this[{which}-{page.unique}]", photo=page)
    buttons = ["leave_out", *([] if who else ["hers"])]
    return await ask.photos(f"page[{which}-{page.unique}]", max=1, at_once=True, buttons=buttons, who=who, name=name)


def _decided(read: PaperRead, how: str, name: str) -> PaperRead:
    """By word only, or typed: the doctor hears of a page on which no name was read, or another one."""
    pages = [*enumerate(read.reading.whose or [""] * len(read.pages), 1)]
    if how == "hers":
        return replace(read, doubts=(*read.doubts, *(PageView(n, "said") for n, _ in pages)))
    strange = [PageView(n, "typed") for n, who in pages if who and who != name]
    return replace(read, by=how, doubts=(*read.doubts, *strange))


async def _read(
    ask: Ask, which: str, pages: Sequence[Photo], name: str, history: Sequence[str], hers: Sequence[int] = ()
) -> ReadingView:
    """A line that says so while the photo is read; it goes with the answer."""
    waits = f"reading:{ask.person.id}:{pages[0].unique}"
    await ask.card(waits, "read_paper.wait", to=None)
    files = [page.file for page in pages]
    house = await ask.once(f"day[{which}]", people.rules())  # the form may have been begun days ago
    try:
        seen = await ask.call(f"read[{which}]", photo.read(files, house.today, [name], history, hers))
    except Refused:
        seen = ReadingView(reason="photo_gone")
    await ask.card(waits, "", to=None)
    if seen.unseen:
        await ask.tell(f"longer[{which}]")
    return seen


def _why_not(seen: ReadingView, name: str) -> str:
    """Why this photo will not do, "" when it will. The patient's name is looked for, not read."""
    if not seen.accepted:
        return seen.reason
    if name in seen.names:
        return ""
    return "names_other" if any(who and who != name for who in seen.whose) else "other_patient"


def _hers(why: str) -> list[str]:
    """No name could be read: the person knows. A name that can be read and is another one is not hers."""
    return ["hers"] if why == "other_patient" else []


def _words_of(why: str, seen: ReadingView, called: Names) -> tuple[str, dict[str, Any]]:
    """The sentence; where no better photo is sure to help, it says what was not read."""
    if why == "unreadable" and seen.missing:
        return "read_paper.why.unread", {"what": (f"read_paper.part.{seen.missing[0]}", {})}
    if why == "names_other":
        who = next((one for one in seen.whose if one and one != called[BASE]), "")
        return "read_paper.why.names_other", {"name": called, "who": who}
    return f"read_paper.why.{why}", {"name": called}


@flow("check_reading")
async def check_reading(ask: Ask, reading: ReadingView, name: Names, oldest: int) -> PaperChecked:
    """Everything read in one message, each line with its button; controlled drugs stop here."""
    today = (await ask.once("day", people.rules())).today
    controlled = next((drug.known or drug.name for drug in reading.drugs if drug.controlled), "")
    if controlled or reading.controlled:
        await ask.stop("controlled", drug=controlled)
    day = await _not_too_old(ask, reading.date, today, oldest)
    known = await ask.once("known", formulary.drugs([drug.code for drug in reading.drugs if drug.code]))
    pens = {one.id: one for one in reading.printed if one.pen}
    lines = {drug.id: await _line(ask, drug, known.get(drug.code), pens.get(drug.id)) for drug in reading.drugs}
    lines |= await _by_hand(ask, reading.by_hand)
    for n in TURNS:
        buttons = [Option(id, label=f"✎ {drug_label(line)} × {line.boxes}", listed=True) for id, line in lines.items()]
        pick = await ask.choice(
            f"look[{n}]",
            options=[*(["right"] if lines else []), "date", *buttons, "add"],
            name=name,
            rx_date=day,
            hospital=reading.hospital,
            lines=[_words(line) for line in lines.values()],
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
            lines |= {f"added-{n}": replace(drug, boxes=int(boxes))}
        else:
            lines = await _mended(ask, n, lines, pick)
    return PaperChecked(day, [rules.supplied(line, line.boxes) for line in lines.values()])


async def _by_hand(ask: Ask, written: Sequence[HandView]) -> dict[str, Line]:
    """Nobody reads a hand for certain: she types what each line says; the doctor compares it and writes the dose."""
    lines: dict[str, Line] = {}
    for one in written:
        await ask.tell(f"written[{one.id}]", photo=Photo(one.cut, one.cut))
        if await ask.choice(f"hand[{one.id}]", options=["type", "nothing"]) == "nothing":
            continue
        typed: DrugTyped | None = await ask.sub(f"typed[{one.id}]", "medicine")
        line = await _permitted(ask, typed)
        boxes = await ask.choice(
            f"boxes[{one.id}]", options=BOXES, check=rules.box_count(), columns=5, drug=drug_label(line)
        )
        proof = replace(line.proof, page=one.page, place=one.id)
        lines[one.id] = replace(line, boxes=int(boxes), proof=proof)
    return lines


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
        )
        if sure == "yes":
            line = _listed(printed, listed)
        elif sure == "other":
            typed: DrugTyped | None = await ask.sub(f"other[{drug.id}]", "medicine")
            line = _instead(printed, await _permitted(ask, typed))
    same = listed is not None and line.code == drug.code
    label = _with_pack(line, listed.pack if listed and same else None, drug.pack)
    boxes = drug.boxes or await ask.choice(
        f"count[{drug.id}]", options=BOXES, check=rules.box_count(), columns=5, drug=label
    )
    return replace(line, boxes=int(boxes))


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
    if change == "remove":
        return {other: kept for other, kept in lines.items() if other != id}
    if change == "other":
        typed: DrugTyped | None = await ask.sub(f"instead[{n}]", "medicine")
        return {**lines, id: _instead(line, await _permitted(ask, typed))}
    if change == "dose":  # the doctor reads it off the photo
        return {**lines, id: _undosed(line)}
    return {**lines, id: replace(line, boxes=int(change))}


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


def _instead(printed: Line, typed: Line) -> Line:
    """She typed another drug than was read there: its dose is for the doctor, who sees the page."""
    proof = replace(typed.proof, page=printed.proof.page, place=printed.proof.place, boxes=printed.proof.boxes)
    return replace(typed, boxes=printed.boxes, proof=proof)


def _undosed(line: Line) -> Line:
    return replace(line, sig="", dose=Amount(), schedule=Schedule(), route="")


def _words(line: Line) -> tuple[str, dict[str, Any]]:
    return (
        "check_reading.line",
        {
            "drug": drug_label(line),
            "boxes": line.boxes,
            "listed": bool(line.code),
            "sig": dosing.taken(line),
        },
    )


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
    line = replace(drug.line() if drug else Line(name=words), proof=Proof("typed", typed_by="person"))
    return DrugTyped(line, drug is not None and drug.controlled)
