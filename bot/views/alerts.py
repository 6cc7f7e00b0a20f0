"""What flows see of what stands for a while: a slow service, an emergency; kept like every view (see the package)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.names import Names


@dataclass(frozen=True, slots=True)
class AlertView:
    """``id`` "" = none stands. ``by`` 0: by itself. ``compounds``, ``groups``: how many. Times in civil ms."""

    id: str = ""
    kind: str = ""
    since: int = 0
    until: int = 0
    over: int = 0
    by: int = 0
    compounds: int = 0
    groups: int = 0
    triage: bool = False


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """What can be set up: the hospital's ``numbers``, whether it has questions, and what stands already."""

    numbers: tuple[str, ...] = ()
    triage: bool = False
    stands: tuple[AlertView, ...] = ()


@dataclass(frozen=True, slots=True)
class TriageAnswerView:
    words: Names = field(default_factory=dict[str, str])
    leads: str = ""


@dataclass(frozen=True, slots=True)
class TriageQuestionView:
    id: str = ""
    words: Names = field(default_factory=dict[str, str])
    answers: tuple[TriageAnswerView, ...] = ()


@dataclass(frozen=True, slots=True)
class TriageView:
    """The hospital's questions, first the first; none where nothing asks for them. ``hotline``: its sentence."""

    questions: tuple[TriageQuestionView, ...] = ()
    hotline: Mapping[str, str] = field(default_factory=dict[str, str])
    phone: str = ""
