"""Codes with words of ours are those that the contract and our own buttons know; any other is shown as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args, get_type_hints

import pytest

from backend_client.models import OrderDraft, Patient, Role, Stage
from bot import model, phrases
from bot.decoding import decoder
from bot.flows import consult, review
from bot.forms import DepartmentView, DrugView, StaffView
from bot.model.names import Known, name_in, named, two_names
from bot.moves import BATCH_STAGES
from bot.roles import ROLES
from bot.stages import STAGES
from bot.views import CompoundView

TABLES = [
    (phrases.stage_words, frozenset(STAGES) - {""}, {*get_args(Stage)}),
    (phrases.batch_words, phrases.BATCHES, {*BATCH_STAGES, "cancelled"}),
    (phrases.sex_words, phrases.SEXES, {*get_args(get_type_hints(Patient)["sex"])}),
    (phrases.left_words, phrases.LEFT, {*get_args(get_type_hints(OrderDraft)["days_left"])}),
    (phrases.role_words, {*ROLES}, {*get_args(Role)}),
    (
        phrases.reason_words,
        phrases.REASONS,
        {
            *consult.REASONS,
            *review.REASONS,
            "by-watcher",
            "given-back",
            "asked-by-patient",
            "held",
            "missing",
            "damaged",
            "not-mine",
            "not-delivered",
        },
    ),
]


@pytest.mark.parametrize(("words", "codes", "contract"), TABLES)
def test_known_codes_are_sentences_and_others_their_own_words(
    words: Callable[[str], phrases.Told], codes: frozenset[str], contract: set[str]
) -> None:
    assert codes == contract
    for other in ("缺货", "a.b", "<b>"):
        assert words(other) in (other, phrases.written_words(other))
    for code in codes:
        told = words(code)
        assert not isinstance(told, str)
        assert told[0].endswith(f".{code}")


def test_stages_of_the_house_are_those_of_the_contract() -> None:
    assert STAGES.keys() == {"", *get_args(Stage)} == {"", *get_args(model.Stage)}
    assert phrases.stage_words("") == ("stage.sending", {})


@pytest.mark.parametrize(
    ("thing", "kept", "zh", "en"),
    [
        (CompoundView, {"id": "c", "name_zh": "幸福里", "name_en": "Happy Court"}, "幸福里", "Happy Court"),
        (CompoundView, {"id": "c", "name_zh": "幸福里", "name_en": ""}, "幸福里", "幸福里"),
        (DepartmentView, {"id": "c", "name_zh": "", "name_en": "Heart"}, "Heart", "Heart"),
        (CompoundView, {"id": "c", "name_zh": "", "name_en": ""}, "c", "c"),
        (DrugView, {"code": "d1", "name_zh": "", "name_en": ""}, "d1", "d1"),
        (DrugView, {"code": "d1", "name_zh": "二甲双胍"}, "二甲双胍", "二甲双胍"),
        (CompoundView, {"id": "c", "names": {"zh-CN": "幸福里", "en": "Happy Court"}}, "幸福里", "Happy Court"),
        (DepartmentView, {"id": "c", "names": {"ko": "심장"}}, "심장", "심장"),
        (CompoundView, {"id": "c", "names": {}}, "c", "c"),
        (StaffView, {"id": "s", "name": "李医生", "names": {"en": "Li"}}, "李医生", "Li"),
        (StaffView, {"id": "s", "name": "李医生", "name_en": "Li"}, "李医生", "Li"),
        (StaffView, {"id": "s", "name": "李医生", "names": {}}, "李医生", "李医生"),
        (StaffView, {"id": "s"}, "s", "s"),
    ],
)
def test_a_button_never_stands_without_a_name(thing: type[Known], kept: dict[str, str], zh: str, en: str) -> None:
    """From this release's journals and from those that have two names."""
    read = decoder(thing)(kept)
    assert (named(read, "zh-CN"), named(read, "en")) == (zh, en)
    assert read.known_as["zh-CN"] == zh  # what a sentence of the release before asks for


def test_a_drug_names_itself_and_its_line() -> None:
    drug = DrugView("d1", {"zh-CN": "二甲双胍", "en": "Metformin"}, "0.5g", 30)
    assert (drug.name, drug.line().name, DrugView("d1").name) == ("二甲双胍", "二甲双胍", "d1")


@pytest.mark.parametrize(
    ("names", "two"),
    [
        ({"zh-CN": "甲", "en": "A"}, ("甲", "A")),
        ({"zh": "甲", "en-GB": "A", "ko": "가"}, ("甲", "A")),
        ({"ko": "가"}, ("가", "")),
        ({}, ("", "")),
    ],
)
def test_the_release_before_is_given_its_two(names: dict[str, str], two: tuple[str, str]) -> None:
    assert two_names(names) == two


@pytest.mark.parametrize(
    ("names", "lang", "name"),
    [
        ({"zh-CN": "甲", "en": "A", "ko": "가"}, "ko", "가"),
        ({"zh": "甲", "en": "A"}, "zh-CN", "甲"),
        ({"en-GB": "A", "zh-CN": "甲"}, "en", "A"),
        ({"en": "A", "zh-CN": "甲"}, "vi", "甲"),
        ({"en": "A", "zh": "甲"}, "vi", "甲"),
        ({"en": "A", "zh-CN": ""}, "zh-CN", "A"),
        ({"ko": "가"}, "en", "가"),
        ({}, "en", ""),
    ],
)
def test_a_name_in_a_language_or_in_the_next_best(names: dict[str, str], lang: str, name: str) -> None:
    assert name_in(names, lang) == name
