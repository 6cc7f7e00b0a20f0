"""The control interface (docs/sandbox-control.md): a table of routes, small handlers, one place for refusals."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from sandbox import clock as clocks

from . import given, invites, members, on_page, people, presses, sees, updates
from .errors import Refused
from .records import Json
from .world import World

WORLD = web.AppKey("world", World)
Handler = Callable[[World, web.Request, Json], Awaitable[Any]]


def _wrapped(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json() if request.can_read_body else {}
            if not isinstance(body, dict):
                raise Refused("Send a JSON object.")
            result = await handler(request.app[WORLD], request, body)
        except Refused as refused:
            return web.json_response({"error": refused.text}, status=refused.status)
        except (ValueError, TypeError, KeyError) as error:
            return web.json_response({"error": f"This is not understood: {error}; see sandbox-control.md."}, status=400)
        return result if isinstance(result, web.StreamResponse) else web.json_response(result)

    return handle


def _number(request: web.Request, name: str, default: int | None = None) -> int | None:
    text = request.query.get(name)
    return default if text is None or text == "" else int(text)


def _who(request: web.Request) -> int:
    return int(request.match_info["person"])


async def _add_person(world: World, _request: web.Request, body: Json) -> Json:
    return {"person": sees.person_view(people.add_person(world, body))}


async def _add_group(world: World, _request: web.Request, body: Json) -> Json:
    return {"chat": sees.chat_view(world, people.add_group(world, body))}


async def _member(world: World, request: web.Request, body: Json) -> Json:
    place = people.group(world, int(request.match_info["chat"]))
    user = int(body["person"])
    if user != world.bot.id:
        people.person(world, user)
    by = int(body.get("by") or members.owner(world, place) or user)
    match body.get("action"):
        case "join":
            members.join(world, place, user)
        case "leave":
            members.leave(world, place, user)
        case "kick":
            members.kick(world, place, user, by)
        case "promote":
            members.promote(world, place, user, by, body.get("rights"))
        case _:
            raise Refused("Give an action: join, leave, kick or promote.")
    return {"ok": True, "chat": sees.chat_view(world, place)}


async def _migrate(world: World, request: web.Request, _body: Json) -> Json:
    place = people.group(world, int(request.match_info["chat"]))
    if place.kind != "group" or place.migrated_to:
        raise Refused("Only a basic group migrates, and only once.")
    return {"chat": sees.chat_view(world, members.migrate(world, place, people.free_id(world, "supergroup")))}


async def _world(world: World, _request: web.Request, _body: Json) -> Json:
    return sees.world_view(world)


def _done(message_id: int) -> Json:
    return {"ok": True, "message_id": message_id}


async def _say(world: World, request: web.Request, body: Json) -> Json:
    more = {name: body.get(name) for name in ("thread", "reply_to", "entities")}
    return _done(people.say(world, _who(request), str(body.get("text") or ""), body.get("chat"), **more).id)


async def _photo(world: World, request: web.Request, body: Json) -> Json:
    bodies = [await given.body(world, source) for source in body.get("photos") or []]
    if None in bodies:
        raise Refused("Give each photo as base64 or path.")
    sent = await people.photos(
        world,
        _who(request),
        [one for one in bodies if one is not None],
        str(body.get("caption") or ""),
        body.get("chat"),
        thread=body.get("thread"),
        reply_to=body.get("reply_to"),
    )
    return {**_done(sent[0].id), "message_ids": [record.id for record in sent]}


async def _send(world: World, request: web.Request, body: Json) -> Json:
    return _done(people.send(world, _who(request), body, await given.body(world, body)).id)


async def _press(world: World, request: web.Request, body: Json) -> Json:
    return await presses.press(world, _who(request), body)


async def _open(world: World, request: web.Request, body: Json) -> Json:
    return {**_done(people.open_link(world, _who(request), str(body.get("link") or "")).id), "chat": _who(request)}


async def _pay(world: World, request: web.Request, body: Json) -> Json:
    return await presses.pay(world, _who(request), body)


async def _edit(world: World, request: web.Request, body: Json) -> Json:
    text = str(body.get("text") or "")
    return _done(people.edit(world, _who(request), body.get("chat"), int(body["message_id"]), text).id)


async def _react(world: World, request: web.Request, body: Json) -> Json:
    emoji = str(body.get("emoji") or "")
    return _done(people.react(world, _who(request), body.get("chat"), int(body["message_id"]), emoji).id)


def _blocking(blocked: bool) -> Handler:
    async def block(world: World, request: web.Request, _body: Json) -> Json:
        people.private_chat(world, people.person(world, _who(request)))
        members.block(world, _who(request), blocked)
        return {"ok": True}

    return block


async def _join(world: World, request: web.Request, body: Json) -> Json:
    people.person(world, _who(request))
    return {"ok": True, **invites.follow(world, _who(request), str(body.get("link") or ""))}


async def _read(world: World, request: web.Request, body: Json) -> Json:
    place = people.chat_of(world, _who(request), body.get("chat"))
    place.read[_who(request)] = world.state.newest(place.id)
    world.state.keep(place)
    world.changed(person=people.person(world, _who(request)))
    return {"ok": True}


async def _sees(world: World, request: web.Request, _body: Json) -> Json:
    who = people.person(world, _who(request))
    since, wait = _number(request, "since"), float(request.query.get("wait", "0"))
    deadline = time.monotonic() + min(wait, 300.0)
    while since is not None and world.seen.get(who.id, world.first_revision) <= since:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        await world.people_bell.wait(left)
    last = _number(request, "last", 50) or 50
    return sees.phone(world, who, _number(request, "chat"), _number(request, "thread"), last)


async def _messages(world: World, request: web.Request, _body: Json) -> list[Json]:
    return sees.everything(world, _number(request, "chat"), bool(_number(request, "all", 0)))


async def _file(world: World, request: web.Request, _body: Json) -> web.Response:
    record = world.state.files.get(request.match_info["file"])
    if record is None:
        raise Refused("There is no such file.", 404)
    safe = record.mime if record.mime.startswith(("image/", "audio/", "video/")) else "application/octet-stream"
    headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    kind = "application/octet-stream" if "svg" in safe else safe
    return web.Response(body=world.state.blob(record.id), content_type=kind.split(";")[0], headers=headers)


def _clock_view(world: World) -> Json:
    now = world.clock.now_ms()
    return {"civil": clocks.iso(now), "civil_ms": now, "rate": world.clock.rate}


async def _clock(world: World, _request: web.Request, _body: Json) -> Json:
    return _clock_view(world)


async def _move_clock(world: World, _request: web.Request, body: Json) -> Json:
    to_ms = clocks.parse_iso(body["set"]) if body.get("set") else None
    rate = float(body["rate"]) if body.get("rate") is not None else None
    if rate is not None and not 0 <= rate <= 100_000:
        raise Refused("The rate is 0 (stands still) to 100000.")
    world.clock.move(to_ms=to_ms, advance_s=float(body.get("advance") or 0), rate=rate)
    world.clock_bell.ring()
    world.updates_bell.ring()
    world.changed()
    return _clock_view(world)


async def _order_fault(world: World, _request: web.Request, body: Json) -> Json:
    return {"id": world.faults.order(body).id}


async def _faults(world: World, _request: web.Request, _body: Json) -> list[Json]:
    return world.faults.all()


async def _cancel_fault(world: World, request: web.Request, _body: Json) -> Json:
    fault = request.match_info.get("fault")
    world.faults.cancel(int(fault) if fault else None)
    updates.release_all(world)
    return {"ok": True}


async def _trace(world: World, request: web.Request, _body: Json) -> list[Json]:
    since = _number(request, "since", 0) or 0
    return [entry for entry in world.trace if entry["n"] > since]


async def _switches(world: World, _request: web.Request, _body: Json) -> Json:
    kept = {name: value for name, value in world.state.switches.items() if name not in on_page.KEPT}
    return {**world.own_switches(), **kept}


async def _set_switches(world: World, request: web.Request, body: Json) -> Json:
    for name, value in body.items():
        world.set_switch(name, value)
    world.changed()
    return await _switches(world, request, {})


async def _live(request: web.Request) -> web.WebSocketResponse:
    world = request.app[WORLD]
    socket = web.WebSocketResponse(heartbeat=20)
    await socket.prepare(request)
    changes: asyncio.Queue[Json] = asyncio.Queue()

    def tell(revision: int, chats: list[int], who: list[int]) -> None:
        changes.put_nowait({"revision": revision, "chats": chats, "people": who})

    world.heard.append(tell)
    sender = asyncio.create_task(_stream(socket, changes))
    try:
        await socket.send_json({"revision": world.state.revision, "chats": [], "people": []})
        async for message in socket:
            if message.type in {WSMsgType.CLOSE, WSMsgType.ERROR}:
                break
    finally:
        world.heard.remove(tell)
        sender.cancel()
    return socket


async def _stream(socket: web.WebSocketResponse, changes: asyncio.Queue[Json]) -> None:
    while True:
        change = await changes.get()
        while not changes.empty():
            more = changes.get_nowait()
            change = {
                "revision": more["revision"],
                "chats": sorted({*change["chats"], *more["chats"]}),
                "people": sorted({*change["people"], *more["people"]}),
            }
        await socket.send_json(change)


PERSON = "/control/people/{person:-?\\d+}"
ROUTES: list[tuple[str, str, Handler]] = [
    ("POST", "/control/people", _add_person),
    ("POST", "/control/groups", _add_group),
    ("POST", "/control/groups/{chat:-?\\d+}/members", _member),
    ("POST", "/control/groups/{chat:-?\\d+}/migrate", _migrate),
    ("GET", "/control/world", _world),
    ("POST", f"{PERSON}/say", _say),
    ("POST", f"{PERSON}/photo", _photo),
    ("POST", f"{PERSON}/send", _send),
    ("POST", f"{PERSON}/press", _press),
    ("POST", f"{PERSON}/open", _open),
    ("POST", f"{PERSON}/pay", _pay),
    ("POST", f"{PERSON}/edit", _edit),
    ("POST", f"{PERSON}/react", _react),
    ("POST", f"{PERSON}/block", _blocking(True)),
    ("POST", f"{PERSON}/unblock", _blocking(False)),
    ("POST", f"{PERSON}/join", _join),
    ("POST", f"{PERSON}/read", _read),
    ("GET", f"{PERSON}/sees", _sees),
    ("GET", "/control/messages", _messages),
    ("GET", "/control/files/{file}", _file),
    ("GET", "/control/clock", _clock),
    ("POST", "/control/clock", _move_clock),
    ("POST", "/control/faults", _order_fault),
    ("GET", "/control/faults", _faults),
    ("DELETE", "/control/faults", _cancel_fault),
    ("DELETE", "/control/faults/{fault:\\d+}", _cancel_fault),
    ("GET", "/control/trace", _trace),
    *on_page.ROUTES,
    ("GET", "/control/switches", _switches),
    ("POST", "/control/switches", _set_switches),
]


def add_routes(app: web.Application) -> None:
    """Put the control interface on the server."""
    for method, path, handler in ROUTES:
        app.router.add_route(method, path, _wrapped(handler))
    app.router.add_get("/control/live", _live)
