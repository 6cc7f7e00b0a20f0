"""The real bot process, killed with -9 at seeded moments of the acceptance day."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import Control
from sandbox.play import Play
from sandbox.processes import House, running
from sandbox.scene import set_up
from sandbox.stories.day import day
from tests.faults.effects import CUSTODY, READ, added, difference, repeated, resources
from tests.faults.plans import PatientPhone
from tests.property_compound import watched_house

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]

MOMENTS = (
    "T0",
    "mandate",
    "before submit",
    "T1",
    "neighbour ordered",
    "taken",
    "T2",
    "quoted",
    "T3",
    "T4",
    "T5",
    "collected",
)


class Killer:
    """Kills the bot a moment after each chosen moment, while the day goes on, and starts it again."""

    def __init__(self, house: House, seed: int, kills: int) -> None:
        dice = random.Random(seed)
        self._house = house
        self._at = {moment: dice.uniform(0.0, 0.5) for moment in dice.sample(MOMENTS, kills)}
        self._tasks: set[asyncio.Task[None]] = set()
        self.kills = 0

    async def __call__(self, moment: str) -> None:
        delay = self._at.pop(moment, None)
        if delay is not None:
            await self.done()
            self._tasks.add(asyncio.create_task(self._kill(delay)))

    async def _kill(self, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._house.bot.kill()
        self.kills += 1
        await self._house.bot.restart()

    async def done(self) -> None:
        await asyncio.gather(*self._tasks)


@pytest.mark.trial("days with kill -9")  # the suite kills twice in a story: tests/story/test_carried.py
@pytest.mark.parametrize(("seed", "kills"), [(7, 2), *((n, 5) for n in (1, 2, 3, 7))])
async def test_a_day_with_kills_is_carried_with_every_effect_once(tmp_path: Path, seed: int, kills: int) -> None:
    async with (
        running(tmp_path, civil=day.begins, think=0.1, collect=12) as house,
        Control(house.messenger_url) as control,
        watched_house(control, house),
    ):
        seeds = await resources(house.hospital_url)
        scene = await set_up(control)
        scene.phones = {key: PatientPhone(control, phone.id) for key, phone in scene.phones.items()}
        killer = Killer(house, seed, kills)
        told = await Play(scene, house, killer).perform(day)
        await killer.done()
        left = await resources(house.hospital_url)
        messages = await control.messages()

    assert not told.missed
    assert told.ok, told
    assert killer.kills == kills
    assert difference(added(seeds, left), READ) == {}
    assert repeated(seeds, left) == []
    assert [line["what"] for line in told.custody] == CUSTODY
    copies = orphans(tmp_path / "medrelay.sqlite", messages)
    assert sum(copies.values()) <= kills, copies
    assert dead_letters(tmp_path / "medrelay.sqlite") == []


def orphans(database: Path, messages: list[dict[str, Any]]) -> Counter[tuple[int, str]]:
    """Messages that stand in a chat and that the bot does not know of: (chat, text) -> how many."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        known = set(store.execute("SELECT chat, message FROM posts WHERE message IS NOT NULL"))
    standing = [one for one in messages if not one["deleted"] and one["kind"] not in ("service",)]
    strange = [one for one in standing if (one["chat"], one["id"]) not in known]
    return Counter((one["chat"], next(iter(one["versions"]), one["kind"])) for one in strange)  # a photo has no words


def dead_letters(database: Path) -> list[Any]:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        return store.execute("SELECT source, code FROM dead_letters").fetchall()
