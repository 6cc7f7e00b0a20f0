"""[Try again] on an exception: what was put aside and is still kept is tried now."""

from __future__ import annotations

from typing import Any

from bot import orders
from bot.intents.desk import read_order
from bot.model import Command, Incident, Json, Order, Origin
from bot.moves import MOVES, MoveName
from bot.ops.incidents import READ_AGAIN
from bot.ops.orders import send_move
from bot.ops.registry import Act
from bot.ops.waking import DUE
from bot.ops.waking import wake as ring
from bot.turn import Turn


def kept(command: Command) -> dict[str, Json]:
    """A command that the hospital refused and that nobody waits for, as an exception keeps it."""
    return {"command": {"key": command.key, "lane": command.lane, "op": command.op, "args": dict(command.args)}}


async def try_again(act: Act, row: Incident) -> bool:
    """Whether there was something to try."""
    turn, source, id = act.turn, row.sealed.get("source", ""), str(row.sealed.get("id", ""))
    match source:
        case "command" | "result":
            return await _command_again(turn, id.removesuffix(":result"))
        case "post":
            return await _post_again(turn, id.rpartition("/")[0])
        case "timer":
            return _ring_again(turn, id)
        case _:
            pass
    if "command" in row.sealed:
        return await _send_again(turn, row.sealed["command"])
    if row.order and row.kind in READ_AGAIN:
        key = f"again:{turn.new_id()}"
        origin = Origin(chat=act.who, person=act.who)
        turn.command(Command(key, key, read_order.name, {"order": row.order}, origin))
        return True
    return False


async def _command_again(turn: Turn, key: str) -> bool:
    if await turn.services.store.command(key) is None:
        return False
    turn.again(key)
    return True


async def _post_again(turn: Turn, key: str) -> bool:
    """Words that were refused for good are not kept: whoever wrote them has read so."""
    standing = await turn.standing(key)
    if standing is None or standing.post.content is None or standing.shown == standing.wanted:
        return False
    turn.again(key)
    return True


def _ring_again(turn: Turn, key: str) -> bool:
    """Only a timer that begins a flow says in its key what is due: ``due:what:about:person``."""
    kind, what, *about, person = key.split(":") if key.count(":") > 2 else ("", "", "", "0")
    if kind != DUE or not person.isdecimal():
        return False
    try:
        ring(turn, what, ":".join(about), at=turn.now, person=int(person))
    except KeyError:  # of another release
        return False
    return True


async def _send_again(turn: Turn, sealed: Any) -> bool:
    """A move only where it is legal now; anything else under the key that it had, so that it has one effect."""
    command = Command(sealed["key"], sealed["lane"], sealed["op"], sealed["args"])
    to = command.args.get("stage")
    alike: list[MoveName] = [name for name, one in MOVES.items() if one.call == command.op and to in (None, one.to)]
    move: MoveName | None = next(iter(alike), None)
    if move is None:
        turn.command(command)
        return True
    order = await turn.get(Order, str(command.args.get("order", "")))
    if order is None or orders.refused(order, move):
        return False
    send_move(turn, order, move, {name: value for name, value in command.args.items() if name != "order"}, Origin())
    return True
