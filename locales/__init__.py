"""Every sentence a person reads: ``<tag>.toml``, keyed. zh-CN is the base: a key missing elsewhere falls back to it.

Beside it ``<tag>/`` holds words that are looked for, not said: ``red-flags.toml``, ``specialties.toml``,
``take-back.toml``, ``free-words.toml``, and what people said for each meaning of these, ``sayings.toml``.
A table ``[refill]`` with ``left`` and ``"left.0-2"`` gives the keys ``refill.left`` and ``refill.left.0-2``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

BASE = "zh-CN"
_HERE = Path(__file__).parent


def tags() -> tuple[str, ...]:
    """The languages there are, the base first."""
    found = sorted(path.stem for path in _HERE.glob("*.toml"))
    return (BASE, *(tag for tag in found if tag != BASE))


@cache
def sentences(tag: str) -> dict[str, str]:
    """All keys of one language file. KeyError-free: an unknown tag is the base; a private part (-x-...) is left out."""
    path = _HERE / f"{tag.partition('-x-')[0]}.toml"
    if not path.exists():
        return sentences(BASE)
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{table}.{key}": words for table, entries in tables.items() for key, words in entries.items()}


def file_of(tag: str, name: str) -> Path:
    """Where a language keeps data of another kind than sentences: ``<tag>/<name>.toml``."""
    return _HERE / tag / f"{name}.toml"


@cache
def data(tag: str, name: str) -> dict[str, Any]:
    """That file as it stands, empty where the language has none."""
    path = file_of(tag, name)
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def closest(language_code: str | None) -> str:
    """The tag for a messenger's language code (IETF): ``zh-hans`` -> ``zh-CN``, ``en-GB`` -> ``en``."""
    head = (language_code or BASE).split("-")[0].lower()
    return next((tag for tag in tags() if tag.split("-")[0].lower() == head), BASE if head == "zh" else "en")
