"""When somebody is there, as the hospital says: no FHIR and no JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """From and until which minute of the day (1440 = midnight), on which ISO weekdays."""

    days: tuple[int, ...]
    first: int
    last: int


SINCE_EVER, FOR_GOOD = "0001-01-01", "9999-12-31"  # where a period does not say since when, or until when


@dataclass(frozen=True, slots=True)
class Away:
    """From which ISO day until which nobody is there, both of them whole."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Times:
    """``open`` () = the hospital does not say."""

    open: tuple[Opening, ...] = ()
    away: tuple[Away, ...] = ()


NOT_SAID = Times()
