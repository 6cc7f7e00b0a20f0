"""The hospital's own questions: a Questionnaire as the dialog asks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

from backend_client.errors import Invalid, NotFound
from backend_client.models import AnswerShape, OrderDraft, Question, Questionnaire, QuestionOption
from backend_client.rest import Rest
from backend_client.shapes import each, identifier, instant, ref, updated, word
from backend_client.translations import all_words
from backend_client.wire import Json

ASKED: dict[str, Literal["choice", "boolean"]] = {"choice": "choice", "boolean": "boolean"}
#: What of an item changes when or how it is asked, and this release does not do; nor any modifier.
BEYOND = ("enableWhen", "answerValueSet", "modifierExtension")
HIDES = ("questionnaire-hidden", "calculatedExpression", "enableWhenExpression", "answerExpression")


async def questionnaire(rest: Rest, name: str) -> Questionnaire:
    """The newest active version, whole; Invalid(``question-kind``) where this release cannot ask it as it is."""
    url = f"{rest.codes.ns}/Questionnaire/{name}"
    found = await rest.search("Questionnaire", {"url": url, "status": "active"})
    found = [one for one in found if word(one, "url") == url]  # a lenient server gives all it has
    if not found:
        raise NotFound("no-such-questionnaire")
    newest = max(found, key=updated)
    if newest.get("modifierExtension") or newest.get("implicitRules"):
        raise Invalid("question-kind", "rules that this release does not know")
    language = word(newest, "language") or "zh-CN"
    asked = tuple(_questions(each(newest, "item"), language, (), {}))
    return Questionnaire(word(newest, "url"), word(newest, "version"), asked)


def _questions(items: list[Json], language: str, within: tuple[str, ...], above: dict[str, str]) -> Iterator[Question]:
    """In document order. A group's title and a text between questions are read with the question that follows."""
    for item in items:
        _faithful(item)
        kind, texts = word(item, "type"), all_words(item, "text", language)
        above = {tag: "\n".join(filter(None, (above.get(tag), texts.get(tag)))) for tag in {**above, **texts}}
        if kind == "display":
            continue
        if kind == "group":
            yield from _questions(each(item, "item"), language, (*within, word(item, "linkId")), above)
        else:
            yield _question(item, language, above, within)
        above = {}
    if above:
        raise Invalid("question-kind", "a text that no question follows")


def _faithful(item: Json) -> None:
    hidden = any(word(one, "url").endswith(HIDES) for one in each(item, "extension"))
    again = item.get("repeats") is True
    inner = word(item, "type") != "group" and bool(each(item, "item"))
    if hidden or again or inner or any(name in item for name in BEYOND):
        raise Invalid("question-kind", word(item, "linkId"))


def _question(item: Json, language: str, text: dict[str, str], within: tuple[str, ...]) -> Question:
    kind = ASKED.get(word(item, "type"))
    options = each(item, "answerOption")
    codings = [option["valueCoding"] for option in options if isinstance(option.get("valueCoding"), dict)]
    if kind is None or len(codings) < len(options) or (kind == "choice") != bool(codings):
        raise Invalid("question-kind", word(item, "type"))
    found = tuple(_option(one, language) for one in codings)
    unclear = [one for one in found if one.code in ("true", "false") and not one.system]  # it would read as a boolean
    if unclear or not all(one.code for one in found) or len({one.code for one in found}) < len(found):
        raise Invalid("question-kind", "options without a code of their own")
    return Question(word(item, "linkId"), kind, text, found, item.get("required") is True, within)


def _option(coding: Json, language: str) -> QuestionOption:
    words = all_words(coding, "display", language)
    return QuestionOption(word(coding, "code"), words, word(coding, "system"), word(coding, "display"))


# answers
def answers_of(rest: Rest, draft: OrderDraft) -> Json:
    """The QuestionnaireResponse of an order."""
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": identifier(rest.codes.id("pre-consult"), draft.no),
        **({"questionnaire": draft.questionnaire} if draft.questionnaire else {}),  # ours alone belong to none
        "status": "completed",
        "subject": ref(f"Patient/{draft.patient}"),
        "author": ref(draft.actor.reference),
        "source": ref(f"Patient/{draft.patient}"),
        "authored": instant(draft.authored),
        "item": items_of(draft),
    }


def items_of(draft: OrderDraft) -> list[Json]:
    """Each answer in the groups that its question stands in."""
    top: list[Json] = []
    for link, code in draft.answers.items():
        shape, into = draft.shapes.get(link, AnswerShape()), top
        for group in shape.within:
            found = next((one for one in into if one["linkId"] == group), None)
            if found is None:
                into.append(found := {"linkId": group, "item": []})
            into = cast("list[Json]", found["item"])
        into.append({"linkId": link, "answer": [_answer(code, shape)]})
    return top


def _answer(code: str, shape: AnswerShape) -> Json:
    if code in ("true", "false") and not shape.system:
        return {"valueBoolean": code == "true"}
    coding = {"system": shape.system, "code": code, "display": shape.display}
    return {"valueCoding": {name: value for name, value in coding.items() if value}}
