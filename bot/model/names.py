"""Names that are known in several languages: {language tag: name}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

Names = Mapping[str, str]
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


def two_names(names: Names) -> tuple[str, str]:
    """As the release before has them, which reads what this one kept (ADR 23)."""
    return name_in(names, BASE), names.get("en") or _kin(names, "en")


def _kin(names: Names, lang: str) -> str:
    tongue = lang.partition("-")[0]
    return next((name for tag, name in names.items() if name and tag.partition("-")[0] == tongue), "")
