"""The whole acceptance day while the bot dies at every commit boundary: before it, after it, and before some marks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.scene import Scene, set_up
from sandbox.story import Story
from tests.faults.effects import CUSTODY, added, difference, repeated, resources
from tests.faults.plans import Paranoid, PatientPhone
from tests.faults.world import World, living

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]
ANEW = re.compile(r"d:[^:]+:[^:]+:\d+:\d+")  # a question that was asked once more, under another key


async def patient(world: World) -> Scene:
    scene = await set_up(world.control)
    scene.phones = {key: PatientPhone(world.control, phone.id) for key, phone in scene.phones.items()}
    return scene


async def test_dying_at_every_commit_of_the_day_changes_nothing_that_anybody_can_see(tmp_path: Path) -> None:
    plan = Paranoid(seed=1)
    async with living(tmp_path, plan) as world:
        world.shift.modes["sorter"] = "human"
        seeds = await resources(world.hospital.url)

        async def between(moment: str) -> None:
            if moment == "all paid":
                world.shift.modes["sorter"] = "auto"

        scene = await patient(world)
        plan.on = True
        story = Story(scene, world.house, between)
        told = await story.play()
        plan.on = False
        left = await resources(world.hospital.url)

    assert not told.missed
    assert told.ok, told
    assert (plan.before, plan.after) > (100, 100)
    assert plan.unmarked > 0
    assert world.problems == []
    assert difference(added(seeds, left)) == {}
    assert repeated(seeds, left) == []
    assert [line["what"] for line in told.custody] == CUSTODY
    assert [one.key for one in world.sent if ANEW.fullmatch(one.key)] == []
    assert world.doubled() == {}
