"""A story on somebody else's hospital: nothing of the sandbox's own is there, and it has habits of real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.hospital.server import running
from sandbox.play import run
from sandbox.processes import Hospital
from sandbox.stories.day import day
from sandbox.told import report
from tests.proxy import OVER_HTTP, before

pytestmark = [pytest.mark.story, pytest.mark.timeout(400)]
ALONE = pytest.mark.trial("the day behind each habit of real servers")
#: What stands together in the suite: no habit hides another one.
TOGETHER = (
    "absolute references", "no bodies", "opaque pages", "whole seconds", "a cache", "no PATCH 405", "no ids of clients",
)  # fmt: skip


@pytest.mark.parametrize(
    "habits",
    [
        pytest.param((), marks=ALONE),
        TOGETHER,
        *(pytest.param((name,), marks=ALONE) for name in OVER_HTTP),
        pytest.param(("strict", "a lag", "outcomes as bodies", "no PATCH 501"), marks=ALONE),
    ],
    ids=lambda habits: "+".join(habits) or "none",
)
async def test_the_day_is_carried_behind_habits(tmp_path: Path, habits: tuple[str, ...]) -> None:
    """Edge, all rows: its private endpoints are switched off, and a token is asked for."""
    async with (
        running(token="of-this-hospital", plain=True) as hospital,
        before(hospital.url, *habits, zipped=habits == TOGETHER) as url,
    ):
        told = await run(day, tmp_path, by_hand=True, hospital=Hospital(url, "of-this-hospital"))
    assert told.ok, report(told)
    assert sorted(told.milestones) == ["T0", "T1", "T2", "T3", "T4", "T5", "T6"]
    assert len(told.custody) == 6
