"""Edge 8: a Questionnaire is asked whole or not at all, and its answers are written as they were asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend_client.errors import Invalid
from backend_client.models import AnswerShape
from backend_client.questions import items_of, questionnaire
from tests.backend_client.wire_fakes import Script, page, rest_over
from tests.backend_client.world import CODES, draft

URL = "https://medrelay.example/fhir/Questionnaire/pre-consult"
YES = {"linkId": "1", "type": "boolean", "text": "过敏吗？", "required": True}
CODING = {"system": "http://loinc.org", "code": "LA33-6", "display": "是"}
CHOICE = {"linkId": "2", "type": "choice", "text": "吸烟吗？", "answerOption": [{"valueCoding": CODING}]}


async def read(*items: dict[str, Any]) -> Any:
    asked = {"resourceType": "Questionnaire", "id": "q", "url": URL, "version": "1", "status": "active",
             "item": list(items)}  # fmt: skip
    return (await questionnaire(rest_over(Script(page(asked))), "pre-consult")).questions


async def test_children_of_groups_are_asked_under_their_title() -> None:
    inner = {"linkId": "g2", "type": "group", "item": [{"linkId": "d", "type": "display", "text": "请如实说"}, CHOICE]}
    asked = await read(YES, {"linkId": "g1", "type": "group", "text": "习惯", "item": [inner]})
    assert [(one.link_id, one.within) for one in asked] == [("1", ()), ("2", ("g1", "g2"))]
    assert asked[1].text["zh-CN"] == "习惯\n请如实说\n吸烟吗？"
    assert (asked[0].required, asked[1].required) == (True, False)
    assert (asked[1].options[0].system, asked[1].options[0].display) == ("http://loinc.org", "是")


BEYOND: dict[str, dict[str, Any]] = {
    "free text": {**YES, "type": "text"},
    "asked only sometimes": {**YES, "enableWhen": [{"question": "1", "operator": "=", "answerBoolean": True}]},
    "a set of answers elsewhere": {**CHOICE, "answerOption": [], "answerValueSet": "http://hl7.org/vs"},
    "an option that is no coding": {**CHOICE, "answerOption": [{"valueString": "是"}]},
    "a choice without options": {**CHOICE, "answerOption": []},
    "several answers": {**CHOICE, "repeats": True},
    "questions under an answer": {**YES, "item": [CHOICE]},
    "hidden": {**YES, "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden",
                                    "valueBoolean": True}]},
    "in a group": {"linkId": "g", "type": "group", "item": [{**YES, "type": "date"}]},
    "a group that comes again": {"linkId": "g", "type": "group", "repeats": True, "item": [YES]},
}  # fmt: skip


@pytest.mark.parametrize("what", BEYOND)
async def test_what_cannot_be_asked_as_it_is_is_refused_whole(what: str) -> None:
    with pytest.raises(Invalid, match="question-kind"):
        await read(YES, BEYOND[what])


def test_answers_stand_in_their_groups_as_booleans_and_whole_codings() -> None:
    shapes = {"2": AnswerShape(("g1", "g2"), "http://loinc.org", "是"), "3": AnswerShape(("g1",))}
    written = items_of(replace(draft(), answers={"1": "true", "2": "LA33-6", "3": "false"}, shapes=shapes))
    assert written == [
        {"linkId": "1", "answer": [{"valueBoolean": True}]},
        {"linkId": "g1", "item": [
            {"linkId": "g2", "item": [{"linkId": "2", "answer": [{"valueCoding": CODING}]}]},
            {"linkId": "3", "answer": [{"valueBoolean": False}]},
        ]},
    ]  # fmt: skip


def test_a_coding_that_is_called_true_stays_a_coding() -> None:
    written = items_of(replace(draft(), answers={"1": "true"}, shapes={"1": AnswerShape((), "urn:x", "真")}))
    assert written[0]["answer"] == [{"valueCoding": {"system": "urn:x", "code": "true", "display": "真"}}]


_YES_NO: dict[str, Any] = {"linkId": "b", "type": "boolean", "text": "?"}
_BARE = {"linkId": "c", "type": "choice", "answerOption": [{"valueCoding": {"code": "true"}}]}


@pytest.mark.parametrize(
    ("items", "more"),
    [
        ([_YES_NO], {"modifierExtension": [{"url": "x"}]}),
        ([_YES_NO], {"implicitRules": "http://x"}),
        ([_YES_NO, {"linkId": "d", "type": "display", "text": "end"}], {}),
        ([_BARE], {}),
    ],
    ids=["a modifier", "rules of its own", "a last word", "a code that reads as a boolean"],
)
async def test_rather_none_of_it_than_another_question(items: list[Any], more: dict[str, Any]) -> None:
    """Edge 8: refused whole."""
    url = f"{CODES.ns}/Questionnaire/x"
    told = {"resourceType": "Questionnaire", "id": "q", "url": url, "status": "active", "item": items, **more}
    with pytest.raises(Invalid, match="question-kind"):
        await questionnaire(rest_over(Script(page(told))), "x")
