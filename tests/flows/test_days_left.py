"""How long the medicine lasts is that of the day on which the order is sent, and it is told whose word it is."""

from __future__ import annotations

import pytest

from bot.dialog.testing import DialogTester
from tests.flows.test_deploys import OPS, READ
from tests.flows.test_reading import form as on_paper
from tests.flows.test_same_as_last import form, given, sent
from tests.flows.test_writing import SAID


def it_is(t: DialogTester, day: str) -> None:
    t.ops = {**t.ops, "local.rules": {**OPS["local.rules"], "today": day}}


def summary(t: DialogTester) -> str:
    said = t.expect_prompt("ok")
    return SAID.say("en", said.key, said.words)


def answered(left: str) -> DialogTester:
    """A paper, and she says how long it lasts; it is the 4th of November, and [Send] stands there."""
    t = on_paper({**READ, "drugs": READ["drugs"][:1]})
    t.taps("right", left, "first")
    return t


def test_of_the_record_it_is_said_that_nobody_was_asked() -> None:
    t = form()
    t.taps("same", "same")
    assert "3–7 days (worked out from the hospital's record)" in summary(t)
    t.edit("left")
    t.taps("more")
    assert "Left: More than a week" in summary(t)


def test_what_she_said_is_hers() -> None:
    assert "record" not in summary(answered("3-7")).partition("Left: ")[2].partition("\n")[0]


@pytest.mark.parametrize(("day", "left"), [("2026-11-04", "more"), ("2026-11-10", "3-7")])
def test_by_the_record_it_is_worked_out_on_the_day_of_sending(day: str, left: str) -> None:
    """What was handed out lasts until the 14th of November."""
    t = form(history=[given("2026-10-30")])
    t.taps("same", "same")
    it_is(t, day)
    t.taps("ok")
    assert (sent(t)["days_left"], sent(t)["recorded"]) == (left, True)


def test_what_may_run_out_by_then_is_asked() -> None:
    t = form()
    t.taps("same", "same")
    it_is(t, "2026-11-08")
    t.taps("ok")
    t.expect_prompt("now/left", options=["0-2", "3-7", "more"], day="2026-11-04")
    t.taps("0-2")
    assert (sent(t)["days_left"], sent(t)["priority"], sent(t)["recorded"]) == ("0-2", "urgent", False)


def test_a_form_that_waited_before_that_question_does_not_take_the_day_on_which_it_began() -> None:
    t = form()
    it_is(t, "2026-11-08")
    t.taps("same")
    t.expect_prompt("left")


@pytest.mark.parametrize(
    ("said", "day", "asked"),
    [
        ("3-7", "2026-11-04", False),
        ("3-7", "2026-11-05", True),
        ("more", "2026-11-07", True),
        ("0-2", "2026-11-07", False),
    ],
)
def test_what_she_said_days_ago_is_asked_once_more(said: str, day: str, asked: bool) -> None:
    t = answered(said)
    it_is(t, day)
    t.taps("ok")
    if asked:
        t.expect_prompt("now/left", day="2026-11-04")
        t.taps("0-2")
    assert sent(t)["days_left"] == ("0-2" if asked else said)


def test_what_she_changed_today_is_todays() -> None:
    t = answered("more")
    it_is(t, "2026-11-07")
    t.edit("left")
    t.taps("3-7", "ok")
    assert sent(t)["days_left"] == "3-7"
