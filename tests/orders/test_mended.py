"""What people corrected in readings is counted by field and layout, persisted, and told as numbers only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.ops.mended import count_mended, mended
from bot.store.mended import report
from bot.store.port import NotOpened
from tests.handlers.house import House, at_home
from tests.handlers.test_observed import PLACED

DRUG = {
    "id": "line-1",
    "name": "阿托伐他汀钙片",
    "strength": "20mg",
    "code": "d1",
    "boxes": 4,
    "sig": "20mg qn",
    "match": "exact",
}
LINE = {
    "code": "d1",
    "name": "阿托伐他汀钙片",
    "boxes": 4,
    "sig": "20mg qn",
    "proof": {"kind": "page", "place": "line-1"},
}
READING = {"date": "2026-11-10", "layout": "table", "drugs": [DRUG]}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


@pytest.mark.parametrize(
    ("drug", "line", "fields"),
    [
        ({}, {}, []),
        ({"boxes": None}, {"boxes": 2}, []),
        ({"match": "ask", "name": "阿托伐它汀"}, {}, []),
        ({}, {"boxes": 2}, ["boxes"]),
        ({}, {"sig": ""}, ["dose"]),
        ({}, {"code": "", "name": "阿托伐他汀"}, ["drug"]),
        ({}, {"code": "d2", "sig": "", "proof": {"kind": "typed", "place": "line-1"}}, ["drug"]),
        ({"code": ""}, {"code": "", "proof": {"kind": "typed", "place": "line-1"}}, ["drug"]),
    ],
)
def test_what_counts_as_a_correction(drug: dict[str, Any], line: dict[str, Any], fields: list[str]) -> None:
    assert mended({**READING, "drugs": [{**DRUG, **drug}]}, [{**LINE, **line}], "2026-11-10") == fields


@pytest.mark.parametrize("lines", [[], [{**LINE, "proof": {"kind": "typed", "place": "line-1"}}]])
@pytest.mark.parametrize("part", [{"name": "", "strength": ""}, {"strength": ""}])
def test_a_line_that_was_asked_as_a_whole_was_corrected_by_nobody(part: dict[str, Any], lines: list[Any]) -> None:
    assert mended({**READING, "drugs": [{**DRUG, "code": "", "boxes": None, **part}]}, lines, "2026-11-10") == []


def test_a_dose_that_we_left_to_the_doctor_for_a_pen_was_corrected_by_nobody() -> None:
    assert mended(READING, [{**LINE, "sig": ""}], "2026-11-10", ["line-1"]) == []
    assert mended(READING, [{**LINE, "sig": "", "boxes": 2}], "2026-11-10", ["line-1"]) == ["boxes"]


def test_the_day_a_line_too_many_and_one_that_was_lost() -> None:
    typed = {**LINE, "proof": {"kind": "typed", "place": ""}}
    found = mended(READING, [typed], "2026-11-11")
    assert found == ["date", "line that is not there", "line that was not read"]


async def test_they_are_kept_and_told_without_a_name(house: House, tmp_path: Path) -> None:
    for line, layout in (({"boxes": 2}, "table"), ({"boxes": 3}, "table"), ({}, "table"), ({"sig": ""}, "list")):
        turn = house.turn()
        draft = {"reading": {**READING, "layout": layout}, "lines": [{**LINE, **line}], "rx_date": "2026-11-10"}
        await count_mended(turn, draft, None)
        await count_mended(turn, draft, PLACED)
        await count_mended(turn, {"reading": {}, "lines": [LINE], "rx_date": "2026-11-10"}, None)
        await house.services.store.commit(turn.outcome())
    assert report(tmp_path / "core.sqlite", house.services.config.bot_id) == [
        "list: 1 readings confirmed, 1 corrections",
        "  dose                    1",
        "table: 3 readings confirmed, 2 corrections",
        "  boxes                   2",
    ]


def test_of_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotOpened):
        report(tmp_path / "none.sqlite", 1)
