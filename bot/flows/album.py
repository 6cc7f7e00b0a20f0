"""An ambassador's album: up to ten prescriptions of ten neighbours, sorted to whose they are; then each is ordered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import rules
from bot.dialog import Ask, Option, Photo, Refused, Start, flow
from bot.forms import EntryView, Paper, PaperChecked, ReadingView, SortedView
from bot.intents import day, ordering, people, photo
from bot.model.names import named, several
from bot.phrases import ONWARD
from bot.views import ActsForView, PageView, RulesView

MOST = 10  # photos of one album (Bot API: sendMediaGroup)


@flow("album", start=Start(command="album", action="album", menu=4, role="ambassador"))
async def album(ask: Ask) -> None:
    """Names are looked for in the photos; where none or several are found, one tap tells whose it is."""
    ask.leads_on(ONWARD)
    acts_for = await ask.once("people", people.patients())
    if not acts_for:
        await ask.stop("nobody", buttons=[Option("neighbour", action="neighbour")])
    if not await ask.once("reader", photo.reads_photos()):
        await ask.stop("no_reader", buttons=[Option("need", action="need")])
    house = await ask.once("rules", people.rules())
    photos: list[Photo] = await ask.photos("all", min=1, max=MOST)  # pyright: ignore[reportAssignmentType] no buttons
    names = sorted({person.name for person in acts_for})
    await ask.card(f"sorting:{ask.person.id}:{photos[0].unique}", "album.wait", to=None)
    try:
        papers = await ask.call("read", photo.sort([one.file for one in photos], house.today, names))
    except Refused:
        papers = tuple(ReadingView(reason="photo_gone", pages=(n,)) for n in range(len(photos)))
    await ask.card(f"sorting:{ask.person.id}:{photos[0].unique}", "", to=None)
    if any(paper.unseen for paper in papers):
        await ask.tell("longer")
    drafts = await _sorted(ask, photos, papers, acts_for)
    if not drafts:
        await ask.stop("none_left")
    await ask.once("kept", ordering.keep_drafts("refill", drafts))
    waiting = [person for person in acts_for if person.id in drafts]
    clear = [person for person in waiting if _is_clear(drafts[person.id], person.name, house)]
    names = several(clear, ask.person.lang)
    how = ["together", "single"]
    if len(clear) > 1 and await ask.choice("how", options=how, count=len(clear), names=names) == "together":
        sent = await _together(ask, clear, drafts, house)
        waiting = [person for person in waiting if person.id not in sent]
    buttons = [Option(one.id, label=named(one, ask.person.lang), action=f"need:{one.id}") for one in waiting]
    if waiting:
        await ask.tell("sorted", count=len(waiting), buttons=buttons)


async def _sorted(
    ask: Ask, photos: Sequence[Photo], papers: Sequence[ReadingView], acts_for: tuple[ActsForView, ...]
) -> dict[str, SortedView]:
    """Patient id -> his pages; one paper that was sent twice counts once."""
    drafts: dict[str, SortedView] = {}
    for paper in papers:
        pages = [photos[n] for n in paper.pages]
        patient = _named(paper, acts_for)
        if not patient:
            patient = await _whose(ask, pages[0], next(iter(paper.whose), ""), acts_for)
            paper = replace(paper, names=tuple(person.name for person in acts_for if person.id == patient))
        if patient != "nobody":
            before = drafts.get(patient, SortedView())
            if paper.pictures and paper.pictures in [other.pictures for other in before.papers]:
                continue  # the same paper once more
            hers = (*before.pages, *(page.as_json() for page in pages))
            drafts[patient] = SortedView(hers, (*before.papers, paper))
    return drafts


async def _together(
    ask: Ask, clear: Sequence[ActsForView], drafts: Mapping[str, SortedView], house: RulesView
) -> tuple[str, ...]:
    """Each paper is looked at once, by name; then all that they have in common is asked once, and sent in one go.

    Gives the patients who went; who was left out keeps a form of his own.
    """
    since = rules.months_before(house.today, house.history_months)
    files = await ask.call("files", day.patient_files([one.id for one in clear], house.today, since))
    entries: list[EntryView] = []
    for person, file in zip(clear, files, strict=True):
        reading = drafts[person.id].papers[0]
        ask.about(person.known_as)
        checked: PaperChecked = await ask.sub(
            f"checked[{ask.key(person.id)}]",
            "check_reading",
            reading=reading,
            name=person.known_as,
            oldest=house.rx_months,
        )
        pages = [Photo.of(page) for page in drafts[person.id].pages]
        doubts = [PageView(1, "said")] if reading.whose == ("",) else []
        entries.append(
            EntryView(person, file, Paper("machine", pages, checked.rx_date, checked.lines, reading, doubts))
        )
    ask.about("")
    sent: tuple[str, ...] = await ask.sub("sends", "send_many", entries=tuple(entries))
    await ask.once("dropped", ordering.drop_drafts("refill", sent))
    return sent


def _is_clear(draft: SortedView, name: str, house: RulesView) -> bool:
    """One paper that was read whole, names nobody else, and stops nowhere; every other one is a form of its own."""
    if len(draft.papers) != 1:
        return False
    paper = draft.papers[0]
    if not paper.accepted or name not in paper.names or paper.controlled or not paper.drugs:
        return False
    if any(drug.controlled for drug in paper.drugs):
        return False
    hers = {*paper.whose} <= {name} or (paper.whose == ("",) and len(draft.pages) == 1)
    return hers and isinstance(rules.prescription_day(paper.date, house.today, house.rx_months), str)


def _named(paper: ReadingView, people: tuple[ActsForView, ...]) -> str:
    """The one person whose name stands on the paper; "" where nobody's, several or two people of one name."""
    fitting = [person.id for person in people if person.name in paper.names]
    return fitting[0] if len(fitting) == 1 else ""


def _as_on_paper(person: ActsForView, lang: str) -> str:
    """Told apart as in his list, with the name of the record, which is the one that stands on a paper (ADR 52)."""
    label = named(person, lang)
    return label if person.name in label else f"{label} ({person.name})"


async def _whose(ask: Ask, page: Photo, who: str, people: tuple[ActsForView, ...]) -> str:
    """The photo again, the name on it, and everybody it can be of."""
    await ask.tell(f"this[{page.unique}]", photo=page, who=who)
    options = [Option(person.id, label=_as_on_paper(person, ask.person.lang)) for person in people]
    return await ask.choice(f"whose[{page.unique}]", options=[*options, "nobody"], columns=2)
