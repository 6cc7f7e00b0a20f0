"""Parcel labels (A-01, A-02, ... unique within the city's day) and four-digit pick-up codes, minted here."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

from backend_client.rest import Rest
from backend_client.shapes import extended, instant, ms, word

CITY_TIME = timezone(timedelta(hours=8))
A_LETTER = 99  # labels of one letter
CODES = 10_000


def label(number: int) -> str:
    """The n-th label of a day, counted from 0: A-01 ... A-99, B-01 ... Z-99, then AA-01."""
    letters, rest = divmod(number, A_LETTER)
    first, last = divmod(letters, 26)
    return f"{chr(64 + first) if first else ''}{chr(65 + last)}-{rest + 1:02d}"


def midnight(now: int) -> int:
    """UTC ms at which the city's day of ``now`` began."""
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(CITY_TIME)
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


class Labels:
    """Remembers what today's parcels carry; after a restart it reads them once."""

    def __init__(self, rest: Rest, dice: random.Random) -> None:
        self._rest = rest
        self._dice = dice
        self._day = -1
        self._labels: set[str] = set()
        self._codes: set[str] = set()

    async def next(self, now: int) -> tuple[str, str]:
        """A label and a code that no parcel of today has."""
        if self._day != midnight(now):
            await self._begin(midnight(now))
        number = len(self._labels)
        while label(number) in self._labels:
            number += 1
        self._labels.add(label(number))
        return label(number), self._code()

    def words(self) -> tuple[str, str]:
        """The opaque words of a parcel's two QR: of the label outside, and of the slip in the bag."""
        return f"{self._dice.getrandbits(96):024x}", f"{self._dice.getrandbits(96):024x}"

    def _code(self) -> str:
        free = len(self._codes) < CODES
        while True:
            code = f"{self._dice.randrange(CODES):04d}"
            if code not in self._codes or not free:
                self._codes.add(code)
                return code

    async def _begin(self, day: int) -> None:
        codes = self._rest.codes
        found = await self._rest.search("SupplyDelivery", {"_lastUpdated": f"ge{instant(day)}"})
        today = [parcel for parcel in found if ms(word(parcel, "occurrenceDateTime")) >= day]
        self._day = day
        self._labels = {str(extended(parcel, codes.extension("parcel-label"))) for parcel in today}
        self._codes = {str(extended(parcel, codes.extension("pickup-code"))) for parcel in today}
