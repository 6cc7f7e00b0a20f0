"""What somebody means who types beside all questions: ``locales/<tag>/free-words.toml`` says what means what.

Nothing is done by it: each meaning opens what has its own buttons (bot/handlers/typed.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from bot.sayings import CHOOSE, DOUBT, NONE, Sayings, counted, left
from bot.vocabulary import FREE_WORDS, SAYINGS, files, must
from bot.word_files import all_of
from bot.word_search import Words, folded, found

#: What is no business of ours is not guessed at ("elsewhere"). The weaker ones count only beside none of the stronger:
#: "where is my refund" asks for the refund.
TIERS = (
    frozenset({"my-data"}),  # not the order
    frozenset({"wrong", "refund", "receipt", "how", "stop", "language", "person", "doctor"}),
    frozenset({"elsewhere"}),
    frozenset({"where"}),
    frozenset({"order", "thanks"}),
    frozenset({"lost"}),
    frozenset({"greeting"}),
)
COURTESIES = {"greeting"}  # at the head of a longer text they say nothing about what it is about
LONG = 60  # characters
A_NAME = 6  # a name has no more words, and no more Chinese characters between two dots
SENTENCE = 3  # so many everyday words, or characters, alone are no name
#: Of two points, the one that is asked for: whoever wants his money back has mostly cancelled before.
ASKED_RATHER = (
    ("refund", "stop"),
    ("refund", "wrong"),
    ("doctor", "how"),
    ("doctor", "person"),
    ("language", "person"),
)
#: However strange the other words: it may be an illness, or does no harm.
NEVER_STRANGE = frozenset({"my-data", "how", "doctor", "thanks", "receipt", "refund", "language"})
EASILY_STRANGE = frozenset({"where", "order", "lost", "greeting", "stop"})  # said of everything


def meaning(text: str, without: str = "") -> str:
    """What the text means, in any language; "" = not understood.

    What others said speaks against a guess, and for one where several are told, or nothing. ``without``: the list of
    sayings that is not listened to, because it is tried.
    """
    said = meanings(text)
    if "elsewhere" in said or (not said and found(known(), text)):
        return ""  # what is told is no business of ours, or strange
    likely = left(sayings(without), text, DOUBT if len(said) == 1 else CHOOSE)
    sure = [one for one in said if one in likely or not likely] or ([] if said else [*likely])
    if len(sure) != 1 or sure[0] == NONE:
        return ""
    return sure[0] if said or _ours(text) or not _strange(text, {sure[0]}) else ""


def meanings(text: str) -> tuple[str, ...]:
    """All that it may mean; several where nothing tells which of them is the point.

    A text that names nothing of ours ("my pizza") is not guessed at where it speaks of what is no business of ours, or
    mostly of what is in none of our words.
    """
    said = dict.fromkeys(found(known(), text))
    if len(text) > LONG:
        said = [one for one in said if one not in COURTESIES]
    means = next((tuple(one for one in said if one in tier) for tier in TIERS if tier & set(said)), ())
    means = tuple(one for one in means if not any((asked, one) in ASKED_RATHER for asked in means))
    if not means or _ours(text):
        return means
    return () if "elsewhere" in said or _strange(text, set(means)) else means


def is_said(text: str) -> bool:
    """Whether it reads like words to somebody rather than like a name: it means something here, speaks of what is ours,
    is of everyday words alone or too long. A name may, too ("李大千"): ask whether it is one, and never refuse it.
    """
    plain = folded(text)
    long = len(text.split()) > A_NAME or any(len(part) > A_NAME for part in re.findall("[\u3400-\u9fff]+", text))
    signs = {*found(known(), text)}
    if any(one.strangers(plain) for one in everyday()):
        signs -= {"thanks"}  # 谢 is a family name
    return long or bool(signs) or _ours(text) or any(one.says_only_everyday(plain) for one in everyday())


@cache
def known() -> tuple[Words, ...]:
    """All languages' files, read once. Raises BadWords."""
    return all_of(FREE_WORDS)


@cache
def sayings(without: str = "") -> tuple[Sayings, ...]:
    """All languages' sayings, counted once, but ``without`` the list that is tried. Raises BadWords."""
    tables, meant = files(SAYINGS), frozenset[str]().union(*TIERS) - {"elsewhere"}
    return tuple(
        counted(words, tables[tag], meant, f"locales/{tag}/{SAYINGS}.toml", without)
        for tag, words in zip(files(FREE_WORDS), known(), strict=True)
        if tag in tables
    )


# ---------------------------------------------------------------- whether it is about ours at all


@dataclass(frozen=True, slots=True)
class Everyday:
    """One language's ``[everyday]``: what names something of ours, all words that are known, and how many others are
    not too many.
    """

    HAS: ClassVar = ("ours", "classes", "ordinary", "strange")

    words: Words = field(repr=False)
    ours: re.Pattern[str]
    ordinary: re.Pattern[str]
    strange: int

    def names_ours(self, plain: str) -> bool:
        return bool(self.ours.search(self._read(plain)))

    def strangers(self, plain: str) -> int:
        """Words, or characters, of this language that are none of the known."""
        return self._count(self.ordinary.sub("\n", self._read(plain)))

    def says_only_everyday(self, plain: str) -> bool:
        return self._count(self._read(plain)) >= SENTENCE and not self.strangers(plain)

    def _count(self, text: str) -> int:
        return len(re.findall(r"[a-z]{2,}" if self.words.spaced else "[\u3400-\u9fff]", text))

    def _read(self, plain: str) -> str:
        return "\n".join(map(self.words.piece, self.words.stops.split(plain)))


def _ours(text: str) -> bool:
    return any(one.names_ours(folded(text)) for one in everyday())


def _strange(text: str, means: set[str]) -> bool:
    times = 1 if EASILY_STRANGE & means else 2
    return not NEVER_STRANGE & means and any(one.strangers(folded(text)) > one.strange * times for one in everyday())


@cache
def everyday() -> tuple[Everyday, ...]:
    """All languages' tables, read once. Raises BadWords."""
    tables = zip(known(), files(FREE_WORDS).items(), strict=True)
    return tuple(_everyday(words, table, f"locales/{tag}/{FREE_WORDS}.toml") for words, (tag, table) in tables)


def _everyday(words: Words, table: Mapping[str, Any], where: str) -> Everyday:
    given = table.get("everyday", {})
    must(set(given) == set(Everyday.HAS), where, f"[everyday] has {Everyday.HAS}")
    ours: list[str] = [*given["ours"], *(one for name in given["classes"] for one in table["words"][name])]
    signs = (sign for sign in words.signs if sign.name != "elsewhere")
    said = [phrase.text for sign in signs for line in (*sign.any, *sign.unless) for part in line for phrase in part]
    small = [
        *given["ordinary"].split(),
        *(word for text in said for word in (text.split() if words.spaced else (text,))),
    ]
    return Everyday(words, _any_of(words, ours), _any_of(words, small), given["strange"])


def _any_of(words: Words, phrases: Iterable[str]) -> re.Pattern[str]:
    """``*statin``: whatever it begins with."""
    plain = {(one.startswith("*"), words.piece(folded(one.removeprefix("*")))) for one in phrases}
    longest = sorted((one for one in plain if one[1]), key=lambda one: (-len(one[1]), one))
    either = "|".join((r"\S*" if begun else "") + re.escape(one) for begun, one in longest)
    return re.compile(rf"(?<!\S)(?:{either})(?!\S)" if words.spaced else either)
