"""Reads params.txt, the table of resource types and their search parameters. The table itself lives there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

KINDS = ("token", "reference", "date", "string", "uri")


@dataclass(frozen=True)
class Param:
    """One search parameter: its kind, the element paths it looks at, and for a reference the only target type seen."""

    kind: str
    paths: tuple[str, ...]
    only: str = ""


COMMON: Mapping[str, Param] = {"_id": Param("token", ("id",)), "_lastUpdated": Param("date", ("meta.lastUpdated",))}


def parse(lines: Iterable[str]) -> dict[str, dict[str, Param]]:
    """Type -> name -> parameter, from the lines of the table."""
    table: dict[str, dict[str, Param]] = {}
    current: dict[str, Param] = {}
    for line in lines:
        words = line.split()
        if not words or words[0] == "#":
            continue
        if len(words) == 1:
            current = table.setdefault(words[0], dict(COMMON))
        else:
            name, kind, paths, *only = words
            current[name] = Param(kind, tuple(paths.split(",")), *only)
    return table


PARAMS: Mapping[str, Mapping[str, Param]] = parse(
    Path(__file__).with_name("params.txt").read_text("utf-8").splitlines()
)
