"""What every test has: sockets that reach this machine only, a clock that stands, hypothesis without a stopwatch, files
that wait for no disk.

And what `make trial` says at its end: which kinds of trial were made, how many, how long they took.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Collection, Generator, Iterable, Iterator

import pytest
from hypothesis import is_hypothesis_test, settings

from bot.clock import HandClock
from tests.inputs import MORE, many

FIRST = ("story", "faults", "e2e", "browser", "photo")  # these folders of tests begin a run
FEW = 30  # inputs of a property that says no number of its own (tests/inputs.py)
MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai: a working day, where the demo and the story begin
MEMORY, ROOM = "/dev/shm", 2 << 30  # noqa: S108 files in memory, where there is room for them


def no_disk(memory: str = MEMORY) -> str:
    """Where the files of tests go. A commit of a bot's store waits for its disk, some 6 ms where it is a real one, and
    the suite has fifty thousand of them; in memory it waits for nothing. Who says TMPDIR has his folder."""
    chosen = os.environ.get("TMPDIR", "")
    if not chosen and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = chosen = memory  # also for the processes that tests start
    return chosen


no_disk()
settings.register_profile("house", max_examples=FEW, deadline=None, print_blob=True)  # some machines are slow
settings.register_profile("many", settings.get_profile("house"), max_examples=FEW * MORE)  # for make trial
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if settings.get_current_profile_name() == "ci" else "house")


@pytest.fixture
def clock() -> HandClock:
    """A clock at MORNING that moves only when told to."""
    return HandClock(MORNING)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Seven thousand tests are collected, and stay: no later look for garbage walks over them again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--few", default="", metavar="FOLDERS", help="two tests of each file of these (make quick)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Room by room, what plays on whole processes first, else as the dice fell (pytest-randomly): the longest are no
    tail that everybody waits for, and what a room begins with (a browser, a reader, a town, the code taken apart) most
    of its tests find done by their worker."""
    left = {id(item) for item in beyond_two(items, str(config.getoption("--few")).split(","))}
    config.hook.pytest_deselected(items=[item for item in items if id(item) in left])
    items[:] = [item for item in items if id(item) not in left]
    rooms = [*FIRST, *(item.path.parent.name for item in items)]
    items.sort(key=lambda item: rooms.index(item.path.parent.name))


def beyond_two(items: Iterable[pytest.Item], folders: Collection[str]) -> Iterator[pytest.Item]:
    """All but the first two tests of each file of these folders, each with its first parameters, in any order."""
    begun: dict[object, set[object]] = {}
    for item in sorted(items, key=lambda item: (item.path, item.location[1] or 0, item.nodeid)):
        if item.path.parent.name not in folders:
            continue
        file = begun.setdefault(item.path, set())
        if len(file) < 2 and item.location[1] not in file:
            file.add(item.location[1])
        else:
            yield item


def pytest_itemcollected(item: pytest.Item) -> None:
    """The kind goes with the reports: where several processes test, the one that sums up has nothing else."""
    for mark in item.iter_markers("trial"):
        item.user_properties.append(("trial", mark.args[0]))
    if many() and (is_hypothesis_test(getattr(item, "obj", None)) or item.get_closest_marker("hypothesis")):
        item.user_properties.append(("trial", "properties, with ten times as many inputs"))
        if not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(120 * MORE))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for several in terminalreporter.stats.values() for one in several]
    if table := trials([one for one in reports if isinstance(one, pytest.TestReport)]):
        terminalreporter.section("trials")
        terminalreporter.write("\n".join(table) + "\n")


def trials(reports: Iterable[pytest.TestReport]) -> list[str]:
    """One line a kind, and their sum; nothing where no trial was made."""
    kinds: dict[str, list[pytest.TestReport]] = {}
    for report in reports:
        for kind in (value for name, value in report.user_properties if name == "trial"):
            kinds.setdefault(str(kind), []).append(report)
    if not kinds:
        return []
    rows = [_trial(kind, its) for kind, its in sorted(kinds.items())]
    return [
        f"{'what':<56} {'tests':>6} {'passed':>7} {'seconds':>8}",
        *rows,
        _trial("all", [one for its in kinds.values() for one in its]),
    ]


def _trial(kind: str, reports: list[pytest.TestReport]) -> str:
    tests = {one.nodeid for one in reports}
    whole = {one.nodeid for one in reports if one.when == "call" and one.passed}
    whole -= {one.nodeid for one in reports if one.failed}
    return f"{kind:<56} {len(tests):>6} {len(whole):>7} {sum(one.duration for one in reports):>8.0f}"
