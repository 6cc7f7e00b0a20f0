"""A visit at home for whoever cannot type: where by buttons, or [Call me]; whoever goes takes her through the rest."""

from __future__ import annotations

from bot import oneself
from bot.dialog import Ask, Option, Start, days, flow
from bot.intents import people, visits
from bot.intents.places import compounds, place_of
from bot.model import ToPerson
from bot.model.names import named
from bot.phrases import ONWARD
from bot.views import VisitView

HERS = {
    "requested": "visit_card.requested",
    "accepted": "visit_card.accepted",
    "done": "visit_card.done",
    "nobody-home": "visit_card.nobody_home",
    "late": "visit_card.late",
}
BUILDINGS = 30  # that have a button of their own


@flow("home_visit", start=Start(command="visit", action="visit", menu=3, link="visit"), expire=days(3))
async def home_visit(ask: Ask, ref: str = "") -> None:
    """Compound and building by buttons, nothing typed, nobody enrolled; or a call."""
    stands = await ask.once("stands", visits.my_visit())
    if stands.id:
        await ask.stop("already", buttons=_hers(stands))
    me = await ask.once("me", people.me())
    hers = ref or me.compound or await ask.once("from", visits.came_from())
    here = await ask.once("here", place_of(hers)) if hers else None
    chosen = here.id if here else ""
    if here:
        way = await ask.choice("where", options=["here", "elsewhere", "call"], typed=True, place=here.known_as)
        chosen = {"here": chosen}.get(way, way)
    if chosen in ("", "elsewhere"):
        all_ = await ask.once("all", compounds())
        places = [Option(one.id, label=named(one, ask.person.lang)) for one in all_]
        chosen = await ask.choice("which", options=["call", *places], typed=True)
    if chosen == "call":
        await ask.sub("number", "call_me")
        return
    building = ""
    if not (me.self and me.self.address and here and chosen == here.id):  # else her record says where
        numbers = [Option(str(n), label=str(n)) for n in range(1, BUILDINGS + 1)]
        building = await ask.choice("building", options=[*numbers, "unknown"], typed=True, columns=6)
    await ask.once("asked", visits.ask_visit(chosen, building if building != "unknown" else ""))


@flow("call_me", start=Start(action="call_me"), expire=days(3))
async def call_me(ask: Ask) -> None:
    """The messenger's own button shares her number; it is shown to whoever goes, until it is over."""
    phone = await ask.text("phone", check=oneself.phone_number, secret=True, number=True)
    await ask.once("calls", visits.call_me(phone))
    await ask.tell("kept", buttons=[Option("number", url="phone:gone")])


def _hers(visit: VisitView) -> list[Option]:
    call = [] if visit.phone else [Option("call_me", action="call_me")]
    return [*call, Option("visit_off", action=f"visit_off:{visit.id}")]


@flow("visit_card", start=Start(notice="visit"))
async def visit_card(ask: Ask, visit: VisitView) -> None:
    """Whoever may go, whoever goes, and she who asked: each reads each step."""
    for reader in visit.readers:
        await ask.card(
            f"visit:{visit.id}:{reader}",
            "visit_card.wanted",
            to=ToPerson(reader),
            buttons=[Option("visit_go", action=f"visit_go:{visit.id}")],
            compound=visit.compound,
            building=visit.building,
        )
    for other in visit.others:
        await ask.card(f"visit:{visit.id}:{other}", "", to=ToPerson(other))
    if visit.helper and visit.helper not in visit.readers:
        going = visit.phase == "accepted"
        done = Option("visit_done", action=f"visit_done:{visit.id}")
        nobody = Option("visit_nobody", action=f"visit_nobody:{visit.id}")
        at_home = [Option("neighbour", action="neighbour")] if visit.serves else []
        await ask.card(
            f"visit:{visit.id}:{visit.helper}",
            "visit_card.going" if going else "visit_card.over",
            to=ToPerson(visit.helper),
            buttons=[*at_home, done, nobody] if going else ONWARD if visit.serves else [],
            protect=True,
            compound=visit.compound,
            building=visit.building,
            called=visit.called,
            address=visit.address,
            phone=visit.phone,
            serves=visit.serves,
            stage=visit.phase,
        )
    if visit.person:
        open_ = visit.phase in ("requested", "accepted")
        again = [Option("visit", action="visit")] if visit.phase in ("nobody-home", "late") else []
        if visit.changed:  # another one comes than she read of: a new message, the old one goes
            await ask.card(_hers_at(visit, visit.changed - 1), "", to=ToPerson(visit.person))
        await ask.card(
            _hers_at(visit, visit.changed),
            HERS.get(visit.phase, "visit_card.cancelled"),
            to=ToPerson(visit.person),
            buttons=_hers(visit) if open_ else again,
            helper=visit.helper_name,
        )


def _hers_at(visit: VisitView, changed: int) -> str:
    return f"visit:{visit.id}:{visit.phase}" + (f":{changed}" if changed else "")


@flow("visit_go", start=Start(action="visit_go"))
async def visit_go(ask: Ask) -> None:
    """[I go]: by the compound's ambassador, or an operator where there is none; she reads who comes."""
    await ask.once("goes", visits.go_visit(ask.subject))


@flow("visit_done", start=Start(action="visit_done"))
async def visit_done(ask: Ask) -> None:
    """[Done]: he was there."""
    await ask.once("done", visits.visited(ask.subject, "done"))


@flow("visit_nobody", start=Start(action="visit_nobody"))
async def visit_nobody(ask: Ask) -> None:
    """[Nobody home]: she reads it, and may ask again by one press."""
    await ask.once("nobody", visits.visited(ask.subject, "nobody-home"))


@flow("visit_off", start=Start(action="visit_off"))
async def visit_off(ask: Ask) -> None:
    """[Not needed any more], by whoever asked."""
    await ask.once("off", visits.end_visit(ask.subject))


@flow("visit_late", start=Start(due="visit-late"))
async def visit_late(ask: Ask) -> None:
    """Nobody went: the operators know, and she reads the truth."""
    visit = await ask.once("late", visits.visit_late(ask.subject))
    if visit.person and visit.phase == "requested":
        rules = await ask.once("rules", people.rules())
        await ask.tell("waits", to=ToPerson(visit.person), phone=rules.phone)
