"""The page's files: short, self-contained, and without any way to make markup from data. Needs no browser."""

from __future__ import annotations

import re

from sandbox.telegram.server import PAGE

MODULES = sorted(PAGE.glob("*.js"))


def test_no_file_is_long() -> None:
    long = {file.name: lines for file in PAGE.iterdir() if (lines := file.read_text("utf-8").count("\n")) > 300}
    assert long == {}


def test_no_module_makes_markup_or_code_from_data() -> None:
    ways = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTML")
    assert [file.name for file in MODULES if ways.search(file.read_text("utf-8"))] == []


def test_the_page_names_no_other_host() -> None:
    allowed = {"www.w3.org", "t.me"}
    named = {
        host
        for file in PAGE.iterdir()
        for host in re.findall(r"(?:https?:)?//([\w-]+(?:\.[\w-]+)+)", file.read_text("utf-8"))
    }
    assert named <= allowed


def test_every_module_that_is_imported_is_there_and_every_one_there_is_imported() -> None:
    imported = {name for file in MODULES for name in re.findall(r"from \"\./([\w-]+\.js)\"", file.read_text("utf-8"))}
    assert imported | {"main.js"} == {file.name for file in MODULES}
