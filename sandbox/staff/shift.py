"""One shift: every member of the staff at work side by side, until the block ends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from backend_client import FhirHospital
from sandbox.clock import Clock
from sandbox.staff import courier, doctor, insurer, pharmacist, sorter
from sandbox.staff.desk import Desk, work
from sandbox.staff.switches import ROLES, Mode, follow


@dataclass
class Shift:
    """A shift that is on. ``modes`` may be changed at any time; a role that is not in it is always at work."""

    desk: Desk
    modes: dict[str, Mode] = field(default_factory=dict[str, Mode])

    def wanted(self, role: str) -> bool:
        return self.modes.get(role, "auto") == "auto"


@asynccontextmanager
async def running(
    hospital: str,
    *,
    token: str = "",
    clock: str | Path | None = None,
    control: str = "",
    modes: Mapping[str, Mode] | None = None,
    think: float = 0.0,
    poll: float = 0.05,
    collect: float | None = None,
    refusals: float = 0.0,
    seed: int | None = None,
) -> AsyncIterator[Shift]:
    """The staff of the hospital at base URL ``hospital``. Times in wall seconds; ``modes`` default to human.

    ``collect`` is how long packed parcels wait for others of the same trip: twice ``think`` unless said.
    """
    client = FhirHospital(hospital, token, now=Clock(clock).now_ms)
    dice = random.Random(seed)  # noqa: S311 - a sandbox's play, repeatable by its seed
    desk = Desk(client, think=think, poll=poll, refusals=refusals, dice=dice)
    shift = Shift(desk, {**dict.fromkeys(ROLES, "human"), **(modes or {})})
    staff = {
        "insurer": insurer.rounds(desk),
        "sorter": sorter.rounds(desk, 2 * think if collect is None else collect),
        "doctor": doctor.rounds(desk),
        "pharmacist": pharmacist.rounds(desk),
        "courier": courier.rounds(desk),
    }
    tasks = [
        asyncio.create_task(work(role, rounds, lambda role=role: shift.wanted(role), poll), name=role)
        for role, rounds in staff.items()
    ]
    if control:
        tasks.append(asyncio.create_task(follow(control, shift.modes, max(poll, 0.2)), name="switches"))
    try:
        yield shift
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.close()
