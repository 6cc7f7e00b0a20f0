"""FHIR dates as ranges of milliseconds [low, high) and back. A date without a zone is a day of the hospital's city."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

CITY = timezone(timedelta(hours=8))
ALWAYS = (-(2**62), 2**62)

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)


def span(text: str) -> tuple[int, int]:
    """The milliseconds a date, dateTime or instant covers: a year, month, day, minute, second or millisecond.

    ValueError if it is none of these (FHIR R4 datatypes.html#dateTime; search.html#date).
    """
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    start = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
    low = _ms(start.replace(tzinfo=_zone(zone))) + int(((fraction or "0") + "00")[:3])
    if fraction:
        return low, low + 1
    if day:
        return low, low + (1000 if second else 60_000 if minute else 86_400_000)
    end = datetime(int(year) + (not month or month == "12"), int(month) % 12 + 1 if month else 1, 1, tzinfo=CITY)
    return low, _ms(end)


def instant(ms: int) -> str:
    """Milliseconds since 1970 as a FHIR instant in UTC, three decimals."""
    moment = datetime.fromtimestamp(ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def _zone(text: str | None) -> timezone:
    if text is None:
        return CITY
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    return timezone((-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
