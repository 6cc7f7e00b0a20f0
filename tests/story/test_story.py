"""The stories on the real processes: moments, budgets, and nothing of anybody where it must not be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import story
from sandbox.control import Control
from sandbox.play import Play, run
from sandbox.processes import running
from sandbox.scene import set_up
from sandbox.stories.day import day
from sandbox.told import BUDGETS, report
from tests.property_compound import watched_house

pytestmark = [pytest.mark.story, pytest.mark.timeout(240)]
ELSEWHERE = {
    "one dose changed (doctor, without the signature)",
    "return (pharmacist)",  # story changed-dose counts these two
    "ten neighbours in one go (ambassador)",
    "ten neighbours with an album (ambassador)",  # tests/e2e/test_photo.py counts it
    "the same as last (resident)",
    "a household in one visit (ambassador)",
    "asking for a visit (resident)",
    "something is wrong (courier)",
    "something is wrong (ambassador)",
    "something is wrong (resident)",
    "settling it (operator)",
    "letting an order go first (operator)",  # story short-staffed
}
OTHERS = sorted(story.known().keys() - {day.name})


@pytest.mark.parametrize(
    ("forms", "photos"),
    [("machine", "auto"), pytest.param("hand", "off", marks=pytest.mark.trial("days with forms filled in by hand"))],
)
async def test_the_day_is_carried_and_tells_no_tales(tmp_path: Path, forms: str, photos: str) -> None:
    settings = {"MEDRELAY_READ_PHOTOS": photos}
    async with (
        running(tmp_path, civil=day.begins, think=0.1, collect=day.collect, settings=settings) as house,
        Control(house.messenger_url) as control,
    ):
        scene = await set_up(control)
        async with watched_house(control, house):
            told = await Play(scene, house).perform(day)
        titles = [
            title
            for chat in ("endocrinology", "cardiology")
            for message in await control.messages(scene.chats[chat])
            if message["kind"] == "service"
            for title in message["versions"]
        ]
    assert told.ok, report(told)
    assert told.forms == [forms, forms]
    assert sorted(told.milestones) == ["T0", "T1", "T2", "T3", "T4", "T5", "T6"]
    assert {job.name for job in told.jobs} == set(BUDGETS) - ELSEWHERE
    assert told.custody, "the parcel was in somebody's hands"
    assert titles, "each consult has a topic"


@pytest.mark.trial("stories beside the day")  # the suite plays one of them on somebody else's hospital: test_foreign.py
@pytest.mark.parametrize("name", OTHERS)
async def test_a_story_is_carried_and_tells_no_tales(tmp_path: Path, name: str) -> None:
    async def watched(play: Play) -> None:
        async with watched_house(play.scene.control, play.house):
            await script.told_by(play)

    script = story.find(name)
    told = await run(replace(script, told_by=watched), tmp_path, by_hand=True)
    assert told.ok, report(told)
    assert len(told.milestones) >= 2
