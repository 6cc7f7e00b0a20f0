"""A neighbour asks to be ambassador: what it means, who she is, the quiz; then an operator, and the hospital."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot import oneself, public_names
from bot.dialog import Ask, Option, Start, days, flow, hours
from bot.intents import applying
from bot.intents.places import compounds
from bot.model import Public, ToChat, ToPerson
from bot.model.names import name_in, named
from bot.phrases import ONWARD, written_words
from bot.views import ApplicationView

HOURS: tuple[applying.Hours, ...] = ("morning", "afternoon", "evening", "weekend")
PROFILE = Option("profile", action="profile")
HERS = {
    "asked": "application_card.waits",
    "sent": "application_card.sent",
    "approved": "application_card.yours",
    "declined": "application_card.declined",
    "refused": "application_card.refused",
    "taken-back": "application_card.taken_back",
    "lapsed": "application_card.lapsed",
}
THEIRS = {
    "asked": "application_card.asked",
    "sent": "application_card.approved",
    "approved": "application_card.begun",
    "declined": "application_card.no",
    "refused": "application_card.hospital_no",
    "taken-back": "application_card.gone",
    "lapsed": "application_card.unanswered",
}


@flow(
    "help_out",
    start=Start(command="help_out", action="help_out", link="helpout", listed=6),
    remind=hours(20),
    expire=days(3),
)
async def help_out(ask: Ask, ref: str = "") -> None:
    """Where, who, by what name, when; nothing leaves before she has read where it goes and said yes (R13, R16)."""
    stands = await ask.once("stands", applying.my_application())
    if stands.helps:
        await ask.stop("already", buttons=[PROFILE])
    if stands.id:
        await ask.stop("waits", compound=stands.compound, buttons=[_off(stands)])
    await ask.tell("means")
    if await ask.choice("agree", options=["yes", "no"]) == "no":
        await ask.stop("not_now")
    known = {one.id: one for one in await ask.once("compounds", compounds())}
    compound = ref if ref in known else ""
    if compound and await ask.choice("where", options=["here", "elsewhere"], place=known[ref].known_as) == "elsewhere":
        compound = ""
    if not compound:
        places = [Option(one.id, label=named(one, ask.person.lang)) for one in known.values()]
        compound = await ask.choice("which", options=places, typed=True)
    name: str = await ask.sub("is_name", "is_name", name=await ask.text("name", check=oneself.real_name))
    phone = await ask.text("phone", check=oneself.phone_number, number=True)
    await ask.tell("kept", buttons=[Option("number", url="phone:gone")])
    public: str = await ask.sub("called", "public_name", name=name, compound=compound)
    free = await ask.multi("hours", options=HOURS, at_least=1)
    await _quiz(ask)
    await ask.confirm(
        "ok",
        edits=["where", "which", "name", "phone", "called", "hours"],
        compound=known[compound].known_as,
        name=name,
        phone=phone,
        public=public,
        **_hours(free),
    )
    await ask.once("asked", applying.apply(compound, name, phone, public, _when(free)))


async def _quiz(ask: Ask) -> None:
    """The hospital's questions: after a wrong answer she reads why, and is asked again."""
    for one in await ask.once("quiz", applying.quiz()):
        why = ""
        for n in count(1):
            said = await ask.choice(
                f"quiz[{one.id}-{n}]",
                options=[Option(str(k), label=name_in(told, ask.person.lang)) for k, told in enumerate(one.answers)],
                question=name_in(one.ask, ask.person.lang),
                why=why,
            )
            if said == one.right:
                break
            why = name_in(one.wrong, ask.person.lang)


def _hours(free: list[str] | tuple[str, ...]) -> dict[str, Any]:
    return {one: one in free for one in HOURS}


def _when(free: list[str]) -> list[applying.Hours]:
    return [one for one in HOURS if one in free]


def _off(stands: ApplicationView) -> Option:
    return Option("applies_off", action=f"applies_off:{stands.id}")


@flow("is_name")
async def is_name(ask: Ask, name: str) -> str:
    """A name that reads like words to somebody is asked about, never refused: the doctor does not hear them here."""
    for n in count(1):
        id = f"{ask.key(name)}-{n}"
        if not await ask.once(f"said[{id}]", applying.is_said(name)):
            return name
        if await ask.choice(f"is_it[{id}]", options=["yes", "no"], name=name, typed=True) == "yes":
            return name
        name = await ask.text(f"name[{n}]", check=oneself.real_name)
    raise AssertionError("unreachable")


@flow("public_name")
async def public_name_(ask: Ask, name: str, compound: str) -> str:
    """What neighbours call her: proposed by a button or typed, and nobody else's."""
    proposed = await ask.once("proposed", applying.proposals(name, compound))
    options = {f"as-{n}": one for n, one in enumerate(proposed)}
    buttons = [Option(id, label=one) for id, one in options.items()]
    taken = False
    for n in count(1):
        said = await ask.text(f"called[{n}]", check=public_names.public_name, buttons=buttons, taken=taken)
        chosen = options.get(said, said)
        if said not in options and await ask.once(f"said[{n}]", applying.is_said(said)):
            taken = False
            if await ask.choice(f"so[{n}]", options=["yes", "no"], name=said, typed=True) == "no":
                continue
        if await ask.once(f"free[{n}]", applying.is_free(chosen)):
            return chosen
        taken = True
    raise AssertionError("unreachable")


