"""Names that are known in several languages: {language tag: name}."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

Names = Mapping[str, str]
Called = Names | str  # of a person; rows and journals of earlier releases have the one name of the record
BASE = "zh-CN"  # the hospital's own language, and the one all sentences have


class Known(Protocol):
    """A thing of the hospital's lists."""

    @property
    def known_as(self) -> Names: ...


def name_in(names: Names, lang: str) -> str:
    """The name in this language; else in the same tongue elsewhere (zh for zh-CN); else the base's; else any; else "".

    An empty name counts as none.
    """
    known = {tag: name for tag, name in names.items() if name}
    return (
        known.get(lang) or _kin(known, lang) or known.get(BASE) or _kin(known, BASE) or next(iter(known.values()), "")
    )


def named(thing: Known, lang: str) -> str:
    """Its name in this language or the next best one, else its number: never nothing."""
    return name_in(thing.known_as, lang)


def known_as(names: Names, id: str = "", *, zh: str = "", en: str = "") -> Names:
    """What is known of a thing's names, with one in BASE at least, and be it the number.

    ``zh`` and ``en``: what journals of earlier releases have instead of ``names``.
    """
    known = {tag: name for tag, name in {BASE: zh, "en": en, **names}.items() if name}
    return {**known, BASE: name_in(known, BASE) or id}


def alone(name: str, others: Names) -> Names:
    """The name of a record, and for who reads another script that one alone."""
    return {**{tag: other for tag, other in others.items() if other}, BASE: name}


def beside(name: str, others: Names) -> Names:
    """The same with the name of the record beside the other: ``Wang Guilan (王桂兰)`` (ADR 52)."""
    return {tag: other if other == name else f"{other} ({name})" for tag, other in alone(name, others).items()}


def by_language(called: Called) -> Names:
    return {BASE: called} if isinstance(called, str) else called


def several(things: Iterable[Known], lang: str) -> str:
    """Their names with what stands between names in this language."""
    return ("、" if lang.partition("-")[0] == BASE.partition("-")[0] else ", ").join(named(one, lang) for one in things)


def two_names(names: Names) -> tuple[str, str]:
    """As the release before has them, which reads what this one kept (ADR 23)."""
    return name_in(names, BASE), names.get("en") or _kin(names, "en")


def _kin(names: Names, lang: str) -> str:
    tongue = lang.partition("-")[0]
    return next((name for tag, name in names.items() if name and tag.partition("-")[0] == tongue), "")
