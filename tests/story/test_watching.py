"""What of a demo ends by itself is started again where the others look for it; where that is no help, it is said."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.processes import Hospital, House, NotStarted, Part
from sandbox.watching import MOST, WITHIN, Watch

STAYS = "import signal; print('ready', flush=True); signal.pause()"
ENDS = "print('ready', flush=True)"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path, "", Hospital(""))
    yield made
    for part in made.parts.values():
        await part.stop()


async def part(house: House, name: str, program: str) -> Part:
    made = Part(name, [sys.executable, "-c", program], {}, house.folder / f"{name}.log", "ready")
    house.parts[name] = made
    await made.start()
    return made


def pid_of(part: Part) -> int:
    assert part.process is not None
    return part.process.pid


async def gone(part: Part) -> None:
    assert part.process is not None
    await part.process.wait()


async def test_what_was_killed_is_started_again_and_the_others_are_left_alone(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    bot, staff = await part(house, "bot", STAYS), await part(house, "staff", STAYS)
    watch, first, other = Watch(house), pid_of(bot), pid_of(staff)
    assert await watch.look() == set()
    os.kill(first, signal.SIGKILL)
    await gone(bot)
    assert await watch.look() == {"bot"}
    assert (pid_of(bot) != first, pid_of(staff)) == (True, other)
    assert await watch.look() == set()
    said = capsys.readouterr().out
    assert "bot was killed (SIGKILL)" in said
    assert "bot is back" in said


async def test_what_ends_again_and_again_is_said_and_how_to_go_on(house: House) -> None:
    bot = await part(house, "bot", ENDS)
    watch = Watch(house, now=lambda: 0.0)
    for _ in range(MOST):
        await gone(bot)
        assert await watch.look() == {"bot"}
    await gone(bot)
    with pytest.raises(NotStarted, match=r"bot ended by itself \(exit status 0\).*start the demo again"):
        await watch.look()


async def test_once_a_minute_is_no_reason_to_give_up(house: House) -> None:
    bot, at = await part(house, "bot", STAYS), [0.0]
    watch = Watch(house, now=lambda: at[0])
    for _ in range(MOST + 2):
        at[0] += WITHIN
        await bot.kill()
        assert await watch.look() == {"bot"}


def test_a_part_comes_back_where_it_was(tmp_path: Path) -> None:
    hospital = Part("hospital", ["x", "--port", "0", "--db", "y"], {}, tmp_path / "log", "listening")
    hospital.line = "listening on http://127.0.0.1:45001/"
    hospital.keeps_its_port()
    assert hospital.argv == ["x", "--port", "45001", "--db", "y"]
