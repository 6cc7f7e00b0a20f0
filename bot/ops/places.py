"""Groups and staff: binding a chat to what it is, inviting staff by single-use links, the operator's broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend_client.models import Compound
from bot import door, moves
from bot.catalogue import Catalogue
from bot.dialog import Refused
from bot.intents import people
from bot.intents import places as intents
from bot.intents import staff as staff_intents
from bot.model import Link, Measured, Order, Place, PlaceKind, RoleBinding, Topic
from bot.model.names import two_names
from bot.ops import groups
from bot.ops.incidents import report
from bot.ops.orders import HOUR, legal
from bot.ops.people import with_role
from bot.ops.registry import Act, does, role_of
from bot.orders import WAITS
from bot.turn import Turn
from bot.views import CompoundView, HoursView, InviteView, PlaceView, RulesView

GUESSES = 5  # wrong codes of an operator that an account may give in a day
MOVES = "/moves"  # in a link's reference: the registration may leave the phone that has it


def lists(turn: Turn, part: str) -> Catalogue:
    """The hospital's lists; Refused("no-lists") while nothing of this part was ever read: then there is no choice."""
    known = turn.services.catalogue()
    if not getattr(known, part):
        raise Refused("no-lists")
    return known


@does(people.rules)
async def rules(act: Act) -> RulesView:
    config = act.turn.services.config
    return RulesView(
        config.rx_max_age_months,
        config.history_months,
        config.order_hours,
        config.mandate_months,
        act.turn.today,
        act.turn.now,
        config.after_days,
        config.hospital_phone,
        config.early_days,
        config.more_percent,
        config.unseen_boxes,
        each_illness=True,
    )


@does(intents.bind)
async def bind(act: Act, kind: PlaceKind, ref: str) -> None:
    role_of(await act.me(), "operator")
    chat = act.chat
    old = await act.turn.get(Place, chat)
    if kind is PlaceKind.COMPOUND and await act.turn.find(Topic, chat=chat, closed=False):
        raise Refused("consults-open")  # patients' words go on being written there: never before neighbours
    place = old or Place(chat, PlaceKind.COMPOUND, lang=act.turn.services.config.group_lang)
    act.turn.put(bound := replace(place, kind=kind, ref=ref))
    await groups.missed(act.turn, bound)
    act.turn.note("", f"person:{act.who}", "bind", reason=f"{kind}:{ref}")


@does(intents.group_hours)
async def group_hours(act: Act, chats: Sequence[int]) -> HoursView:
    times = [door.opens(act.turn, await act.turn.get(Place, chat)) for chat in chats]
    later = [at for at in times if at > act.turn.now]
    return HoursView(len(later), max(later, default=0), act.turn.today)


@does(intents.unannounce)
async def unannounce(act: Act, day: str) -> int:
    role_of(await act.me(), "operator")
    taken = 0
    for place in await act.turn.find(Place, kind=PlaceKind.COMPOUND):
        key = f"announce:{day}:{place.chat}"
        standing = await act.turn.standing(key)
        if standing is not None and standing.message is None and standing.post.content is not None:
            act.turn.post(key, place.chat, None)
            taken += 1
    act.turn.note("", f"person:{act.who}", "unannounce", reason=day)
    return taken


async def new_link(turn: Turn, purpose: str, ref: str, *, person: int = 0, hours: int = 72) -> str:
    """A single-use start parameter (< 64 characters); only its keyed hash is kept."""
    token = turn.blind("link", turn.new_id())[:24]
    turn.put(Link(turn.blind("token", token), purpose, ref, person, turn.now + hours * HOUR))
    return f"{purpose}-{token}"


async def link_of(turn: Turn, parameter: str) -> Link | None:
    return await turn.get(Link, turn.blind("token", parameter.partition("-")[2])) if parameter else None


async def open_link(turn: Turn, parameter: str, person: int) -> Link:
    """Use a link up. Refused("link-used" / "link-old" / "not-for-you")."""
    link = await link_of(turn, parameter)
    if link is None:
        raise Refused("link-old")
    if link.person and link.person != person:
        raise Refused("link-not-yours")
    if link.used_at:
        raise Refused("link-used")
    if link.expires < turn.now:
        raise Refused("link-old")
    turn.put(replace(link, used_at=turn.now, person=person))
    return link


@does(intents.invite)
async def invite(act: Act, staff: Sequence[str]) -> tuple[InviteView, ...]:
    role_of(await act.me(), "operator")
    found = [act.turn.services.catalogue().member(id) for id in staff]
    links = [
        InviteView(member.name, url_of(act.turn, await new_link(act.turn, "join", member.id)), member.id)
        for member in found
        if member
    ]
    for one in links:
        act.turn.note("", f"person:{act.who}", "invite", reason=one.id)
    return tuple(links)


