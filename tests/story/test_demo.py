"""``make demo`` leaves nothing behind: whoever ends it, every part ends with it; one that is killed comes back."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from sandbox.demo import main

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # five processes start on what may be a busy machine


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _as_from_a_terminal() -> None:
    """Where these tests are run by nohup, SIGHUP is ignored, and a demo would rightly go on ignoring it."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _still_there(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for children in Linux' /proc")
@pytest.mark.parametrize(
    ("end", "options"),
    [
        pytest.param(signal.SIGTERM, ("--kit", "--staff", "insurer=refuses"), id="with the kit and a habit"),
        pytest.param(signal.SIGHUP, (), id="as it is", marks=pytest.mark.trial("ends of a demo")),
    ],
)
async def test_a_demo_that_is_ended_takes_its_parts_with_it(
    tmp_path: Path, end: signal.Signals, options: tuple[str, ...]
) -> None:
    port = _free_port()
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", str(port), "--folder", str(tmp_path / "demo"), *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "MEDRELAY_READ_PHOTOS": "off"},
        preexec_fn=_as_from_a_terminal,
    )
    assert demo.stdout is not None
    told = b""
    while b"Ctrl-C ends everything" not in told:
        line = await demo.stdout.readline()  # a demo that ends instead says nothing more
        assert line, told.decode()
        told += line
    killed = _children(demo.pid)
    assert len(killed) >= 4
    for pid in killed:  # messenger, hospital, staff, bot: each comes back by itself
        os.kill(pid, signal.SIGKILL)
        while b" is back" not in (line := await demo.stdout.readline()):
            assert line, "the demo ended with one of its parts"
    parts = _children(demo.pid)
    assert len(parts) == len(killed)
    assert not {*parts} & {*killed}
    demo.send_signal(end)
    rest, _ = await demo.communicate()
    assert "The demo has ended." in rest.decode()
    assert demo.returncode == 0
    assert _still_there(parts) == []


@pytest.mark.parametrize("word", ["insurer", "=refuses", "insurer="])
def test_a_habit_needs_both_sides(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--staff", word])
    assert "insurer=refuses" in capsys.readouterr().err
