"""The photo reader at work for the bot: a prescription's files become what they say, as plain data for a dialog.

How a picture is read lives in bot/photo; what is asked about it in bot/flows/photos.py and reading.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from backend_client.models import Drug
from bot.catalogue import row_of
from bot.model import CUT, Json
from bot.photo.gate import HEAD_BYTES, judge
from bot.photo.pages import strangers, together
from bot.photo.reader import Examined, PhotoReader
from bot.photo.reading import Box, Reading
from bot.photo.reasons import UNREADABLE
from bot.photo.seal import number_key
from bot.photo.wire import flat

FIELDS = ("date", "patient", "hospital", "department", "diagnosis", "doctor", "number")
LONGEST = 80  # characters of one value
MOST_DRUGS = 20  # lines of one prescription; five are the rule
MOST_BY_HAND = 5  # lines of one page
_TALL = 2.0  # times its width; a page has 1.4
Fetch = Callable[[str], Awaitable[bytes]]  # file id -> bytes, from the messenger


class ReadingDesk:
    """Reads for one bot. ``drugs`` answers the hospital's list as it is now; ``key`` hides the marks (R8)."""

    def __init__(self, reader: PhotoReader, drugs: Callable[[], tuple[Drug, ...]], key: bytes) -> None:
        self._reader, self._drugs, self._key = reader, drugs, key
        self._listed: tuple[Drug, ...] = ()

    async def read(self, fetch: Fetch, args: Mapping[str, Any]) -> Json:
        """All pages of one prescription as one. args: photos (file ids), today, names, history (codes); ``hers``:
        the places of pages on which no name is read and that somebody says are of the one who is looked for."""
        pages: list[Examined] = [await self._examine(fetch, file, args) for file in args["photos"]]
        for n in map(int, args.get("hers", ())):
            pages[n] = replace(pages[n], reading=replace(pages[n].reading, found=tuple(args["names"])))
        return self._said([*range(len(pages))], pages, args["photos"])

    async def sort(self, fetch: Fetch, args: Mapping[str, Any]) -> Json:
        """An album of many people's prescriptions: pages that name the same one person of ``names`` are one reading.

        A list in the album's order, each with ``pages`` (positions in ``photos``) and ``names`` (who is named on them).
        """
        pages = [await self._examine(fetch, file, args) for file in args["photos"]]
        groups: dict[str, list[int]] = {}
        for n, page in enumerate(pages):
            found = page.reading.found
            groups.setdefault(found[0] if len(found) == 1 else f"page {n}", []).append(n)
        return [self._said(places, pages, args["photos"]) for places in groups.values()]

    async def clean(self, picture: bytes, number: str = "") -> bytes:
        """The picture to send on: pixels only, no metadata, no code but the prescription's own number; b"" if it cannot
        be made: the picture as it came may hold an insurance code and stays here."""
        return await self._reader.clean(picture, number)

    async def sheet(self, file: bytes, part: tuple[int, ...] = ()) -> tuple[bytes, bool]:
        """The clean picture of what was sent as a file, or a ``part`` of it; and whether it is several pages."""
        jpeg = await self._reader.clean(file, part=part)
        size = judge(jpeg[:HEAD_BYTES], len(jpeg))
        return jpeg, size.height > _TALL * size.width

    async def _examine(self, fetch: Fetch, file: str, args: Mapping[str, Any]) -> Examined:
        if self._drugs() != self._listed:
            self._listed = self._drugs()
            self._reader.match_against([*map(row_of, self._listed)])
        today = date.fromisoformat(args["today"])
        return await self._reader.examine(
            await fetch(file), today=today, names=args["names"], history=args.get("history", ())
        )

    def _said(self, places: Sequence[int], pages: Sequence[Examined], files: Sequence[str]) -> Json:
        read = [pages[n].reading for n in places]
        reading = together(read)
        return {
            "pages": list(places),
            "strangers": [places[n] for n in strangers(read)],  # pages that are not of this patient
            "whose": [_whose(one) for one in read],
            "pictures": [pages[n].hash for n in places if pages[n].hash],
            "by_hand": [one for n, place in enumerate(places, 1) for one in _by_hand(n, pages[place], files[place])],
            "printed": _printed([(n, pages[place], files[place]) for n, place in enumerate(places, 1)]),
            "unseen": sum(one.unseen for one in read),
            "marks": [mark] if (mark := number_key(reading, self._key)) else [],
            **as_json(reading, [place for place, page in enumerate(read, 1) for _ in page.drugs]),
        }


def _by_hand(page: int, seen: Examined, file: str) -> list[Json]:
    """Each line that a hand wrote: on which page (from 1), and how it is shown alone."""
    return [
        {"id": f"hand-{page}-{n}", "page": page, "cut": _cut(b, seen, file)}
        for n, b in enumerate(seen.reading.by_hand[:MOST_BY_HAND], 1)
    ]


def _printed(pages: Sequence[tuple[int, Examined, str]]) -> list[Json]:
    """How each drug's print is shown alone; numbered through all pages, as the drugs are."""
    drugs = [(page, drug, seen, file) for page, seen, file in pages for drug in seen.reading.drugs]
    return [
        {"id": f"line-{n}", "page": page, "cut": _cut(drug.line, seen, file), "pen": drug.pen}
        for n, (page, drug, seen, file) in enumerate(drugs[:MOST_DRUGS], 1)
        if drug.line
    ]


def _cut(b: Box, seen: Examined, file: str) -> str:
    return f"{CUT}{b.x},{b.y},{b.w},{b.h},{seen.turned}:{file}"


def _whose(page: Reading) -> str:
    """The one who is looked for and named on it, else the name that was read, else ""."""
    if page.found:
        return page.found[0] if len(page.found) == 1 else ""
    return page.patient.value[:LONGEST] if page.patient else ""


def as_json(reading: Reading, pages: Sequence[int] = ()) -> dict[str, Json]:
    """What a dialog needs of a reading, bounded: a page may say anything. Each drug has an ``id`` that is its own.

    ``pages``: on which of the pages (from 1) each drug stands.

    A page with more than MOST_DRUGS lines is no prescription that can be confirmed by buttons: it counts as unreadable.
    """
    told = flat(reading)
    printed: list[Mapping[str, Any]] = told["drugs"]
    where = pages or [0] * len(printed)
    drugs = [_drug(f"line-{n}", drug, where[n - 1]) for n, drug in enumerate(printed, 1)]
    many = len(drugs) > MOST_DRUGS
    return {
        "accepted": told["accepted"] and not many,
        "reason": UNREADABLE if many else told["reason"],
        "missing": told["missing"],
        **{name: (told[name] or "")[:LONGEST] for name in FIELDS},
        "confidence": {name: round(sure, 2) for name, sure in told["confidence"].items() if name in FIELDS},
        "names": told["found"],
        "controlled": reading.controlled_mark,
        "layout": reading.layout,
        "drugs": drugs[:MOST_DRUGS],
    }


def _drug(id: str, drug: Mapping[str, Any], page: int) -> dict[str, Json]:
    kept = ("pack", "boxes", "match", "code", "known", "controlled")
    texts = ("name", "strength", "sig")
    return {
        "id": id,
        **{name: drug[name][:LONGEST] for name in texts},
        **{name: drug[name] for name in kept},
        "confidence": round(min(drug["confidence"].values()), 2),
        "page": page,
    }
