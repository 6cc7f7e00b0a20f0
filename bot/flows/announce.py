"""The operator tells the compounds' groups that ordering is open: preview, one press, one message a group."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import local
from bot.model import Public, ToChat


@flow("announce", start=Start(command="announce", action="announce"))
async def announce(ask: Ask) -> None:
    """The operator tells the compounds' groups that ordering is open: a preview, then one button."""
    await ask.once("operator", local.do("require_role", role="operator"))
    bound = await ask.once("bound", local.do("places", kind="compound"))
    if not bound:
        await ask.stop("no_groups")
    compounds = {c["id"]: c for c in await ask.once("all", local.do("catalogue", part="compounds"))}
    refs = sorted({place["ref"] for place in bound})
    zh = ask.person.lang.startswith("zh")
    labels = {ref: compounds[ref]["name_zh" if zh else "name_en"] if ref in compounds else ref for ref in refs}
    where = await ask.choice("where", options=["all", *(Option(ref, label=labels[ref]) for ref in refs)])
    chosen = [place for place in bound if where in ("all", place["ref"])]
    await ask.confirm("ok", groups=len(chosen), names=", ".join(labels[r] for r in refs if where in ("all", r)))
    day = (await ask.once("rules", local.do("rules")))["today"]
    for place in chosen:
        compound = compounds.get(place["ref"], {})
        name = compound.get("name_zh" if place["lang"].startswith("zh") else "name_en", "")
        await ask.card(
            f"announce:{day}:{place['chat']}",
            "announce.notice",
            to=ToChat(place["chat"]),
            compound=Public(name),
            buttons=[Option("need", url=f"start:need-{place['ref']}")],
        )
    await ask.once("noted", local.do("note", what="announce", reason=where))
    await ask.tell("sent", groups=len(chosen))
