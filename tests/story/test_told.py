"""What a story is called carried, what the command says, and what it says when there is no such story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from sandbox.play import Play, Script, story
from sandbox.story import NoStory, find, known
from sandbox.told import Job, Told, report

MOMENT = {"1": ("09:00", "she came")}


@pytest.mark.parametrize(
    ("told", "ok"),
    [
        pytest.param(Told(milestones=MOMENT), True, id="all seen"),
        pytest.param(Told(), False, id="nothing happened"),
        pytest.param(Told(milestones=MOMENT, missed=["nobody came"]), False, id="missed"),
        pytest.param(Told(milestones=MOMENT, jobs=[Job("review (pharmacist)", 3, 0)]), False, id="over a budget"),
        pytest.param(Told(milestones=MOMENT, jobs=[Job("own", 3, 0, limit=(2, None))]), False, id="over its own"),
        pytest.param(Told(milestones=MOMENT, jobs=[Job("own", 3, 2, limit=(3, 1))]), False, id="typed too much"),
        pytest.param(Told(milestones=MOMENT, jobs=[Job("own", 99, 99)]), True, id="no limit"),
    ],
)
def test_carried_is_what_was_seen_within_its_limits(told: Told, ok: bool) -> None:
    assert told.ok is ok
    assert ("NOT carried" in report(told)) is not ok
    assert ("OVER" in report(told)) is any(not job.within for job in told.jobs)


def test_the_report_says_who_did_how_much() -> None:
    told = Told(milestones=MOMENT, people={"resident": (7, 2)}, missed=["nobody came"])
    text = report(told)
    assert "she came" in text
    assert ["resident", "7", "2"] in [line.split() for line in text.splitlines()]
    assert "MISSED: nobody came" in text


def test_there_are_stories_and_each_says_what_it_is_about() -> None:
    there = known()
    assert {"day", "two-names", "insurer-refuses"} <= there.keys()
    assert all(name == script.name and len(script.title) > 20 for name, script in there.items())


def test_the_list_is_of_names_and_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["story", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(known())
    assert all(script.title in line for script, line in zip(known().values(), lines, strict=True))


@pytest.mark.parametrize("name", ["nope", "nowhere.py"])
def test_a_story_that_is_not_there_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["story", name]) == 2
    assert name in capsys.readouterr().err


@pytest.mark.parametrize("body", ["x = 1\n", "from sandbox.stories.day import day\nother = day\n"])
def test_a_file_tells_one_story(tmp_path: Path, body: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(body, "utf-8")
    with pytest.raises(NoStory, match="decorate one function"):
        find(str(file))


def test_a_story_carries_the_name_of_its_function_and_its_house() -> None:
    @story("Somebody comes", kit=True, cast=("desk",), staff={"insurer": "refuses"})
    async def somebody_comes(play: Play) -> None:
        """Nobody does."""

    assert (somebody_comes.name, somebody_comes.title, somebody_comes.kit) == ("somebody-comes", "Somebody comes", True)


def test_the_command_plays_the_day_and_writes_the_same_as_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    async def nobody(script: Script, _folder: Path, by_hand: bool, hospital: object, lang: str) -> Told:
        assert by_hand
        assert hospital is None
        assert lang == "zh-CN"
        played.append(script.name)
        return Told(missed=["nobody came"])

    monkeypatch.setattr("sandbox.story.run", nobody)
    file = tmp_path / "day.json"
    assert main(["story", "--by-hand", "--json", str(file)]) == 1
    assert main(["story", "two-names", "--by-hand"]) == 1
    assert json.loads(file.read_text("utf-8"))["missed"] == ["nobody came"]
    assert played == ["day", "two-names"]
