"""A preview of the usual words that the release before showed: its [Send] goes on. Begun is bot/flows/broadcast.py."""

from __future__ import annotations

from bot.dialog import Ask, Option, flow
from bot.intents import announcing, people
from bot.intents.places import compounds, group_hours, places
from bot.model.names import named
from bot.views import CompoundView


@flow("announce")
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
    hours = await ask.once("hours", group_hours([place.chat for place in chosen]))
    names = ", ".join(labels[ref] for ref in refs if where in ("all", ref))
    await ask.confirm("ok", groups=len(chosen), names=names, held=hours.held, until=hours.until)
    id = await ask.once("id", announcing.send_words(["all" if where == "all" else f"c/{where}"], {}))
    await ask.once("going", announcing.tell_on(id))
    await ask.tell("sent", groups=len(chosen), held=hours.held, until=hours.until)


def _name(known: dict[str, CompoundView], ref: str, lang: str) -> str:
    return named(known[ref], lang) if ref in known else ref
