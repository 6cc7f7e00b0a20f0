"""Signs of an emergency in what people type: ``locales/<tag>/red-flags.toml`` says which they are.

A negation withholds nothing ("no chest pain" brings the card, too): a sign missed is worse than a card too many.
"""

from __future__ import annotations

from functools import cache

from bot.vocabulary import RED_FLAGS
from bot.word_files import all_of
from bot.word_search import Words, found


def signs(text: str) -> tuple[str, ...]:
    """The kinds of emergency that this text names, in any language; () = none."""
    return found(known(), text) if text else ()


@cache
def known() -> tuple[Words, ...]:
    """All languages' files, read once. Raises BadWords."""
    return all_of(RED_FLAGS)
