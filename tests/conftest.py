"""What every test has: sockets that reach this machine only, a clock that stands, hypothesis without a stopwatch."""

from __future__ import annotations

import pytest
from hypothesis import settings

from bot.clock import HandClock

MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai: a working day, where the demo and the story begin

settings.register_profile("house", deadline=None, print_blob=True)  # shared machines are slow now and then
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if settings.get_current_profile_name() == "ci" else "house")


@pytest.fixture
def clock() -> HandClock:
    """A clock at MORNING that moves only when told to."""
    return HandClock(MORNING)
