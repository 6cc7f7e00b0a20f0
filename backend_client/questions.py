"""The hospital's own questions: a Questionnaire as the dialog asks it."""

from __future__ import annotations

from typing import Literal

from backend_client.errors import Invalid, NotFound
from backend_client.models import Question, Questionnaire, QuestionOption
from backend_client.rest import Rest
from backend_client.shapes import each, updated, word
from backend_client.translations import all_words
from backend_client.wire import Json

ASKED: dict[str, Literal["choice", "boolean"]] = {"choice": "choice", "boolean": "boolean"}


async def questionnaire(rest: Rest, name: str) -> Questionnaire:
    """The newest active version; Invalid(``question-kind``) for a question that this release cannot ask."""
    url = f"{rest.codes.ns}/Questionnaire/{name}"
    found = await rest.search("Questionnaire", {"url": url, "status": "active"})
    if not found:
        raise NotFound("no-such-questionnaire")
    newest = max(found, key=updated)
    language = word(newest, "language") or "zh-CN"
    asked = [_question(item, language) for item in each(newest, "item") if item.get("type") not in ("display", "group")]
    return Questionnaire(word(newest, "url"), word(newest, "version"), tuple(asked))


def _question(item: Json, language: str) -> Question:
    kind = ASKED.get(word(item, "type"))
    if kind is None:
        raise Invalid("question-kind", word(item, "type"))
    codings = [option["valueCoding"] for option in each(item, "answerOption") if "valueCoding" in option]
    options = tuple(QuestionOption(word(one, "code"), all_words(one, "display", language)) for one in codings)
    required = item.get("required") is True
    return Question(word(item, "linkId"), kind, all_words(item, "text", language), options, required)
