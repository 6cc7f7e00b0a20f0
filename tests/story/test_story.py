"""The acceptance day on the real processes: milestones, budgets, and nothing of anybody where it must not be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from sandbox.control import Control
from sandbox.processes import running
from sandbox.scene import set_up
from sandbox.story import DAY, Story
from sandbox.told import BUDGETS, Job, Told, report
from tests.property_compound import watched_house

pytestmark = [pytest.mark.story, pytest.mark.timeout(240)]


@pytest.mark.parametrize(
    ("forms", "photos"),
    [("machine", "auto"), pytest.param("hand", "off", marks=pytest.mark.trial("days with forms filled in by hand"))],
)
async def test_the_day_is_carried_and_tells_no_tales(tmp_path: Path, forms: str, photos: str) -> None:
    settings = {"MEDRELAY_READ_PHOTOS": photos}
    async with (
        running(tmp_path, civil=f"{DAY}T08:30", think=0.1, collect=4, settings=settings) as house,
        Control(house.messenger_url) as control,
    ):
        scene = await set_up(control)
        async with watched_house(control, house):
            told = await Story(scene, house).play()
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
    assert {job.name for job in told.jobs} == set(BUDGETS)
    assert titles, "each consult has a topic"


def test_the_report_says_when_something_was_missed() -> None:
    told = Told(jobs=[Job("review (pharmacist)", 3, 0)], missed=["nobody came"])
    assert not told.ok
    assert "OVER" in report(told)
    assert "MISSED: nobody came" in report(told)
    assert "NOT carried" in report(told)


def test_the_command_writes_the_same_as_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(_folder: Path, by_hand: bool) -> Told:
        assert by_hand
        return Told(missed=["nobody came"])

    monkeypatch.setattr("sandbox.story.run", nobody)
    file = tmp_path / "day.json"
    assert main(["story", "--by-hand", "--json", str(file)]) == 1
    assert json.loads(file.read_text("utf-8"))["missed"] == ["nobody came"]
