"""Who acts for a relative: what is asked of a hospital, and how it stands. Plain dataclasses, no FHIR."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class FamilyDraft:
    """Somebody asks to act for a relative; ``account``: a keyed hash of his; ``relation``: what the patient is to him.

    ``kind`` of the application; ``proof``: how it is shown; ``scope``: all, or stage only. ``until``: asked until then.
    """

    key: str
    account: str
    patient: str
    relation: Literal["child", "parent", "other"]
    kind: Literal["guardian", "family", "proxy"]
    name: str = field(repr=False)
    proof: Literal["own-phone", "hospital", "sent"]
    scope: Literal["all", "stage"]
    until: int
    shown: tuple[str, ...] = ()  # Binary/x of each picture of the proof, where it was sent


@dataclass(frozen=True, slots=True)
class FamilyAsked:
    """What was made of it: the RelatedPerson, and the Task application as it stands: it may be decided by now."""

    related: str
    task: str
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """A RelatedPerson; ``holds``: approved and not over; ``until``: its last ISO day, "" = none."""

    id: str
    patient: str = ""
    holds: bool = False
    until: str = ""
