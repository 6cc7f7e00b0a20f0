"""What speaks against a drug, as the hospital knows it: allergies, and what it found in a signed prescription."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Allergy:
    """``substance`` as the hospital words it, "" = an entry that cannot be read. ``criticality``: an open set."""

    substance: str = field(default="", repr=False)
    criticality: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """What the hospital found in a prescription after the signature (DetectedIssue). ``severity``: an open set."""

    words: str = field(default="", repr=False)
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Cautions:
    """Of one order. ``allergies``: None = not known; () only where an entry says that there is none.

    ``rx``: the prescription that ``issues`` are about.
    """

    order: str = ""
    allergies: tuple[Allergy, ...] | None = None
    rx: str = ""
    issues: tuple[Issue, ...] = ()
