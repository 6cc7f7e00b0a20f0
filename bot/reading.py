"""The photo reader at work for the bot: a prescription's files become what they say, as plain data for a dialog.

How a picture is read lives in bot/photo; what is asked about it in bot/flows/reading.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from backend_client.models import Drug
from bot.model import Json
from bot.photo.pages import together
from bot.photo.reader import Examined, PhotoReader
from bot.photo.reading import Field, ReadDrug, Reading
from bot.photo.seal import prescription_keys

Fetch = Callable[[str], Awaitable[bytes]]  # file id -> bytes, from the messenger


class ReadingDesk:
    """Reads for one bot. ``drugs`` answers the hospital's list as it is now; ``key`` hides the marks (R8)."""

    def __init__(self, reader: PhotoReader, drugs: Callable[[], tuple[Drug, ...]], key: bytes) -> None:
        self._reader, self._drugs, self._key = reader, drugs, key
        self._listed: tuple[Drug, ...] = ()

    async def read(self, fetch: Fetch, args: Mapping[str, Any]) -> Json:
        """All pages of one prescription as one. args: photos (file ids), today, names, history (codes)."""
        pages = [await self._examine(fetch, file, args) for file in args["photos"]]
        return self._said([*range(len(pages))], pages)

    async def sort(self, fetch: Fetch, args: Mapping[str, Any]) -> Json:
        """An album of many people's prescriptions: pages that name the same one person of ``names`` are one reading.

        A list in the album's order, each with ``pages`` (positions in ``photos``) and ``names`` (who is named on them).
        """
        pages = [await self._examine(fetch, file, args) for file in args["photos"]]
        groups: dict[str, list[int]] = {}
        for n, page in enumerate(pages):
            found = page.reading.found
            groups.setdefault(found[0] if len(found) == 1 else f"page {n}", []).append(n)
        return [self._said(places, pages) for places in groups.values()]

    async def clean(self, picture: bytes, number: str) -> bytes:
        """The picture to send on: pixels only, no metadata, no code but the prescription's own number; b"" if it cannot
        be made: the picture as it came may hold an insurance code and stays here."""
        return await self._reader.clean(picture, number)

    async def _examine(self, fetch: Fetch, file: str, args: Mapping[str, Any]) -> Examined:
        if self._drugs() != self._listed:
            self._listed = self._drugs()
            self._reader.match_against([asdict(drug) for drug in self._listed])
        today = date.fromisoformat(args["today"])
        return await self._reader.examine(
            await fetch(file), today=today, names=args["names"], history=args.get("history", ())
        )

    def _said(self, places: Sequence[int], pages: Sequence[Examined]) -> Json:
        reading = together([pages[n].reading for n in places])
        return {
            "pages": list(places),
            "pictures": [pages[n].hash for n in places if pages[n].hash],
            "marks": list(prescription_keys(reading, self._key))[:1] if reading.number else [],  # of its number
            **as_json(reading),
        }


def as_json(reading: Reading) -> dict[str, Json]:
    """What a dialog needs of a reading. Each drug has an ``id`` that is its own for ever."""
    fields = ("date", "patient", "hospital", "department", "diagnosis", "doctor", "number")
    values: dict[str, Field | None] = {name: getattr(reading, name) for name in fields}
    return {
        "accepted": reading.accepted,
        "reason": reading.reason,
        "missing": list(reading.missing),
        **{name: field.value if field else "" for name, field in values.items()},
        "confidence": {name: round(field.confidence, 2) for name, field in values.items() if field},
        "names": list(reading.found),
        "controlled": reading.controlled_mark,
        "drugs": [_drug(f"line-{n}", drug) for n, drug in enumerate(reading.drugs, 1)],
    }


def _drug(id: str, drug: ReadDrug) -> dict[str, Json]:
    return {
        "id": id,
        "name": drug.name.value,
        "strength": drug.strength.value,
        "confidence": round(min(drug.name.confidence, drug.strength.confidence), 2),
        "pack": drug.pack,
        "boxes": drug.boxes,
        "sig": drug.sig,
        "match": drug.match,
        "code": drug.code,
        "known": drug.known,
        "controlled": drug.controlled,
    }
