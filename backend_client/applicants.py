"""Who wants to help in a compound, and what is asked of a hospital for her. Plain dataclasses, no FHIR."""

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
