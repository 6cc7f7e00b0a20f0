"""Words that are looked for in what people type and papers say, by language: ``locales/<tag>/<name>.toml``.

Not what is said to people: that is locales/<tag>.toml, and the renderer's alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from locales import data, tags

RED_FLAGS, SPECIALTIES, TAKE_BACK, FREE_WORDS = "red-flags", "specialties", "take-back", "free-words"
OFFICES, SAYINGS = "offices", "sayings"


class BadWords(ValueError):
    """What is wrong in a file of words: which file, where in it, and what to do."""


def must(true: bool, where: str, what: str) -> None:
    """BadWords unless it is so."""
    if not true:
        raise BadWords(f"{where}: {what}")


def files(name: str) -> dict[str, Mapping[str, Any]]:
    """The files of this name as they stand, by language, the base first; a language may have none."""
    return {tag: table for tag in tags() if (table := data(tag, name))}


@cache
def specialties() -> Mapping[str, tuple[str, ...]]:
    """Specialty -> what a condition or drug of it contains, of all languages; in the order they are looked for in."""
    found: dict[str, tuple[str, ...]] = {}
    for tag, table in files(SPECIALTIES).items():
        for specialty, words in read_specialties(table, f"locales/{tag}/{SPECIALTIES}.toml").items():
            found[specialty] = (*found.get(specialty, ()), *words)
    return found


def read_specialties(table: Mapping[str, Any], where: str) -> dict[str, tuple[str, ...]]:
    """One file, checked. Raises BadWords."""
    must(set(table) == {"specialties"}, where, "one table [specialties], and nothing else")
    found: dict[str, tuple[str, ...]] = {}
    for specialty, words in table["specialties"].items():
        listed = cast("list[Any]", words) if isinstance(words, list) else []
        fit = bool(listed) and all(isinstance(word, str) and word.strip() for word in listed)
        must(fit, f"{where}, {specialty}", 'a list of words is needed, as in ["asthma", "copd"]')
        found[specialty] = tuple(str(word).lower() for word in listed)
    return found


@cache
def take_back() -> frozenset[str]:
    """What takes back the message it answers, of all languages, as ``bare`` gives it."""
    return frozenset(
        word
        for tag, table in files(TAKE_BACK).items()
        for word in read_take_back(table, f"locales/{tag}/{TAKE_BACK}.toml")
    )


def read_take_back(table: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """One file, checked. Raises BadWords."""
    must(set(table) == {"words"} and isinstance(table["words"], list), where, "one list ``words``, and nothing else")
    found = tuple(bare(str(word)) for word in cast("list[Any]", table["words"]))
    must(all(found) and len(set(found)) == len(found), where, "each entry has letters, and none stands twice")
    return found


@cache
def offices() -> frozenset[str]:
    """What makes a name look like somebody's office, of all languages, as ``bare`` gives it."""
    return frozenset(
        word for tag, table in files(OFFICES).items() for word in read_take_back(table, f"locales/{tag}/{OFFICES}.toml")
    )


def bare(text: str) -> str:
    """Letters and digits only, in one width and case."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


def takes_back(text: str) -> bool:
    """Whether a text is nothing but the words that take a message back."""
    return bare(text) in take_back()
