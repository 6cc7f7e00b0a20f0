"""The words of vocabulary.toml, read once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

_TABLES: Final[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))

LABELS: Final[dict[str, list[str]]] = _TABLES["labels"]  # kind of field: the words printed before it
FAMILY: Final[str] = (  # matches a family name
    f"(?:{'|'.join(_TABLES['people']['two_letters'])}|[{''.join(_TABLES['people']['families'])}])"
)
SHORT: Final = frozenset(_TABLES["short"]["labels"])  # labels that may also begin a sentence
STATES: Final[dict[str, list[str]]] = _TABLES["states"]  # what is said of a paper as a whole
LATIN: Final[dict[str, Any]] = _TABLES["latin"]
SALTS: Final[list[str]] = _TABLES["names"]["salts"]
CATIONS: Final[list[str]] = _TABLES["names"]["cations"]
STEMS: Final[list[str]] = _TABLES["names"]["stems"]
TAGS: Final[list[str]] = _TABLES["names"]["tags"]
CONTROLLED_NAMES: Final[list[str]] = _TABLES["controlled"]["names"]
CONTROLLED_BRANDS: Final[list[str]] = _TABLES["controlled"]["brands"]