# ---------------------------------------------------------------- how it stands, for each who reads it


@flow("application_card", start=Start(notice="application"))
async def application_card(ask: Ask, application: ApplicationView) -> None:
    """She, the operators in private, and once she begins one sentence in her compound's group."""
    one, asked = application, application.phase == "asked"
    words: dict[str, Any] = {"compound": one.compound, "by": one.by}
    for operator in one.operators:
        await ask.card(
            f"applies:{one.id}:{operator}",
            THEIRS[one.phase],
            to=ToPerson(operator),
            buttons=_decide(one) if asked else [],
            protect=True,
            name=one.name,
            phone=one.phone,
            public=one.public,
            served=one.served,
            reason=written_words(one.reason),
            **_hours(one.hours),
            **words,
        )
    await ask.card(
        f"applied:{one.id}",
        HERS[one.phase],
        to=ToPerson(one.person),
        buttons=_next(one),
        anew=True,
        public=one.public,
        phone=one.phone_of_hospital,
        **words,
    )
    for chat in one.groups:
        await ask.card(
            f"begins:{one.id}:{chat}",
            "application_card.begins",
            to=ToChat(chat),
            helper=Public(one.public),
            compound=Public(one.compound),
        )


def _decide(one: ApplicationView) -> list[Option]:
    yes = Option("applies_yes", action=f"applies_yes:{one.id}")
    return [yes, Option("applies_no", action=f"applies_no:{one.id}")]


def _next(one: ApplicationView) -> list[Option]:
    if one.phase in ("asked", "sent"):
        return [_off(one)]
    if one.phase == "lapsed":
        return [Option("help_out", action="help_out"), Option("menu", action="menu")]
    return [*ONWARD, PROFILE] if one.phase == "approved" else [Option("menu", action="menu")]


@flow("applies_yes", start=Start(action="applies_yes", acts="operator"))
async def applies_yes(ask: Ask) -> None:
    """One tap: the hospital is asked for her registration."""
    await ask.once("approved", applying.approve(ask.subject))


@flow("applies_no", start=Start(action="applies_no", acts="operator"))
async def applies_no(ask: Ask) -> None:
    """She reads a fixed sentence, and nothing of her is kept."""
    await ask.once("declined", applying.decline(ask.subject))


@flow("applies_off", start=Start(action="applies_off"))
async def applies_off(ask: Ask) -> None:
    """She takes it back."""
    await ask.once("off", applying.take_back(ask.subject))


@flow("applicants", start=Start(command="applicants", action="applicants", menu=7, role="operator", acts="operator"))
async def applicants(ask: Ask) -> None:
    """The applications that wait for an operator, each with its buttons."""
    found = await ask.once("found", applying.applicants())
    if not found:
        await ask.stop("none")
    for one in found:
        await ask.card(
            f"applies:{one.id}:{ask.person.id}",
            "application_card.asked",
            to=ToPerson(ask.person.id),
            buttons=_decide(one),
            protect=True,
            anew=True,
            compound=one.compound,
            name=one.name,
            phone=one.phone,
            public=one.public,
            served=one.served,
            **_hours(one.hours),
        )


@flow("applies_late", start=Start(due="applies-late"))
async def applies_late(ask: Ask) -> None:
    """A day without an answer: she reads the truth, the operators have it on a card. In the end it lapses."""
    one = await ask.once("late", applying.applies_late(ask.subject))
    if one.id:
        registers = one.phase == "sent"
        await ask.tell("waits", to=ToPerson(one.person), registers=registers, phone=one.phone_of_hospital)


# ---------------------------------------------------------------- her own profile


@flow("profile", start=Start(command="profile", action="profile", menu=7, role="ambassador", acts="ambassador"))
async def profile(ask: Ask) -> None:
    """Since when, how many parcels, where and when; the public name and the hours can be changed."""
    ask.leads_on(ONWARD)
    me = await ask.once("me", applying.profile())
    what = await ask.choice(
        "what",
        options=["name", "hours", "done"],
        public=me.public,
        since=me.since,
        count=me.carried,
        compounds=", ".join(name_in(one, ask.person.lang) for one in me.compounds),
        ready=", ".join(name_in(one, ask.person.lang) for one in me.ready),
        **_hours(me.hours),
    )
    if what == "name":
        public: str = await ask.sub("called", "public_name", name=me.name, compound="")
        await ask.once("changed", applying.rename(public))
        await ask.tell("renamed", public=public, buttons=ONWARD)
    elif what == "hours":
        free = await ask.multi("hours", options=HOURS, at_least=1, ticked=me.hours)
        await ask.once("when", applying.change_hours(_when(free)))
        await ask.tell("kept", buttons=ONWARD)
