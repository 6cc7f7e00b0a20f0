"""Something was put aside (a dead letter): it becomes an exception, about the order that it belongs to."""

from __future__ import annotations

from bot.handlers.payments import PAY, not_booked
from bot.handlers.topics import not_delivered
from bot.model import Command, Json, Order, Payment, PutAside, Relayed, Text, Topic
from bot.ops.groups import back, lacking
from bot.ops.incidents import TOLD, report, settle
from bot.ops.waiting import out_of_time, sum_is_off
from bot.running import notify
from bot.turn import Turn
from bot.wiring import DUES

#: Whose dead letter it is -> what kind of exception; the codes that are a kind of their own come first.
CODES = {"sum-differs": "sum"}
UNCHANGEABLE = frozenset({"too-old", "not-editable"})  # of a message, see bot/messenger/errors.py
KINDS = {
    "telegram": "arrival",
    "hospital": "told",
    "result": "result",
    "timer": "timer",
    "command": "command",
    "post": "post",
    "feed": "unread",
    "store": "kept",
    "link": "link",
    "floor": "floor",
}


async def put_aside(turn: Turn, body: PutAside) -> None:
    if body.source == "post":
        key = body.id.rpartition("/")[0]
        if key.startswith(TOLD) or await _stays(turn, key, body.code):
            return  # the line about another exception: that one is in the list
        await _tell_writer(turn, key, body.code)
    if body.source == "command" and (claimed := await turn.services.store.command(body.id)):
        await _tell_who_waits(turn, claimed.command)
    if body.source == "rights":
        await (lacking(turn, int(body.id), body.code) if body.code else back(turn, int(body.id)))
        return
    kind = _kind(body)
    order = await _order(turn, body)
    if kind == "sum" and await sum_is_off(turn, order):
        return
    about = order if body.source in ("hospital", "feed") else ""
    name = about or turn.blind(body.source, _of_chat(body) or body.id)[:12]
    if not body.code:
        await settle(turn, kind, name, "it came after all")
        return
    await report(turn, kind, order=order, about=name, code=body.code, again=_again(body))
    if kind == "sum" and (row := await turn.get(Order, order)) and out_of_time(turn, row):
        await notify(turn, DUES["settling"], order, f"{order}:sum:{turn.now}", {})


async def _stays(turn: Turn, key: str, code: str) -> bool:
    """What was to go from a private chat can be neither deleted nor emptied any more, as an invoice of some days ago:
    no operator can do anything, and whoever has it there can. He reads so under it.
    """
    standing = await turn.standing(key) if code in UNCHANGEABLE else None
    if standing is None or standing.post.content is not None or standing.post.chat < 0:
        return False
    chat = standing.post.chat
    text = Text(turn.services.words.say(await turn.lang_of(chat), "engine.stays", {}))
    turn.post(f"stays:{key}", chat, text, reply_to=standing.message, public=True)
    return True


def _again(body: PutAside) -> dict[str, Json]:
    """What [Try again] is told; of anything else nothing is kept that could be tried."""
    return {"source": body.source, "id": body.id} if body.source in ("command", "result", "post", "timer") else {}


def _kind(body: PutAside) -> str:
    if body.source == "telegram" and body.id.startswith("charge/"):
        return "payment"
    return CODES.get(body.code) or KINDS.get(body.source, "other")


def _of_chat(body: PutAside) -> str:
    """All that one chat wrote and nobody could handle is one exception: a row that does not open spoils each."""
    kind, _, rest = body.id.partition("/")
    return f"chat/{rest.partition('/')[0]}" if (body.source, kind) == ("telegram", "message") else ""


async def _tell_who_waits(turn: Turn, command: Command) -> None:
    """It does not get through, for no fault of his: it is kept, and a person looks. In place of "does not answer"."""
    origin = command.origin
    if command.op == PAY and command.args.get("charge"):
        await not_booked(turn, command)
    elif origin.chat:
        turn.untimed(key := f"slow:{command.key}")
        text = Text(turn.services.words.say(await turn.lang_of(origin.chat), "engine.aside", {}))
        turn.post(key, origin.chat, text, thread=origin.thread)


async def _tell_writer(turn: Turn, key: str, code: str) -> None:
    """A word of a consult that the messenger refused for good, or that has no answer for long: its writer reads so
    under it. ``code`` "" = it stands after all.
    """
    start, *of = key.split(":")
    row = await turn.get(Relayed, ":".join(of[:2])) if start == "r" else None
    order = await turn.get(Order, row.order) if row else None
    if row is not None and order is not None:
        told = {"": "", "late": "relay.late"}.get(code, "relay.not_delivered")
        await not_delivered(turn, order, row, told)


async def _order(turn: Turn, body: PutAside) -> str:
    """The number of the order it belongs to, "" where it belongs to none."""
    match body.source, body.id.split("/"):
        case "hospital" | "feed", ["order", no, *_]:
            return no
        case "telegram", ["charge", *id]:
            row = await turn.get(Payment, "/".join(id))
            return str(row.sealed["payload"]).split(":")[1] if row and ":" in str(row.sealed["payload"]) else ""
        case "command" | "result", _:
            claimed = await turn.services.store.command(body.id.removesuffix(":result"))
            return _order_of(claimed.command) if claimed else ""
        case "post", _:
            return await _of_post(turn, body.id.rpartition("/")[0])
        case _:
            return ""


def _order_of(command: Command) -> str:
    charge = command.args["charge"]["order"] if command.op == PAY and "charge" in command.args else ""
    return str(command.args.get("order") or charge)


async def _of_post(turn: Turn, key: str) -> str:
    standing = await turn.standing(key)
    topic = await turn.get(Topic, standing.post.topic) if standing and standing.post.topic else None
    if topic is not None:
        return topic.order
    start, *of = key.split(":")
    row = await turn.get(Relayed, ":".join(of[:2])) if start == "r" else None
    relayed = [row] if row else await turn.find(Relayed, post=key)
    return relayed[0].order if relayed else ""
