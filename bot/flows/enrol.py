"""Consent for health data, then the real name proved once by the hospital (R3, R13). The number is not kept."""

from __future__ import annotations

import re
from typing import Any

from bot.dialog import Ask, Now, Option, Refused, Start, Wrong, flow
from bot.intents import hospital, local
from bot.phrases import named

TRIES = ("first", "second", "third")


def credential(text: str, now: Now) -> str | Wrong:
    """An e-credential number: 6-20 letters and digits, however it is spaced."""
    number = re.sub(r"[\s-]", "", text).upper()
    return number if re.fullmatch(r"[A-Z0-9]{6,20}", number) else Wrong("credential")


def birthday(day: str, now: Now) -> str | Wrong:
    return day if "1900" < day < now.today else Wrong("birthday")


@flow("identity")
async def identity(ask: Ask) -> dict[str, Any]:
    """The patient whose number and birthday fit: three tries, then where to go. For oneself and for a neighbour."""
    for n in TRIES:
        number = await ask.text(f"number[{n}]", check=credential, secret=True, again=n != TRIES[0])
        born = await ask.date(f"born[{n}]", check=birthday)
        try:
            return await ask.call(f"found[{n}]", hospital.find_patient(number, born))
        except Refused:
            continue
    return await ask.stop("unknown")


@flow("enrol", start=Start(command="enrol"))
async def enrol(ask: Ask) -> None:
    """Does nothing for somebody already known; ambassadors act for others and need not be patients themselves."""
    me = await ask.once("me", local.do("me"))
    if "ambassador" in me["roles"] and not me["self"]:
        return
    if me["self"] and me["consent"]:
        return
    if not me["consent"]:
        if await ask.choice("consent", options=["yes", "no"]) == "no":
            await ask.stop("no_consent")
        await ask.once("agreed", local.do("remember", consent=True))
    patient = me["self"]
    if not patient:
        patient = await ask.sub("who", "identity")
        await ask.once("i_am", local.do("i_am", patient=patient))
    await ask.once(
        "recorded", local.do("send", op="hospital.record_consent", args={"patient": patient["id"], "given": True})
    )


@flow("compound")
async def compound(ask: Ask) -> str:
    """Where the parcel goes: known from the group's button or from last time, else asked once."""
    me = await ask.once("me", local.do("me"))
    chosen = ask.args.get("known") or me["compound"] or (me["serves"][0] if len(me["serves"]) == 1 else "")
    if not chosen:
        all_ = await ask.once("all", local.do("catalogue", part="compounds"))
        chosen = await ask.choice("which", options=[Option(c["id"], label=named(c, ask.person.lang)) for c in all_])
    await ask.once("kept", local.do("remember", compound=chosen))
    return chosen


@flow("withdraw", start=Start(command="withdraw", action="withdraw"))
async def withdraw(ask: Ask) -> None:
    """Consent withdrawn in two taps (R13): nothing new is asked of the hospital, running orders are finished."""
    if await ask.choice("sure", options=["yes", "no"]) == "no":
        await ask.stop("kept")
    me = await ask.once("me", local.do("me"))
    await ask.once("gone", local.do("remember", consent=False))
    await ask.once("drafts", local.do("forget_drafts"))
    if me["self"]:
        await ask.once(
            "told", local.do("send", op="hospital.record_consent", args={"patient": me["self"]["id"], "given": False})
        )
    await ask.tell("done")
