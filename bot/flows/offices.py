"""Putting a hospital in service: the operator binds groups and invites staff. They join by bot/flows/joining.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.dialog import Ask, Option, Start, flow
from bot.forms import DepartmentView
from bot.intents import formulary, people, places
from bot.model import PlaceKind
from bot.model.names import name_in, named
from bot.phrases import menu
from bot.roles import BOUND
from bot.views import CompoundView, GroupRowView


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


@flow("groups", start=Start(command="groups", action="groups", menu=5, role="operator"))
async def groups(ask: Ask) -> None:
    """The groups that are bound, and those that were let go: let one go, or bind it again as it was."""
    await ask.once("operator", people.require_role("operator"))
    found = {one.id: one for one in await ask.once("found", places.bound_groups())}
    if not found:
        await ask.stop("none")
    options = [Option(id, label=_called(one, ask.person.lang)) for id, one in found.items()]
    one = found[await ask.choice("which", options=options)]
    words: dict[str, Any] = {
        "kind": (f"bind.kind.{one.kind}", {}),
        "name": _called(one, ask.person.lang),
        "bound": one.bound,
    }
    if one.bound and await ask.choice("let_go", options=["keep", "unbind"], **words) == "unbind":
        await ask.once("unbound", places.unbind(one.id))
        await ask.tell("gone", **words)
    elif not one.bound and await ask.choice("again", options=["bind", "leave"], **words) == "bind":
        await ask.once("bound", places.rebind(one.id))
        await ask.tell("back", **words)


def _called(one: GroupRowView, lang: str) -> str:
    name = name_in(one.names, lang) or one.title or one.kind
    return name if one.bound else f"✗ {name}"


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
