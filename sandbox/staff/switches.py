"""Who is a person and who is on autopilot: set at start, then followed from the sandbox's control interface."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal

import aiohttp

Mode = Literal["human", "auto"]
ROLES = ("doctor", "pharmacist", "courier")
log = logging.getLogger("sandbox.staff")


async def follow(control: str, modes: dict[str, Mode], poll: float) -> None:
    """For ever: read ``autopilot.<role>`` of GET {control}/control/switches; what is not said stays as it is."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while True:
            try:
                async with session.get(f"{control.rstrip('/')}/control/switches") as answer:
                    apply(modes, await answer.json() if answer.status == 200 else {})
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                log.info("switches not read: %s", type(error).__name__)
            await asyncio.sleep(poll)


def apply(modes: dict[str, Mode], switches: object) -> None:
    for role in ROLES if isinstance(switches, dict) else ():
        match switches.get(f"autopilot.{role}"):
            case "human":
                modes[role] = "human"
            case "auto":
                modes[role] = "auto"
