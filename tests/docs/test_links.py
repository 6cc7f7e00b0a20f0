"""Every page: links and names lead somewhere, and nothing tells of the machine it was written on."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, anchors, blocks, codes, links, pages, prose

PAGES = pages()
PATH = re.compile(r"(?:bot|backend_client|sandbox|locales|tests|docs|bench|changes)/[\w./-]*")
DEFINED = re.compile(r"`(\w+(?:\.\w+)*)` \(`([\w/]+\.py)`\)")  # `name` (`file.py`)
HOMES = ("/home/", "/Users/", "/tmp/", str(ROOT), str(Path.home()))  # noqa: S108 - looked for, not used
ADDRESS = re.compile(r"https?://[^\s)`\"'<>]+")
ALLOWED = ("http://127.0.0.1", "https://t.me/", "https://medrelay.example", "https://hospital.example", "https://hl7.org/",
           "https://core.telegram.org/", "https://api.telegram.org", "https://github.com/")  # fmt: skip


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{name(page)} links to {link}, which is not there"
        assert target == ROOT or ROOT in target.parents, f"{name(page)}: {link} leaves the project"
        assert not anchor or anchor in anchors(target), f"{name(page)}: {link} has no such heading"


@cache
def written_by_tutorials() -> set[str]:
    return {block.file for page in PAGES for block in blocks(page) if block.file}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_that_are_named_exist(page: Path) -> None:
    for code in codes(prose(page)):
        if PATH.fullmatch(code) and code not in written_by_tutorials():
            assert (ROOT / code).exists(), f"{name(page)} names `{code}`, which is not there"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_functions_are_in_the_files_that_are_said(page: Path) -> None:
    for word, file in DEFINED.findall(prose(page)):
        found = defined(ROOT / file)
        assert word in found, f"{name(page)} says that `{word}` is in `{file}`"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_tells_of_a_machine_or_a_foreign_address(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not [home for home in HOMES if home in text]
    assert not [address for address in ADDRESS.findall(text) if not address.startswith(ALLOWED)]


def test_every_page_is_linked_from_another() -> None:
    """Nobody finds what nothing leads to."""
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in links(page)}
    lost = [name(page) for page in PAGES if page.resolve() not in linked and page.name != "README.md"]
    in_folder = {folder for folder in linked if folder.is_dir()}
    assert [page for page in lost if not any(ROOT / page in folder.glob("*.md") for folder in in_folder)] == []


@cache
def defined(file: Path) -> set[str]:
    """Functions, classes, methods (``Class.method``) and top-level names of a file."""
    found: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
        for part in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                found |= {f"{node.name}.{part.name}", part.name}
    return found
