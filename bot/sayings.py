"""A second opinion of a guess: what people have said for each meaning, ``locales/<tag>/sayings.toml``.

The tables of words (bot/free_words.py) know what means what; the sayings speak against a guess where the words of
people who meant something else look more like it, and choose where the tables tell nothing or several.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log

from bot.vocabulary import must
from bot.word_search import Words, folded

DOUBT, CHOOSE = 50, 10_000  # so many times likelier than a guess: it is doubted; than all others: it is chosen
_UNSEEN = 0.3  # how often a word counts as said that nobody said for a meaning (Lidstone)
_HEAD = 4  # letters by which two forms of a long word are one
_EDGE = "^"  # where a piece begins and ends
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")

NONE = "none"  # what means none of ours
Lists = Mapping[str, Mapping[str, Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Sayings:
    """One language's, counted: in how many sayings of each meaning a word or a pair of neighbours stands.

    Naive Bayes, every meaning as likely as any other before a word is read.
    """

    words: Words = field(repr=False)
    told: Mapping[str, Counter[str]] = field(repr=False)
    all: Mapping[str, int] = field(repr=False)
    known: frozenset[str] = field(repr=False)

    def knows(self, plain: str) -> frozenset[str]:
        """What of a folded text has been said before, by whatever meaning."""
        return frozenset(_marks(self.words, plain)) & self.known

    def likely(self, marks: Iterable[str]) -> dict[str, float]:
        """How likely each meaning is by these marks, as a logarithm."""
        return {one: self._likely(marks, one) for one in self.told}

    def _likely(self, marks: Iterable[str], means: str) -> float:
        told, all_ = self.told[means], self.all[means] + _UNSEEN * len(self.known)
        return sum(log((told[mark] + _UNSEEN) / all_) for mark in marks)


def left(said: Sequence[Sayings], text: str, times: int) -> frozenset[str]:
    """The meanings (``none`` among them) than which no other is so many times likelier, in the language that knows most
    of the text; none at all where no language knows any of it.
    """
    plain = folded(text)
    known = [(one.knows(plain), one) for one in said]
    marks, knows = max(known, key=lambda pair: len(pair[0]), default=(frozenset[str](), None))
    likely = knows.likely(marks) if knows and marks else {}
    return frozenset(one for one, how in likely.items() if max(likely.values()) - how <= log(times))


def counted(words: Words, lists: Lists, meanings: frozenset[str], where: str, without: str = "") -> Sayings:
    """The lists of a language as one, but ``without`` the one that is tried. Raises BadWords."""
    told = {means: Counter[str]() for means in (*sorted(meanings), NONE)}
    for name, list_ in lists.items():
        must(set(list_) <= told.keys(), where, f"list {name} has a meaning that free-words.toml has not")
        for means, texts in list_.items() if name != without else ():
            for text in texts:
                told[means].update({*_marks(words, folded(text))})
    must(all(told.values()), where, "a meaning that nobody said would always be doubted: write sayings for each")
    return Sayings(
        words, told, {one: marks.total() for one, marks in told.items()}, frozenset[str]().union(*told.values())
    )


def _marks(words: Words, plain: str) -> Iterator[str]:
    """Words, their first letters and pairs of neighbours; in a script without spaces, characters and pairs."""
    for part in words.stops.split(plain):
        piece = words.piece(part)
        each = piece.split() if words.spaced else [*"".join(_WIDE.findall(piece))]
        yield from each
        yield from (f"{one[:_HEAD]}*" for one in each if len(one) > _HEAD)
        yield from (f"{one} {other}" for one, other in pairwise([_EDGE, *each, _EDGE] if each else []))