@does(staff_intents.replace_phone)
async def replace_phone(act: Act, registration: str) -> InviteView:
    role_of(await act.me(), "operator")
    member = act.turn.services.catalogue().member(registration)
    if member is None:
        raise Refused("already-ended")
    act.turn.note("", f"person:{act.who}", "phone-replaced", reason=registration)
    return InviteView(member.name, url_of(act.turn, await new_link(act.turn, "join", f"{registration}{MOVES}")))


def url_of(turn: Turn, parameter: str) -> str:
    return f"https://t.me/{turn.services.bot_name}?start={parameter}"


def _guesser(act: Act) -> str:
    return f"guess:{act.turn.blind('guess', str(act.who))[:12]}"


async def _lately(act: Act) -> tuple[Measured, tuple[int, ...]]:
    """When this account gave a wrong code within a day."""
    row = await act.turn.get(Measured, _guesser(act)) or Measured(_guesser(act))
    return row, tuple(at for at in row.values if at > act.turn.now - 24 * HOUR)


async def _may_guess(act: Act) -> None:
    _, lately = await _lately(act)
    if len(lately) >= GUESSES:
        raise Refused("guessed-enough")


async def _guessed(act: Act) -> None:
    row, lately = await _lately(act)
    act.turn.put(replace(row, values=(*lately, act.turn.now)))
    if len(lately) + 1 == GUESSES:
        await report(act.turn, "guess", about=_guesser(act))


@does(intents.first_operator)
async def first_operator(act: Act, code: str) -> None:
    known = lists(act.turn, "staff")
    wanted = act.turn.services.config.operator_code
    await _may_guess(act)
    if not wanted or act.turn.blind("op", code) != act.turn.blind("op", wanted):
        await _guessed(act)
        raise Refused("link-used")
    spent = act.turn.blind("token", f"operator/{wanted}")
    if await act.turn.get(Link, spent) is not None:
        raise Refused("link-used")
    act.turn.put(Link(spent, "op", "", act.who, used_at=act.turn.now))
    operators = [s for s in known.staff if s.role == "operator"]
    id, name = (operators[0].id, operators[0].name) if operators else ("operator", "")
    act.turn.put(with_role(await act.me(), RoleBinding("operator", id, name)))
    act.turn.note("", f"person:{act.who}", "first-operator")


@does(intents.link)
async def link(act: Act, purpose: str, ref: str, person: int) -> str:
    return await new_link(act.turn, purpose, ref, person=person, hours=1)


@does(intents.use_link)
async def use_link(act: Act, parameter: str) -> str:
    try:
        no = (await open_link(act.turn, parameter, act.who)).ref
    except Refused as why:
        known = await act.turn.get(Link, act.turn.blind("token", parameter.partition("-")[2]))
        if why.code == "link-not-yours" or known is None:
            raise Refused("sign-not-yours" if known else "sign-old") from why
        await _prescribes(act, known.ref)
        raise Refused("sign-again") from why
    await _prescribes(act, no)
    return no


async def _prescribes(act: Act, order: str) -> None:
    """Refused where it is not his to prescribe now: what he reads says so, and sends him to no button that is gone."""
    try:
        await legal(act, order, "prescribe")
    except Refused as no:
        row = await act.turn.get(Order, order)
        gone_on = no.code in WAITS and row is not None and row.stage not in moves.MOVES["prescribe"].legal_from
        raise Refused("sign-over") if gone_on or no.code in ("not-now", "order-gone") else no from no


@does(intents.places)
async def places(act: Act, kind: str) -> tuple[PlaceView, ...]:
    found = [place for place in await act.turn.find(Place, kind=PlaceKind(kind)) if place.bound]
    return tuple(PlaceView(place.chat, place.ref, place.lang) for place in found)


@does(intents.compounds)
async def compounds(act: Act) -> tuple[CompoundView, ...]:
    return tuple(map(_compound, lists(act.turn, "compounds").compounds))


def _compound(one: Compound) -> CompoundView:
    return CompoundView(one.id, one.names, one.gate, *two_names(one.names))


@does(intents.place_of)
async def place_of(act: Act, compound: str) -> CompoundView | None:
    known = act.turn.services.catalogue().compounds
    found = next((one for one in known if one.id == compound), None)
    return _compound(found) if found else None if known else CompoundView(compound)
