"""R1: no first visit by this way: asked once, where the hospital's record does not show the illness."""

from __future__ import annotations

from typing import Any

import pytest

from bot import wiring
from bot.dialog import FLOWS
from bot.dialog.testing import DialogTester
from tests.flows.test_deploys import LINE, OPS, READ

assert wiring.ROOMS  # all flows are registered
ONE = {**READ, "drugs": READ["drugs"][:1]}


def form(condition: str = "") -> DialogTester:
    """The form with a confirmed paper; the record has the drug, and perhaps what it was given for."""
    given = {"line": LINE, "day": "2026-10-01", "condition": condition}
    ops = {**OPS, "local.reads_photos": True, "photo.read": ONE,
           "hospital.patient_file": {"cover": "covered", "history": [given]}}  # fmt: skip
    t = DialogTester(FLOWS["refill"], ops, paranoid=False)
    t.start()
    t.photo("a")
    t.taps("done", "right")
    return t


def answers(t: DialogTester) -> dict[str, str]:
    t.taps("3-7")
    if t.last.last.step == "department":
        t.taps("dep-1")
    t.taps("first", "ok")
    assert t.submitted is not None
    draft: Any = t.submitted.args["draft"]
    return draft["answers"]


def test_what_the_record_shows_is_not_asked() -> None:
    t = form("糖尿病")
    t.expect_prompt("left")
    assert answers(t) == {}


@pytest.mark.parametrize("said", ["yes", "not-sure"])
def test_both_questions_are_kept_under_their_own_names(said: str) -> None:
    t = form()
    t.expect_prompt("illness", options=["yes", "no", "not-sure"])
    t.taps(said)
    assert answers(t) == {"diagnosed-before": said, "same-illness": said}


def test_a_first_visit_stops_with_where_to_go() -> None:
    t = form()
    t.taps("no")
    t.expect_tell("first_visit")
    assert t.submitted is None
