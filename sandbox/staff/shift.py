"""One shift: every member of the staff at work side by side, until the block ends."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from backend_client import FhirHospital
from sandbox.clock import Clock
from sandbox.staff import checker, counter, courier, doctor, insurer, pharmacist, pricing, registrar, sorter
from sandbox.staff.desk import Desk, Round, work
from sandbox.staff.office import Office
from sandbox.staff.switches import ROLES, USUAL, Mode, apply, apply_habits, follow
from sandbox.staff.thumb import Thumb

LOOK = 1.5  # wall s
ANYTHING = ""  # of whatever kind


@dataclass
class Shift:
    """A shift that is on. ``modes`` may be changed at any time; a role that is not in it is always at work."""

    desk: Desk
    modes: dict[str, Mode] = field(default_factory=dict[str, Mode])
    office: Office | None = None

    @property
    def habits(self) -> dict[str, str]:
        """Who works how (switches.HABITS); may be changed at any time."""
        return self.desk.habits

    def wanted(self, role: str) -> bool:
        return self.modes.get(role, "auto") == "auto"


def _looks(wanted: Callable[[], bool], newest: Callable[[str], int] | None) -> Callable[[], bool]:
    """Whether to look now: at every turn, or after a write, and after LOOK s for what time alone brings."""
    if newest is None:
        return wanted
    seen, at = -1, 0.0

    def looks() -> bool:
        nonlocal seen, at
        if not wanted() or (seen == newest(ANYTHING) and time.monotonic() < at):
            return False
        seen, at = newest(ANYTHING), time.monotonic() + LOOK
        return True

    return looks


@asynccontextmanager
async def running(
    hospital: str,
    *,
    token: str = "",
    clock: str | Path | None = None,
    control: str = "",
    modes: Mapping[str, Mode] | None = None,
    habits: Mapping[str, str] | None = None,
    think: float = 0.0,
    poll: float = 0.05,
    collect: float | None = None,
    refusals: float = 0.0,
    seed: int | None = None,
    newest: Callable[[str], int] | None = None,
) -> AsyncIterator[Shift]:
    """The staff of the hospital at base URL ``hospital``. Times in wall seconds; ``modes`` default to human.

    ``collect`` is how long packed parcels wait for others of the same trip: twice ``think`` unless said. ``newest``
    grows with every write of a kind at the hospital, where the caller can see that: then nobody asks in vain.
    """
    client = FhirHospital(hospital, token, now=Clock(clock).now_ms)
    dice = random.Random(seed)  # noqa: S311 - a sandbox's play, repeatable by its seed
    desk = Desk(
        client, think=think, poll=poll, refusals=refusals, dice=dice, newest=newest, habits={**USUAL, **(habits or {})}
    )
    office = Office(client.rest)
    shift = Shift(desk, {**dict.fromkeys(ROLES, "human"), **(modes or {})}, office)
    staff: dict[str, tuple[Round, ...]] = {
        "insurer": insurer.rounds(desk),
        "sorter": sorter.rounds(desk, 2 * think if collect is None else collect),
        "doctor": doctor.rounds(desk),
        "pharmacist": pharmacist.rounds(desk),
        "courier": courier.rounds(desk),
        "registrar": registrar.rounds(desk),
        "checker": checker.rounds(desk),
        "pricing": pricing.rounds(desk),
        "counter": counter.rounds(desk),
        "office": (office.round,),
    }
    if control:
        staff["thumb"] = (Thumb(desk, control, partial(shift.wanted, "courier")).round,)
    tasks = [
        asyncio.create_task(work(role, rounds, _looks(partial(shift.wanted, role), newest), poll), name=role)
        for role, rounds in staff.items()
    ]
    if control:
        obey = (partial(apply, shift.modes), partial(apply_habits, desk.habits), office.obey)
        tasks.append(asyncio.create_task(follow(control, max(poll, 0.2), *obey), name="switches"))
    try:
        yield shift
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.close()
