"""The hospital's quiz for neighbours who want to help: a TOML file, read whole or refused with the line to mend.

[[question]]
ask = "May you keep a parcel that nobody wants?"     # or by language: { zh-CN = "...", en = "..." }
answers = ["No, it goes back", "Yes"]
right = 1                                            # which answer, counted from 1
wrong = "It goes back to the hospital with the courier."
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

MOST = 10  # questions
MOST_ANSWERS = 5
LONGEST = 300  # letters of a question, or of what is read after a wrong answer
LABEL = 40  # letters of an answer: it stands on a button
BASE = "zh-CN"  # of a text without a language
PLACE = re.compile(r"at line (\d+)")
HEAD = re.compile(r"\s*\[\[\s*question\s*\]\]")
KEYS = ("ask", "answers", "right", "wrong")

Words = Mapping[str, str]  # language tag -> words


@dataclass(frozen=True, slots=True)
class Question:
    """``right``: which of the answers, from 0."""

    ask: Words
    answers: tuple[Words, ...]
    right: int
    wrong: Words


class Broken(ValueError):
    """What is wrong with the file, and in which line."""


def questions(value: str) -> tuple[Question, ...]:
    """A setting: the path of the file, "" = there is no quiz. ValueError ends the sentence "X must be ..."."""
    path = Path(value.strip()).expanduser()
    if not value.strip():
        return ()
    try:
        return read(path.read_text("utf-8"))
    except OSError as error:
        raise ValueError("the path of a TOML file that can be read, or nothing") from error
    except Broken as why:
        raise ValueError(f"a file of questions, and {path.name} is none ({why})") from why
    except UnicodeDecodeError as error:
        raise ValueError(f"a file of questions in UTF-8, and {path.name} is none") from error


def read(text: str) -> tuple[Question, ...]:
    """The questions in it, in its order. Raises Broken."""
    try:
        found: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = PLACE.search(str(error))
        raise Broken(f"line {place[1] if place else len(text.splitlines())}: no TOML") from error
    items: object = found.get("question")
    if not isinstance(items, list) or not 1 <= len(cast("list[object]", items)) <= MOST or len(found) > 1:
        raise Broken(f"line 1: it has 1 to {MOST} parts [[question]] and nothing else")
    lines = text.splitlines()
    heads = [n for n, line in enumerate(lines) if HEAD.match(line)]
    if len(heads) != len(cast("list[object]", items)):
        raise Broken("line 1: write each question under its own [[question]]")
    blocks = zip(cast("list[Any]", items), heads, [*heads[1:], len(lines)], strict=True)
    parts = [_Part(item, lines, start, stop) for item, start, stop in blocks]
    return tuple(one.question() for one in parts)


@dataclass(frozen=True, slots=True)
class _Part:
    """One [[question]], and where it stands in the file."""

    item: Mapping[str, Any]
    lines: list[str]
    start: int
    stop: int

    def question(self) -> Question:
        if foreign := next(iter(self.item.keys() - {*KEYS}), ""):
            raise self._broken(foreign, f"{foreign!r} is none of {', '.join(KEYS)}")
        answers = self.item.get("answers")
        if not isinstance(answers, list) or not 2 <= len(cast("list[object]", answers)) <= MOST_ANSWERS:
            raise self._broken("answers", f"2 to {MOST_ANSWERS} answers are needed")
        told = tuple(self._words("answers", one, LABEL) for one in cast("list[object]", answers))
        spoken = {tag for one in told for tag in one}
        if any(tag not in one for one in told for tag in spoken) or any(
            len({one[tag] for one in told}) < len(told) for tag in spoken
        ):
            raise self._broken("answers", "two answers are the same, or one lacks a language that another has")
        right: object = self.item.get("right")
        if not isinstance(right, int) or isinstance(right, bool) or not 1 <= right <= len(told):
            raise self._broken("right", f"'right' is the number of an answer, 1 to {len(told)}")
        ask, wrong = (self._words(key, self.item.get(key), LONGEST) for key in ("ask", "wrong"))
        return Question(ask, told, right - 1, wrong)

    def _words(self, key: str, value: object, most: int) -> Words:
        told = dict(self._languages(key, value))
        if not told:
            raise self._broken(key, f"{key!r} is missing")
        if any(len(words) > most for words in told.values()):
            raise self._broken(key, f"{key!r} is longer than {most} letters")
        return told

    def _languages(self, key: str, value: object) -> Iterator[tuple[str, str]]:
        spoken = cast("Mapping[str, object]", value) if isinstance(value, dict) else {BASE: value}
        for tag, words in spoken.items():
            if words is None:
                continue
            if not isinstance(words, str) or not words.strip():
                raise self._broken(key, f"{key!r} is no text")
            yield tag, " ".join(words.split())

    def _broken(self, key: str, what: str) -> Broken:
        """With the line in which the key stands, else that of its [[question]]."""
        own = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]")
        at = next((n for n in range(self.start, self.stop) if own.match(self.lines[n])), self.start)
        return Broken(f"line {at + 1}: {what}")
