"""The operator tells the compounds' groups that ordering is open: preview, one press, one message a group."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import people
from bot.intents.places import compounds, group_hours, places
from bot.intents.places import unannounce as take_back
from bot.model import Public, ToChat
from bot.model.names import named
from bot.views import CompoundView, PlaceView

EVERYWHERE = ("compound", "department", "review", "operators")  # he may announce from any group


@flow("announce", start=Start(command="announce", group=True, action="announce", menu=1, role="operator"))
async def announce(ask: Ask) -> None:
    """The operator tells the compounds' groups that ordering is open: a preview, then one button."""
    await ask.once("operator", people.require_role("operator"))
    bound = await ask.once("bound", places("compound"))
    if not bound:
        await ask.stop("no_groups")
    known = {one.id: one for one in await ask.once("all", compounds())}
    refs = sorted({place.ref for place in bound})
    labels = {ref: _name(known, ref, ask.person.lang) for ref in refs}
    where = await ask.choice("where", options=["all", *(Option(ref, label=labels[ref]) for ref in refs)], typed=True)
    chosen = [place for place in bound if where in ("all", place.ref)]
    chats = [place.chat for place in chosen]
    hours = await ask.once("hours", group_hours(chats))
    names = ", ".join(labels[ref] for ref in refs if where in ("all", ref))
    await ask.confirm("ok", groups=len(chosen), names=names, held=hours.held, until=hours.until)
    late = await ask.once("late", group_hours(chats))
    for place in chosen:
        await _tell(ask, place, known.get(place.ref, CompoundView()), late.today)
    await ask.once("noted", people.note("announce", where))
    buttons = [Option("unannounce", action=f"unannounce:{late.today}")] if late.held else []
    await ask.tell("sent", groups=len(chosen), held=late.held, until=late.until, buttons=buttons)


def _name(known: dict[str, CompoundView], ref: str, lang: str) -> str:
    return named(known[ref], lang) if ref in known else ref


async def _tell(ask: Ask, place: PlaceView, compound: CompoundView, day: str) -> None:
    await ask.card(
        f"announce:{day}:{place.chat}",
        "announce.notice",
        to=ToChat(place.chat),
        compound=Public(compound.known_as),
        buttons=[Option("need", url=f"start:need-{place.ref}")],
    )


@flow("unannounce", start=Start(action="unannounce", stands=EVERYWHERE))
async def unannounce(ask: Ask) -> None:
    """The operator takes back an announcement that still waits for the morning."""
    await ask.once("operator", people.require_role("operator"))
    await ask.tell("done", groups=await ask.once("taken", take_back(ask.subject)))
