"""It stands 7: where a turn fails, what was typed stands nowhere either. Every step: test_canary_steps.py."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Batch
from tests.cases.rows import ROWS
from tests.handlers.house import HELPER, RESIDENT, House, at_home

WORD, ASCII, NUMBER, BORN = "必妥维甲乙丙", "biktarvyzz", "8001CANARY", "1951-03-08"
MARKED = (WORD, ASCII, NUMBER, BORN, "4711")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    batch = Batch("b-1", "run-1", "with-ambassador", 1, "comp-1", 41, HELPER, 1, 1)
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, batch)) as house:
        yield house


def files(house: House) -> bytes:
    """The database with what is beside it (WAL, shared memory), as they lie there."""
    path = Path(house.services.config.database)
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


async def test_what_was_typed_stands_nowhere_where_the_turn_fails(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drug that nobody can look for: what is put aside and logged has a place in the code, never what was typed."""
    caplog.set_level(logging.DEBUG)

    def broken(words: str) -> Sequence[object]:
        raise KeyError(words)

    house.core.services = house.services = replace(house.services, search=broken)  # type: ignore[arg-type]
    await by_hand_until_it_breaks(house)
    letters = await house.services.store.dead_letters()
    assert letters
    _nowhere(files(house), caplog.text, repr(letters))


async def by_hand_until_it_breaks(house: House) -> None:
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": []})
    await house.take(house.photo(RESIDENT, "u1"))
    await house.tap(RESIDENT, "done")
    for words in ("2026-11-10", WORD):
        await house.take(house.text(RESIDENT, words))


def _nowhere(file: bytes, *texts: str) -> None:
    assert b"comp-1" in file, "what may stand in plain is found"
    for word in MARKED:
        assert word.encode() not in file, f"{word} in the file"
        assert not any(word in text for text in texts), f"{word} in a log or a letter"
