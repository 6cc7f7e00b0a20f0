"""Same as last time: one tap for the medicines, and only what the record or the last order does not tell is asked."""

from __future__ import annotations

from typing import Any

import pytest

from bot import wiring
from bot.dialog import FLOWS
from bot.dialog.testing import DialogTester
from tests.flows.test_deploys import DRUG, LINE, OPS

assert wiring.ROOMS
ITEMS = [
    {"link_id": "how", "text": {"zh-CN": "病情怎么样？"},
     "options": [{"code": "well", "text": {"zh-CN": "平稳"}}, {"code": "bad", "text": {"zh-CN": "不好"}}]},
    {"link_id": "ache", "text": {"zh-CN": "不舒服吗？"}, "options": []},
]  # fmt: skip
ASKED = {"url": "q", "version": "1", "questions": ITEMS}
LAST = {"how": "well", "ache": "false"}


def given(day: str, days: int = 15, **line: Any) -> dict[str, Any]:
    proof = {"kind": "record", "dispense": "md-1", "day": day, "boxes": 2}
    return {"line": {**LINE, "days": days, "proof": proof, **line}, "day": day, "condition": "糖尿病"}


def form(day: str = "2026-10-25", last: Any = None, **ops: Any) -> DialogTester:
    """It is the 4th of November; what was handed out on ``day`` lasts 15 days."""
    history = ops.pop("history", [given(day)])
    fakes = {**OPS, "local.questions": ASKED, "local.last_answers": LAST if last is None else last,
             "hospital.patient_file": {"cover": "covered", "history": history}, **ops}  # fmt: skip
    t = DialogTester(FLOWS["refill"], fakes)
    t.start()
    return t


def sent(t: DialogTester) -> dict[str, Any]:
    assert t.submitted is not None
    return dict(t.submitted.args["draft"])


def test_what_is_known_is_not_asked_again() -> None:
    t = form()
    t.expect_prompt("rx", options=["same", "history"])
    t.taps("same", "same")  # the medicines, and what she said last time
    t.expect_prompt("ok", days=("refill.recorded", {"days": ("refill.left.3-7", {})}))
    t.taps("ok")
    draft = sent(t)
    assert [(line["code"], line["boxes"]) for line in draft["lines"]] == [("d1", 2)]
    assert (draft["days_left"], draft["doctor"], draft["department"]) == ("3-7", "", "dep-1")
    assert draft["answers"] == {"how": "well", "ache": "false"}
    assert t.submitted is not None
    assert t.submitted.args["proof"]["records"] == ["md-1"]


@pytest.mark.parametrize(
    "record", [given("2026-10-20"), given("2026-10-01"), given("2026-10-25", 0, sig="", pack=0), given("", 15)]
)
def test_what_may_run_out_now_is_asked(record: Any) -> None:
    t = form(history=[record])
    t.taps("same")
    t.expect_prompt("left", options=["0-2", "3-7", "more"])
    t.taps("0-2", "same", "ok")
    assert sent(t)["priority"] == "urgent"


@pytest.mark.parametrize("last", [{}, {"how": "well"}, {"how": "gone", "ache": "false"}, {"how": "well", "ache": "x"}])
def test_what_cannot_be_said_again_is_asked(last: dict[str, str]) -> None:
    t = form(last=last)
    t.taps("same")
    t.expect_prompt("questions/item[how]")
    t.taps("bad", "yes", "ok")
    assert sent(t)["answers"] == {"how": "bad", "ache": "true"}


def test_another_answer_than_last_time_is_asked_one_by_one() -> None:
    t = form()
    t.taps("same", "anew", "bad", "no", "ok")
    assert sent(t)["answers"] == {"how": "bad", "ache": "false"}


def test_what_is_not_whole_or_controlled_is_not_offered() -> None:
    for history in ([given("2026-10-25", boxes=0)], [given("2026-10-25", code="")], [], None):
        t = form(history=history)
        t.expect_prompt("rx")
        assert "same" not in [press.option for row in t.last.says[-1].buttons for press in row]
    controlled: Any = {"local.drugs": {"d1": {**DRUG, "controlled": True}}}
    t = form(**controlled)
    t.expect_prompt("rx", options=["history"])


def test_another_doctor_and_other_medicines_are_one_tap_away() -> None:
    t = form()
    t.taps("same", "same")
    t.edit("doctor")
    t.expect_prompt("doctor", options=["first", "pr-1", "other"])
    t.taps("pr-1")
    t.edit("rx")
    t.expect_prompt("rx")
    t.taps("history", "all")
    t.expect_prompt("questions/item[how]")


def test_what_should_last_long_still_is_asked_about() -> None:
    t = form(history=[given("2026-11-01", 60)])
    t.taps("same")
    t.expect_prompt("early", options=["go_on", "stop"])
