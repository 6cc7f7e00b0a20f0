"""``medrelay story``: plays one of the stories, or the acceptance day; exits 1 when something is missed."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import pkgutil
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

from sandbox import stories
from sandbox.options import Options
from sandbox.play import Script, run
from sandbox.processes import Hospital, NotStarted, carry_out
from sandbox.spoken import BASE, tags
from sandbox.told import report

USUAL = "day"


class NoStory(Exception):
    """There is no such story, or the file tells none; the text says what to do."""


def known() -> Mapping[str, Script]:
    """Name -> story, of the files in sandbox/stories."""
    modules = (
        importlib.import_module(f"{stories.__name__}.{one.name}") for one in pkgutil.iter_modules(stories.__path__)
    )
    return {script.name: script for script in map(told_in, modules)}


def told_in(module: ModuleType) -> Script:
    """The one story of a file."""
    found = [thing for thing in vars(module).values() if isinstance(thing, Script)]
    if len(found) != 1:
        raise NoStory(f"{module.__name__} tells {len(found)} stories: decorate one function with @story(...)")
    return found[0]


def find(name: str) -> Script:
    """A story by its name, or by the path of a file."""
    if name.endswith(".py"):
        path = Path(name)
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if not path.is_file() or spec is None or spec.loader is None:
            raise NoStory(f"there is no file {name}: name another, or a story of --list")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return told_in(module)
    there = known()
    if name not in there:
        raise NoStory(f"there is no story {name!r}: {' | '.join(there)}, or a file that ends in .py")
    return there[name]


def _base(word: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", word):
        raise argparse.ArgumentTypeError(f"{word!r} is no address: http(s)://host/fhir")
    return word.rstrip("/")


def main(argv: Sequence[str] | None = None) -> int:
    parser = Options(prog="medrelay story", description=__doc__)
    parser.add_argument("name", nargs="?", default=USUAL, help=f"of the story, or a file with one; {USUAL} unless said")
    parser.add_argument("--list", action="store_true", help="only say which stories there are")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same as data")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep databases and logs here")
    parser.add_argument("--by-hand", action="store_true", help="fill in the forms by hand, also with a photo reader")
    parser.add_argument(
        "--lang", choices=tags(), default=BASE, help="of every phone and group; %(default)s unless said"
    )
    parser.add_argument(
        "--hospital", type=_base, metavar="URL", help="a FHIR R4 base of somebody else's, planted first"
    )
    parser.add_argument("--hospital-token", default="", metavar="T", help="bearer token for it")
    given = parser.parse_args(argv)
    if given.list:
        longest = max(map(len, known()))
        sys.stdout.write("".join(f"{name:<{longest}}  {script.title}\n" for name, script in known().items()))
        return 0
    try:
        script = find(given.name)
    except NoStory as problem:
        sys.stderr.write(f"medrelay story: {problem}. See medrelay story --help\n")
        return 2
    try:
        if given.keep:
            given.keep.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as problem:
        sys.stderr.write(f"{given.keep} cannot be made ({problem.strerror}): choose another --keep\n")
        return 2
    try:
        with tempfile.TemporaryDirectory() as scratch:
            hospital = Hospital(given.hospital, given.hospital_token) if given.hospital else None
            told = carry_out(run(script, given.keep or Path(scratch), given.by_hand, hospital, given.lang))
    except NotStarted as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"\n{script.title}\n{report(told)}\n")
    if given.json:
        given.json.write_text(json.dumps({**asdict(told), "ok": told.ok}, ensure_ascii=False, indent=1), "utf-8")
    return 0 if told.ok else 1
