"""Which room of ``bot`` imports which, read off the files, and the table of docs/explanation/house.md made of it."""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from pathlib import Path

from tests.docs.pages import ROOT, codes

PAGE = ROOT / "docs" / "explanation" / "house.md"
CONTRACTS = ROOT / "tests" / "architecture" / "contracts.toml"
OTHERS = ("backend_client", "locales", "sandbox")


def found() -> dict[str, set[str]]:
    """Room -> the rooms of ``bot`` and the other packages of ours that it imports."""
    rooms: defaultdict[str, set[str]] = defaultdict(set)
    for file in sorted((ROOT / "bot").rglob("*.py")):
        room = file.relative_to(ROOT / "bot").parts[0].removesuffix(".py")
        rooms[room] |= _imported(file) - {room}
    del rooms["__init__"]
    return dict(rooms)


def _imported(file: Path) -> set[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [f"bot.{alias.name}" for alias in node.names] if node.module == "bot" else [node.module]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    parts = [name.split(".") for name in names]
    return {p[1] for p in parts if p[0] == "bot" and len(p) > 1} | {p[0] for p in parts if p[0] in OTHERS}


def layers() -> list[list[str]]:
    """The lines of rooms, top to bottom, as the import contracts have them."""
    contracts = tomllib.loads(CONTRACTS.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    return [line.split(" | ") for line in lines]


def page() -> str:
    """The page with the last column of its table as the code is. A room's own words are kept."""
    rooms = found()
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("<!-- rooms:")) + 3
    for n in range(start, len(lines)):
        if not lines[n].startswith("| "):
            break
        room, words, _ = (cell.strip() for cell in lines[n].strip("|").split("|"))
        imports = rooms.get(codes(room)[0], set())
        own = sorted(imports - {*OTHERS}) + sorted(imports & {*OTHERS})
        lines[n] = f"| {room} | {words} | {', '.join(own)} |"
    return "\n".join(lines) + "\n"
