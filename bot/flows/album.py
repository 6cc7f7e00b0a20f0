"""An ambassador's album: up to ten prescriptions of ten neighbours, sorted to whose they are; then each is ordered."""

from __future__ import annotations

from dataclasses import replace

from bot.dialog import Ask, Option, Photo, Refused, Start, flow
from bot.forms import ReadingView, SortedView
from bot.intents import ordering, photo
from bot.intents.people import patients, rules
from bot.model.names import named
from bot.views import ActsForView

MOST = 10  # photos of one album (Bot API: sendMediaGroup)


@flow("album", start=Start(command="album", action="album", menu=2, role="ambassador"))
async def album(ask: Ask) -> None:
    """Names are looked for in the photos; where none or several are found, one tap tells whose it is."""
    people = await ask.once("people", patients())
    if not people:
        await ask.stop("nobody", buttons=[Option("neighbour", action="neighbour")])
    if not await ask.once("reader", photo.reads_photos()):
        await ask.stop("no_reader", buttons=[Option("need", action="need")])
    house = await ask.once("rules", rules())
    photos: list[Photo] = await ask.photos("all", min=1, max=MOST)  # pyright: ignore[reportAssignmentType] no buttons
    names = sorted({person.name for person in people})
    await ask.card(f"sorting:{ask.person.id}:{photos[0].unique}", "album.wait", to=None)
    try:
        papers = await ask.call("read", photo.sort([one.file for one in photos], house.today, names))
    except Refused:
        papers = tuple(ReadingView(reason="photo_gone", pages=(n,)) for n in range(len(photos)))
    await ask.card(f"sorting:{ask.person.id}:{photos[0].unique}", "", to=None)
    drafts: dict[str, SortedView] = {}
    for paper in papers:
        pages = [photos[n] for n in paper.pages]
        patient = _named(paper, people)
        if not patient:
            patient = await _whose(ask, pages[0], next(iter(paper.whose), ""), people)
            paper = replace(paper, names=tuple(person.name for person in people if person.id == patient))
        if patient != "nobody":
            before = drafts.get(patient, SortedView())
            hers = (*before.pages, *(page.as_json() for page in pages))
            drafts[patient] = SortedView(hers, (*before.papers, paper))
    if not drafts:
        await ask.stop("none_left")
    await ask.once("kept", ordering.keep_drafts("refill", drafts))
    waiting = [person for person in people if person.id in drafts]
    await ask.tell(
        "sorted",
        count=len(waiting),
        buttons=[
            Option(person.id, label=named(person, ask.person.lang), action=f"need:{person.id}") for person in waiting
        ],
    )


def _named(paper: ReadingView, people: tuple[ActsForView, ...]) -> str:
    """The one person whose name stands on the paper; "" where nobody's, several or two people of one name."""
    fitting = [person.id for person in people if person.name in paper.names]
    return fitting[0] if len(fitting) == 1 else ""


async def _whose(ask: Ask, page: Photo, who: str, people: tuple[ActsForView, ...]) -> str:
    """The photo again, the name on it, and everybody it can be of."""
    await ask.tell(f"this[{page.unique}]", photo=page, who=who)
    options = [Option(person.id, label=named(person, ask.person.lang)) for person in people]
    return await ask.choice(f"whose[{page.unique}]", options=[*options, "nobody"], columns=2)
