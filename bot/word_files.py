"""A language's file of phrases (``locales/<tag>/<file>.toml``), read and checked: what word_search.py looks with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.vocabulary import files, must
from bot.word_search import FIGURES, NUMBER, Line, Part, Phrase, Sign, Words, folded, in_words

MOST = 3  # parts of one line
_HOLE = re.compile(r"\{([a-z_]+)\}")

_KEYS = {
    "by",
    "near",
    "stops",
    "beside",
    "slips",
    "ends",
    "everyday",
    "instead",
    "words",
    "sign",
}  # everyday: bot/free_words.py


def all_of(name: str) -> tuple[Words, ...]:
    """All languages' files of this name. Raises BadWords."""
    return tuple(read(table, f"locales/{tag}/{name}.toml") for tag, table in files(name).items())


def read(table: Mapping[str, Any], where: str) -> Words:
    """The parsed file, checked. Raises BadWords."""
    for name in table:
        must(name in _KEYS, where, f"{name!r} is not known here")
    by, near = table.get("by"), table.get("near", 0)
    must(by in ("words", "characters"), where, 'by = "words" or by = "characters" is needed')
    must(isinstance(near, int) and near > 0, where, "near = how many of them may stand between two parts, at least 1")
    must(bool(table.get("sign")), where, "there is no [[sign]]")
    reader = _Reader(where, by == "words", table.get("words", {}))
    return Words(
        near,
        reader.spaced,
        instead := tuple(
            (reader.phrase(old, f"{where}, [instead]"), reader.plain(new))
            for old, new in table.get("instead", {}).items()
        ),
        re.compile("[" + re.escape(table.get("stops", "") + "\n") + "]"),
        signs := tuple(_sign(reader, number, sign) for number, sign in enumerate(table["sign"], 1)),
        _index(signs),
        _begun([phrase for phrase, _ in instead]),
        frozenset(map(reader.plain, table.get("beside", ()))),
        slips := frozenset(map(reader.plain, table.get("slips", ()))),
        slips | _spelt(reader, table, signs) if slips else slips,
        tuple((reader.plain(end), reader.plain(other)) for end, other in table.get("ends", {}).items()),
    )


def _index(signs: Sequence[Sign]) -> dict[str, list[tuple[Part, Phrase]]]:
    parts = {id(part): part for sign in signs for line in (*sign.any, *sign.unless) for part in line}
    index: dict[str, list[tuple[Part, Phrase]]] = {}
    for part in parts.values():
        for phrase in part:
            for begins in FIGURES if phrase.text == NUMBER else (phrase.text[:2],):
                index.setdefault(begins, []).append((part, phrase))
    return index


def _begun(phrases: Sequence[Phrase]) -> dict[str, list[int]]:
    begun: dict[str, list[int]] = {}
    for n, phrase in enumerate(phrases):
        begun.setdefault(phrase.text[:2], []).append(n)
    return begun


def _spelt(reader: _Reader, table: Mapping[str, Any], signs: Sequence[Sign]) -> set[str]:
    said = [phrase.text for sign in signs for line in (*sign.any, *sign.unless) for part in line for phrase in part]
    read = map(reader.plain, (*table.get("instead", ()), table.get("everyday", {}).get("ordinary", "")))
    return {word for text in (*said, *read) for word in text.split()}


def _sign(reader: _Reader, number: int, sign: Mapping[str, Any]) -> Sign:
    name = sign.get("name", "")
    where = f"{reader.where}, sign {number} ({name or 'without name'})"
    must(bool(name), where, 'give it a name = "..."')
    for key in sign:
        must(key in ("name", "any", "unless", "only"), where, f"{key!r} is not known here")
    must(bool(sign.get("any")), where, "any = [...] is empty: nothing would bring it")
    any, unless = reader.lines(sign["any"], where), reader.lines(sign.get("unless", ()), f"{where}, unless")
    only = frozenset(reader.phrase(one, where).text for one in sign.get("only", ()))
    return Sign(name, any, unless, frozenset(id(line[0]) for line in any), only)


@dataclass(frozen=True, slots=True)
class _Reader:
    """``a + {class}``: parts near each other in any order; a part is a phrase or one of a class of phrases."""

    where: str
    spaced: bool
    words: Mapping[str, Sequence[str]]
    _parts: dict[str, Part] = field(default_factory=dict[str, Part])  # one object a part: it is looked for once

    def lines(self, lines: Sequence[str], where: str) -> tuple[Line, ...]:
        """As read; all lines of one part are one line, any of its phrases being enough."""
        for line in lines:
            must(line.count("+") < MOST, where, f"{line!r} has more than {MOST} parts: make two lines of it")
        read = [tuple(self.part(part.strip(), where) for part in line.split("+")) for line in lines]
        alone = tuple(phrase for line in read if len(line) == 1 for phrase in line[0])
        return (((alone,),) if alone else ()) + tuple(line for line in read if len(line) > 1)

    def part(self, part: str, where: str) -> Part:
        if part not in self._parts:
            self._parts[part] = self._part(part, where)
        return self._parts[part]

    def _part(self, part: str, where: str) -> Part:
        if not (hole := _HOLE.fullmatch(part)):
            must("{" not in part, where, f"{part!r}: a class stands by itself, as in left + {{limb}}")
            return (self.phrase(part, where),)
        phrases = self.words.get(hole.group(1), ())
        must(bool(phrases), where, f"{part} is not in [words]")
        return tuple(self.phrase(phrase, f"{self.where}, [words] {hole.group(1)}") for phrase in phrases)

    def plain(self, text: str) -> str:
        return in_words(folded(text)) if self.spaced else folded(text).strip()

    def phrase(self, phrase: str, where: str) -> Phrase:
        plain = folded(phrase).strip()
        text = NUMBER if plain == NUMBER else self.plain(phrase)
        must(bool(text), where, f"the phrase {phrase!r} is empty")
        must("#" not in plain or text == NUMBER, where, f"{phrase!r}: # stands by itself, as in got + #")
        must("*" not in plain.removesuffix("*" if self.spaced else ""), where, f"{phrase!r}: * ends a phrase of words")
        return Phrase(text, self.spaced, plain.endswith("*"))
