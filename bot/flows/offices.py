"""Putting a hospital in service: the operator binds groups and invites staff; staff join by a single-use link."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialog import Ask, Option, Start, flow
from bot.forms import DepartmentView
from bot.intents import formulary, people, places
from bot.model import PlaceKind
from bot.model.names import named
from bot.phrases import menu, role_words
from bot.roles import BOUND
from bot.views import CompoundView

SECOND = ("first", "second", "third")


@flow("first_operator", start=Start(link="op", secret=True))
async def first_operator(ask: Ask, ref: str) -> None:
    """The bootstrap link makes the first operator, once."""
    await ask.once("me_operator", places.first_operator(ref))
    me = await ask.once("me", people.me())
    await ask.tell("welcome", buttons=menu(me.roles))


@flow("bind", start=Start(command="bind", group=True))
async def bind(ask: Ask) -> None:
    """In the group that is to be bound: what is it, and whose."""
    await ask.once("operator", people.require_role("operator"))
    if ask.place.kind is PlaceKind.PRIVATE:
        await ask.stop("in_group")
    kind = await ask.choice("kind", options=["compound", "department", "review", "operators"])
    ref = ""
    if kind == "compound":
        compounds = await ask.once("compounds", places.compounds())
        ref = await ask.choice("compound", options=_named(compounds, ask.person.lang))
    elif kind == "department":
        departments = await ask.once("departments", formulary.departments())
        ref = await ask.choice("department", options=_named(departments, ask.person.lang))
        group = await ask.call("group", places.group(ask.place.chat))
        await ask.once("fit", places.fit_for_topics(group))
    await ask.once("bound", places.bind(PlaceKind(kind), ref))
    await ask.tell("done")


def _named(found: Sequence[CompoundView | DepartmentView], lang: str) -> list[Option]:
    return [Option(one.id, label=named(one, lang)) for one in found]


@flow("invite", start=Start(command="invite", action="invite", menu=2, role="operator"))
async def invite(ask: Ask) -> None:
    """A single-use link for each member of staff of a role, to be passed on by the operator."""
    await ask.once("operator", people.require_role("operator"))
    role = await ask.choice("role", options=BOUND, columns=2)
    staff = await ask.once("staff", formulary.staff())
    links = await ask.once("links", places.invite([one.id for one in staff if one.role == role]))
    await ask.tell("links_are")
    for one in links:  # each by itself: what is passed on holds nobody else's
        await ask.tell(f"line[{one.id}]", name=one.name, url=one.link)


@flow("join", start=Start(link="join", secret=True))
async def join(ask: Ask, parameter: str) -> None:
    """The account becomes this registration; a doctor chooses the PIN he will sign with (pressed twice)."""
    joined = await ask.once("joined", places.join(parameter))
    if joined.role == "doctor":
        for n in SECOND:
            chain = await ask.pin(f"pin[{n}]", again=n != SECOND[0])
            if chain == await ask.pin(f"repeat[{n}]"):
                await ask.once("enrolled", places.enrol_pin(chain))
                break
        else:
            await ask.stop("no_pin")
    await ask.tell("done", name=joined.name, role=role_words(joined.role))
