"""The shipped test kit itself: an expectation that is not met shows what was seen; paranoia finds what it looks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.dialog import Ask, Flow, Journal, Op, Played, Pressed, Say, Typed, paranoia, short
from bot.dialog.events import Event
from bot.dialog.expecting import Turnout
from bot.dialog.screen import line_of
from bot.dialog.testing import DialogTester
from bot.model import ToPerson
from tests.dialog.flows import FLOWS, OPS, refill


def begun() -> DialogTester:
    t = DialogTester(refill, OPS, hold=["look"], flows=FLOWS)
    t.start()
    return t


Look = Callable[[DialogTester], Any]


@pytest.mark.parametrize(
    "look",
    [
        lambda t: t.expect_prompt("name"),
        lambda t: t.expect_prompt("who", options=["me"]),
        lambda t: t.expect_prompt("who", wrong="x"),
        lambda t: t.expect_prompt("who", word=1),
        lambda t: t.expect_tell("hello"),
        lambda t: t.expect_card("x"),
        lambda t: t.expect_answered("who"),
        lambda t: t.expect_checking(),
        lambda t: t.expect_already("who"),
        lambda t: t.expect_call("look", "look"),
        lambda t: t.expect_submit("order"),
        lambda t: t.expect_end("done"),
        lambda t: t.expect_verdict("stale"),
        lambda t: t.expect_error("x"),
        lambda t: t.expect_silence(),
        lambda t: t.taps("nobody"),
        lambda t: t.result(),
    ],
)
def test_what_is_expected_and_not_seen_fails_with_the_transcript(look: Look) -> None:
    with pytest.raises(AssertionError, match=r"(?s)expected .*> begin\n  prompt refill.who \[me\] \[Mother Li\]"):
        look(begun())


def test_after_the_end_nothing_can_be_done() -> None:
    t = begun()
    t.cancel()
    with pytest.raises(AssertionError, match="an open dialog, this one has ended"):
        t.says("x")


def test_an_operation_needs_a_fake() -> None:
    t = DialogTester(refill, flows=FLOWS)
    t.start()
    t.taps("me")
    with pytest.raises(AssertionError, match="a fake for the operation 'mark'"):
        t.says("Li")


def test_a_prompt_that_was_taken_away_is_not_expected() -> None:
    t = begun()
    t.screen.posts.clear()
    with pytest.raises(AssertionError, match="a prompt of 'who' on the screen"):
        t.expect_prompt("who")


def test_an_answer_names_what_it_shows() -> None:
    t = begun()
    t.taps("me")
    with pytest.raises(AssertionError, match=r"who to show \('m1',\), not \('me',\)"):
        t.expect_answered("who", "m1")


def test_a_call_comes_back_with_the_fake_or_with_what_the_test_says() -> None:
    t = begun()
    t.taps("me")
    t.says("Li")
    t.result(refusal="away")
    t.expect_prompt("name", wrong="away")
    t.says("Wu")
    t.result({"other": 1})
    assert t.answer("look") == {"other": 1}


def test_a_line_shows_all_there_is() -> None:
    say = Say("tell", "x", 0, "f.x", {"n": 1}, to=ToPerson(9), flags=("stop",), wrong=("code", {}))
    assert line_of(say) == "tell f.x n=1 wrong:code (stop) -> ToPerson(id=9)"
    assert line_of(replace(say, key="", to=None, flags=(), wrong=None)) == "tell x n=1"


def test_an_error_is_in_the_transcript() -> None:
    async def bad(ask: Ask) -> None:
        raise ValueError("why")

    t = DialogTester(Flow("bad", bad))
    t.start()
    assert t.transcript() == "> begin\n  error ValueError: why"


# ---------------------------------------------------------------- paranoia finds


def test_a_flow_that_differs_at_each_replay() -> None:
    count: list[int] = []

    async def chance(ask: Ask) -> None:
        count.append(1)
        await ask.choice("q", [str(len(count))])

    with pytest.raises(AssertionError, match="a replay differs"):
        DialogTester(Flow("f", chance)).start()


def test_a_flow_whose_steps_change_their_order() -> None:
    order = ["a", "b"]

    async def unsteady(ask: Ask) -> None:
        for key in order:
            await ask.tell(f"t[{key}]")
        await ask.text("q")
        await ask.text("r")

    t = DialogTester(Flow("f", unsteady))
    t.start()
    order.reverse()
    t.deploy(Flow("f", unsteady))
    t.resume()  # a release may change the order, the build itself may not
    order.reverse()
    with pytest.raises(AssertionError, match="not deterministic, its steps come in another order"):
        t.says("x")


def test_a_flow_that_says_something_else_when_it_is_only_looked_at() -> None:
    never_begun = Turnout(Played(Journal()))
    with pytest.raises(AssertionError, match="a look changes something"):
        paranoia._looks_the_same(begun(), never_begun)  # pyright: ignore[reportPrivateUsage]


def test_a_second_delivery_that_changes_or_says_something() -> None:
    t = begun()
    t.taps("me")
    with pytest.raises(AssertionError, match="the second delivery changes something"):
        paranoia._twice(t, Typed("Li", message=2), t.last)  # pyright: ignore[reportPrivateUsage]
    t.says("Li")
    t.result()
    t.screen.posts.clear()
    with pytest.raises(AssertionError, match="the second delivery says something"):
        paranoia._twice(t, Pressed(short("drugs"), 0, short("done")), Turnout(t.last.last))  # pyright: ignore[reportPrivateUsage]


def test_each_event_is_delivered_twice() -> None:
    class Chatty(DialogTester):
        """Says something more when the event comes over what was committed."""

        def turn(self, journal: bytes, event: Event | None) -> Turnout:
            turnout = super().turn(journal, event)
            second = event is not None and journal != self.bytes
            return replace(turnout, says=(Say("tell"),)) if second else turnout

    t = Chatty(refill, OPS, flows=FLOWS)
    t.start()
    with pytest.raises(AssertionError, match="the second delivery says something"):
        t.taps("me")


def test_fakes_are_asked_once_for_the_same_thing_in_one_event() -> None:
    asked: list[int] = []

    async def one(ask: Ask) -> None:
        await ask.once("a", Op("a"))
        await ask.choice("q", ["x"])

    t = DialogTester(Flow("f", one), {"a": lambda args: asked.append(1)})
    t.start()
    assert asked == [1]
