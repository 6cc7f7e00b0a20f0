"""Checks contracts.toml against the sources in the current folder; run as a program, it also tries mutations.

``python -m tests.architecture.contracts`` reads [[contract, file, line], ...] as JSON and prints for each, as JSON,
whether the contract breaks by the line at the end of the file. To be run in a copy of the tree.
"""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grimp
from importlinter import Contract, configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

from tests.source import every, tree_of

configuration.configure()
FILE = Path(__file__).with_name("contracts.toml")
CACHE = ".grimp"
KINDS: dict[str, Callable[..., Contract]] = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}


def contracts() -> dict[str, Contract]:
    """By id, as the file has them."""
    told: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))["tool"]["importlinter"]
    session = {name: value for name, value in told.items() if name != "contracts"}
    return {one["id"]: KINDS[one["type"]](one["name"], session, _options(one)) for one in told["contracts"]}


def _options(one: dict[str, Any]) -> dict[str, Any]:
    """import-linter reads yes and no as text."""
    return {
        name: str(value) if isinstance(value, bool) else value
        for name, value in one.items()
        if name not in ("id", "name", "type")
    }


def graph(cache: str | None = None) -> grimp.ImportGraph:
    """Who imports whom, of the packages that can be imported from here; ``import_module("x")`` counts as an import."""
    roots: list[str] = tomllib.loads(FILE.read_text("utf-8"))["tool"]["importlinter"]["root_packages"]
    seen = grimp.build_graph(roots[0], *roots[1:], include_external_packages=True, cache_dir=cache)
    for importer, line, imported in (hidden for root in roots for hidden in _hidden(root)):
        if imported not in seen.modules:
            seen.add_module(imported, is_squashed=True)
        seen.add_import(importer=importer, imported=imported, line_number=line, line_contents="import_module")
    return seen


def _hidden(root: str) -> Iterator[tuple[str, int, str]]:
    """(module, line, what it imports by a call) in one package."""
    spec = importlib.util.find_spec(root)
    assert spec, root
    assert spec.submodule_search_locations, root
    folder = Path(spec.submodule_search_locations[0])
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text("utf-8")
        if "import_module" in source or "__import__" in source:
            module = ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
            for line, name in imported_by_call(tree_of(source)):
                yield module, line, name


def imported_by_call(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of ``import_module("x")``, ``__import__("x")`` and, in tests, ``importorskip("x")``."""
    names = {"import_module", "__import__", "importorskip"}
    for node in every(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=word) | ast.Name(id=word), args=[ast.Constant(value=str() as name), *_]
            ):
                if word in names:
                    yield node.lineno, name
            case _:
                pass


def broken(seen: grimp.ImportGraph) -> list[str]:
    """Ids of the contracts that do not hold; a contract may take imports out of its graph, so each gets a copy."""
    return [id for id, one in contracts().items() if not one.check(copy.deepcopy(seen), verbose=False).kept]


def tried(mutations: list[tuple[str, str, str]]) -> list[bool]:
    """Whether the contract breaks when the line, and no other, stands at the end of the file, which may be a new file.

    The tree is read once for each round of lines, one a file; each is then judged alone, by the imports that it made.
    """
    sound, known = graph(cache=CACHE), contracts()
    broke: dict[int, bool] = {}
    while left := [n for n in range(len(mutations)) if n not in broke]:
        ours = {mutations[n][1]: n for n in left}
        seen = _with_lines({file: mutations[n][2] for file, n in ours.items()})
        for file, n in ours.items():
            own = _grafted(sound, seen, ".".join(Path(file).with_suffix("").parts).removesuffix(".__init__"))
            broke[n] = not known[mutations[n][0]].check(own, verbose=False).kept
    return [broke[n] for n in range(len(mutations))]


def _with_lines(lines: dict[str, str]) -> grimp.ImportGraph:
    """Of the tree with these lines, each at the end of its file."""
    before = {file: Path(file).read_text("utf-8") if Path(file).exists() else None for file in lines}
    for file, line in lines.items():
        Path(file).write_text(f"{before[file] or ''}\n{line}\n", "utf-8")
    try:
        return graph(cache=CACHE)
    finally:
        for file, text in before.items():
            if text is None:
                Path(file).unlink()
            else:
                Path(file).write_text(text, "utf-8")


def _grafted(sound: grimp.ImportGraph, seen: grimp.ImportGraph, module: str) -> grimp.ImportGraph:
    """``sound`` with what ``seen`` has of one module besides."""
    own = copy.deepcopy(sound)
    if module not in own.modules:
        own.add_module(module)
    for imported in seen.find_modules_directly_imported_by(module) - own.find_modules_directly_imported_by(module):
        if imported not in own.modules:
            own.add_module(imported, is_squashed=seen.is_module_squashed(imported))
        own.add_import(importer=module, imported=imported, line_number=1, line_contents="")
    return own


if __name__ == "__main__":
    sys.stdout.write(json.dumps(tried(json.load(sys.stdin))))
