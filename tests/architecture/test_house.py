"""Every file keeps the house rules, every exception says why and is still needed, and every rule is shown to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.house import SHIPPED, TESTS, read

ROOT = Path(__file__).parents[2]

#: rule -> file -> why it may.
EXCEPTIONS = {
    "length": {},
    "printing": {
        "bot/starting.py": "the line a starter waits for",
        "sandbox/hospital/server.py": "the line a starter waits for",
        "sandbox/hospital/seed/__main__.py": "the line a starter waits for",
        "sandbox/staff/__main__.py": "the line a starter waits for",
    },
    "environment": {
        "bot/config.py": "the one reader of the settings",
        "bot/photo/reader.py": "hands the environment on to its worker process",
        "sandbox/hospital/seed/__main__.py": "a token that shall not stand in the list of processes",
        "sandbox/processes.py": "hands the environment on to the processes it starts",
        "sandbox/staff/__main__.py": "reads a token by the name it was given, so that no command line shows it",
    },
    "now": {
        "backend_client/retries.py": "a Retry-After that names an hour is of the wall, whatever the house's clock says",
        "bot/photo/cli.py": "a command line of its own, without a house around it",
        "bot/photo/reader.py": "the day where a caller names none, as the command line does",
    },
    "naps": {},
    "patterns": {},
    "purpose": {},
    "mocks": {},
}  # fmt: skip


def sources(*folders: str) -> list[str]:
    """Python files of ours under these folders, as paths from the root."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path.relative_to(ROOT).as_posix() for path in found if "/migrations/versions/" not in path.as_posix()]


CASES = dict.fromkeys(sources("backend_client", "bot", "locales", "sandbox"), SHIPPED)
CASES |= dict.fromkeys(sources("tests", "bench"), TESTS)


def found(rule: str, source: str) -> list[str]:
    return list({**SHIPPED, **TESTS}[rule](read(source)))


def test_every_file_keeps_the_house_rules() -> None:
    broken: list[str] = []
    for file, rules in CASES.items():
        seen = read((ROOT / file).read_text("utf-8"))
        for name, rule in rules.items():
            if file not in EXCEPTIONS[name]:
                broken += [f"{file}: {fault}" for fault in rule(seen)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(("rule", "file"), [(rule, file) for rule, files in EXCEPTIONS.items() for file in files])
def test_an_exception_is_still_needed(rule: str, file: str) -> None:
    assert found(rule, (ROOT / file).read_text("utf-8")), f"{file} keeps the rule: take it off the list"


BAD = {
    "length": "'''Long.'''\n" + "x = 1\n" * 350,
    "purpose": "x = 1\n",
    "printing": "def a():\n    print('here')\n",
    "environment": "import os\nx = os.environ.get('HOME')\n",
    "now": "from datetime import datetime\nat = datetime.now()\n",
    "mocks": "from unittest import mock\n",
    "naps": "import time\ntime.sleep(1)\n",
    "patterns": "x = r'a*+'\n",
}
WORSE = [
    ("environment", "from os import getenv\n"),
    ("environment", "from os import environ as words\n"),
    ("now", "import datetime\nday = datetime.date.today()\n"),
    ("now", "from datetime import date\nread = date.today\n"),
    ("mocks", "from unittest.mock import patch\n"),
    ("mocks", "import unittest.mock\n"),
    ("naps", "from time import sleep\nsleep(0.1)\n"),
    ("printing", "from pprint import pprint\npprint(1)\n"),
    ("patterns", "x = r'[^]*]++'\n"),
    ("patterns", "x = rf'[{y}]*+'\n"),
    ("patterns", "x = rf'{y}{{1,2}}+'\n"),
    ("patterns", "x = r'(?>a)'\n"),
]
GOOD = (
    '"""Fine."""\nfrom datetime import date\nimport os\nx = date(2026, 11, 23), os.sep\n'
    "y = rf'[*+{x}?+]+\\*+{x}+\\(?>'\n"
)


@pytest.mark.parametrize(("rule", "source"), [*BAD.items(), *WORSE])
def test_each_rule_can_fail(rule: str, source: str) -> None:
    assert found(rule, source)
    assert not found(rule, GOOD)


def test_each_rule_is_shown_to_fail() -> None:
    assert set(BAD) == {*SHIPPED, *TESTS} == set(EXCEPTIONS)
