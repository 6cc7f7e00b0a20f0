"""What a neighbours' group hears of its parcels: one notice a batch, and [Is mine here?] for whoever taps."""

from __future__ import annotations

from bot import door
from bot.intents import batches as intents
from bot.model import Batch, Order, Place, PlaceKind
from bot.model.names import known_as
from bot.ops.orders import HOUR, may_hear
from bot.ops.registry import Act, does, helper_name
from bot.ops.road import batch_of
from bot.ops.waking import wake
from bot.ops.who_helps import chosen_name
from bot.stages import facts_of
from bot.turn import Turn
from bot.views import GateView, NoticeView


@does(intents.is_mine)
async def is_mine(act: Act, batch: str) -> tuple[str, ...]:
    place = await act.turn.get(Place, act.chat)
    others = door.joined(place, f"notice:{batch}:{place.chat}") if place else []
    rows = await act.turn.find(Order, batch=[batch, *others])
    mine = [row for row in rows if row.ambassador != act.who and act.who in await may_hear(act.turn, row)]
    here = [(row.label, facts_of(row.stage)) for row in mine]
    return tuple(label for label, now in here if not (now.delivered or now.stopped))


@does(intents.groups)
async def groups(act: Act, batch: str) -> tuple[NoticeView, ...]:
    turn = act.turn
    row = await batch_of(turn, batch)
    told: list[NoticeView] = []
    for place in await turn.find(Place, kind=PlaceKind.COMPOUND, ref=row.compound):
        if key := await _notice(turn, place, row):
            told.append(await _tells(turn, place.chat, key))
    return tuple(told)


async def _notice(turn: Turn, place: Place, row: Batch) -> str:
    """The key of the notice that tells of this batch here; "" = none. When it may be sent is the door's to say."""
    key = door.told_by(place, row.id)
    standing = await turn.standing(key)
    if standing is not None and standing.post.content is None:
        return ""  # it has had its day, or there was nothing left to tell
    if standing is not None:
        unseen = standing.message is None and standing.state == "new"
        if unseen and not (await _tells(turn, place.chat, key)).left:
            turn.post(key, place.chat, None)
            return ""
        return key
    if row.stage != "arrived" or not row.left:
        return ""
    at = door.opens(turn, place)
    if turn.services.today(at) != turn.services.today(door.opening(turn)) and (host := await _host(turn, place)):
        door.join(turn, place, row.id, host)
        return host
    due = at + turn.services.config.group_notice_hours * HOUR
    wake(turn, "notice-over", key, at=due)
    return key


@does(intents.take_down)
async def take_down(act: Act, notice: str) -> None:
    standing = await act.turn.standing(notice)
    if standing is not None:
        act.turn.post(notice, standing.post.chat, None)


async def _host(turn: Turn, place: Place) -> str:
    """The newest arrival notice of the full day that stands, or waits for the morning."""
    for key in reversed(door.told_on(place, turn.services.today(door.opening(turn)))):
        standing = await turn.standing(key) if key.startswith("notice:") else None
        if standing is not None and standing.post.content is not None:
            return key
    return ""


async def _tells(turn: Turn, chat: int, key: str) -> NoticeView:
    """What a notice says of its own batch and of those that joined it: it counts the parcels of all of them."""
    place = await turn.get(Place, chat)
    own = key.split(":")[1]
    rows = [await turn.get(Batch, id) for id in (own, *(door.joined(place, key) if place else ()))]
    found = [row for row in rows if row is not None]
    helpers = list(dict.fromkeys(row.ambassador for row in found if row.left and row.ambassador))
    names = " / ".join(filter(None, [await chosen_name(turn, one) for one in helpers]))
    count, left = sum(row.count for row in found), sum(row.left for row in found)
    return NoticeView(chat, key, own, count, left, names, led=bool(helpers))


@does(intents.gate)
async def gate(act: Act, batch: str) -> GateView:
    row = await batch_of(act.turn, batch)
    compound = act.turn.services.catalogue().compound(row.compound)
    return GateView(await helper_name(act.turn, row.ambassador), known_as(compound.names, compound.id), compound.gate)
