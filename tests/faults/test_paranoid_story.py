"""The whole acceptance day while the bot dies: at every commit boundary, before some marks, and at any instant."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.play import Play
from sandbox.scene import Scene, set_up
from sandbox.stories import day as stories
from sandbox.told import Told
from tests.faults.distrust import Plan
from tests.faults.effects import CUSTODY, added, difference, repeated, resources
from tests.faults.plans import Paranoid, PatientPhone
from tests.faults.world import World, living

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]
trial = pytest.mark.trial("days of deaths at every commit and at any instant")
ANEW = re.compile(r"d:[^:]+:([^:]+:\d+:\d+)")  # a question that was asked once more, under another key
ONE_PHOTO = ["rx:0:1", "rx:0:1"]  # of each paper: "1 photo came, it is read at once" stands below the photo


async def patient(world: World) -> Scene:
    """The scene of the day, with people who wait for a bot that dies."""
    scene = await set_up(world.control)
    scene.phones = {key: PatientPhone(world.control, phone.id) for key, phone in scene.phones.items()}
    return scene


async def day(world: World, scene: Scene) -> tuple[Told, Counter[str], list[str]]:
    """The day played; what it added at the hospital, and what it did there twice."""

    async def between(moment: str) -> None:
        if moment == "all paid":
            world.shift.modes["sorter"] = "auto"

    world.shift.modes["sorter"] = "human"  # both parcels go with one run, however long the second payment takes
    seeds: dict[str, Any] = await resources(world.hospital.url)
    told = await Play(scene, world.house, between).perform(stories.day)
    left = await resources(world.hospital.url)
    return told, added(seeds, left), repeated(seeds, left)


def assert_as_if_nothing_had_happened(world: World, told: Told, effects: Counter[str], repeats: list[str]) -> None:
    assert not told.missed
    assert told.ok, told
    assert world.problems == []
    assert difference(effects) == {}
    assert repeats == []
    assert [line["what"] for line in told.custody] == CUSTODY
    anew = {one.key: found[1] for one in world.sent if (found := ANEW.fullmatch(one.key))}
    assert sorted(anew.values()) == ONE_PHOTO, "a question was asked again"
    assert world.doubled() == {}


@pytest.mark.parametrize(("share", "seed"), [(1 / 32, 1), *(pytest.param(1.0, n, marks=trial) for n in (1, 2, 3))])
async def test_dying_at_every_commit_of_the_day_changes_nothing_that_anybody_can_see(
    tmp_path: Path, share: float, seed: int
) -> None:
    """The suite dies at the commits of a part of the arrivals, the trials at all of them."""
    plan = Paranoid(seed, share=share)
    async with living(tmp_path, plan) as world:
        scene = await patient(world)
        plan.on = True
        told, effects, repeats = await day(world, scene)
        plan.on = False
    assert_as_if_nothing_had_happened(world, told, effects, repeats)
    assert min(plan.before, plan.after) > 64 * share
    assert plan.unmarked > 0


@trial
@pytest.mark.parametrize("seed", [3, 4, 5])
async def test_dying_at_any_instant_of_the_day_changes_nothing_either(tmp_path: Path, seed: int) -> None:
    """The suite's sample of this kind is a process that is killed (tests/story/test_carried.py)."""
    dice = random.Random(seed)

    async def die(world: World) -> None:
        while True:
            await asyncio.sleep(dice.expovariate(2.0))
            await world.crash()

    async with living(tmp_path, Plan()) as world:
        scene = await patient(world)
        death = asyncio.create_task(die(world))
        told, effects, repeats = await day(world, scene)
        death.cancel()
    assert_as_if_nothing_had_happened(world, told, effects, repeats)
    assert world.lives > 10
