"""What the table says of each stage, held against the sets that stood in eight files before it (and the contract)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.stages import HEARD, STAGES, StageFacts, facts_of

BEFORE_PACKING = {"submitted", "received", "in-consult", "prescribed", "returned", "passed", "quoted", "paid"}
PAID = {"paid", "packed", "on-the-way", "arrived", "with-ambassador", "ready-at-window", "handed-over", "confirmed"}


@pytest.mark.parametrize(
    ("says", "stages"),
    [
        (lambda facts: facts.cancellable, BEFORE_PACKING),
        (lambda facts: facts.paid, PAID),
        (lambda facts: facts.code_shown, {"packed", "on-the-way", "arrived", "with-ambassador", "ready-at-window"}),
        (lambda facts: facts.delivered, {"handed-over", "confirmed"}),
        (lambda facts: facts.consult == "waiting", {"submitted", "received"}),
        (lambda facts: facts.consult == "open", {"in-consult", "returned"}),
        (lambda facts: facts.consult == "written", {"prescribed"}),
        (
            lambda facts: facts.consult == "after",
            {
                "passed",
                "quoted",
                "paid",
                "packed",
                "on-the-way",
                "arrived",
                "with-ambassador",
                "ready-at-window",
                "handed-over",
                "confirmed",
                "problem",
            },
        ),
        (lambda facts: facts.review == "waiting", {"prescribed"}),
        (lambda facts: facts.review == "returned", {"returned", "in-consult"}),
        (lambda facts: facts.review == "passed", {"passed", "quoted", *PAID}),
        (
            lambda facts: facts.ends and not facts.paid,
            {"cancelled", "not-suitable", "failed"},
        ),  # frees the prescription
    ],
)
def test_the_table_says_it_of_these_stages_only(says: Callable[[StageFacts], bool], stages: set[str]) -> None:
    assert {stage for stage, facts in STAGES.items() if says(facts)} == stages


def test_who_held_the_parcel_when() -> None:
    assert {stage: facts.hands for stage, facts in STAGES.items() if facts.hands} == {
        "packed": ("pharmacy", "sorter", "scan"),
        "on-the-way": ("sorter", "courier", "scan"),
        "arrived": ("sorter", "courier", "scan"),
        "with-ambassador": ("courier", "ambassador", "count+code"),
        "ready-at-window": ("sorter", "window", "scan"),
        "handed-over": ("ambassador", "resident", "code"),
        "confirmed": ("ambassador", "resident-confirmed", "scan"),
    }


def test_a_doctor_hears_her_from_the_consult_to_the_signature() -> None:
    assert set(HEARD) == {"in-consult", "prescribed", "returned"}


def test_of_an_unknown_stage_only_the_hospital_is_known_to_have_it() -> None:
    assert facts_of("at-customs") == StageFacts((), "hospital")
