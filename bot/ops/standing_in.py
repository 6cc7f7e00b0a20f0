"""An ambassador lends his compound to another for some days: both say so, list and parcels follow, rights do not.

A mandate names one ambassador's registration: it never moves. What somebody holds in his hands he hands over himself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot import rules
from bot.decoding import jsonable
from bot.dialog import Op, Refused
from bot.intents import people
from bot.intents import standing_in as intents
from bot.model import Batch, Command, Link, Mandate, Order, Origin, Person, Text
from bot.model.names import Names
from bot.ops.handing import card_of
from bot.ops.lent import (
    ASKED,
    LENT,
    PAUSED,
    ambassador_of,
    helpers_of,
    is_away,
    lent,
    lent_id,
    own_ambassadors,
    served_by,
)
from bot.ops.orders import HOUR
from bot.ops.people import compound_names
from bot.ops.registry import Act, active_as, bound_as, does, helper_name, role_of
from bot.ops.rights import UNDER_WAY, accounts_of, brief_in, own_patient, relatives, relatives_of, residents
from bot.ops.waking import unwake, wake
from bot.ops.who_helps import IN_HANDS, nobody_brings, nobody_serves, serves_now
from bot.turn import Turn
from bot.views import BearerView, CompoundView, LetsView, MandateView, PatientView, PauseView, StandInView

OVER = "stand-in-over"  # what is due
ANSWER = 24 * HOUR  # ms in which he may say yes
DAYS = {"today": 0, "tomorrow": 1, "week": 6}


@does(intents.my_compounds)
async def my_compounds(act: Act) -> tuple[CompoundView, ...]:
    me = await act.me()
    role_of(me, "ambassador")
    known = act.turn.services.catalogue()
    mine = [one.id for one in me.roles if one.role == "serves"]
    free = [id for id in mine if await _collects(act, id)]
    return tuple(CompoundView(id, known.compound(id).names, known.compound(id).gate) for id in free)


async def _collects(act: Act, compound: str) -> bool:
    """He collects and hands over there himself today."""
    return await ambassador_of(act.turn, compound) == act.who and await lent(act.turn, compound) is None


@does(intents.could_stand_in)
async def could_stand_in(act: Act, compound: str) -> tuple[BearerView, ...]:
    turn = act.turn
    role_of(await act.me(), "ambassador")
    near = {one.id for one in turn.services.catalogue().around(compound)[:1]}
    found: list[tuple[bool, BearerView]] = []
    for person in await turn.find(Person, role="ambassador"):
        binding = active_as(turn, person, "ambassador")
        if binding is not None and person.id != act.who and person.reachable:
            same = any(_lies(turn, place) & near for place in binding.locations)
            found.append((not same, BearerView(person.id, binding.id, binding.name, _names(turn, binding.locations))))
    return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].name, pair[1].id)))


def _lies(turn: Turn, compound: str) -> set[str]:
    return {one.id for one in turn.services.catalogue().around(compound)[:1]}


def _names(turn: Turn, places: tuple[str, ...]) -> tuple[Names, ...]:
    return tuple(compound_names(turn, place) for place in places)


@does(intents.ask_stand_in)
async def ask_stand_in(act: Act, compound: str, registration: str, until: intents.Until) -> StandInView:
    turn = act.turn
    role_of(await act.me(), "ambassador")
    if not await _collects(act, compound):
        raise Refused("lent-already")
    people = await turn.find(Person, role="ambassador", role_id=registration)
    helper = next((one.id for one in people if active_as(turn, one, "ambassador")), 0)
    if helper in (0, act.who):
        raise Refused("nobody-there")
    day = (date.fromisoformat(turn.today) + timedelta(days=DAYS[until])).isoformat()
    id = turn.blind(ASKED, turn.new_id())[:20]
    turn.put(Link(id, ASKED, f"{compound} {day} {act.who}", helper, turn.now + ANSWER))
    turn.note("", f"person:{act.who}", "stand-in-asked", f"person:{helper}", f"{compound} {day}")
    return await _view(turn, id, compound, day, act.who, helper)


async def _view(turn: Turn, id: str, compound: str, day: str, giver: int, helper: int) -> StandInView:
    names = await helper_name(turn, giver), await helper_name(turn, helper)
    return StandInView(id, compound_names(turn, compound), day, giver, names[0], helper, names[1])


async def _asked(act: Act, id: str) -> tuple[Link, str, str, int]:
    link = await act.turn.get(Link, id)
    if link is None or link.purpose != ASKED or link.used_at or link.expires < act.turn.now:
        raise Refused("stand-in-gone")
    if link.person != act.who:
        raise Refused("not-for-you")
    compound, day, giver = link.ref.split(" ")
    return link, compound, day, int(giver)


@does(intents.stand_in)
async def stand_in(act: Act, id: str) -> StandInView:
    turn = act.turn
    link, compound, day, giver = await _asked(act, id)
    role_of(await act.me(), "ambassador")
    last = rules.day_over(day, ZoneInfo(turn.services.config.timezone))
    now = await ambassador_of(turn, compound)  # nobody where he rests meanwhile
    own = await own_ambassadors(turn, compound)
    if last <= turn.now or await lent(turn, compound) or now not in (0, giver) or giver not in own:
        raise Refused("stand-in-gone")
    turn.put(replace(link, used_at=turn.now))
    for rest in await turn.find(Link, purpose=PAUSED, ref=compound, person=giver, used_at=0):
        await ends(turn, rest, f"person:{act.who}")  # he was asked before the other one rested
    made = Link(lent_id(turn, id), LENT, compound, act.who, last)
    turn.put(made)
    await _told(turn, made, giver)
    wake(turn, OVER, made.id, at=last)
    turn.note("", f"person:{act.who}", LENT, f"person:{giver}", f"{compound} {day}")
    parcels, held = await _follows(turn, compound, giver, act.who)
    view = await _view(turn, made.id, compound, day, giver, act.who)
    told, lets = await _waiting(turn, compound, giver, act.who), await _let(turn, compound, giver)
    return replace(view, told=told, lets=tuple(sorted(lets - {giver, act.who})), parcels=parcels, held=held)


async def _told(turn: Turn, link: Link, giver: int) -> None:
    """The hospital knows who serves there, and that it is for some days: nobody is registered by it."""
    own = bound_as(await turn.person(giver), "ambassador")
    other = bound_as(await turn.person(link.person), "ambassador") if link.purpose == LENT else None
    if own is not None:
        helper = other.id if other else ""
        _tell(turn, intents.stands_in(link.id, link.ref, own.id, helper, turn.now, link.expires), link)


def _tell(turn: Turn, told: Op[None], link: Link) -> None:
    turn.command(Command(f"{told.name}:{link.id}", f"{LENT}:{link.id}", told.name, told.args, Origin()))


async def _let(turn: Turn, compound: str, giver: int) -> set[int]:
    """The own phones of whoever let him act for her there: a mandate names one ambassador, so each is asked herself."""
    return {account for her in await _lets_him(turn, compound, giver) for account in await accounts_of(turn, her)}


async def _lets_him(turn: Turn, compound: str, giver: int) -> list[str]:
    """The patients who let him act for them and who, as far as is known, live there."""
    found: list[str] = []
    for row in await turn.find(Mandate, ambassador=giver, active=True):
        brief = brief_in(row)
        own = [(await turn.person(one)).facts.get("compound") for one in await accounts_of(turn, brief["id"])]
        places = {brief.get("compound"), *own} - {None, ""}
        if not places or compound in places:
            found.append(brief["id"])
    return found


@does(intents.lets_stand_in)
async def lets_stand_in(act: Act, id: str) -> LetsView:
    turn, link = act.turn, await act.turn.get(Link, id)
    if link is None or link.purpose != LENT or link.used_at or link.expires <= turn.now:
        raise Refused("stand-in-gone")
    own = await own_patient(turn, act.who)
    let = {account for one in await own_ambassadors(turn, link.ref) for account in await _let(turn, link.ref, one)}
    if own is None or act.who not in let:
        raise Refused("not-for-you")
    if await turn.find(Mandate, ambassador=link.person, patient=turn.marked(own.id), active=True):
        raise Refused("already-answered")
    binding = bound_as(await turn.person(link.person), "ambassador")
    if binding is None:
        raise Refused("stand-in-gone")
    last = turn.services.today(link.expires - 1)
    return LetsView(turn.new_id(), own, binding.id, binding.name, link.person, last)


@does(intents.keep_lent)
async def keep_lent(act: Act, id: str, mandate: MandateView, patient: PatientView) -> None:
    turn, link = act.turn, await act.turn.get(Link, id)
    facts = {"name": patient.name, "brief": jsonable(patient), "lent": id}
    row = Mandate(mandate.id, link.person if link else 0, patient.id, mandate.until, mandate.active, facts)
    if link is None or link.used_at:  # he is back already
        _taken_back(turn, replace(row, active=False))
        return
    turn.put(row)
    turn.note("", f"person:{act.who}", "mandate-granted", patient.id)


def _taken_back(turn: Turn, row: Mandate) -> None:
    turn.put(row)
    told = people.revoke_mandate(row.id)
    turn.command(Command(f"s:lent:{row.id}", f"{told.name}:{row.ambassador}", told.name, told.args, Origin()))


@does(intents.refuse_stand_in)
async def refuse_stand_in(act: Act, id: str) -> StandInView:
    link, compound, day, giver = await _asked(act, id)
    act.turn.put(replace(link, used_at=act.turn.now))
    act.turn.note("", f"person:{act.who}", "stand-in-refused", f"person:{giver}", compound)
    return await _view(act.turn, id, compound, day, giver, act.who)


@does(intents.over)
async def over(act: Act, id: str) -> StandInView:
    turn, link = act.turn, await act.turn.get(Link, id)
    if link is None or link.purpose not in (LENT, PAUSED) or link.used_at:
        if act.who:
            raise Refused("stand-in-gone")
        return StandInView()
    own = await own_ambassadors(turn, link.ref) if link.purpose == LENT else []
    by_hour = act.who == 0 or turn.now >= link.expires
    if not by_hour and act.who not in (*own, link.person) and not bound_as(await act.me(), "operator"):
        raise Refused("not-for-you")
    return await ends(turn, link, f"person:{act.who}" if act.who else "house")


async def ends(turn: Turn, link: Link, by: str) -> StandInView:
    """The compound is served as before; what he holds in his hands he hands over himself."""
    turn.put(replace(link, used_at=turn.now))
    _tell(turn, intents.is_back(link.id), link)
    unwake(turn, OVER, link.id)
    turn.note("", by, "stand-in-over", f"person:{link.person}", link.ref)
    now = await ambassador_of(turn, link.ref)
    await serves_now(turn, [link.ref])
    if not now:  # its own ambassador left meanwhile
        await nobody_brings(turn, link.ref, "left")
        if link.purpose == LENT and not await own_ambassadors(turn, link.ref):
            await nobody_serves(turn, link.ref)
    for row in await turn.find(Mandate, ambassador=link.person, active=True):
        if row.facts.get("lent") == link.id:  # she let him for these days only
            _taken_back(turn, replace(row, active=False, until=min(row.until, turn.today)))
    if link.purpose == LENT:
        return await _moved(turn, link, link.person, now)
    if now == link.person:
        served = [one for one in (await helpers_of(turn, link.ref))[1:] if not await _rests(turn, link.ref, one)]
        return await _moved(turn, link, next(iter(served), 0), now)
    view = await _view(turn, link.id, link.ref, turn.today, 0, now)  # it is another one's, and he stands ready again
    return replace(view, helper=0, ready=link.person if await _serves(turn, link.person, link.ref) else 0)


async def _moved(turn: Turn, link: Link, old: int, now: int) -> StandInView:
    """Also what nobody had."""
    parcels, held = await _follows(turn, link.ref, old, now)
    if old:
        parcels += (await _follows(turn, link.ref, 0, now))[0]
    view = await _view(turn, link.id, link.ref, turn.today, now, old)
    told = await _waiting(turn, link.ref, old, now) if old else ()
    return replace(view, told=told, parcels=parcels, held=held)


async def _rests(turn: Turn, compound: str, account: int) -> bool:
    """Also where his hour has come, and nobody has looked yet."""
    return bool(await turn.find(Link, purpose=PAUSED, ref=compound, person=account, used_at=0))


async def _serves(turn: Turn, account: int, compound: str) -> bool:
    return compound in served_by(await turn.person(account))


@does(intents.pause)
async def pause(act: Act, until: intents.Until) -> tuple[PauseView, ...]:
    turn, me = act.turn, await act.me()
    role_of(me, "ambassador")
    mine = [id for id in sorted(served_by(me)) if not await is_away(turn, id, act.who)]
    if not mine:
        raise Refused("lent-already")
    day = (date.fromisoformat(turn.today) + timedelta(days=DAYS[until])).isoformat()
    return tuple([await _paused(act, compound, day) for compound in mine])


async def _paused(act: Act, compound: str, day: str) -> PauseView:
    """What he holds in his hands he still hands over; the rest is of whoever stands ready, else operators know that
    nobody brings it.
    """
    turn, id = act.turn, act.turn.blind(PAUSED, act.turn.new_id())[:20]
    before = await ambassador_of(turn, compound)
    ends_at = rules.day_over(day, ZoneInfo(turn.services.config.timezone))
    turn.put(made := Link(id, PAUSED, compound, act.who, ends_at))
    await _told(turn, made, act.who)
    wake(turn, OVER, id, at=ends_at)
    turn.note("", f"person:{act.who}", PAUSED, reason=f"{compound} {day}")
    now = await ambassador_of(turn, compound)
    view = PauseView(id, compound_names(turn, compound), day, helper=now, name=await helper_name(turn, now))
    if before != act.who:  # another one collects there: nothing moves
        return view
    parcels, held = await _follows(turn, compound, act.who, now)
    if not now:
        await nobody_brings(turn, compound, "paused")
    told = await _waiting(turn, compound, act.who, now) if now else ()
    return replace(view, held=held, parcels=parcels, told=told, moved=now)


async def stands_in_no_more(turn: Turn, account: int) -> None:
    """Whoever is an ambassador no more stands in for nobody: at once, and whoever it concerns reads so."""
    for link in await turn.find(Link, purpose=LENT, person=account, used_at=0):
        done = await ends(turn, link, "house")
        words = {"compound": done.compound, "count": done.parcels, "helper": done.giver_name}
        readers = {done.giver: "stand_back.giver", **dict.fromkeys(done.told, "stand_back.hears")}
        for reader, key in readers.items() if done.giver else ():
            said = turn.services.words.say((await turn.person(reader)).lang, key, words)
            turn.post(f"stand-back:{link.id}:{reader}", reader, Text(said))


async def _follows(turn: Turn, compound: str, old: int, now: int) -> tuple[int, int]:
    """Orders and parcels that nobody has in his hands are the other's; how many parcels, and how many he holds."""
    held = 0
    if old == now:
        return 0, 0
    for order in await turn.find(Order, compound=compound, ambassador=old, stage=UNDER_WAY):
        if order.stage in IN_HANDS:
            held += order.stage == "with-ambassador"
        else:
            turn.put(replace(order, ambassador=now))
    batches = [one for one in await turn.find(Batch, compound=compound, ambassador=old) if one.left]
    moved = [one for one in batches if one.stage != "with-ambassador"]
    for batch in moved:
        if old:
            turn.post(await card_of(turn, f"list:{batch.id}", old), old, None)
        turn.put(replace(batch, ambassador=now, code=""))
    return sum(one.left for one in moved), held


async def _waiting(turn: Turn, compound: str, giver: int, helper: int) -> tuple[int, ...]:
    """Whoever waits for something there, and whoever let the giver act for her: they read who comes now."""
    found: set[int] = set()
    for order in await turn.find(Order, compound=compound, ambassador=helper, stage=UNDER_WAY):
        if order.stage not in IN_HANDS:
            found |= {*await residents(turn, order), *await relatives(turn, order)}
    for her in await _lets_him(turn, compound, giver):
        found |= {*await accounts_of(turn, her), *await relatives_of(turn, her)}
    return tuple(sorted(found - {giver, helper, 0}))
