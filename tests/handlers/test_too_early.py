"""A text that is typed while its question is still on its way waits for the question, and not longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import core
from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.model import Dialog, Outcome, Post, Said, Spot, Text
from bot.store.port import Mark
from tests.handlers.house import LI, RESIDENT, House, at_home

KEY = "d:D1:words:0"
ASKED = Dialog("D1", "wrong", RESIDENT, RESIDENT, step="words", kind="text", prompt=KEY)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, (ASKED,)) as house:
        yield house


async def test_the_mark_of_the_question_ends_the_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "HOLD_STEP", 3600.0)  # the next look by itself would come in an hour
    patient = replace(house.services, config=replace(house.services.config, hold_seconds=7200.0))
    store, asked = house.services.store, Post(KEY, RESIDENT, Text("?"))
    await store.commit(Outcome(house.arrival(Said(Spot(LI, LI), 1, "x")), posts=(asked,)))
    await store.mark([Mark(KEY, "sending", attempts=1)])
    typed = asyncio.create_task(Core(patient, route).take(house.arrival(Said(Spot(RESIDENT, RESIDENT), 90, "x"))))
    await asyncio.sleep(0)
    assert not typed.done()
    await store.mark([Mark(KEY, "sent", shown=1, message=80)])
    await asyncio.wait_for(typed, 10)
    assert await store.seen("telegram", f"message/{RESIDENT}/90")
