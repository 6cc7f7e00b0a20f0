"""The story of the how-to is a story: it is played as it stands, and what the page names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.office import Office
from sandbox.play import Person, Play, run
from sandbox.scene import CAST, GROUPS, PEOPLE
from sandbox.staff.switches import HABITS, ROLES
from sandbox.story import find, known
from sandbox.told import report
from tests.docs.pages import ROOT, blocks, codes, prose

PAGE = ROOT / "docs" / "how-to" / "write-a-story.md"
CONTROL = ROOT / "docs" / "sandbox-control.md"


@pytest.mark.trial("pages followed to the letter beside the tutorial")
@pytest.mark.timeout(240)
async def test_the_story_of_the_page_is_carried(tmp_path: Path) -> None:
    (block,) = [one for one in blocks(PAGE) if one.file]
    file = tmp_path / block.file
    file.write_text(block.body, "utf-8")
    told = await run(find(str(file)), tmp_path / "house", by_hand=True)
    assert told.ok, report(told)
    assert [job.name for job in told.jobs] == ["answering the doctor (resident)"]


def test_what_the_page_calls_is_there() -> None:
    shell = next(one for one in blocks(PAGE) if one.lang == "sh")
    story = next(one for one in blocks(PAGE) if one.file)
    played = re.findall(r"STORY=(\S+)", shell.body)
    assert played
    assert set(played) <= known().keys()
    assert f"medrelay story {story.file} " in shell.body
    said = " ".join(codes(prose(PAGE)))
    for name in ("reads", "does_not_read", "presses", "types", "photographs", "pays", "signs", "opens"):
        assert name in said
        assert hasattr(Person, name)
    for name in ("end_role", "resume_role", "merge", "on_duty", "empty", "fill", "habit"):
        assert name in said
        assert hasattr(Office, name)
    for name in ("moment", "job", "keeps_custody_of", "office", "who"):
        assert f"play.{name}" in said
    assert hasattr(Play, "keeps_custody_of")
    assert {"xiuying-1951", "desk"} <= CAST.keys()
    assert {"compound", "endocrinology", "cardiology", "review"} == GROUPS.keys()
    assert CAST.keys().isdisjoint(PEOPLE)


def test_every_switch_of_the_staff_is_told_with_its_values() -> None:
    rows = [line for line in CONTROL.read_text("utf-8").splitlines() if line.startswith(("| `staff.", "| `autopilot."))]
    told = {codes(row)[0]: codes(row.split("|")[2]) for row in rows}
    for who, habits in HABITS.items():
        assert told[f"staff.{who}"] == list(habits)
    assert all(f"`autopilot.{role}`" in " ".join(rows) for role in ROLES)
