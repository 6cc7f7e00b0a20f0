"""What happened meanwhile: Tasks changed since a cursor, as snapshots (contract G10 and 'missed events')."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from backend_client.answers import log
from backend_client.errors import HospitalError, RetryLater, Unintelligible
from backend_client.models import TASK_KINDS, BatchSnapshot, Changes, OrderSnapshot, TaskSnapshot, Unread
from backend_client.orders import build, context, fetch
from backend_client.rest import Rest
from backend_client.road import batches
from backend_client.shapes import code_of, identified, instant, ms, own_path, target, target_id, updated, version, word
from backend_client.wire import Json

OVERLAP_MS = 10_000
BEGINNING = "1970-01-01T00:00:00.000Z"
KNOWN = frozenset({"refill-order", "deliver-batch", "deliver-run", "stand-in"})
SUBTASKS = frozenset({"pharmacist-review", "receipt-confirmation", "parcel-problem", "price-line"})
PAGES = 20  # of one call; the rest comes with the next, from the new cursor

T = TypeVar("T")


async def changes(rest: Rest, cursor: str, seen: Sequence[str]) -> Changes:
    """Cursor and seen come from the hospital's lastUpdated only; a page set is always begun anew from the cursor."""
    if not cursor:
        return await _from_now(rest)
    found = await _since(rest, cursor)
    known = set(seen)
    fresh = [task for task in found if key(task) not in known]
    tasks = await _orders(rest, fresh)
    unreadable: list[Unread] = []
    orders = await _orders_read(rest, tasks, unreadable)
    runs = [task for task in fresh if _code(rest, task) == "deliver-batch"]
    shipped = await _each_alone(runs, lambda task: _one_batch(rest, task), unreadable)
    kinds = [(_code(rest, task), task) for task in fresh]
    others = [seen_as(rest, kind, task) for kind, task in kinds if kind in TASK_KINDS]
    unknown = [kind for kind, _ in kinds if kind not in KNOWN | SUBTASKS | TASK_KINDS]
    latest = max([ms(cursor), *map(updated, found)])
    return Changes(
        tuple(orders),
        tuple(shipped),
        instant(latest),
        _overlap(found, latest),
        tuple(unreadable),
        tuple(others),
        tuple(unknown),
    )


def key(task: Json) -> str:
    return f"{own_path(task)}/{version(task)}"


def _code(rest: Rest, task: Json) -> str:
    return code_of(task.get("code"), rest.codes.system("task"))


def _overlap(found: Sequence[Json], latest: int) -> tuple[str, ...]:
    return tuple(key(task) for task in found if updated(task) >= latest - OVERLAP_MS)


async def orders_of(rest: Rest, patient: str) -> Changes:
    """Every order of one patient that stands at the hospital now; nothing is said of where the changes were read."""
    wanted = {"patient": f"Patient/{patient}", "code": f"{rest.codes.system('task')}|refill-order"}
    found = [task for task in await rest.search("Task", wanted) if _code(rest, task) == "refill-order"]
    unreadable: list[Unread] = []
    read = await _orders_read(rest, sorted(found, key=updated), unreadable)
    return Changes(tuple(read), (), "", unreadable=tuple(unreadable))


async def _since(rest: Rest, cursor: str) -> list[Json]:
    since = instant(max(0, ms(cursor) - OVERLAP_MS))
    return await rest.search("Task", {"_lastUpdated": f"ge{since}", "_sort": "_lastUpdated"}, pages=PAGES)


async def _from_now(rest: Rest) -> Changes:
    newest = await rest.search("Task", {"_sort": "-_lastUpdated", "_count": "1"}, pages=1)
    if not newest:
        return Changes((), (), BEGINNING)
    cursor = word(newest[0], "meta", "lastUpdated")
    return Changes((), (), instant(ms(cursor)), _overlap(await _since(rest, cursor), ms(cursor)))


async def _orders(rest: Rest, fresh: Sequence[Json]) -> list[Json]:
    """The newest version of every order that changed itself or through a step of its own."""
    orders = {own_path(task): task for task in fresh if _code(rest, task) == "refill-order"}
    parents = {target(task, "partOf", 0) for task in fresh if _code(rest, task) in SUBTASKS}
    for place, task in (await fetch(rest, parents - orders.keys())).items():
        if _code(rest, task) == "refill-order":
            orders[place] = task
    return sorted(orders.values(), key=updated)


async def _orders_read(rest: Rest, tasks: Sequence[Json], unreadable: list[Unread]) -> list[OrderSnapshot]:
    known: dict[str, Json] | None = None
    try:
        known = await context(rest, tasks)
    except HospitalError as error:  # of one of them: the others are read all the same
        if isinstance(error, RetryLater) and len(tasks) < 2:
            raise

    away: list[RetryLater] = []

    async def one(task: Json) -> OrderSnapshot:
        try:
            return build(rest, task, await context(rest, [task]) if known is None else known)
        except Unintelligible:
            raise
        except HospitalError as error:
            away.extend([error] if isinstance(error, RetryLater) else [])
            raise Unintelligible(error.code) from error

    read = await _each_alone(tasks, one, unreadable, rest.codes.id("order"))
    if away and len(away) == len(tasks):  # no order's fault: the hospital is away
        raise away[0]
    return read


def seen_as(rest: Rest, kind: str, task: Json) -> TaskSnapshot:
    """Read off the Task alone: whoever follows this kind reads what it refers to."""
    return TaskSnapshot(
        id=str(task["id"]),
        kind=kind,
        version=version(task),
        updated=updated(task),
        status=word(task, "status"),
        stage=_stage(rest, kind, task),
        about=target(task, "focus"),
        patient=target(task, "for"),
        owner=target(task, "owner"),
        part_of=target(task, "partOf", 0),
        reason=word(task, "statusReason", "text"),
        key=identified(task, rest.codes.id(kind)),
        place=target_id(task, "location"),
    )


def _stage(rest: Rest, kind: str, task: Json) -> str:
    """Of a kind that has its own CodeSystem by that, else by the orders'."""
    systems = (f"{kind}-status", "order-status")
    return next(filter(None, (code_of(task.get("businessStatus"), rest.codes.system(one)) for one in systems)), "")


async def _one_batch(rest: Rest, task: Json) -> BatchSnapshot:
    return (await batches(rest, [task]))[0]


async def _each_alone(
    tasks: Sequence[Json], read: Callable[[Json], Awaitable[T]], unreadable: list[Unread], number: str = ""
) -> list[T]:
    """One that breaks the contract must not hide the others. ``number``: the system of its identifier."""
    found: list[T] = []
    for task in tasks:
        try:
            found.append(await read(task))
        except Unintelligible as error:
            log.error("%s left out of the feed: %s", own_path(task), error.code)
            no = identified(task, number) if number else ""
            unreadable.append(Unread(own_path(task), error.code, no))
    return found
