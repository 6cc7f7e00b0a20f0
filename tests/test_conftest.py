"""The nets under every test: no socket leaves this machine, the clock stands, and trials are summed up."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from pytest_socket import SocketConnectBlockedError

from bot.clock import HandClock
from tests.conftest import FEW, ROOM, beyond_two, no_disk, trials
from tests.inputs import inputs


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_socket_that_leaves_this_machine_is_refused(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.socket(family) as foreign,
        pytest.warns(UserWarning, match="tried to use"),
        pytest.raises(SocketConnectBlockedError),
    ):
        foreign.connect((host, 80))


def test_a_socket_to_this_machine_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]):
        pass


def test_the_clock_stands_until_it_is_moved(clock: HandClock) -> None:
    assert clock.today("Asia/Shanghai") == "2026-11-23"
    before = clock.civil()
    clock.advance(1.5)
    assert clock.civil() - before == 1500


def test_files_of_tests_wait_for_no_disk_where_memory_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=ROOM))
    assert no_disk(str(tmp_path)) == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=ROOM + 1))
    assert no_disk(str(tmp_path / "none")) == ""
    assert no_disk(str(tmp_path)) == os.environ["TMPDIR"] == tempfile.gettempdir() == str(tmp_path)
    assert no_disk("/elsewhere") == str(tmp_path)  # who says where has his folder


def test_quick_takes_the_first_two_tests_of_each_file_that_needs_a_store() -> None:
    def item(path: str, line: int, parameter: str = "") -> Any:
        return SimpleNamespace(path=Path(path), location=(path, line, ""), nodeid=f"{path}::{line}[{parameter}]")

    items = [item("store/a", 9), item("store/a", 2, "y"), item("store/a", 2, "x"), item("store/a", 5),
             item("store/a", 7), item("store/b", 1), *(item("flows/c", line) for line in (1, 2, 3))]  # fmt: skip
    assert [one.nodeid for one in beyond_two(items, ["store"])] == ["store/a::2[y]", "store/a::7[]", "store/a::9[]"]
    assert [*beyond_two(items, [""])] == []


def reported(test: str, when: str, outcome: str, kind: str = "") -> pytest.TestReport:
    properties = [("trial", kind)] if kind else []
    return pytest.TestReport(test, ("", 0, ""), {}, outcome, None, when, (), 1.25, user_properties=properties)  # type: ignore[arg-type]


def test_a_suite_without_trials_tells_of_none() -> None:
    assert trials([reported("a", "call", "passed")]) == []


def test_trials_are_counted_by_kind_with_their_whole_time() -> None:
    told = trials([
        *(reported(test, when, "passed", "kills") for test in "ab" for when in ("setup", "call", "teardown")),
        reported("c", "setup", "passed", "kills"), reported("c", "call", "failed", "kills"),
        reported("d", "call", "passed", "kills"), reported("d", "teardown", "failed", "kills"),
        reported("e", "setup", "skipped", "clients"), reported("f", "call", "passed"),
    ])  # fmt: skip
    assert [line.split() for line in told] == [
        ["what", "tests", "passed", "seconds"],
        ["clients", "1", "0", "1"],
        ["kills", "4", "2", "12"],
        ["all", "5", "2", "14"],
    ]


def test_a_trial_shows_each_property_ten_times_as_many_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a test says a number of its own; what else it says stays."""
    monkeypatch.setattr("tests.inputs.many", lambda: False)
    assert (inputs(7).max_examples, settings.get_profile("house").max_examples) == (7, FEW)
    monkeypatch.setattr("tests.inputs.many", lambda: True)
    assert (inputs(7).max_examples, settings.get_profile("many").max_examples) == (70, 10 * FEW)
    assert inputs(7, stateful_step_count=3).stateful_step_count == 3


def test_every_number_of_inputs_is_multiplied() -> None:
    """``max_examples=`` would be the same in both; what is a trial itself has its number once."""
    here = Path(__file__).parent
    own = {path for path in here.rglob("*.py") if "max_examples=" in path.read_text("utf-8")}
    assert own == {here / name for name in ("conftest.py", "inputs.py", "test_conftest.py")}
