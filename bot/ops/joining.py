"""Staff join by a single-use link, and nothing works before an operator has said that it is them (It stands A10).

What waits is a Link of purpose ``joins``, bound to the account that opened the other one.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialog import Refused
from bot.intents import joining as intents
from bot.model import Link, Person
from bot.ops.applicants import FACTS
from bot.ops.incidents import report, settle
from bot.ops.lent import SINCE, ambassador_of, served_by, serves_since
from bot.ops.orders import HOUR
from bot.ops.places import MOVES, lists, open_link
from bot.ops.registrations import bound, hand_on, parcels_to
from bot.ops.registry import Act, bound_as, does, role_of
from bot.ops.waking import unwake, wake
from bot.ops.who_helps import serves_now
from bot.turn import Turn
from bot.views import JoinedView, LetInView

JOINS = "joins"  # the purpose of what waits, the exception's kind, and what is due when nobody looks
LOOKED_AT = HOUR // 2  # ms: so long an operator has before it is an exception
STANDS = 72 * HOUR  # ms: so long it waits


@does(intents.join)
async def join(act: Act, parameter: str) -> JoinedView:
    turn, known = act.turn, lists(act.turn, "staff")  # asked before the link is used up
    await _waits_already(act, parameter)
    link = await open_link(turn, parameter, act.who)
    id, moves, _ = link.ref.partition(MOVES)
    member = known.member(id)
    if member is None:
        raise Refused("link-old")
    if member.role != "operator" and bound_as(await act.me(), "operator"):
        turn.put(link)  # it stays good for whom it was made
        raise Refused("own-link")
    bearers = [one for one in await turn.find(Person, role=member.role, role_id=member.id) if one.id != act.who]
    if bearers and not moves:
        turn.put(link)
        await report(turn, "role", about=turn.blind("role", member.id)[:12], code="taken")
        raise Refused("role-taken")
    if any(role.id == member.id for role in (await act.me()).roles):  # again, to choose a PIN anew
        turn.put(bound(await act.me(), member, 0, turn.now))
        turn.note("", f"person:{act.who}", "join", reason=member.id)
        return JoinedView(member.role, member.name)
    key = turn.blind(JOINS, link.id, str(act.who))[:20]
    turn.put(Link(key, JOINS, link.ref, act.who, turn.now + STANDS))
    wake(turn, JOINS, key, after=LOOKED_AT)
    turn.note("", f"person:{act.who}", "join-asked", reason=member.id)
    known_as = getattr(getattr(turn.arrival.body, "spot", None), "name", "")
    return JoinedView(member.role, member.name, key, known_as, await _operators(turn, act.who))


async def _waits_already(act: Act, parameter: str) -> None:
    """Whoever opens his own used link again reads that he is looked at."""
    used = await act.turn.get(Link, act.turn.blind("token", parameter.partition("-")[2]))
    if used is None or used.person != act.who or not used.used_at:
        return
    asked = await act.turn.get(Link, act.turn.blind(JOINS, used.id, str(act.who))[:20])
    if asked is not None and not asked.used_at and asked.expires > act.turn.now:
        raise Refused("joins-waits")


async def _operators(turn: Turn, but: int) -> tuple[int, ...]:
    return tuple(person.id for person in await turn.find(Person, role="operator") if person.id != but)


async def _waiting(turn: Turn, key: str) -> Link:
    link = await turn.get(Link, key)
    if link is None or link.purpose != JOINS or link.used_at:
        raise Refused("joins-decided")
    if link.expires < turn.now:
        raise Refused("link-old")
    return link


async def _decided(act: Act, key: str) -> tuple[Link, str, LetInView]:
    """What waits, decided by this operator; nobody decides about himself."""
    role_of(await act.me(), "operator")
    link = await _waiting(act.turn, key)
    if link.person == act.who:
        raise Refused("not-for-you")
    id = link.ref.partition(MOVES)[0]
    member = lists(act.turn, "staff").member(id)
    if member is None:
        raise Refused("link-old")
    act.turn.put(replace(link, used_at=act.turn.now))
    unwake(act.turn, JOINS, key)
    await settle(act.turn, JOINS, key[:12], "decided")
    told = await _operators(act.turn, link.person)
    return link, id, LetInView(link.person, member.role, member.name, told)


@does(intents.let_in)
async def let_in(act: Act, key: str) -> LetInView:
    await _free(act, key)  # before anything of it is written down
    link, id, view = await _decided(act, key)
    turn, member = act.turn, lists(act.turn, "staff").member(id)
    bearers = [one for one in await turn.find(Person, role=view.role, role_id=id) if one.id != link.person]
    if member is None:
        raise Refused("role-taken-meanwhile")
    joined = await turn.person(link.person)
    for old in bearers:  # who had it before is known to neighbours by a name of her own
        since = {one: serves_since(old).get(one, 0) for one in served_by(old)}  # the compound stays whose it was
        hers = {n: old.facts[n] for n in FACTS if n in old.facts} | ({SINCE: since} if since else {})
        joined = replace(joined, facts={**joined.facts, **hers})
    turn.put(bound(joined, member, 0, turn.now))
    for old in bearers:
        await hand_on(turn, old, link.person, id)
    for compound in member.locations if member.role == "ambassador" else ():
        await parcels_to(turn, 0, compound, await ambassador_of(turn, compound))  # nobody's, where she rests
    if not bearers:
        await serves_now(turn, member.locations if member.role == "ambassador" else ())
    turn.note("", f"person:{act.who}", "join", f"person:{link.person}", id)
    return view


async def _free(act: Act, key: str) -> None:
    """Refused while another phone has the registration; he goes on waiting, and may be turned away."""
    role_of(await act.me(), "operator")
    link = await _waiting(act.turn, key)
    id, moves, _ = link.ref.partition(MOVES)
    member = lists(act.turn, "staff").member(id)
    found = await act.turn.find(Person, role=member.role, role_id=id) if member else []
    if not moves and any(one.id != link.person for one in found):
        raise Refused("role-taken-meanwhile")


@does(intents.turn_away)
async def turn_away(act: Act, key: str) -> LetInView:
    link, id, view = await _decided(act, key)
    act.turn.note("", f"person:{act.who}", "join-refused", f"person:{link.person}", id)
    return view


@does(intents.joins_late)
async def joins_late(act: Act, key: str) -> None:
    try:
        await _waiting(act.turn, key)
    except Refused:
        return
    await report(act.turn, JOINS, about=key[:12], code="waits")
