"""Staff join by a single-use link: an operator reads who it is and says yes before anything works (R3)."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import joining, places
from bot.model import ToPerson
from bot.phrases import ONWARD, menu, role_words

SECOND = ("first", "second", "third")


@flow("join", start=Start(link="join", secret=True))
async def join(ask: Ask, parameter: str) -> None:
    """Whoever opens the link waits; each operator reads his name in the messenger beside the registration's."""
    joined = await ask.once("joined", joining.join(parameter))
    if not joined.key:  # this account is that already
        await ask.sub("welcome", "welcome", role=joined.role, name=joined.name)
        return
    for operator in joined.operators:
        await ask.card(
            f"joins:{joined.key}:{operator}",
            "join.asked",
            to=ToPerson(operator),
            buttons=[
                Option("joins_yes", action=f"joins_yes:{joined.key}"),
                Option("joins_no", action=f"joins_no:{joined.key}"),
            ],
            known=joined.known,
            name=joined.name,
            role=role_words(joined.role),
        )
    await ask.stop("waits", role=role_words(joined.role))


@flow("joins_yes", start=Start(action="joins_yes", acts="operator"))
async def joins_yes(ask: Ask) -> None:
    """It is them: the account is this registration from now on."""
    who = await ask.once("let_in", joining.let_in(ask.subject))
    for operator in who.operators:
        await ask.card(
            f"joins:{ask.subject}:{operator}",
            "joins_yes.card",
            to=ToPerson(operator),
            buttons=[Option("staff", action="staff")],
            name=who.name,
            role=role_words(who.role),
        )
    await ask.begin("welcome", "welcome", who.account, role=who.role, name=who.name)


@flow("joins_no", start=Start(action="joins_no", acts="operator"))
async def joins_no(ask: Ask) -> None:
    """It is somebody else, or nobody knows who: the link is spent."""
    who = await ask.once("turned_away", joining.turn_away(ask.subject))
    for operator in who.operators:
        await ask.card(
            f"joins:{ask.subject}:{operator}",
            "joins_no.card",
            to=ToPerson(operator),
            buttons=[Option("invite", action="invite")],
            name=who.name,
            role=role_words(who.role),
        )
    await ask.tell("ended", to=ToPerson(who.account), role=role_words(who.role))


@flow("joins_late", start=Start(due="joins"))
async def joins_late(ask: Ask) -> None:
    """Nobody has looked: the operators have an exception."""
    await ask.once("late", joining.joins_late(ask.subject))


@flow("welcome")
async def welcome(ask: Ask, role: str, name: str) -> None:
    """The new account, once it is let in; a doctor chooses the PIN he will sign with (pressed twice)."""
    if role == "doctor":
        for n in SECOND:
            chain = await ask.pin(f"pin[{n}]", again=n != SECOND[0])
            if chain == await ask.pin(f"repeat[{n}]"):
                await ask.once("enrolled", places.enrol_pin(chain))
                break
        else:
            await ask.stop("no_pin")
    first = ONWARD if role == "ambassador" else menu((role,))
    await ask.tell("done", buttons=first, name=name, role=role_words(role))
