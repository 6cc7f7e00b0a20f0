"""Phrases in what people type: ``locales/<tag>/<file>.toml`` says which kinds there are, here is how they are found.

The words are data, written by people who know the language. A text is looked at in all languages, whoever typed it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, permutations

from bot.photo.script import SIMPLIFIED

_QUOTES = re.compile("['`\u00b4\u02bc\u2018\u2019\u201b\u2032\uff07]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufe0e\ufe0f\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_WIDE = "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"  # scripts without spaces between words
_BETWEEN_WIDE = re.compile(rf"(?<={_WIDE})[^\S\n]+(?={_WIDE})")
_POINT = re.compile(r"(?<=\d)\.(?=\d|$)")
POINT = "\u2024"  # in a number; a full stop ends a clause
_NO_WORD = re.compile(rf"[^\w{POINT}]+")
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1+")
NUMBER = "#"  # a phrase that is any number
_COUNTED = re.compile("[0-9]+|[一二两三四五六七八九十]+(?=[盒瓶片粒袋支板包])")
FIGURES = frozenset("0123456789一二两三四五六七八九十")
_LONG = 7  # letters; a shorter word is one slip away from too many others
_SWAPPED = 5  # letters; in a word as long as this two may stand the wrong way round


def folded(text: str) -> str:
    """As it is compared: one width, one case, simplified letters, no quotes, single spaces, none inside Chinese."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(SIMPLIFIED)
    return _BETWEEN_WIDE.sub("", _SPACES.sub(" ", _POINT.sub(POINT, _QUOTES.sub("", plain))))


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is looked for in a clause: whole words (``open``: whatever ending), or characters, a number as a whole."""

    text: str
    spaced: bool
    open: bool = False

    def spans(self, clause: str) -> Iterator[tuple[int, int]]:
        if self.text == NUMBER:
            yield from (found.span() for found in _COUNTED.finditer(clause))
            return
        at = clause.find(self.text)
        while at >= 0:
            end = at + len(self.text)
            if self._whole(clause, at, end):
                yield at, end
            at = clause.find(self.text, at + 1)

    def _whole(self, clause: str, at: int, end: int) -> bool:
        before, after = clause[at - 1 : at], clause[end : end + 1]
        if self.spaced:
            return before in ("", " ") and (self.open or after in ("", " "))
        cut = ((before.isdigit() or before == POINT) and self.text[0].isdigit()) or (
            after.isdigit() and self.text[-1].isdigit()
        )
        return not cut


Part = tuple[Phrase, ...]  # one of them
Line = tuple[Part, ...]  # all of them


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a text, and where the parts that stand in it were found (by ``id``)."""

    text: str
    near: int
    spaced: bool
    spans: Mapping[int, list[tuple[int, int]]]

    def says(self, line: Line) -> list[tuple[int, int]]:
        """Where all its parts stand, each near the next one, in any order."""
        found: list[list[tuple[int, int]]] = []
        for part in line:
            if (spans := self.spans.get(id(part))) is None:
                return []
            found.append(spans)
        return found[0] if len(line) == 1 else [span for order in permutations(found) for span in self._follow(order)]

    def alone(self, spans: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> bool:
        """Whether one of the spans stands neither in another nor close to one."""
        starts = sorted(start for start, _ in others)
        ends = [*accumulate((end for _, end in sorted(others)), max)]  # the last end of all that began before
        for start, end in spans:
            n = bisect_left(starts, start)
            after = n < len(starts) and self._gap(end, starts[n]) <= (self.near + 1) // 2
            before = n > 0 and self._gap(ends[n - 1], start) <= (self.near + 1) // 2
            if not (after or before):
                return True
        return False

    def _follow(self, parts: Sequence[list[tuple[int, int]]]) -> list[tuple[int, int]]:
        """Where some place of each comes soon after one of the part before it."""
        told = sorted((end, start) for start, end in parts[0])  # where it may end, and where that began
        for part in parts[1:]:
            last = [(told[n - 1], start, end) for start, end in part if (n := bisect_right(told, (start, start)))]
            told = sorted((end, began) for (before, began), start, end in last if self._gap(before, start) <= self.near)
        return [(began, end) for end, began in told]

    def _gap(self, end: int, start: int) -> int:
        return len(self.text[end:start].split()) if self.spaced else start - end


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of thing said; ``unless``: what the same words mean otherwise (an illness that was, a drug for it).

    It withholds only what it stands beside: the rest of the sentence may say what it likes. ``only``: what brings it
    where the text says nothing else.
    """

    name: str
    any: tuple[Line, ...]
    unless: tuple[Line, ...]
    begins: frozenset[int]  # the first parts of ``any``, by ``id``
    only: frozenset[str] = frozenset()

    def told(self, clause: Clause) -> bool:
        if self.begins.isdisjoint(clause.spans):  # nearly always: a matter of speed
            return False
        found = [span for line in self.any for span in clause.says(line)]
        others = [span for line in self.unless for span in clause.says(line)] if found else []
        return clause.alone(found, others)


@dataclass(frozen=True, slots=True)
class Words:
    """One language's file, ready to look with. ``near`` counts words or characters.

    ``beside``: courtesies, nothing "else" beside an ``only``. ``slips``: long words that are meant by what is one
    letter away and itself no word of the file (``spelt``): "changed" is not "charged". ``ends``: what a long word
    with such an end is read as (the names of medicines).
    """

    near: int
    spaced: bool
    instead: tuple[tuple[Phrase, str], ...]
    stops: re.Pattern[str]
    signs: tuple[Sign, ...]
    index: Mapping[str, Sequence[tuple[Part, Phrase]]]  # by the first two characters of the phrase
    begun: Mapping[str, Sequence[int]]  # places in ``instead``, by the same
    beside: frozenset[str] = frozenset()
    slips: frozenset[str] = frozenset()
    spelt: frozenset[str] = frozenset()
    ends: tuple[tuple[str, str], ...] = ()

    def found(self, text: str) -> Iterator[str]:
        """Names of the signs in a folded text."""
        pieces = [piece for part in self.stops.split(text) if (piece := self.piece(part))]
        clauses = [Clause(piece, self.near, self.spaced, self._spans(piece)) for piece in pieces]
        whole = {" ".join(pieces), self._bare(pieces)}
        heard = {part for clause in clauses for part in clause.spans}
        return (
            sign.name
            for sign in self.signs
            if whole & sign.only or (not sign.begins.isdisjoint(heard) and any(map(sign.told, clauses)))
        )

    def _bare(self, pieces: Sequence[str]) -> str:
        """All of it without courtesies: small words anywhere, or characters at either end."""
        if self.spaced:
            return " ".join(word for piece in pieces for word in piece.split() if word not in self.beside)
        text, before = "".join(_NO_WORD.sub("", piece) for piece in pieces), ""
        while text != before:
            before = text
            for one in self.beside:
                text = text.removeprefix(one).removesuffix(one)
        return text or before

    def _spans(self, text: str) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for begins in self._begins(text) | FIGURES.intersection(text):
            for part, phrase in self.index.get(begins, ()):
                if (phrase.text in text or phrase.text == NUMBER) and (spans := [*phrase.spans(text)]):
                    found.setdefault(id(part), []).extend(spans)
        return {part: [*dict.fromkeys(spans)] for part, spans in found.items()}

    def _begins(self, text: str) -> set[str]:
        """The one or two characters with which a phrase that stands in it can begin."""
        starts = [0, *(n for n, char in enumerate(text, 1) if char == " ")] if self.spaced else range(len(text))
        return {text[at : at + long] for at in starts for long in (1, 2)}

    def piece(self, text: str) -> str:
        """A folded piece as it is compared with the phrases."""
        text = in_words(text) if self.spaced else text.strip()
        if self.slips or self.ends:
            text = " ".join(map(self._meant, text.split()))
        last = -1
        while (n := min((n for n in self._replaceable(text) if n > last), default=None)) is not None:
            phrase, other = self.instead[last := n]
            for at, end in reversed([*phrase.spans(text)]):
                end = text.find(" ", end) % (len(text) + 1) if phrase.open else end
                text = text[:at] + other + text[end:]
        return text

    def _replaceable(self, text: str) -> Iterator[int]:
        """Which of ``instead`` may stand in it."""
        for begins in self._begins(text):
            for n in self.begun.get(begins, ()):
                if self.instead[n][0].text in text:
                    yield n

    def _meant(self, word: str) -> str:
        if len(word) < _SWAPPED or word in self.spelt:
            return word
        fits = [to for end, to in self.ends if len(word) >= _LONG and word.removesuffix("s").endswith(end)]
        fits = fits[:1] or [one for one in self.slips if slipped(word, one)]
        return fits[0] if len(fits) == 1 else word


def slipped(word: str, meant: str) -> bool:
    """Whether two letters stand the wrong way round, or, in a long word, one is wrong, missing or too many; never the
    first one.
    """
    if len(meant) < _SWAPPED or abs(len(word) - len(meant)) > 1 or word[:1] != meant[:1]:
        return False
    at = next(
        (n for n, pair in enumerate(zip(word, meant, strict=False)) if pair[0] != pair[1]), min(len(word), len(meant))
    )
    a, b = word[at:], meant[at:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or (len(meant) >= _LONG and (a[1:] in (b[1:], b) or a == b[1:]))


def found(known: Sequence[Words], text: str) -> tuple[str, ...]:
    """The names of the signs that this text holds, in any language; () = none."""
    plain = folded(text)
    return tuple(dict.fromkeys(name for words in known for name in words.found(plain)))


def in_words(text: str) -> str:
    """Its words, a doubled consonant as one: people who are in a hurry double the wrong ones."""
    return _DOUBLED.sub(r"\1", _NO_WORD.sub(" ", text.replace("_", " ")).strip())
