"""Reads the pages: which there are, their fenced blocks, links, tables and names in backticks. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^(`{3,})(.*)$")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: ``lang`` and the words after it (``file=...``, ``run``)."""

    lang: str
    words: tuple[str, ...]
    body: str

    @property
    def file(self) -> str:
        return next((word.removeprefix("file=") for word in self.words if word.startswith("file=")), "")


def pages() -> list[Path]:
    """README, the change notes and everything below docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    fence, head, body = "", "", list[str]()
    for line in page.read_text("utf-8").splitlines():
        found = _FENCE.match(line)
        if not fence and found:
            fence, head, body = found[1], found[2], []
        elif fence and line == fence:
            lang, *words = head.split() or [""]
            yield Block(lang, tuple(words), "\n".join(body) + "\n")
            fence = ""
        else:
            body.append(line)


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    kept: list[str] = []
    inside = False
    for line in page.read_text("utf-8").splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def links(page: Path) -> list[str]:
    return _LINK.findall(prose(page))


def codes(text: str) -> list[str]:
    """What stands in backticks."""
    return _CODE.findall(text)


def anchors(page: Path) -> set[str]:
    """The headings as a forge names them in links."""
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def table(page: Path, mark: str) -> list[list[str]]:
    """The cells of the table after ``<!-- mark: ... -->``, without its head."""
    _, found, after = page.read_text("utf-8").partition(f"<!-- {mark}:")
    assert found, f"{page.name} has no mark {mark!r}"
    rows = re.findall(r"^\|(.+)\|$", after.partition("\n\n#")[0].split("\n\n")[0], re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows[2:]]
