"""Codes with words of ours are those that the contract and our own buttons know; any other is shown as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args, get_type_hints

import pytest

from backend_client.models import OrderDraft, Patient, Role, Stage
from bot import model, phrases
from bot.flows import consult, review
from bot.moves import BATCH_STAGES
from bot.roles import ROLES
from bot.stages import STAGES

TABLES = [
    (phrases.stage_words, frozenset(STAGES) - {""}, {*get_args(Stage)}),
    (phrases.batch_words, phrases.BATCHES, {*BATCH_STAGES}),
    (phrases.sex_words, phrases.SEXES, {*get_args(get_type_hints(Patient)["sex"])}),
    (phrases.left_words, phrases.LEFT, {*get_args(get_type_hints(OrderDraft)["days_left"])}),
    (phrases.role_words, {*ROLES}, {*get_args(Role)}),
    (phrases.reason_words, phrases.REASONS, {*consult.REASONS, *review.REASONS, "by-watcher", "given-back"}),
]


@pytest.mark.parametrize(("words", "codes", "contract"), TABLES)
def test_known_codes_are_sentences_and_others_their_own_words(
    words: Callable[[str], phrases.Told], codes: frozenset[str], contract: set[str]
) -> None:
    assert codes == contract
    assert {words(code) for code in ("缺货", "a.b", "<b>")} == {"缺货", "a.b", "<b>"}
    for code in codes:
        told = words(code)
        assert not isinstance(told, str)
        assert told[0].endswith(f".{code}")


def test_stages_of_the_house_are_those_of_the_contract() -> None:
    assert STAGES.keys() == {"", *get_args(Stage)} == {"", *get_args(model.Stage)}
    assert phrases.stage_words("") == ("stage.sending", {})


@pytest.mark.parametrize(
    ("thing", "zh", "en"),
    [
        ({"id": "c", "name_zh": "幸福里", "name_en": "Happy Court"}, "幸福里", "Happy Court"),
        ({"id": "c", "name_zh": "幸福里", "name_en": ""}, "幸福里", "幸福里"),
        ({"id": "c", "name_zh": "", "name_en": "Happy Court"}, "Happy Court", "Happy Court"),
        ({"id": "c", "name_zh": "", "name_en": ""}, "c", "c"),
        ({"code": "d1", "name_zh": "", "name_en": ""}, "d1", "d1"),
    ],
)
def test_a_button_never_stands_without_a_name(thing: dict[str, str], zh: str, en: str) -> None:
    assert (phrases.named(thing, "zh-CN"), phrases.named(thing, "en")) == (zh, en)
