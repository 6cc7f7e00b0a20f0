"""Loading: packed parcels of one compound become a batch with a manifest, the batches of one trip a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backend_client.bundles import Entry, transact, urn
from backend_client.errors import Clash
from backend_client.moves import business_status, input_of, output, outputs_of, stage_of
from backend_client.rest import Rest
from backend_client.shapes import (
    concept,
    each,
    identified,
    identifier,
    instant,
    own_path,
    ref,
    target,
    word,
)
from backend_client.wire import Json
from sandbox.staff.desk import Desk

ATTEMPTS = 4


class Loading:
    """Remembers since when parcels wait (wall seconds); all else is read from the hospital on every round."""

    def __init__(self, desk: Desk, collect: float) -> None:
        self._desk = desk
        self._collect = collect
        self._since: dict[str, float] = {}

    async def round(self) -> None:
        rest, now = self._desk.rest, self._desk.tick()
        waiting = await waiting_orders(rest)
        self._since = {own_path(task): self._since.get(own_path(task), now) for task in waiting}
        if not waiting or now - min(self._since.values()) < self._collect:
            return
        left = await self._already_listed(waiting)
        couriers = await self._desk.colleagues("courier")
        if left and couriers:
            number = len(await rest.search("Task", {"code": f"{rest.codes.system('task')}|deliver-run"}))
            await load(rest, left, f"PractitionerRole/{couriers[number % len(couriers)].id}")

    async def _already_listed(self, waiting: list[Json]) -> list[Json]:
        """Finish what a crash left between a manifest and its orders; the orders that are on no manifest yet."""
        batches = await batch_of_parcels(self._desk.rest, waiting)
        for task in waiting:
            batch = batches.get(parcel_of(self._desk.rest, task))
            if batch:
                await assign(self._desk.rest, task, batch)
        return [task for task in waiting if parcel_of(self._desk.rest, task) not in batches]


async def waiting_orders(rest: Rest) -> list[Json]:
    """Packed, to be brought home, on no batch yet; oldest first."""
    codes = rest.codes
    packed = f"{codes.system('order-status')}|packed"
    found = await rest.search("Task", {"code": f"{codes.system('task')}|refill-order", "business-status": packed})
    return [task for task in found if not outputs_of(codes, task, "batch") and to_home(rest, task)]


def to_home(rest: Rest, task: Json) -> bool:
    return word(input_of(rest.codes, task, "delivery"), "valueCode") != "window"


def parcel_of(rest: Rest, task: Json) -> str:
    return next((target(item, "valueReference") for item in outputs_of(rest.codes, task, "parcel")), "")


def compound_of(rest: Rest, task: Json) -> str:
    return target(input_of(rest.codes, task, "deliver-to"), "valueReference")


async def batch_of_parcels(rest: Rest, waiting: Sequence[Json]) -> dict[str, str]:
    """``SupplyDelivery/x -> Task/batch`` of those on a batch that has not left; what is sent again was on another."""
    parcels = [parcel_of(rest, task) for task in waiting]
    lists = await rest.search("List", {"item": ",".join(parcels)})
    if not lists:
        return {}
    batches = await rest.search("Task", {"focus": ",".join(own_path(one) for one in lists)})
    here = [batch for batch in batches if stage_of(rest.codes, batch) == "packed"]
    of_list = {target(batch, "focus"): own_path(batch) for batch in here}
    return {
        target(entry, "item"): of_list[own_path(one)]
        for one in lists
        for entry in each(one, "entry")
        if own_path(one) in of_list
    }


async def load(rest: Rest, waiting: Sequence[Json], courier: str) -> None:
    """One run, one batch a compound; keyed by the first order of each, so that a repeat finds them again."""
    groups: dict[str, list[Json]] = {}
    for task in waiting:
        groups.setdefault(compound_of(rest, task), []).append(task)
    run = await _fresh(rest, "run", "Task", waiting[0])
    name = urn(rest, f"run|{run}")
    entries = [Entry(name, _run(rest, run, courier), rest.codes.id("run"), run)]
    keys = {compound: await _fresh(rest, "manifest", "List", group[0]) for compound, group in groups.items()}
    for compound, group in groups.items():
        entries += _batch(rest, keys[compound], compound, group, name, courier)
    places = await transact(rest, entries)
    for compound, group in groups.items():
        for task in group:
            await assign(rest, task, places[urn(rest, f"batch|{keys[compound]}")])


async def _fresh(rest: Rest, kind: str, type_: str, task: Json) -> str:
    """The order's number; of a parcel that is sent again with how often it was."""
    no = key = identified(task, rest.codes.id("order"))
    times = 1
    while await rest.first(type_, rest.codes.id(kind), key) is not None:
        times += 1
        key = f"{no}-{times}"
    return key


def _run(rest: Rest, key: str, courier: str) -> Json:
    return {
        "resourceType": "Task",
        "identifier": [identifier(rest.codes.id("run"), key)],
        "status": "requested",
        "intent": "order",
        "code": concept(rest.codes.system("task"), "deliver-run"),
        "owner": ref(courier),
        "authoredOn": instant(rest.now()),
    }


def _batch(rest: Rest, key: str, compound: str, group: Sequence[Json], run: str, courier: str) -> Iterable[Entry]:
    codes = rest.codes
    manifest: Json = {
        "resourceType": "List",
        "identifier": [identifier(codes.id("manifest"), key)],
        "status": "current",
        "mode": "snapshot",
        "code": concept(codes.system("list"), "delivery-batch"),
        "date": instant(rest.now()),
        "entry": [{"item": ref(parcel_of(rest, task))} for task in group],
    }
    batch: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id("batch"), key)],
        "partOf": [ref(run)],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), "deliver-batch"),
        "businessStatus": business_status(codes, "packed"),
        "focus": ref(urn(rest, f"manifest|{key}")),
        "owner": ref(courier),
        "authoredOn": instant(rest.now()),
        "input": [{"type": concept(codes.system("task-input"), "deliver-to"), "valueReference": ref(compound)}],
    }
    yield Entry(urn(rest, f"manifest|{key}"), manifest, codes.id("manifest"), key)
    yield Entry(urn(rest, f"batch|{key}"), batch, codes.id("batch"), key)


async def assign(rest: Rest, task: Json, batch: str) -> None:
    """Tell the order its batch, also when the courier was so fast that the order is on its way already."""
    named = output(rest.codes, "batch", "Reference", ref(batch))
    for _ in range(ATTEMPTS):
        if outputs_of(rest.codes, task, "batch"):
            return
        operations = [
            {"op": "test", "path": "/output", "value": task["output"]},
            {"op": "add", "path": "/output/-", "value": named},
        ]
        try:
            await rest.patch(task, operations)
        except Clash:
            task = await rest.read(own_path(task))
        else:
            return
