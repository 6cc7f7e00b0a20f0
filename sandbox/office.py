"""What happens at the hospital behind everybody's back: a role ends, a record is merged, a list comes back empty."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from sandbox.control import PATIENCE, Control, NotSeen
from sandbox.processes import Hospital

STEP = 0.05  # s between two looks
ALWAYS = 10_000  # as often as a fault can strike


class Office:
    """Orders housekeeping through the control interface and waits until the hospital's books say that it is done."""

    def __init__(self, control: Control, hospital: Hospital, foreign: bool = False) -> None:
        self._control, self._hospital, self._foreign = control, hospital, foreign
        self._ended: list[str] = []
        self._merged: dict[str, str] = {}
        self._deceased: list[str] = []
        self._hours: dict[str, str] = {}

    async def habit(self, who: str, how: str) -> None:
        """From now on, e.g. ``habit("insurer", "refuses")``; what is being worked on may still go the old way."""
        await self._control.switch(**{f"staff.{who}": how})

    async def end_role(self, role: str) -> None:
        """A PractitionerRole is no longer active, and its period ends now."""
        role = self._hospital.id(f"PractitionerRole/{role}")
        self._ended.append(role)
        await self._order("office.ended", self._ended, f"PractitionerRole/{role}", lambda one: one["active"] is False)

    async def resume_role(self, role: str) -> None:
        role = self._hospital.id(f"PractitionerRole/{role}")
        self._ended.remove(role)
        await self._order("office.ended", self._ended, f"PractitionerRole/{role}", lambda one: one["active"] is True)

    async def on_duty(self, role: str, first: str, last: str) -> None:
        """By the hospital's hours he is there from HH:MM until HH:MM, each day."""
        role = self._hospital.id(f"PractitionerRole/{role}")
        self._hours[role] = f"{first}-{last}"
        await self._order(
            "office.hours", self._hours, f"PractitionerRole/{role}", lambda one: bool(one.get("availableTime"))
        )

    async def merge(self, old: str, new: str) -> None:
        """The Patient record ``old`` gives way to ``new``, with the orders under way."""
        old, new = (self._hospital.id(f"Patient/{one}") for one in (old, new))
        self._merged[old] = new
        await self._order("office.merged", self._merged, f"Patient/{old}", lambda one: bool(one.get("link")))

    async def deceased(self, patient: str, died: bool = True) -> None:
        """The Patient record says that he has died, or that was a mistake."""
        patient = self._hospital.id(f"Patient/{patient}")
        self._deceased = [one for one in self._deceased if one != patient] + [patient] * died
        await self._order(
            "office.deceased",
            self._deceased,
            f"Patient/{patient}",
            lambda one: bool(one.get("deceasedBoolean")) == died,
        )

    async def move(self, no: str, stage: str) -> None:
        """The operator gives an order this stage, where the contract knows a way; to be looked for on the order."""
        await self._control.switch(**{"office.moved": {no: stage}})

    async def empty(self, kind: str, times: int = ALWAYS) -> None:
        """Searches of this type find nothing, so many times; ``fill`` ends it."""
        self._ours()
        fault = {"kind": "empty", "path": f"/{kind}*", "times": times}
        place = f"{self._hospital.url}/_sandbox/faults"
        async with aiohttp.ClientSession() as session, session.post(place, json=fault) as answer:
            answer.raise_for_status()

    async def fill(self) -> None:
        """All lists are as they are again; other faults of the hospital end with it."""
        self._ours()
        async with (
            aiohttp.ClientSession() as session,
            session.delete(f"{self._hospital.url}/_sandbox/faults") as answer,
        ):
            answer.raise_for_status()

    def _ours(self) -> None:
        if self._foreign:
            raise NotSeen("this story orders faults of the hospital, and a foreign one has none to order")

    async def _order(self, switch: str, value: Any, place: str, done: Callable[[dict[str, Any]], bool]) -> None:
        await self._control.switch(**{switch: value})
        deadline = time.monotonic() + PATIENCE
        async with aiohttp.ClientSession(headers=self._hospital.headers) as session:
            while True:
                async with session.get(f"{self._hospital.url.rstrip('/')}/{place}") as answer:
                    if answer.status == 200 and done(await answer.json(content_type=None)):
                        return
                if time.monotonic() > deadline:
                    raise NotSeen(f"the office did not do {switch} for {place}: is the staff running, is the id right?")
                await asyncio.sleep(STEP)
