"""Sub-districts: where nobody brings medicine to the doors, and what a contact may know of the orders there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.dialog import Ask, Option, Start, flow
from bot.intents import areas
from bot.intents.places import place_of
from bot.model.names import name_in
from bot.phrases import stage_words
from bot.views import CoverageView

AT_ONCE = 30  # lines on one screen
NOWHERE = "nowhere"  # what lies in no area that the hospital names


@flow("coverage", start=Start(command="coverage", action="coverage", menu=4, role="operator"))
async def coverage(ask: Ask) -> None:
    """Compounds without an ambassador, in red and in words; where they are many, those of a sub-district."""
    all_ = await ask.once("all", areas.coverage())
    bare = [*all_.bare]
    if not bare:
        await ask.stop("whole", count=all_.count)
    count = len(bare)
    if count > AT_ONCE:
        where = await ask.choice("where", options=_areas(bare, ask.person.lang), count=count, groups=all_.count)
        bare = [one for one in bare if (one.within or NOWHERE) == where]
    words = [{"compound": one.known_as, "area": one.lies_in, "listed": one.listed} for one in bare[:AT_ONCE]]
    lines = [("coverage.line", one) for one in words]
    await ask.tell("bare", lines=lines, count=count, groups=all_.count, more=len(bare[AT_ONCE:]))


def _areas(bare: Sequence[CoverageView], lang: str) -> list[str | Option]:
    """Each with how many there are; those that lie nowhere together."""
    counts = Counter(one.within for one in bare)
    names = {one.within: name_in(one.area, lang) or one.within for one in bare if one.within}
    named = [Option(id, label=f"{name} ({counts[id]})") for id, name in sorted(names.items(), key=lambda one: one[1])]
    return [*named, *([NOWHERE] if any(not one.within for one in bare) else [])]


@flow("my_area", start=Start(command="area", action="my_area", menu=1, role="contact"))
async def my_area(ask: Ask) -> None:
    """A contact's orders, the oldest of them: number, stage, compound, since."""
    orders = await ask.once("orders", areas.area_orders())
    button = [Option("coverage", action="coverage")]
    if not orders:
        await ask.stop("none", buttons=button)
    lines = [
        (
            "my_area.line",
            {"order": one.order, "stage": stage_words(one.stage), "compound": one.compound, "since": one.since},
        )
        for one in orders[:AT_ONCE]
    ]
    await ask.tell("shown", lines=lines, more=len(orders[AT_ONCE:]), buttons=button)


@flow("by_window")
async def by_window(ask: Ask, compound: str) -> str:
    """How it reaches her: home or, where nobody brings it to the doors, what she chooses, before she orders."""
    if await ask.once("helped", areas.helped(compound)):
        return "home"
    place = await ask.once("place", place_of(compound))
    return await ask.choice("where", options=["window", "home"], place=place.known_as if place else "")
