"""A doctor is off until an hour he says, and on duty again; what cannot wait is told to whoever is on duty."""

from __future__ import annotations

from bot.clockwords import first_words, urgency_words
from bot.dialog import Ask, Option, Start, flow
from bot.intents import duty as intents
from bot.model import ToPerson


@flow("off_duty", start=Start(command="off", action="off_duty", menu=2, role="doctor", acts="doctor"))
async def off_duty(ask: Ask) -> None:
    """[Off until ...]: this afternoon, tomorrow, a day; nobody is sent to him by name meanwhile."""
    now = await ask.once("now", intents.duty())
    back = [Option("on_duty", action="on_duty")]
    if now.until:
        await ask.stop("is_off", until=now.until, buttons=back)
    options = ["afternoon", "tomorrow", "day"] if now.afternoon else ["tomorrow", "day"]
    until = await ask.choice("until", options=options)
    if until == "day":
        days = [Option(day, label=f"{int(day[5:7])}/{int(day[8:])}") for day in now.days]
        until = await ask.choice("day", options=days, columns=3)
    off = await ask.once("off", intents.goes_off(until))
    await ask.tell("is_off", until=off.until, buttons=back)


@flow("on_duty", start=Start(action="on_duty", acts="doctor"))
async def on_duty(ask: Ask) -> None:
    """[I am back], before the time he said."""
    await ask.once("back", intents.comes_back())
    await ask.tell("is_on")


@flow("duty_back", start=Start(due="duty"))
async def duty_back(ask: Ask) -> None:
    """The time is over that he said."""
    if await ask.once("again", intents.duty_again()):
        await ask.tell("is_on")


@flow("urgent_case", start=Start(due="urgent-case"))
async def urgent_case(ask: Ask) -> None:
    """A case that cannot wait: each doctor on duty reads it in private; number, colour and why, and nobody's name."""
    seen = await ask.once("seen", intents.call_duty(ask.subject))
    for person in seen.people:
        await ask.tell(
            f"hears[{person}]",
            to=ToPerson(person),
            number=seen.number,
            department=seen.department,
            urgency=urgency_words(seen.urgency),
            why=first_words(seen.why),
        )
