"""The lint finds nothing in a good flow, and each mutation of it is found: so each rule can fail."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from bot.dialog.lint import check_files, check_source, main

GOOD = '''
"""A good flow."""
from bot.dialog import Ask, Op, Refused, flow

@flow("good")
async def good(ask: Ask) -> None:
    people = await ask.call("people", Op("people"))
    who = await ask.choice("who", options=[p["id"] for p in people])
    for drug in await ask.multi("drugs", options=["d1"]):
        await ask.choice(f"boxes[{drug}]", options=["1"])
        await ask.card("card:1", "card.x", to=None)
    lines = [await _line(ask, d) for d in people]
    for n in ("first", "second"):
        try:
            await ask.once(f"try[{n}]", Op("try"))
            break
        except Refused:
            continue
        except (KeyError, ValueError):
            if who:
                await ask.tell("odd")
                return
        await ask.stop("locked")
    else:
        await ask.stop("locked")
    while not lines:
        lines = await ask.once("lines", Op("lines"))
        raise Refused("none")
    else:
        await ask.tell("after_loop")
    names = {c["id"]: c for c in await ask.once("all", Op("all"))}
    for place in await ask.once("places", Op("places")):
        await ask.tell("one_only", names=names)
        await ask.submit(Op("x"))
    for n in range(3):
        await ask.pin(f"pin[{n}]")
    if who == "me":
        await ask.tell("branch")
        await _always(ask)
    else:
        await ask.tell("branch")
        await _always(ask)
    if who == "nobody":
        await ask.tell("sent")
        return
    await ask.tell("sent")
    await _line(ask, people[0])

async def _always(ask: Ask) -> None:
    await ask.tell("always")

async def _line(ask: Ask, d: dict) -> str:
    return await ask.choice(f"line[{d['id']}]", ["1"])
'''

WRONG = [
    ("import", "import time"),
    ("import", "from datetime import date"),
    ("import", "import random, uuid"),
    ("import", "import os.path"),
    ("import", "import asyncio"),
    ("import", "from httpx import get"),
    ("import", "import sqlalchemy.orm as orm"),
    ("import", "from backend_client import models"),
    ("call", "    open('x')"),
    ("call", "    print('x')"),
    ("call", "    x = hash('x')"),
    ("call", "    x = eval('1')"),
    ("task", "    asyncio.gather(1, 2)"),
    ("task", "    asyncio.create_task(x)"),
    ("task", "    TaskGroup()"),
    ("finally", "    try:\n        x = 1\n    finally:\n        x = 2"),
    ("except", "    try:\n        x = 1\n    except:\n        x = 2"),
    ("except", "    try:\n        x = 1\n    except BaseException:\n        x = 2"),
    ("except", "    try:\n        x = 1\n    except (KeyError, Exception):\n        x = 2"),
    ("except", "    with suppress(BaseException):\n        x = 1"),
    ("await", "    await other('x')"),
    ("await", "    await other(ask)"),
    ("await", "    await x"),
    ("await", "    ask.tell('unawaited')"),
    ("await", "    async with x:\n        pass"),
    ("await", "    async for y in x:\n        pass"),
    ("await", "    yield 1"),
    ("state", "    global count"),
    ("order", "    for x in {1, 2}:\n        pass"),
    ("order", "    for x in set(y):\n        pass"),
    ("order", "    x = [y for y in a.union(b)]"),
    ("key", "    await ask.tell(name)"),
    ("key", "    await ask.tell('a' + 'b')"),
    ("key", "    await ask.choice('twice', ['a'])\n    await ask.text('twice')"),
    ("key", "    for x in y:\n        await ask.text('same')"),
    ("key", "    while x:\n        await ask.text('same')"),
    ("key", "    for x in y:\n        await ask.text(f'same')"),
    ("key", "    for i, x in enumerate(y):\n        await ask.text(f'q[{i}]')"),
    ("key", "    for i in range(len(y)):\n        await ask.text(f'q[{i + 1}]')"),
    ("key", "    for pair in enumerate(y):\n        await ask.text(f'q[{pair[0]}]')"),
    ("key", "    x = [await ask.text(f'q[{i}]') for i, d in enumerate(y)]"),
    ("key", "    x = [await ask.text('q') for d in y]"),
    ("key", "    for x in y:\n        await _helper(ask)"),
    ("key", "    await _helper(ask)\n    await _helper(ask)"),
    ("key", "    if x:\n        await ask.tell('a')\n    await ask.tell('a')"),
    ("key", "    if await ask.choice('a', ['b']):\n        await ask.text('a')"),
    ("key", "    if x:\n        await ask.tell('a')\n        await ask.tell('a')"),
    ("key", "    for x in y:\n        if x:\n            await ask.tell('t')\n        else:\n            break"),
]
FRAME = """
from bot.dialog import Ask, flow

{top}

@flow("f")
async def f(ask: Ask) -> None:
{body}
    await ask.stop("end")

async def _helper(ask: Ask) -> None:
    await ask.text("in_helper")
"""


def mutant(line: str) -> str:
    inside = line.startswith(" ")
    return FRAME.format(top="" if inside else line, body=line if inside else "    pass")


def test_a_good_flow_has_no_findings() -> None:
    assert check_source(GOOD) == []
    assert check_source(mutant("    pass")) == []


@pytest.mark.parametrize(("rule", "line"), WRONG, ids=lambda value: value.strip().splitlines()[0])
def test_each_mutation_is_found(rule: str, line: str) -> None:
    assert rule in {finding.rule for finding in check_source(mutant(line))}


def test_a_helper_that_calls_itself_is_walked_once() -> None:
    source = (
        FRAME.format(top="", body="    await _again(ask)")
        + "\nasync def _again(ask: Ask) -> None:\n    await _again(ask)\n"
    )
    assert check_source(source) == []


def test_a_finding_says_where_and_how_to_mend_it() -> None:
    assert [
        str(f) for f in check_source(mutant("    for i, x in enumerate(y):\n        await ask.text(f'q[{i}]')"), "f.py")
    ] == ["f.py:9: key: f'q[{i}]' counts positions (i): use the thing's id"]


def test_the_command_fails_when_something_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text("import time\n", encoding="utf-8")
    assert main([str(good)]) == 0
    assert main([str(good), str(bad)]) == 1
    assert "bad.py:1: import: time differs at each replay" in capsys.readouterr().out


def test_the_module_is_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["lint"])
    monkeypatch.delitem(sys.modules, "bot.dialog.lint")
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("bot.dialog.lint", run_name="__main__")


def test_our_own_flows_for_tests_are_clean() -> None:
    here = Path(__file__).parent
    assert check_files([here / "flows.py", here.parent.parent / "bot" / "dialog" / "golden.py"]) == [
        finding
        for finding in check_files([here.parent.parent / "bot" / "dialog" / "golden.py"])
        if finding.rule == "import"
    ]
