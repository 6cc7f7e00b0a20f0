"""`medrelay audit ORDER|DAY`: a file of ids and codes, verified (R11)."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.clock import HandClock
from bot.reports import trail
from tests.cases.rows import NO, OPERATOR, ROWS
from tests.handlers.house import FORUM, LI, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        await house.take(house.press(LI, f"a:take:{NO}", FORUM))
        await house.take(house.press(OPERATOR, "a:invite"))
        await house.tap(OPERATOR, "doctor")
        yield house


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_an_orders_trail_names_ids_and_holds(house: House) -> None:
    found = await trail(house.services.config, NO)
    assert found.broken == ()
    assert [(row["actor"], row["what"], row["order"]) for row in rows(found.text)] == [(f"person:{LI}", "take", NO)]
    assert not [word for word in ("李医生", "王秀英", "二甲双胍") if word in found.text]


async def test_a_day_has_the_acts_of_no_order_too(house: House) -> None:
    day = house.services.today(house.clock.civil())
    found = await trail(house.services.config, day)
    assert {(row["what"], row["reason"]) for row in rows(found.text)} >= {("take", ""), ("invite", "pr-1")}
    assert rows((await trail(house.services.config, "2020-01-01")).text) == []
    with pytest.raises(ValueError, match="day is out of range"):
        await trail(house.services.config, "2026-02-31")


async def test_a_line_that_was_changed_is_told(house: House) -> None:
    with closing(sqlite3.connect(house.services.config.database)) as file, file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE audit SET actor = 'person:1' WHERE \"order\" = ?", (NO,))
    assert (await trail(house.services.config, NO)).broken == (f"{NO} from line 1",)
    assert (await trail(house.services.config, "2020-01-01")).broken
    assert (await trail(house.services.config, "")).broken == (), "another trail"


def test_what_is_not_known_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDRELAY_TOKEN", "")
    assert command_line.main(["audit", "R-1", "--out", str(tmp_path / "x.csv")]) == 2
    assert capsys.readouterr().err
    assert not (tmp_path / "x.csv").exists()
