"""When somebody is there, as the hospital says: no FHIR and no JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """From and until which minute of the day (1440 = midnight), on which ISO weekdays."""

    days: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Times:
    """``open`` () = the hospital does not say. ``closed``: whole ISO days on which nobody is there."""

    open: tuple[Opening, ...] = ()
    closed: tuple[str, ...] = ()


NOT_SAID = Times()
