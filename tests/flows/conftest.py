"""The kit replays each event once here (bot/dialog/paranoia.py), in ``make trial`` three times, as everywhere else."""

from __future__ import annotations

from bot.dialog import paranoia
from tests.inputs import many

if not many():
    paranoia.TIMES = 1
