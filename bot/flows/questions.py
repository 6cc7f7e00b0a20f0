"""The hospital's own questions before a consult, in chat: all of them as they are, or none."""

from __future__ import annotations

from bot.dialog import Ask, Option, flow
from bot.forms import AnswerShape, FormAnswers
from bot.intents import formulary
from bot.model.names import name_in

BOOLEAN = {"yes": "true", "no": "false"}  # as the hospital writes it


@flow("questionnaire")
async def questionnaire(ask: Ask) -> FormAnswers:
    """The hospital's own questions, in chat: choice and boolean items, all of them or none."""
    asked = await ask.once("asked", formulary.questions())
    if asked is None or asked.left_out:
        return FormAnswers(left_out=asked is not None)
    answers: dict[str, str] = {}
    shapes: dict[str, AnswerShape] = {}
    for item in asked.questions:
        options = [Option(o.code, label=name_in(o.text, ask.person.lang) or o.code) for o in item.options]
        said = await ask.choice(
            f"item[{item.link_id}]",
            options=[*(options or ["yes", "no"]), *([] if item.required else ["skip"])],
            question=name_in(item.text, ask.person.lang),
        )
        chosen = next((one for one in item.options if one.code == said), None)
        if said == "skip" and chosen is None:
            continue
        answers[item.link_id] = said if item.options else BOOLEAN[said]
        shapes[item.link_id] = AnswerShape(item.within, *((chosen.system, chosen.display) if chosen else ()))
    return FormAnswers(f"{asked.url}|{asked.version}", answers, shapes)
