"""The photo of a paper: a poor one is sent back, and whose each page is is settled, before anything is confirmed.

Nobody's name is guessed: a page that names somebody else is never taken as hers, one without a name by word only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.dialog import Ask, Photo, Refused, flow
from bot.forms import PaperRead, ReadingView
from bot.intents import people, photo
from bot.model.names import BASE, Called, Names, by_language
from bot.phrases import TURNS
from bot.views import PageView

NO_FAULT_OF_THE_PHOTO = ("reader_failed", "no_reader")
WHOSE = ("other_patient", "names_other", "two_people")  # a better photo of it is no help
DOUBTED = ("hers", "leave_out")
MOST_PAGES = 20  # that are sent in place of others: each may take three of the answers that a dialog keeps


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
    sent = 0
    for n in TURNS[:10]:
        if isinstance(better, str):
            break
        sent += len(better)
        seen = await _read(ask, f"better-{n}", _apart(better), name, history)
        read = await _hers_alone(ask, f"better-{n}", _apart(better), seen, called, history)
        why = _why_not(read.reading, name)
        if not why or why in NO_FAULT_OF_THE_PHOTO:
            return replace(read, by="hand" if why else "machine")
        if not read.pages:
            await ask.stop("none_left", name=called)
        words = _words_of(why, read.reading, called)
        others = [*_hers(why), "hand", "person"]
        more = sent < MOST_PAGES
        better = await ask.photos(f"unread[{n}]", max=5, at_once=True, buttons=others, why=words) if more else "person"
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
