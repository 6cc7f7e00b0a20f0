"""Who is at work (R18): read from the hospital before an act; an operator ends it or moves it to another phone."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import people
from bot.intents import staff as team
from bot.model import ToPerson
from bot.model.names import name_in
from bot.phrases import role_words
from bot.roles import BOUND


@flow("role_read")
async def role_read(ask: Ask, role: str) -> None:
    """The acting person's registration, read from the hospital unless that was done within the minute."""
    id = await ask.once("known", team.to_read(role))
    if id:
        await ask.call("role", team.read_role(id))
        await ask.once("holds", team.holds(role))


@flow("staff", start=Start(command="staff", action="staff", menu=3, role="operator"))
async def staff(ask: Ask) -> None:
    """An operator takes a registration away from an account, or lets another phone have it."""
    await ask.once("operator", people.require_role("operator"))
    role = await ask.choice("role", options=BOUND, typed=True, columns=2)
    found = {one.id: one for one in await ask.once("bearers", team.bearers(role))}
    if not found:
        await ask.stop("nobody")
    one = found[
        await ask.choice(
            "who", options=[Option(id, label=one.name or id, listed=True) for id, one in found.items()], typed=True
        )
    ]
    is_ = role_words(role)
    places = ", ".join(name_in(names, ask.person.lang) for names in one.serves)
    what = await ask.choice("what", options=["keep", "replace", "end"], name=one.name, role=is_, places=places)
    if what == "end":
        await ask.once("end", team.end_role(one.account, one.id))
        await ask.tell("ended", name=one.name, role=is_)
    if what == "replace":
        moved = await ask.once("move", team.replace_phone(one.id))
        await ask.tell("moving", to=ToPerson(one.account), name=one.name, role=is_)
        await ask.tell("link", name=one.name, role=is_, url=moved.link)


@flow("let_go_on", start=Start(action="let_go_on", acts="operator"))
async def let_go_on(ask: Ask) -> None:
    """Nobody could read it for a day: an operator vouches for one more."""
    await ask.once("vouched", team.let_go_on(ask.subject))
    await ask.tell("done")


@flow("take_list", start=Start(action="take_list", acts="operator"))
async def take_list(ask: Ask) -> None:
    """A list of the hospital came with less than half of what it had: an operator says that this is right."""
    name, _, count = ask.subject.partition("/")
    await ask.once("taken", team.take_list(name, int(count) if count.isdecimal() else -1))
    await ask.tell("done")
