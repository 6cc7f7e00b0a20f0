"""One order that waits for a doctor, with its patient, doctors, pharmacist, ambassador and operator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from tests.cases.rows import ROWS
from tests.handlers.house import House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house
