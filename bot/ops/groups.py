"""What the bot may do in its groups: a right taken away is an exception; what waited goes on when it is back."""

from __future__ import annotations

from dataclasses import replace

from bot.dialog import Refused
from bot.intents import consult as intents
from bot.intents import places
from bot.model import Incident, Order, Place, PlaceKind, Text, Topic
from bot.model.names import Names
from bot.model.rows import LET_GO
from bot.ops.incidents import report, settle
from bot.ops.orders import may_hear, order_of
from bot.ops.registry import Act, does, role_of
from bot.ops.urgent import REVIEW, drawn_anew
from bot.ops.waking import wake
from bot.stages import LIVE, facts_of
from bot.turn import Turn
from bot.views import GroupRowView, GroupView, UnseenView

KIND = "rights"  # the exception, and the source of the sender's letters about it
PUT_OUT = "put-out"
TOPICS = "can_manage_topics"  # Bot API: ChatMemberAdministrator
CODES = {"no-right": "rights.general", "no-topics": "rights.no_topics"}  # what the group's General reads
MINUTE = 60_000


def name_of(turn: Turn, chat: int) -> str:
    """How the exception names a group."""
    return turn.blind(KIND, str(chat))[:12]


async def lacking(turn: Turn, chat: int, code: str) -> None:
    """The operators hear it, and so does General where the bot may still write: what is missing, how to mend it."""
    place = await turn.get(Place, chat)
    if place is None:
        return
    await report(turn, KIND, about=name_of(turn, chat), code=code)
    if place.kind is PlaceKind.DEPARTMENT and code in CODES:
        turn.post(f"rights:{chat}", chat, Text(turn.services.words.say(place.lang, CODES[code], {})))


async def back(turn: Turn, chat: int) -> None:
    """What waited goes out by itself; the sender hears of it with the commit."""
    await settle(turn, KIND, name_of(turn, chat), "the right is back")
    if await turn.standing(f"rights:{chat}") is not None:
        turn.post(f"rights:{chat}", chat, None)
    for topic in await turn.find(Topic, chat=chat):
        if topic.closed and topic.name == topic.order:  # it should have been deleted
            turn.put(replace(topic, gone=True))


# ---------------------------------------------------------------- let go, and bound again


@does(places.bound_groups)
async def bound_groups(act: Act) -> tuple[GroupRowView, ...]:
    """Told by the hospital's list; only a group that it does not name is opened for its title."""
    role_of(await act.me(), "operator")
    turn, known = act.turn, act.turn.services.catalogue()
    found: list[GroupRowView] = []
    for kind in PlaceKind:
        for chat, ref in await turn.services.store.chats(kind):
            of, bound = ref.removeprefix(LET_GO), not ref.startswith(LET_GO)
            names: Names = known.compound(of).names if kind is PlaceKind.COMPOUND and of else {}
            names = known.department(of).names if kind is PlaceKind.DEPARTMENT else names
            row = None if names else await turn.get(Place, chat)
            found.append(GroupRowView(name_of(turn, chat), kind.value, names, row.title if row else "", bound))
    return tuple(sorted(found, key=lambda one: (one.bound, one.kind, sorted(one.names.items()), one.id)))


async def _named(act: Act, group: str) -> Place:
    role_of(await act.me(), "operator")
    chats = [chat for kind in PlaceKind for chat, _ in await act.turn.services.store.chats(kind)]
    chat = next((one for one in chats if name_of(act.turn, one) == group), 0)
    found = await act.turn.get(Place, chat) if chat else None
    if found is None:
        raise Refused("group-gone")
    return found


@does(places.unbind)
async def unbind(act: Act, group: str) -> None:
    place = await _named(act, group)
    if not place.bound:
        raise Refused("already-unbound")
    act.turn.put(replace(place, ref=f"{LET_GO}{place.ref}"))
    act.turn.note("", f"person:{act.who}", "unbind", reason=f"{place.kind}:{place.ref}")


@does(places.rebind)
async def rebind(act: Act, group: str) -> None:
    place = await _named(act, group)
    if place.bound:
        raise Refused("already-bound")
    again = replace(place, ref=place.ref.removeprefix(LET_GO))
    act.turn.put(again)
    await missed(act.turn, again)
    act.turn.note("", f"person:{act.who}", "bind", reason=f"{again.kind}:{again.ref}")


async def missed(turn: Turn, place: Place) -> None:
    """A group is bound: whatever is for it and came meanwhile is told now. Its notices follow the rows."""
    match place.kind:
        case PlaceKind.DEPARTMENT:
            waiting = [one for one in await turn.find(Order, stage=LIVE) if one.department == place.ref]
            rows = [one for one in waiting if await turn.get(Topic, one.topic) is None]
            drawn_anew(turn, place.ref)
        case PlaceKind.REVIEW:
            rows = [one for one in await turn.find(Order, stage=LIVE) if facts_of(one.stage).review == "waiting"]
            drawn_anew(turn, REVIEW)
        case PlaceKind.COMPOUND:
            rows = await turn.find(Order, compound=place.ref, stage=("arrived", "with-ambassador"))
        case _:
            rows = []
    for row in rows:
        turn.put(replace(row, snapshot={**row.snapshot, "group": turn.now}))


@does(places.fit_for_topics)
async def fit_for_topics(act: Act, group: GroupView) -> None:
    if not group.forum:
        raise Refused("no-topics")
    if TOPICS in group.lacks:
        raise Refused("no-right")


# ---------------------------------------------------------------- a case that nobody can see has a clock


def watch(turn: Turn, order: Order) -> None:
    """From when it waits for a doctor: by then its card stands in the doctors' group, or she reads that it is slow."""
    wake(turn, "unseen", order.no, at=max(turn.now, order.since + turn.services.config.seen_minutes * MINUTE))


@does(intents.unseen)
async def unseen(act: Act, order: str) -> UnseenView:
    turn, row = act.turn, await order_of(act.turn, order)
    if facts_of(row.stage).consult != "waiting" or await _seen(turn, row):
        return UnseenView()
    known = await turn.get(Incident, f"unseen:{order}")
    if known is not None and not known.done_at:
        return UnseenView()
    await report(turn, "unseen", order=order)
    return UnseenView(tuple(await may_hear(turn, row)), turn.services.config.hospital_phone)


async def _seen(turn: Turn, order: Order) -> bool:
    card = await turn.standing(f"case:{order.no}") if await turn.get(Topic, order.topic) is not None else None
    return card is not None and card.message is not None
