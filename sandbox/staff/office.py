"""The hospital's housekeeping on order of the control interface: a role ends and comes back, records are merged."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from backend_client.errors import Refusal
from backend_client.rest import Rest
from backend_client.shapes import dig, instant, own_path, ref, target
from backend_client.wire import Json
from sandbox.staff.changing import change

log = logging.getLogger("sandbox.staff")


class Office:
    """``office.ended``: ids of PractitionerRoles. ``office.merged``: old Patient id -> id of the one that stays."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._wanted: tuple[frozenset[str], dict[str, str]] = (frozenset(), {})
        self._ended: frozenset[str] = frozenset()
        self._merged: dict[str, str] = {}

    def obey(self, switches: object) -> None:
        ended, merged = dig(switches, "office.ended"), dig(switches, "office.merged")
        self._wanted = (
            frozenset(str(one) for one in ended) if isinstance(ended, list) else self._wanted[0],
            {str(old): str(new) for old, new in merged.items()} if isinstance(merged, dict) else self._wanted[1],
        )

    async def round(self) -> None:
        """What is newly named is done, who is no longer named has the role again; a merge is for ever."""
        ended, merged = self._wanted
        for role in sorted(ended - self._ended):
            await self._try(end_role(self._rest, role))
        for role in sorted(self._ended - ended):
            await self._try(resume_role(self._rest, role))
        self._ended = ended
        for old, new in merged.items():
            if self._merged.get(old) != new:
                await self._try(merge(self._rest, old, new))
        self._merged = {**self._merged, **merged}

    async def _try(self, work: Awaitable[object]) -> None:
        try:
            await work
        except Refusal as refusal:
            log.warning("the office cannot do that: %s", refusal.code)


async def end_role(rest: Rest, role: str) -> Json:
    """No registration from today on: not active, and the period has ended."""
    place = f"PractitionerRole/{role}"
    period = {**(dig(await rest.read(place), "period") or {}), "end": instant(rest.now())}
    return await change(rest, place, {"active": False, "period": period})


async def resume_role(rest: Rest, role: str) -> Json:
    return await change(rest, f"PractitionerRole/{role}", {"active": True}, without=("period",))


async def merge(rest: Rest, old: str, new: str) -> None:
    """The old record is not active and names the one that stays; orders under way are the other's from now on."""
    await rest.read(f"Patient/{new}")
    link = {"other": ref(f"Patient/{new}"), "type": "replaced-by"}
    await change(rest, f"Patient/{old}", {"active": False, "link": [link]})
    for task in await rest.search("Task", {"patient": f"Patient/{old}"}):
        if target(task, "for") == f"Patient/{old}":
            await change(rest, own_path(task), {"for": ref(f"Patient/{new}")})
