"""The hospital's questions before a consult, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class QuestionOption:
    code: str
    text: dict[str, str]  # language tag -> words
    system: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One item of a Questionnaire; this release asks ``choice`` and ``boolean``."""

    link_id: str
    kind: Literal["choice", "boolean"]
    text: dict[str, str]
    options: tuple[QuestionOption, ...] = ()
    required: bool = True
    within: tuple[str, ...] = ()  # link ids of the groups that it stands in, the outermost first


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """What of a question is needed to write its answer: its groups, and the chosen coding's system and display."""

    within: tuple[str, ...] = ()
    system: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    url: str
    version: str
    questions: tuple[Question, ...]
