"""One call of the bot from raw parameters to a checked answer: faults, limits, the method, the trace."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import clock

from . import chats, check, edits, invites, media, messages, payments, profile, reactions, reading, topics, webhook
from .calls import Call, Upload
from .errors import ApiError, bad, too_many
from .faults import OF_CALLS
from .records import Json
from .world import World

log = logging.getLogger(__name__)

METHODS: dict[str, Any] = {
    name.lower(): handler
    for family in (messages, edits, reactions, media, topics, payments, chats, invites, profile, webhook)
    for name, handler in family.METHODS.items()
}
_SHOWN = 2000


@dataclass(frozen=True)
class Answer:
    """What goes back: an HTTP status with a JSON body; `lost` means that the connection breaks instead."""

    status: int
    body: Json
    lost: bool = False


async def answer(world: World, name: str, raw: Mapping[str, Any], files: Mapping[str, Upload]) -> Answer:
    """Carry out one call. Every refusal becomes the real server's error body; never raises."""
    begun = time.perf_counter()
    lost = False
    dropped: list[str] = []
    try:
        spec = check.method(name)
        chat = _chat(raw)
        lost = await _strike(world, spec["name"], chat)
        result = await _perform(world, spec, reading.request(spec, raw, files, dropped), files, chat)
        body: Json = {"ok": True, "result": result}
        if result is True and (note := webhook.NOTES.get(spec["name"])):
            body["description"] = note
        done = Answer(200, body, lost)
    except ApiError as error:
        done = Answer(error.code, error.body(), lost)
    except Exception:
        log.exception("the sandbox failed in %s", name)
        done = Answer(500, ApiError(500, "Internal Server Error").body())
    entry = _traced(world, name, raw, files, done, (time.perf_counter() - begun) * 1000)
    if entry is not None and dropped:
        entry["unknown"] = [*entry.get("unknown", ()), *dropped]
    return done


async def _perform(world: World, spec: Json, args: Json, files: Mapping[str, Upload], chat: int | None) -> Any:
    handler = METHODS.get(spec["name"].lower())
    if handler is None:
        raise bad(f"the sandbox does not have the method {spec['name']}")
    world.flood.check(spec["name"].lower(), chat)
    result = handler(Call(world, spec["name"], args, dict(files)))
    if inspect.isawaitable(result):
        result = await result
    try:
        check.answer(spec, result)
    except check.Misfit as misfit:
        log.error("the sandbox's answer to %s does not fit Bot API 10.0: %s: %r", spec["name"], misfit, result)
        raise ApiError(500, f"Internal Server Error: sandbox answer does not fit Bot API 10.0: {misfit}") from None
    return result


async def _strike(world: World, name: str, chat: int | None) -> bool:
    """Let an ordered fault happen; True when the answer is to be lost after the effect."""
    fault = world.faults.take(OF_CALLS, name, chat)
    if fault is None:
        return False
    if fault.kind == "429":
        raise too_many(max(1, round(fault.seconds or 1)))
    if fault.kind == "5xx":
        raise ApiError(502, "Bad Gateway")
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds if fault.seconds is not None else 2.0)
    return fault.kind == "lost-response"


def _chat(raw: Mapping[str, Any]) -> int | None:
    try:
        return int(raw["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


def _traced(
    world: World, name: str, raw: Mapping[str, Any], files: Mapping[str, Upload], done: Answer, ms: float
) -> Json | None:
    if name.lower() == "getupdates" and done.body.get("result") == []:
        return None
    world.traced += 1
    spec = check.METHODS.get(name.lower())
    entry: Json = {
        "n": world.traced,
        "at": clock.iso(world.clock.now_ms()),
        "method": spec["name"] if spec else name,
        "chat": _chat(raw),
        "ok": done.status == 200,
        "error": done.body.get("description") if done.status != 200 else None,
        "ms": round(ms, 2),
        "lost": done.lost,
        "request": {key: _short(value) for key, value in raw.items()},
        "response": done.body,
    }
    if files:
        entry["files"] = {field: {"name": file.name, "size": len(file.body)} for field, file in files.items()}
    if spec and (strange := reading.unknown(spec, raw)):
        entry["unknown"] = [field for field in strange if field not in files]
    world.trace.append(entry)
    return entry


def _short(value: Any) -> Any:
    return f"{value[:_SHOWN]}..." if isinstance(value, str) and len(value) > _SHOWN else value
