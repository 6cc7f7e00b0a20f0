"""The flows these tests play: small, and registered here only."""

from __future__ import annotations

from bot.dialog import Ask, Flow, Now, Op, Option, Photo, Wrong, flow, hours

FLOWS: dict[str, Flow] = {}
OPS = {"mark": 5, "look": {"found": 1}}


def no_digits(text: str, now: Now) -> str | Wrong:
    return Wrong("digits", text=text) if any(c.isdigit() for c in text) else text.title()


def big_enough(photo: Photo, now: Now) -> Photo | Wrong:
    return Wrong("small") if photo.unique.startswith("small") else photo


def this_year(day: str, now: Now) -> str | Wrong:
    return day if day[:4] == now.today[:4] else Wrong("year", year=now.today[:4])


@flow("refill", register=FLOWS, remind=hours(24))
async def refill(ask: Ask) -> None:
    """One of each: the flow most tests play."""
    who = await ask.choice("who", ["me", Option("m1", "Mother Li")])
    await ask.tell("hello", who=who)
    name = await ask.text("name", check=no_digits)
    mark = await ask.once("mark", Op("mark", {"who": who}))
    look = await ask.call("look", Op("look", {"name": name}))
    drugs = await ask.multi("drugs", [Option("d1", "Aspirin"), Option("d2", "Statin")], at_least=1)
    boxes = {d: await ask.choice(f"boxes[{d}]", ["1", "2"], columns=2) for d in drugs}
    photos = await ask.photos("rx", max=3, check=big_enough, buttons=["history"])
    day = await ask.date("since", check=this_year)
    pin = await ask.pin("pin", digits=2)
    await ask.confirm("ok", edits=["who", "boxes", "rx"], who=who)
    kept = photos if isinstance(photos, str) else [p.unique for p in photos]
    await ask.submit(
        Op("order", {"who": who, "mark": mark, "look": look, "boxes": boxes, "rx": kept, "day": day, "pin": pin})
    )


@flow("family", register=FLOWS)
async def family(ask: Ask) -> str:
    """A sub-dialog."""
    kind = await ask.choice("kind", ["child", "parent"])
    if kind == "child":
        await ask.text("age")
    return kind


@flow("household", register=FLOWS)
async def household(ask: Ask) -> None:
    """Two sub-dialogs of one flow, and a summary that can edit the first."""
    kinds = [await ask.sub(f"member[{m}]", "family") for m in ("a", "b")]
    await ask.confirm("ok", edits=["member"])
    await ask.tell("done", kinds=kinds)
