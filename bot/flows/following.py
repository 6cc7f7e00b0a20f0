"""After the hand-over: how it goes on day 1, 3 and 7, and a reminder before the medicine runs out."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import following
from bot.model import ToPerson
from bot.views import FollowedView

SUPPLIES = ("14", "28", "30", "60", "90")  # days


@flow("check_in", start=Start(due="check-in"))
async def check_in(ask: Ask) -> None:
    """One question to whoever holds the patient; the first answer is everybody's."""
    due = await ask.once("due", following.check_in(ask.subject))
    about = f"{ask.subject}{due.step}"
    for holder in due.holders:
        await ask.card(
            f"check:{about}:{holder.person}",
            "check_in.how",
            to=ToPerson(holder.person),
            buttons=[
                Option("felt_better", action=f"felt_better:{about}"),
                Option("felt_same", action=f"felt_same:{about}"),
                Option("felt_worse", action=f"felt_worse:{about}"),
                Option("no_more", action=f"no_more:{about}"),
            ],
            name=holder.known_as,
            count=due.days,
        )


@flow("felt_better", start=Start(action="felt_better"))
async def felt_better(ask: Ask) -> None:
    """Nothing else is to be done."""
    await _said(ask, await ask.once("felt", following.felt(ask.subject, "better")), "check_in.better")


@flow("felt_same", start=Start(action="felt_same"))
async def felt_same(ask: Ask) -> None:
    """Nothing else is to be done."""
    await _said(ask, await ask.once("felt", following.felt(ask.subject, "same")), "check_in.same")


@flow("felt_worse", start=Start(action="felt_worse"))
async def felt_worse(ask: Ask) -> None:
    """The doctor of that consult hears it within its days; after them, whom to call."""
    told = await ask.once("felt", following.felt(ask.subject, "worse"))
    await _said(ask, told, "check_in.worse")
    if told.topic:
        await ask.tell("doctor")
    else:
        await ask.tell("call", phone=told.phone)


async def _said(ask: Ask, told: FollowedView, key: str) -> None:
    for holder in told.holders:
        await ask.card(f"check:{ask.subject}:{holder.person}", key, to=ToPerson(holder.person), name=holder.known_as)


@flow("refill_due", start=Start(due="refill-due"))
async def refill_due(ask: Ask) -> None:
    """It runs out soon, or nobody knows when: the hospital's words where it has some, else ours."""
    due = await ask.once("due", following.reminder(ask.subject))
    no_more = Option("no_more", action=f"no_more:{ask.subject}")
    for holder in due.holders:
        card, to = f"due:{ask.subject}:{holder.person}", ToPerson(holder.person)
        again = Option("same_again", action=f"need:{holder.patient}")
        buttons = [again, Option("not_now", action=f"not_now:{ask.subject}"), no_more]
        if due.words:
            await ask.card(card, "refill_due.hospital", to=to, buttons=buttons, name=holder.known_as, words=due.words)
        elif due.until:
            await ask.card(card, "refill_due.until", to=to, buttons=buttons, name=holder.known_as, until=due.until)
        else:
            known = Option("supply", action=f"supply:{ask.subject}")
            await ask.card(card, "refill_due.unknown", to=to, buttons=[known, no_more], name=holder.known_as)


@flow("reminder_look", start=Start(due="reminder-look"))
async def reminder_look(ask: Ask) -> None:
    """Whether the hospital's own reminder still stands."""
    await ask.once("looks", following.look_at_reminder(ask.subject))


@flow("reminder_back", start=Start(due="reminder-back"))
async def reminder_back(ask: Ask) -> None:
    """The hospital revoked it: where it was told already, it says so in its place."""
    back = await ask.once("back", following.taken_back(ask.subject))
    for holder in back.holders:
        card, to = f"due:{ask.subject}:{holder.person}", ToPerson(holder.person)
        await ask.card(card, "refill_due.taken_back", to=to, name=holder.known_as)


@flow("not_now", start=Start(action="not_now"))
async def not_now(ask: Ask) -> None:
    """Once more some days later, in the same place."""
    told = await ask.once("later", following.not_now(ask.subject))
    for me in told.holders:
        card = f"due:{ask.subject}:{me.person}"
        await ask.card(card, "refill_due.later", to=ToPerson(me.person), name=me.known_as, count=told.days)


@flow("no_more", start=Start(action="no_more"))
async def no_more(ask: Ask) -> None:
    """Neither asked nor reminded about this patient, on this phone; one tap takes it back."""
    [me] = (await ask.once("off", following.no_more(ask.subject))).holders
    await ask.tell("done", name=me.known_as, buttons=[Option("remind_me", action=f"remind_me:{ask.subject}")])


@flow("remind_me", start=Start(action="remind_me"))
async def remind_me(ask: Ask) -> None:
    """As before."""
    [me] = (await ask.once("on", following.no_more(ask.subject, on=True))).holders
    await ask.tell("done", name=me.known_as)


@flow("supply", start=Start(action="supply"))
async def supply(ask: Ask) -> None:
    """How long it lasts is asked, never guessed."""
    [me] = (await ask.once("whom", following.supply_of(ask.subject))).holders
    days = await ask.choice("days", options=SUPPLIES, typed=True, columns=3, name=me.known_as)
    told = await ask.once("lasts", following.lasts(ask.subject, int(days)))
    await ask.tell("kept", name=me.known_as, until=told.until)
