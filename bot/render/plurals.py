"""Plural forms by the rules of each language (Unicode CLDR, cardinals of whole numbers)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Rule = Callable[[int], str]


def _english(n: int) -> str:
    return "one" if n == 1 else "other"


def _french(n: int) -> str:
    return "one" if n in (0, 1) else "other"


def _russian(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def _polish(n: int) -> str:
    if n == 1:
        return "one"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def _arabic(n: int) -> str:
    if n in (0, 1, 2):
        return ("zero", "one", "two")[n]
    return "few" if 3 <= n % 100 <= 10 else "many" if 11 <= n % 100 <= 99 else "other"


def _always(n: int) -> str:
    return "other"


#: language -> (its forms, the form of a number)
PLURALS: Mapping[str, tuple[frozenset[str], Rule]] = {
    **dict.fromkeys(("zh", "ja", "ko", "vi", "th", "id", "ms", "lo", "my"), (frozenset({"other"}), _always)),
    **dict.fromkeys(("en", "de", "nl", "sv", "tr", "el"), (frozenset({"one", "other"}), _english)),
    **dict.fromkeys(("fr", "hi", "bn", "fa"), (frozenset({"one", "other"}), _french)),
    **dict.fromkeys(("ru", "uk"), (frozenset({"one", "few", "many"}), _russian)),
    "pl": (frozenset({"one", "few", "many"}), _polish),
    "ar": (frozenset({"zero", "one", "two", "few", "many", "other"}), _arabic),
}


def forms(lang: str) -> frozenset[str]:
    """The forms that a language has, for a tag such as ``zh-CN``. KeyError for one whose rules are not written yet."""
    return PLURALS[lang.split("-")[0]][0]


def form(lang: str, n: int) -> str:
    """The form that a number takes: ``one`` for 1 in English, ``few`` for 3 in Russian."""
    return PLURALS[lang.split("-")[0]][1](abs(n))
