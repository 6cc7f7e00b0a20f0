"""Putting a hospital in service: the operator binds groups and invites staff; staff join by a single-use link."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import local, people
from bot.model import PlaceKind
from bot.phrases import menu, named, role_words
from bot.roles import BOUND

SECOND = ("first", "second", "third")


@flow("first_operator", start=Start(link="op", secret=True))
async def first_operator(ask: Ask) -> None:
    """The bootstrap link makes the first operator, once."""
    await ask.once("me_operator", local.do("first_operator", code=ask.args["ref"]))
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
        found = await ask.once("compounds", local.do("catalogue", part="compounds"))
        ref = await ask.choice("compound", options=_named(found, ask.person.lang))
    elif kind == "department":
        found = await ask.once("departments", local.do("catalogue", part="departments"))
        ref = await ask.choice("department", options=_named(found, ask.person.lang))
    await ask.once("bound", local.do("bind", kind=kind, ref=ref))
    await ask.tell("done")


def _named(found: list[dict[str, str]], lang: str) -> list[Option]:
    return [Option(item["id"], label=named(item, lang)) for item in found]


@flow("invite", start=Start(command="invite", action="invite", menu=2, role="operator"))
async def invite(ask: Ask) -> None:
    """A single-use link for each member of staff of a role, to be passed on by the operator."""
    await ask.once("operator", people.require_role("operator"))
    role = await ask.choice("role", options=BOUND, columns=2)
    staff = await ask.once("staff", local.do("catalogue", part="staff"))
    links = await ask.once("links", local.do("invite", staff=[s["id"] for s in staff if s["role"] == role]))
    await ask.tell("links_are", links=[("invite.line", {"name": x["name"], "url": x["link"]}) for x in links])


@flow("join", start=Start(link="join", secret=True))
async def join(ask: Ask) -> None:
    """The account becomes this registration; a doctor chooses the PIN he will sign with (pressed twice)."""
    joined = await ask.once("joined", local.do("join", parameter=ask.args["parameter"]))
    if joined["role"] == "doctor":
        for n in SECOND:
            chain = await ask.pin(f"pin[{n}]", again=n != SECOND[0])
            if chain == await ask.pin(f"repeat[{n}]"):
                await ask.once("enrolled", local.do("enrol_pin", chain=chain))
                break
        else:
            await ask.stop("no_pin")
    await ask.tell("done", name=joined["name"], role=role_words(joined["role"]))
