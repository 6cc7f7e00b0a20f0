"""Who acts or speaks for a patient, and who is to come to her: what is asked of a hospital. No FHIR."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MandateDraft:
    key: str
    patient: str
    ambassador: str  # PractitionerRole id
    actions: tuple[str, ...]  # order-refill, collect, pay
    until: str  # ISO day
    proof: str  # "asked at home" etc.: how the patient agreed
    reference: str = ""  # by which the proof is found again: the number of a telephone call
    shown: tuple[str, ...] = ()  # Binary/x of each picture of the proof, where it was sent


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who said yes for the patient, how she agreed, and by what that is found again; ``shown``: Binary/x, its proof."""

    reference: str  # PractitionerRole/x or RelatedPerson/x
    proof: str
    number: str = ""
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """Somebody asks that a helper comes to her home (Task home-visit). ``until``: civil ms.

    No telephone number and no name: they stay with whoever goes there, until it is over.
    """

    key: str
    compound: str  # Location id, "" = not known: she is called
    until: int
    patient: str = ""  # "" = she is not known by name yet
    requester: str = ""  # reference of who asks for her, "" = she herself
    building: str = ""


@dataclass(frozen=True, slots=True)
class Mandate:
    id: str
    patient: str
    ambassador: str
    actions: tuple[str, ...]
    until: str
    active: bool
