"""A story on somebody else's hospital: nothing of the sandbox's own is there, and it has habits of real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import story
from sandbox.hospital.server import running
from sandbox.play import Play, run
from sandbox.processes import Hospital
from sandbox.stories.day import day
from sandbox.told import report
from tests.property_compound import watched_house
from tests.proxy import OVER_HTTP, before

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]
SAMPLE = "insurer-refuses"  # of the stories beside the day: the suite plays it here, where it has most against it
#: What stands together: no habit hides another one.
TOGETHER = (
    "absolute references", "no bodies", "opaque pages", "whole seconds", "a cache", "no PATCH 405", "no ids of clients",
)  # fmt: skip


@asynccontextmanager
async def foreign(*habits: str) -> AsyncIterator[Hospital]:
    """Edge, all rows: its private endpoints are switched off, and a token is asked for."""
    async with (
        running(token="of-this-hospital", plain=True) as hospital,
        before(hospital.url, *habits, zipped=habits == TOGETHER) as url,
    ):
        yield Hospital(url, "of-this-hospital")


async def test_a_story_is_carried_behind_habits_and_tells_no_tales(tmp_path: Path) -> None:
    async def watched(play: Play) -> None:
        async with watched_house(play.scene.control, play.house):
            await script.told_by(play)

    script = story.find(SAMPLE)
    async with foreign(*TOGETHER) as hospital:
        told = await run(replace(script, told_by=watched), tmp_path, by_hand=True, hospital=hospital)
    assert told.ok, report(told)
    assert len(told.milestones) >= 3


@pytest.mark.trial("the day behind the habits of real servers")
@pytest.mark.parametrize(
    "habits",
    [(), TOGETHER, *((name,) for name in OVER_HTTP), ("strict", "a lag", "outcomes as bodies", "no PATCH 501")],
    ids=lambda habits: "+".join(habits) or "none",
)
async def test_the_day_is_carried_behind_habits(tmp_path: Path, habits: tuple[str, ...]) -> None:
    async with foreign(*habits) as hospital:
        told = await run(day, tmp_path, by_hand=True, hospital=hospital)
    assert told.ok, report(told)
    assert sorted(told.milestones) == ["T0", "T1", "T2", "T3", "T4", "T5", "T6"]
    assert len(told.custody) == 6
