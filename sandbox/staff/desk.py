"""What every member of the staff works with: a hospital client, patience, a dice; and the loop that never dies."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from backend_client import Broken, FhirHospital, NotFound, Refusal, RetryLater
from backend_client.models import Actor, Role, Staff
from backend_client.moves import input_of
from backend_client.rest import Rest
from backend_client.shapes import own_path, target_id
from backend_client.wire import Json
from sandbox.staff.inbox import Inbox
from sandbox.staff.switches import USUAL

log = logging.getLogger("sandbox.staff")


@dataclass
class Desk:
    """Times in wall seconds. ``refusals`` is the share (0..1) of work that is turned down, drawn with ``dice``."""

    hospital: FhirHospital
    think: float = 3.0
    poll: float = 0.5
    refusals: float = 0.0
    dice: random.Random = field(default_factory=random.Random)
    tick: Callable[[], float] = time.monotonic
    newest: Callable[[str], int] | None = None  # see Inbox
    habits: dict[str, str] = field(default_factory=lambda: dict(USUAL))  # who -> habit, may change at any time
    _drawn: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def rest(self) -> Rest:
        return self.hospital.rest

    def inbox(self, kind: str, params: dict[str, str], think: float | None = None) -> Inbox:
        return Inbox(self.rest, kind, params, self.think if think is None else think, self.tick, self.newest)

    def orders(self, *stages: str) -> Inbox:
        codes = self.rest.codes
        wanted = ",".join(f"{codes.system('order-status')}|{stage}" for stage in stages)
        return self.inbox("Task", {"code": f"{codes.system('task')}|refill-order", "business-status": wanted})

    def tasks(self, code: str, **params: str) -> Inbox:
        return self.inbox("Task", {"code": f"{self.rest.codes.system('task')}|{code}", **params})

    def refuses(self, work: str) -> bool:
        """Drawn once for each piece of work (its path): what was begun and cut short is ended in the same way."""
        return self._drawn.setdefault(work, self.dice.random()) < self.refusals

    async def colleagues(self, role: Role) -> tuple[Staff, ...]:
        return await self.hospital.staff(role)

    async def one_of(self, role: str) -> Actor:
        """The first who has this role now, also one that the bot does not know; NotFound(``no-<role>``)."""
        system = self.rest.codes.system("role")
        found = await self.rest.search("PractitionerRole", {"role": f"{system}|{role}", "active": "true"})
        if not found:
            raise NotFound(f"no-{role}")
        return Actor(min(own_path(one) for one in found))

    def department(self, order: Json) -> str:
        return target_id(input_of(self.rest.codes, order, "department"), "valueReference")


Round = Callable[[], Awaitable[None]]
Do = Callable[[Json], Awaitable[None]]


async def clear(inbox: Inbox, do: Do, ready: Callable[[Json], bool] = lambda _: True) -> None:
    """Do what waits. Refused work was done by somebody else or cannot be done; an unreachable hospital waits.

    What is not ``ready`` stays for a later look.
    """
    for resource in filter(ready, await inbox.look()):
        try:
            await do(resource)
        except Refusal as refusal:
            log.info("%s not done: %s %s", resource.get("resourceType"), refusal.code, refusal.detail)
        except Broken:
            log.exception("%s cannot be done", own_path(resource))
        inbox.done(resource)


async def work(name: str, rounds: tuple[Round, ...], wanted: Callable[[], bool], poll: float) -> None:
    """One member of the staff, for ever: look, act, wait. Whatever the hospital does, the loop goes on."""
    while True:
        for one in rounds if wanted() else ():
            try:
                await one()
            except RetryLater as error:
                log.info("%s waits: %s", name, error.code)
            except Exception:  # also what nobody thought of: she goes on, and the log says so
                log.exception("%s could not go on with a round", name)
        await asyncio.sleep(poll)
