"""The clock file that all processes of a sandbox share.

Sources: docs/sandbox-control.md, "The clock"; Message.date is Unix time in seconds (Bot API, Message). How long
updates live: see test_updates; that a fast clock leaves them some wall seconds is the sandbox's rule.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox import clock
from sandbox.control import Control

from .conftest import LI, Api

MORNING = "2026-11-02T08:30:00.000+08:00"


def test_time_runs_at_its_rate() -> None:
    setting = clock.Setting(civil_ms=1_000, wall_ms=500, rate=60)
    assert setting.at(500) == 1_000
    assert setting.at(600) == 7_000


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "clock.json"
    one, two = clock.Clock(path), clock.Clock(path)
    one.move(to_ms=clock.parse_iso(MORNING), rate=0)
    assert clock.iso(two.now_ms()) == MORNING
    two.move(advance_s=90)
    assert clock.iso(one.now_ms()) == "2026-11-02T08:31:30.000+08:00"
    two.move(rate=10)
    assert one.rate == 10
    assert json.loads(path.read_text()).keys() == {"civil_ms", "wall_ms", "rate"}
    assert [entry.name for entry in path.parent.iterdir()] == ["clock.json"]


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    clock.write(path, clock.Setting(5, 5, 0))
    assert clock.Clock(path).now_ms() == 5


def test_a_file_that_is_no_clock(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match="no sandbox clock"):
        clock.read(path)


def test_iso_without_offset_is_shanghai() -> None:
    assert clock.parse_iso("2026-11-02T08:30:00") == clock.parse_iso(MORNING)


async def test_messages_are_dated_by_it(control: Control, api: Api) -> None:
    answer = await control.set_clock(set=MORNING, rate=0)
    assert (answer["civil"], answer["rate"]) == (MORNING, 0)
    await control.say(LI, "/start")
    sent = await api.ok("sendMessage", chat_id=LI, text="x")
    assert sent["date"] == clock.parse_iso(MORNING) // 1000
    assert (await control.clock())["civil"] == MORNING


async def test_a_fast_clock_does_not_outrun_the_bot(control: Control, api: Api) -> None:
    await control.set_clock(rate=50_000)
    await control.say(LI, "/start")
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await api.ok("sendMessage", chat_id=LI, text="Sure?", reply_markup=keys)
    query = (await control.press(LI, "Yes", wait=0.01))["query"]
    assert len(await api.drain()) == 2
    await api.ok("answerCallbackQuery", callback_query_id=query)
