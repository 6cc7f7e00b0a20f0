"""A reader's copy of the house, in which a page is followed to the letter."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT, Block, blocks

COPIED = ("bot", "bench", "backend_client", "locales", "sandbox", "docs", "tests", "README.md", "pyproject.toml")
LIKE = shutil.ignore_patterns("__pycache__", "data", "vendor", "*.png")


def copied(house: Path) -> Path:
    """The house without its pictures; its Python is the one that runs here."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, house / name, ignore=LIKE)
        else:
            shutil.copy(ROOT / name, house / name)
    (house / ".venv").symlink_to(sys.prefix)
    return house


def followed(page: Path, house: Path) -> None:
    """Every block of the page in its order: files, changes, commands."""
    for block in blocks(page):
        if block.file:
            follow(block, house / block.file)
        elif "run" in block.words:
            for line in block.body.splitlines():
                run(house, line)


def written(page: Path, house: Path) -> None:
    """Only what the page writes, without its commands."""
    for block in blocks(page):
        if block.file:
            follow(block, house / block.file)


def follow(block: Block, file: Path) -> None:
    """Do what a block of the page says: python = a new file, toml = lines at the end, diff = a change."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if block.lang == "python":
        assert not file.exists(), f"{block.file} is there already: choose another name on the page"
        file.write_text(block.body, "utf-8")
    elif block.lang == "toml":
        with file.open("a", encoding="utf-8") as end:
            end.write("\n" + block.body)
    else:
        lines = block.body.splitlines()
        old = "\n".join(line[1:] for line in lines if line.startswith("-"))
        new = "\n".join(line[1:] for line in lines if line.startswith("+"))
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{block.file} has {old!r} {text.count(old)} times: the page is stale"
        file.write_text(text.replace(old, new), "utf-8")


def run(house: Path, *words: str) -> None:
    """A line of a shell, or a program with its words, in the copy."""
    line = words[0] if len(words) == 1 else shlex.join(words)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV", "MEDRELAY"))}
    done = subprocess.run(  # noqa: S602 - our own pages
        line, shell=True, cwd=house, env={**kept, "PYTHONPATH": str(house)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
