"""The hospital's own questions in an emergency, read from its file. All their words are the hospital's, none is ours.

``hotline`` is its sentence by language; each ``[[question]]`` has an id, its words by language, and answers. A
``[[question.answer]]`` has words and leads to ``hotline``, ``doctor``, ``order``, or the id of a later question.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from bot.model.names import BASE, Names

ENDS = ("hotline", "doctor", "order")
ID = re.compile(r"[a-z][a-z0-9_]{0,19}")
LANGS = (BASE, "en")  # both complete
LONGEST = 200  # letters
MOST = 12  # questions, and answers of one


@dataclass(frozen=True, slots=True)
class Answer:
    words: Names = field(default_factory=dict[str, str])
    leads: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    id: str = ""
    words: Names = field(default_factory=dict[str, str])
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    """The first question comes first; () = the hospital has none."""

    hotline: Names = field(default_factory=dict[str, str])
    questions: tuple[Question, ...] = ()


class BadTriage(ValueError):
    """One sentence that names the line."""


def read(path: Path | None) -> Triage:
    """None: the hospital has no questions. Raises BadTriage."""
    if path is None:
        return Triage()
    try:
        return parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadTriage("the file cannot be read") from error


def parse(text: str) -> Triage:
    """Raises BadTriage, with the line where it is wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTriage(f"it is no TOML: {error}") from error
    lines = _Lines(text)
    hotline = _names(found.get("hotline"), lines.of("hotline"))
    items = _tables(found.get("question"), 1)
    if not items or len(items) > MOST:
        raise BadTriage(f"line 1: give 1 to {MOST} [[question]]")
    questions: list[Question] = []
    later = [str(item.get("id", "")) for item in items]
    for n, item in enumerate(items):
        line = lines.question(n)
        if not ID.fullmatch(later[n]) or later[n] in ENDS or later.count(later[n]) > 1:
            raise BadTriage(f"line {line}: a question's id is a short word of its own, such as breath")
        given = _tables(item.get("answer"), line)
        if not 2 <= len(given) <= MOST:
            raise BadTriage(f"line {line}: give 2 to {MOST} [[question.answer]]")
        answers = tuple(_answer(one, lines.answer(n, m), later[n + 1 :]) for m, one in enumerate(given))
        questions.append(Question(later[n], _names(item, line), answers))
    asked = {questions[0].id, *(answer.leads for one in questions for answer in one.answers)}
    for n, one in enumerate(questions):
        if one.id not in asked:
            raise BadTriage(f"line {lines.question(n)}: no answer leads to {one.id}")
    return Triage(hotline, tuple(questions))


def _answer(given: Mapping[str, Any], line: int, later: list[str]) -> Answer:
    leads = given.get("leads")
    if leads not in (*ENDS, *later):
        raise BadTriage(f"line {line}: leads is {', '.join(ENDS)}, or the id of a question further down")
    return Answer(_names(given, line), str(leads))


def _names(given: Any, line: int) -> Names:
    said = cast("Mapping[str, Any]", given if isinstance(given, dict) else {})
    names = {tag: said[tag].strip() for tag in LANGS if isinstance(said.get(tag), str)}
    for tag in LANGS:
        if not 0 < len(names.get(tag, "")) <= LONGEST:
            raise BadTriage(f"line {line}: {tag} is missing, empty, or longer than {LONGEST} letters")
    return names


def _tables(given: Any, line: int) -> list[Mapping[str, Any]]:
    items = cast("list[Any]", given) if isinstance(given, list) else []
    if any(not isinstance(item, dict) for item in items):
        raise BadTriage(f"line {line}: a question is written under [[question]], an answer under [[question.answer]]")
    return cast("list[Mapping[str, Any]]", items)


class _Lines:
    """Where each part begins: TOML's reader does not say."""

    def __init__(self, text: str) -> None:
        self._questions: list[tuple[int, list[int]]] = []
        self._named: dict[str, int] = {}
        for n, line in enumerate(text.splitlines(), 1):
            bare = line.split("#")[0].replace(" ", "")
            if bare == "[[question]]":
                self._questions.append((n, []))
            elif bare == "[[question.answer]]" and self._questions:
                self._questions[-1][1].append(n)
            elif name := re.match(r"\[?(\w+)", bare):
                self._named.setdefault(name[1], n)

    def of(self, name: str) -> int:
        return self._named.get(name, 1)

    def question(self, n: int) -> int:
        return self._questions[n][0] if n < len(self._questions) else 1

    def answer(self, n: int, m: int) -> int:
        answers = self._questions[n][1] if n < len(self._questions) else []
        return answers[m] if m < len(answers) else self.question(n)
