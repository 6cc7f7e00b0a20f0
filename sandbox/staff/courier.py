"""The courier on autopilot: departs with each batch and arrives at its compound. Taking it over is the ambassador's."""

from __future__ import annotations

from backend_client.models import Actor
from backend_client.shapes import target
from backend_client.wire import Json
from sandbox.staff.desk import Desk, Round, clear


def rounds(desk: Desk) -> tuple[Round, ...]:
    system = desk.rest.codes.system("order-status")
    loaded = desk.tasks("deliver-batch", **{"business-status": f"{system}|packed"})
    rolling = desk.tasks("deliver-batch", **{"business-status": f"{system}|on-the-way"})

    async def depart() -> None:
        await clear(loaded, lambda batch: leave(desk, batch))

    async def arrive() -> None:
        await clear(rolling, lambda batch: be_there(desk, batch))

    return depart, arrive


async def leave(desk: Desk, batch: Json) -> None:
    await desk.hospital.depart(batch["id"], Actor(target(batch, "owner")))


async def be_there(desk: Desk, batch: Json) -> None:
    await desk.hospital.arrive(batch["id"], Actor(target(batch, "owner")))
