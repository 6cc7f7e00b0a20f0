"""An ambassador's day: what waits for him, by building and urgency, each thing with its one button."""

from __future__ import annotations

from itertools import groupby

from bot.dialog import Ask, Option, Start, flow
from bot.intents import day, people
from bot.model import ToPerson
from bot.views import TodoView

Sentence = tuple[str, dict[str, object]]


@flow("today", start=Start(command="today", action="today", menu=1, role="ambassador"))
async def today(ask: Ask) -> None:
    """Parcels, visits, forms left half done, medicine that runs out; one message a building, the urgent first.

    Asked for again it takes the place of the list that stood there.
    """
    await ask.once("helper", people.require_role("ambassador"))
    todo = await ask.once("todo", day.today())
    at = {building: [*some] for building, some in groupby(todo, key=lambda one: one.building)}
    gone = await ask.once("shown", day.shown_today([ask.key(building) for building in at]))
    for key in gone:
        await ask.card(f"today:{ask.person.id}:{key}", "", to=ToPerson(ask.person.id))
    if not todo:
        await ask.stop("nothing", buttons=[Option("neighbour", action="neighbour")])
    for building, here in at.items():
        await ask.card(
            f"today:{ask.person.id}:{ask.key(building)}",
            "today.at",
            to=ToPerson(ask.person.id),
            building=building,
            lines=[_line(one) for one in here],
            buttons=[_button(one) for one in here],
            protect=True,
            anew=True,
        )


def _line(one: TodoView) -> Sentence:
    words: dict[str, object] = {
        "name": one.name,
        "label": one.label,
        "until": one.until,
        "count": one.count,
        "urgent": one.urgent,
    }
    match one.kind:
        case "call_on" | "going":
            return ("today.call_on", words)
        case "at_gate":
            return ("today.at_gate", words)
        case "at_door":
            return ("today.at_door", words)
        case "runs_out":
            return ("today.runs_out", words)
        case "one_home":
            return ("today.one_home", words)
        case _:
            return ("today.half_done", words)


def _button(one: TodoView) -> Option:
    words = {"name": one.name, "label": one.label, "count": one.count}
    match one.kind:
        case "call_on":
            return Option("go", action=f"visit_go:{one.about}", words=words)
        case "going":
            return Option("been", action=f"visit_done:{one.about}", words=words)
        case "at_gate":
            return Option("collect", action=f"taken:{one.about}", words=words)
        case "at_door":
            return Option("hand", action=f"door:{one.about}", words=words)
        case "runs_out":
            return Option("again", action=f"need:{one.about}", words=words)
        case "one_home":
            return Option("home", action=f"many:{one.about}", words=words)
        case _:
            return Option("on", action=one.about, words=words)
