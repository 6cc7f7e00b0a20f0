"""R1: no first visit by this way: asked once, where the hospital's record does not show the illness."""

from __future__ import annotations

from typing import Any

import pytest

from bot import rules, wiring
from bot.dialog import FLOWS
from bot.dialog.testing import DialogTester
from bot.dosing import Line
from bot.forms import GivenView
from tests.flows.test_deploys import LINE, OPS, READ

assert wiring.ROOMS  # all flows are registered
ONE = {**READ, "drugs": READ["drugs"][:1]}
TWO = {**READ, "drugs": [READ["drugs"][0], {
    **READ["drugs"][0], "id": "line-2", "name": "缬沙坦胶囊", "strength": "80mg", "code": "v1", "known": "缬沙坦胶囊",
}]}  # fmt: skip


def form(condition: str = "", read: Any = ONE, other: str | None = None) -> DialogTester:
    """The form with a confirmed paper; the record has the drug, and perhaps what it was given for, or another one."""
    given = [{"line": LINE, "day": "2026-10-01", "condition": condition}]
    if other is not None:
        given.append({"line": {**LINE, "code": "v1", "name": "缬沙坦胶囊"}, "day": "2026-10-01", "condition": other})
    house = {**OPS["local.rules"], "each_illness": True}
    ops = {**OPS, "local.rules": house, "local.reads_photos": True, "photo.read": read,
           "hospital.patient_file": {"cover": "covered", "history": given}}  # fmt: skip
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


@pytest.mark.parametrize("other", [None, ""])
def test_of_two_illnesses_the_one_that_the_record_does_not_know_is_asked_about(other: str | None) -> None:
    """One known illness does not speak for the drug of another one."""
    t = form("糖尿病", TWO, other)
    t.expect_prompt("illness", drugs="缬沙坦胶囊 80mg")
    t.taps("not-sure")
    assert answers(t) == {"diagnosed-before": "not-sure", "same-illness": "not-sure"}


def test_two_known_illnesses_are_not_asked_about_and_both_stand_on_the_order() -> None:
    t = form("糖尿病", TWO, "高血压")
    t.expect_prompt("left")
    assert answers(t) == {}
    assert t.submitted is not None
    draft: Any = t.submitted.args["draft"]
    assert draft["condition"] == "糖尿病、高血压"


def test_a_drug_that_is_in_no_list_is_known_by_its_name() -> None:
    bare = Line("", "银杏叶片", "40mg")
    history = [
        GivenView(Line("", "银杏叶片", "40mg"), "2026-10-01", "脑供血不足"),
        GivenView(Line("", "别的药"), "", "x"),
    ]
    assert rules.illness_of(bare, history) == "脑供血不足"
    assert rules.illness_of(Line("d1", "别的药"), [GivenView(Line("d2", "别的药"), "", "x")]) == ""
