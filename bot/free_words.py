"""What somebody means who types beside all questions: ``locales/<tag>/free-words.toml`` says what means what.

Nothing is done by it: each meaning opens what has its own buttons (bot/handlers/typed.py).
"""

from __future__ import annotations

from functools import cache

from bot.vocabulary import FREE_WORDS
from bot.word_search import Words, all_of, found

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


def meaning(text: str) -> str:
    """What the text means, in any language; "" = not understood."""
    said = meanings(text)
    return said[0] if len(said) == 1 and said != ("elsewhere",) else ""


def meanings(text: str) -> tuple[str, ...]:
    """All that it may mean; several where nothing tells which of them is the point."""
    said = dict.fromkeys(found(known(), text))
    if len(text) > LONG:
        said = [one for one in said if one not in COURTESIES]
    return next((tuple(one for one in said if one in tier) for tier in TIERS if tier & set(said)), ())


@cache
def known() -> tuple[Words, ...]:
    """All languages' files, read once. Raises BadWords."""
    return all_of(FREE_WORDS)
