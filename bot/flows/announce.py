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
    chats = [place["chat"] for place in chosen]
    hours = await ask.once("hours", local.do("group_hours", chats=chats))
    names = ", ".join(labels[r] for r in refs if where in ("all", r))
    await ask.confirm("ok", groups=len(chosen), names=names, held=hours["held"], until=hours["until"])
    late = await ask.once("late", local.do("group_hours", chats=chats))
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
    take_back = [Option("unannounce", action=f"unannounce:{day}")] if late["held"] else []
    await ask.tell("sent", groups=len(chosen), held=late["held"], until=late["until"], buttons=take_back)


@flow("unannounce", start=Start(action="unannounce"))
async def unannounce(ask: Ask) -> None:
    """The operator takes back an announcement that still waits for the morning."""
    await ask.once("operator", local.do("require_role", role="operator"))
    await ask.tell("done", groups=await ask.once("taken", local.do("unannounce", day=ask.subject)))
