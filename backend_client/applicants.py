"""Who wants to help in a compound, who helps there for some days, and what a hospital is told. No FHIR."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Hours = Literal["morning", "afternoon", "evening", "weekend"]


@dataclass(frozen=True, slots=True)
class Applicant:
    """An operator approved her application ``key``: she is to be ambassador of ``compound`` (Location id).

    ``name``: as the hospital shall know her; ``public``: as neighbours do. ``by``: the operator's PractitionerRole id,
    "" = none of the hospital's. ``until``: asked until then, civil UTC ms.
    """

    key: str
    name: str = field(repr=False)
    phone: str = field(repr=False)
    public: str
    compound: str
    hours: tuple[Hours, ...]
    by: str
    until: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who serves ``compound`` (Location id) in place of ``giver``, both PractitionerRole ids; civil UTC ms.

    ``helper`` "" = nobody does meanwhile.
    """

    key: str
    compound: str
    giver: str
    helper: str
    since: int
    until: int
