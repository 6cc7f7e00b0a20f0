"""Who is a person, who is on autopilot and with which habit: set at start, then followed from the control interface."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from typing import Literal, cast

import aiohttp

Mode = Literal["human", "auto"]
ROLES = ("doctor", "pharmacist", "courier")
#: who -> the habits to choose from, the usual one first.
HABITS: Mapping[str, tuple[str, ...]] = {
    "registrar": ("off", "approves", "refuses", "late"),
    "insurer": ("pays", "refuses", "fen-off", "silent"),
    "pharmacist": ("reviews", "prices"),
    "checker": ("off", "finds"),
    "sorter": ("packs", "short", "rests"),
    "courier": ("drives", "types-code"),
    "counter": ("off",),  # or the id of the patient for whom an order is entered
}
USUAL = {who: habits[0] for who, habits in HABITS.items()}
PATIENT = re.compile(r"[A-Za-z0-9\-.]{1,64}")  # a FHIR id
log = logging.getLogger("sandbox.staff")


async def follow(control: str, poll: float, *obey: Callable[[object], None]) -> None:
    """For ever: read GET {control}/control/switches and give them to all of ``obey``."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while True:
            try:
                async with session.get(f"{control.rstrip('/')}/control/switches") as answer:
                    switches: object = await answer.json() if answer.status == 200 else {}
                    for one in obey:
                        one(switches)
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                log.info("switches not read: %s", type(error).__name__)
            await asyncio.sleep(poll)


def apply(modes: dict[str, Mode], switches: object) -> None:
    """``autopilot.<role>`` is human or auto; what is not said stays as it is."""
    said = cast("dict[str, object]", switches) if isinstance(switches, dict) else {}
    for role in ROLES:
        match said.get(f"autopilot.{role}"):
            case "human":
                modes[role] = "human"
            case "auto":
                modes[role] = "auto"


def apply_habits(habits: dict[str, str], switches: object) -> None:
    """``staff.<who>`` is one of HABITS; what is not said, or makes no sense, leaves it as it is."""
    said = cast("dict[str, object]", switches) if isinstance(switches, dict) else {}
    for who in HABITS:
        wanted = said.get(f"staff.{who}")
        if isinstance(wanted, str) and sensible(who, wanted):
            habits[who] = wanted


def sensible(who: str, habit: str) -> bool:
    return habit in HABITS.get(who, ()) or (who == "counter" and bool(PATIENT.fullmatch(habit)))


def habit(word: str) -> tuple[str, str]:
    """``insurer=refuses`` of a command line; ValueError says what there is."""
    who, _, wanted = word.partition("=")
    if sensible(who, wanted):
        return who, wanted
    choices = "; ".join(f"{one}={' | '.join(habits)}" for one, habits in HABITS.items())
    raise ValueError(f"{word!r} is no habit of the staff. There are: {choices} | a patient's id")
