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
    place, _, at = ask.subject.rpartition("-")
    if count > AT_ONCE and not place:
        where = await ask.choice("where", options=_areas(bare, ask.person.lang), count=count, groups=all_.count)
        place = ask.key(where)
    bare = [one for one in bare if not place or ask.key(one.within or NOWHERE) == place]
    before = int(at) if at.isdecimal() and int(at) < len(bare) else 0
    shown, rest = bare[before : before + AT_ONCE], bare[before + AT_ONCE :]
    words = [{"compound": one.known_as, "area": one.lies_in, "listed": one.listed} for one in shown]
    lines = [("coverage.line", one) for one in words]
    more = [Option("more", action=f"coverage:{place}-{before + AT_ONCE}")] if rest else []
    await ask.tell("bare", buttons=more, lines=lines, count=count, groups=all_.count, more=len(rest))


def _areas(bare: Sequence[CoverageView], lang: str) -> list[str | Option]:
    """Each with how many there are; those that lie nowhere together."""
    counts = Counter(one.within for one in bare)
    names = {one.within: name_in(one.area, lang) or one.within for one in bare if one.within}
    named = [Option(id, label=f"{name} ({counts[id]})") for id, name in sorted(names.items(), key=lambda one: one[1])]
    return [*named, *([NOWHERE] if any(not one.within for one in bare) else [])]


@flow("my_area", start=Start(command="area", action="my_area", menu=1, role="contact"))
async def my_area(ask: Ask) -> None:
    """A contact's orders, the oldest first, a page at a time: number, stage, compound, since."""
    page = await ask.once("page", areas.area_orders(ask.subject))
    button = [Option("coverage", action="coverage")]
    if not page.orders:
        await ask.stop("none", buttons=button)
    lines = [
        (
            "my_area.line",
            {"order": one.order, "stage": stage_words(one.stage), "compound": one.compound, "since": one.since},
        )
        for one in page.orders
    ]
    part = f"{page.before + 1}–{page.before + len(lines)}" if len(lines) < page.count else ""
    more = [Option("more", action=f"my_area:{page.more}")] if page.more else []
    await ask.tell("shown", lines=lines, count=page.count, part=part, buttons=[*more, *button])


@flow("by_window")
async def by_window(ask: Ask, compound: str) -> str:
    """How it reaches her: home or, where nobody brings it to the doors, what she chooses, before she orders."""
    if await ask.once("helped", areas.helped(compound)):
        return "home"
    place = await ask.once("place", place_of(compound))
    return await ask.choice("where", options=["window", "home"], place=place.known_as if place else "")
