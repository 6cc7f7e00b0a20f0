"""The hospital's own questions before a consult, in chat: all of them as they are, or none."""

from __future__ import annotations

from collections.abc import Mapping

from bot import repeats
from bot.dialog import Ask, Option, flow
from bot.forms import AnswerShape, FormAnswers, QuestionView
from bot.intents import formulary, people
from bot.model.names import name_in
from bot.views import LastsView


@flow("questionnaire")
async def questionnaire(ask: Ask, last: Mapping[str, str] | None = None) -> FormAnswers:
    """The hospital's own questions, in chat: choice and boolean items, all of them or none.

    ``last``: what she answered last time; where that can be said again, one tap says so.
    """
    asked = await ask.once("asked", formulary.questions())
    if asked is None or asked.left_out:
        return FormAnswers(left_out=asked is not None)
    before = repeats.as_before(asked.questions, last or {})
    told = [_said(item, before[item.link_id], ask.person.lang) for item in asked.questions if item.link_id in before]
    same = bool(told) and await ask.choice("as_before", options=["same", "anew"], typed=True, answers=told) == "same"
    answers: dict[str, str] = {}
    shapes: dict[str, AnswerShape] = {}
    for item in asked.questions:
        options = [Option(o.code, label=name_in(o.text, ask.person.lang) or o.code) for o in item.options]
        said = before.get(item.link_id, "skip") if same else ""
        said = said or await ask.choice(
            f"item[{item.link_id}]",
            options=[*(options or ["yes", "no"]), *([] if item.required else ["skip"])],
            typed=True,
            question=name_in(item.text, ask.person.lang),
        )
        if one := repeats.taken(item, said):
            answers[item.link_id], shapes[item.link_id] = one
    return FormAnswers(f"{asked.url}|{asked.version}", answers, shapes)


@flow("still_left")
async def still_left(ask: Ask, days: str, said: str, until: str = "") -> LastsView:
    """How long the medicine lasts on the day on which the order is sent: a form may have waited for days.

    ``days`` was told on the ISO day ``said``; of what the record tells, ``until`` when, it is worked out anew.
    """
    today = (await ask.once("today", people.rules())).today
    if days == "0-2" or today <= said:
        return LastsView(days, bool(until))
    if by_record := repeats.still_left(until, today):
        return LastsView(by_record, True)
    return LastsView(await ask.choice("left", options=["0-2", "3-7", "more"], columns=3, typed=True, day=said))


def _said(item: QuestionView, said: str, lang: str) -> tuple[str, dict[str, object]]:
    """A question with what was answered."""
    option = next((one for one in item.options if one.code == said), None)
    yes_no = "questionnaire.item.yes" if said == "yes" else "questionnaire.item.no"
    words = (name_in(option.text, lang) or said) if option else (yes_no, dict[str, str]())
    return ("questionnaire.answered", {"question": name_in(item.text, lang), "answer": words})
